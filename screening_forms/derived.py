"""Answers that nobody typed: computed from others, or copied unless somebody says otherwise. None is ever stored."""

import datetime
from collections.abc import Sequence

from screening_forms.conditions import is_shown
from screening_forms.fields import UNKNOWN, Answers, Computation, Field
from screening_forms.judging import Absent, judged_people
from screening_forms.model import Form, Persons, Section


def derived(form: Form, shown: Answers, on: datetime.date | None = None) -> dict[str, str | list[str]]:
    """The computed and copied answers by path, of what `shown_answers` gave; those without a value are left out.

    `on` is the local date of the call: without it an age stays out.
    """
    found: dict[str, str | list[str]] = {}
    for section, field in form.each_field():
        if field.compute is None and field.copy_from is None:
            continue
        for number in form.instances(section, shown) if section.repeat else (None,):
            path = section.path(field.id, number)
            if not is_shown(field, section, number, shown) or shown.get(path):
                continue
            value = _value(field, section, number, shown, on)
            if value:
                found[path] = value
    return found


def whole_years(birth: str | Sequence[str], on: datetime.date | None) -> str:
    """The age on a date as an answer; of a partial date the lowest that is possible, which is the safer one.

    "unknown" for an unknown date of birth or without the date, "" for none.
    """
    if not birth or not isinstance(birth, str):
        return ""
    if birth == UNKNOWN or on is None:
        return UNKNOWN
    year, *rest = (int(part) for part in birth.split("-"))
    month = rest[0] if rest else 12
    day = rest[1] if len(rest) > 1 else 31
    return str(max(0, on.year - year - ((on.month, on.day) < (month, day))))


def _value(
    field: Field, section: Section, number: int | None, shown: Answers, on: datetime.date | None
) -> str | list[str]:
    if field.copy_from is not None:
        return _at(field.copy_from, section, number, shown)
    return computed(field.compute, section, number, shown, on) if field.compute is not None else ""


def computed(
    compute: Computation, section: Section, number: int | None, shown: Answers, on: datetime.date | None
) -> str | list[str]:
    """The value of one computation in one entry; "" while there is nothing to compute from."""
    if compute.count is not None:
        return _count(compute.count, shown)
    values = [_at(name, section, number, shown) for name in compute.sources]
    if compute.age_of is not None:
        return whole_years(values[0], on) if on is not None else ""
    if compute.first_of is not None:
        return next((value for value in values if value), "")
    if not all(values):
        return ""
    if UNKNOWN in values:
        return UNKNOWN
    return str(sum(int(value) for value in values if isinstance(value, str)))


def _count(persons: Persons, shown: Answers) -> str:
    """How many: "" while nobody is entered, "unknown" while it is open whether somebody counts."""
    each = judged_people(persons, shown)
    if not each:
        return ""
    return UNKNOWN if any(isinstance(one, Absent) for one in each) else str(each.count(True))


def _at(name: str, section: Section, number: int | None, shown: Answers) -> str | list[str]:
    path = name if "/" in name else section.path(name, number)
    if name.startswith(f"{section.id}/") and section.repeat:
        path = section.path(name.partition("/")[2], number)
    value = shown.get(path, "")
    return value if isinstance(value, str) else list(value)
