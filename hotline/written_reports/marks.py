"""Marks by which a paper finds the call of its sender: keyed hashes of a name and a number, and nothing readable.

They are made from the reporter's record in the vault, under the installation's own key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from hotline.telephony import numbers
from hotline.vault.service import Vault
from screening_forms.errors import UnknownField
from screening_forms.model import Form

_DIGITS = 10
_SHORTEST = 2
"""Letters of a word of a name; a single initial finds half the county."""

_WORD = re.compile(r"[^\W\d_]+")


def of_reporter(vault: Vault, form: Form, content: Mapping[str, Any]) -> list[str]:
    """The marks of a reporter's record in the vault (path to `{"value": …}`)."""
    names, phones = [], []
    for path, entry in content.items():
        value = entry.get("value") if isinstance(entry, Mapping) else None
        if not isinstance(value, str):
            continue
        try:
            field = form.field_at(path)
        except UnknownField:
            continue
        if field.kind == "phone":
            phones.append(value)
        elif field.kind == "text" and "name" in field.id:
            names.append(value)
    marks = set(of_name(vault, " ".join(names)))
    for phone in phones:
        marks.update(of_phone(vault, phone))
    return sorted(marks)


def of_name(vault: Vault, name: str) -> list[str]:
    """One mark for each word of a name, whatever its order, accents and capitals."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = _WORD.findall("".join(one for one in plain if not unicodedata.combining(one)))
    return sorted(
        {f"n:{vault.fingerprint(f'reporter-name:{word}')}" for word in words if len(word) >= _SHORTEST}
    )


def of_phone(vault: Vault, phone: str) -> list[str]:
    """The mark of a telephone number, however it is written; none for what is too short to be one."""
    digits = numbers.classify(phone).e164 or phone
    digits = "".join(one for one in digits if one.isascii() and one.isdigit())[-_DIGITS:]
    return [f"p:{vault.fingerprint(f'reporter-phone:{digits}')}"] if len(digits) == _DIGITS else []
