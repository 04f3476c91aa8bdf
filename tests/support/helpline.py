"""A form with every kind of question, and answers to them."""

from __future__ import annotations

from pathlib import Path

from screening_forms.loader import load_form
from screening_forms.model import Value

FORMS = Path(__file__).parent / "forms"
EVERY_KIND = load_form(FORMS / "helpline" / "every_kind.v1.yaml")
PAPER = "0190c3b2-7d4e-7a10-9c3e-5f2b8a1d6e47"

FULL: dict[str, Value] = {
    "caller/about": "child",
    "caller/email": "ana@example.org",
    "caller/phone": "661 555 0100",
    "caller/language_line": "yes",
    "people/1/first_name": "Ana",
    "people/1/last_name": "Ruiz",
    "people/1/roles": ["alleged_victim"],
    "people/1/born": "2019-03",
    "people/2/roles": ["suspected", "caller"],
    "people/2/age": "17",
    "place/state": "california",
    "place/county": "kern",
    "place/home_town": "Shafter",
    "case/1/child": "people/1",
    "case/1/suspect": "unknown",
    "case/1/types": ["bullying", "anxiety"],
    "incident/day": "2026-03-02",
    "incident/at": "15:30",
    "risk/q1": "2",
    "risk/q2": "unknown",
    "risk/story": "First.\n\nSecond.",
    "risk/shared_state": "",
    "risk/papers": [PAPER],
    "risk/consent": "no",
}
