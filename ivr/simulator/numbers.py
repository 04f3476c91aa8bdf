"""What the phone company says about the two numbers of a call."""

import re

_NORTH_AMERICAN = re.compile(r"\+1([2-9]\d{2})\d{7}")
# Where a number was issued, not where the caller is: enough for the invented callers.
_ISSUED = {
    "203": ("NEW HAVEN", "CT", "06510"),
    "209": ("STOCKTON", "CA", "95202"),
    "213": ("LOS ANGELES", "CA", "90012"),
    "314": ("SAINT LOUIS", "MO", "63101"),
    "319": ("CEDAR RAPIDS", "IA", "52401"),
    "502": ("LOUISVILLE", "KY", "40202"),
    "617": ("BOSTON", "MA", "02108"),
    "661": ("BAKERSFIELD", "CA", "93301"),
    "860": ("HARTFORD", "CT", "06103"),
    "904": ("JACKSONVILLE", "FL", "32202"),
}
_COUNTRIES = {"+52": "MX", "+44": "GB", "+34": "ES", "+49": "DE", "+63": "PH"}


def issued_at(prefix: str, number: str) -> dict[str, str]:
    """The fields `<prefix>City`, `State`, `Zip` and `Country`; blank where nothing is known."""
    city, state, postcode, country = "", "", "", _COUNTRIES.get(number[:3], "")
    match = _NORTH_AMERICAN.fullmatch(number)
    if match:
        country = "US"
        city, state, postcode = _ISSUED.get(match[1], ("", "", ""))
    return {
        f"{prefix}City": city,
        f"{prefix}State": state,
        f"{prefix}Zip": postcode,
        f"{prefix}Country": country,
    }


def attestation(number: str) -> dict[str, str]:
    """The caller-identity verdict of an inbound call; absent for a number outside North America."""
    return {"StirVerstat": "TN-Validation-Passed-A"} if _NORTH_AMERICAN.fullmatch(number) else {}


def formatted(number: str) -> str:
    """A number as people write it, e.g. `(661) 555-0123`; anything else unchanged."""
    if not _NORTH_AMERICAN.fullmatch(number):
        return number
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
