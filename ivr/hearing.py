"""What a caller meant by what the phone company understood (pure). Never kept, never logged."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

_WORD = re.compile(r"\w+")


def meant(speech: str | None, choices: Mapping[str, Iterable[str]]) -> str | None:
    """The first of `choices` one of whose phrases occurs in the speech; None when none does.

    Accents, case and punctuation don't count; a phrase is found as whole words in its order. Put the most urgent
    choice first: who says two things gets the more urgent one.
    """
    said = _words(speech or "")
    for name, phrases in choices.items():
        if any(_occurs(_words(phrase), said) for phrase in phrases):
            return name
    return None


def _words(text: str) -> Sequence[str]:
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign)
    )
    return _WORD.findall(plain)


def _occurs(phrase: Sequence[str], said: Sequence[str]) -> bool:
    return bool(phrase) and any(
        said[at : at + len(phrase)] == phrase for at in range(len(said) - len(phrase) + 1)
    )
