"""The addresses of a report as they are read aloud to whoever is sent there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.web.shared.core import core
from hotline.web.shared.language import gettext, language, later
from screening_forms.model import Form

PLACES = (
    ("now", later("Where the child is now")),
    ("home", later("Home")),
    ("incident", later("Where it happened")),
)
"""The places of the form, the most urgent first."""


@dataclass(frozen=True)
class Place:
    """An address: what is known of street, town, ZIP code and county, in this order."""

    title: str
    parts: tuple[str, ...]
    has_street: bool


def places(session: Session, report: Report) -> list[Place]:
    """The places of which the report says more than the county."""
    answers = reports.without_reporter(session, core().vault, report)
    form = reports.form_of(core().forms, report)
    found = []
    for name, title in PLACES:
        street, town, postcode = (
            str(answers.get(f"location/{name}_{part}") or "") for part in ("street", "town", "zip")
        )
        if street or town or postcode:
            county = _option(form, f"location/{name}_county", answers.get(f"location/{name}_county"))
            parts = tuple(part for part in (street, town, postcode, county) if part)
            found.append(Place(gettext(title), parts, bool(street)))
    return found


def _option(form: Form, path: str, value: object) -> str:
    """The words of a chosen option in the person's language; empty for none."""
    options = form.field_at(path).options
    label = next((option.label for option in options if option.value == value), None)
    return "" if label is None else label.in_(language())
