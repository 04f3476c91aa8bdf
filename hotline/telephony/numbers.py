"""What the phone company says of the caller's number, sorted into four kinds (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import phonenumbers

HOME = "US"
_HOME_REGIONS = frozenset({"US", "PR", "GU", "VI", "AS", "MP"})
_WITHHELD_WORDS = frozenset(
    {"anonymous", "restricted", "blocked", "unknown", "unavailable", "private", "withheld", "asserted"}
)
_KEYS = {
    letter: str(digit)
    for digit, letters in enumerate(("", "", "abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"))
    for letter in letters
}
_WITHHELD_DIGITS = frozenset("".join(_KEYS[letter] for letter in word) for word in _WITHHELD_WORDS)
"""Carriers spell such a word on the keypad: +266696687 is ANONYMOUS."""
_SIP = re.compile(r"sips?:(?P<user>[^@;]+)@", re.IGNORECASE)
MAX_RAW = 200
_BILLED = frozenset({phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST})

EMERGENCY = frozenset({"911", "1911", "933", "1933", "112"})
"""What reaches an emergency center (933: its test). Dialled by us it goes by our own registered address."""


@dataclass(frozen=True)
class Number:
    """`kind` is `number`, `foreign`, `withheld` or `malformed`; `e164` only for the first two.

    `raw` is what came in, cut to 200 characters, for a malformed one: it is sealed, never compared.
    """

    kind: str
    e164: str | None = field(default=None, repr=False)
    raw: str | None = field(default=None, repr=False)


def classify(text: str | None) -> Number:
    """Sort a caller's number. Never raises: whatever comes in is one of the four kinds."""
    raw = "".join(sign for sign in text or "" if sign.isprintable()).strip()
    sip = _SIP.match(raw)
    said = sip["user"] if sip else raw
    if said.lower() in _WITHHELD_WORDS or said.lstrip("+") in _WITHHELD_DIGITS or not said:
        return Number("withheld")
    try:
        parsed = phonenumbers.parse(said, HOME)
    except phonenumbers.NumberParseException:
        return Number("malformed", raw=raw[:MAX_RAW])
    if not phonenumbers.is_valid_number(parsed):
        return Number("malformed", raw=raw[:MAX_RAW])
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    home = phonenumbers.region_code_for_number(parsed) in _HOME_REGIONS
    return Number("number" if home else "foreign", e164=e164)


def same_number(one: str, other: str) -> bool:
    """Whether two spellings name the same telephone number; False when either names none."""
    first, second = classify(one).e164, classify(other).e164
    return first is not None and first == second


def readable(e164: str) -> str:
    """A number of the country as people write it: (661) 555-0170; another one as it is."""
    return f"({e164[2:5]}) {e164[5:8]}-{e164[8:]}" if e164.startswith("+1") else e164


def why_not_dialled(text: str) -> str | None:
    """Why the hotline must not send a caller to a number: `malformed`, `foreign` or `premium`; None when it may.

    Premium numbers bill the caller or us, and are no place for a child's call.
    """
    number = classify(text)
    if number.e164 is None or number.e164 != text:
        return "malformed"
    kind = phonenumbers.number_type(phonenumbers.parse(number.e164))
    if kind in _BILLED:
        return "premium"
    return "foreign" if number.kind == "foreign" else None
