"""Who is who in a report, and what whoever goes there must beware of, from the answers as they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.reports.service import Answer
from hotline.web.console import fields
from hotline.web.shared.core import core
from hotline.web.shared.language import gettext
from screening_forms.views import FieldView, FormView, InstanceView, SectionView

_DANGERS = ("visit_dangers", "visit_danger_detail")
"""Questions about what a worker at the door must know."""

_TRIBE = ("indian_child", "tribe")
_ROLES = ("roles", "role")
_NOTHING = frozenset({"none", "no", "unknown", "none_known"})


@dataclass(frozen=True)
class Person:
    """One person as the overview shows them; every text is worded already."""

    entry: str
    name: str
    kind: str
    roles: Sequence[str]
    relationship: str
    age: str
    certainty: str
    """Whether the age is verified or estimated; empty when nobody said."""
    birth_date: str
    tribe: Sequence[str]
    suspected: bool


@dataclass(frozen=True)
class Overview:
    """The people of a report, dangers for a visit, and what was said of a tribe for the children as a whole."""

    people: Sequence[Person]
    dangers: Sequence[str]
    tribe: Sequence[str]


def read_only(session: Session, report: Report) -> FormView:
    """The form of an opened report without anything of its reporter."""
    answers = reports.without_reporter(session, core().vault, report)
    return fields.view(report, {path: Answer(value, 1) for path, value in answers.items()}, fields.Typed())


def overview(form: FormView) -> Overview:
    """Everybody of whom something was entered, in the order of the form."""
    people = [
        _person(instance)
        for section in form.sections
        if _is_of_people(section)
        for instance in section.instances
        if instance.number is not None and any(one.values for one in instance.fields)
    ]
    others = [
        one
        for section in form.sections
        if not _is_of_people(section)
        for instance in section.instances
        for one in instance.fields
    ]
    return Overview(
        people=people,
        dangers=[text for one in others if _name(one) in _DANGERS for text in _said(one) if text],
        tribe=_tribe(others),
    )


def _is_of_people(section: SectionView) -> bool:
    return section.repeat and any(
        _name(one) == "first_name" for instance in section.instances for one in instance.fields
    )


def _person(instance: InstanceView) -> Person:
    asked = {_name(one): one for one in instance.fields}
    names = [asked[part].value for part in ("first_name", "last_name") if part in asked]
    known = " ".join(name for name in names if name and name != "unknown")
    return Person(
        entry=instance.html_id,
        name=known or gettext("Name not known"),
        kind=instance.title or "",
        roles=[text for name in _ROLES if name in asked for text in _said(asked[name])],
        relationship=", ".join(_said(asked["relationship"])) if "relationship" in asked else "",
        age=next(
            (asked[name].value for name in ("age", "age_by_birth") if name in asked and asked[name].value), ""
        ),
        certainty=_certainty(asked),
        birth_date=asked["birth_date"].value if "birth_date" in asked else "",
        tribe=_tribe(instance.fields),
        suspected="suspected" in asked and asked["suspected"].value == "yes",
    )


def _certainty(asked: dict[str, FieldView]) -> str:
    if "age_verified" in asked and asked["age_verified"].value == "yes":
        return gettext("verified")
    guess = "age_estimated" in asked and asked["age_estimated"].value == "yes"
    return gettext("estimated") if guess else ""


def _tribe(asked: Iterable[FieldView]) -> list[str]:
    """What was asked about a tribe and answered with anything but no."""
    return [
        f"{one.label}: {', '.join(option.label for option in one.options if option.chosen) or one.value}"
        for one in asked
        if _name(one) in _TRIBE and one.values and one.value != "no"
    ]


def _said(field: FieldView) -> list[str]:
    if field.options:
        return [one.label for one in field.options if one.chosen and one.value not in _NOTHING]
    return [value for value in field.values if value not in _NOTHING]


def _name(field: FieldView) -> str:
    return field.path.rsplit("/", 1)[-1]
