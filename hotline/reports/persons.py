"""A person of an earlier report in a new one: what is taken over, and what never is (pure)."""

from __future__ import annotations

from collections.abc import Mapping

from screening_forms.model import UNKNOWN, Field, Section, Value

_LASTING = (
    "first_name",
    "last_name",
    "other_names",
    "birth_date",
    "sex",
    "ethnicity",
    "language",
    "phone",
    "address",
    "school",
    "disability",
    "disability_kind",
)
"""What somebody is whatever happened. A role, an injury or a suspicion belongs to its own report."""


def taken_over(
    section: Section, found: Mapping[str, Value], present: Mapping[str, Value], years: int = 0
) -> dict[str, Value]:
    """What adding a person writes into an entry of `section`, by question.

    `found` are the answers of the person's entry in the earlier report, `present` those of the entry that they are
    added to (empty for a new one), `years` the whole years between the two reports. What is answered stays as it
    is, but for "not known". An age is a guess that grows old: it is taken over only while no date of birth is known,
    older by the years that have passed and marked as estimated; so it never stands against a verified date.
    """
    fields = {field.id: field for field in section.fields}
    taken: dict[str, Value] = {}
    for name in _LASTING:
        if name in fields:
            _take(taken, fields[name], found.get(name), present)
    if "birth_date" in taken:
        if "age_verified" in fields and found.get("age_verified") == "yes":
            _take(taken, fields["age_verified"], "yes", present)
    elif not _known(present.get("birth_date")):
        taken |= _age(fields, found, present, years)
    return taken


def _take(taken: dict[str, Value], field: Field, value: Value | None, present: Mapping[str, Value]) -> None:
    if value is None or not _known(value) or _known(present.get(field.id)) or not field.takes_answer:
        return
    if field.options:
        offered = {option.value for option in field.options}
        if not offered.issuperset([value] if isinstance(value, str) else value):
            return  # an earlier version of the form offered it
    taken[field.id] = value


def _age(
    fields: Mapping[str, Field], found: Mapping[str, Value], present: Mapping[str, Value], years: int
) -> dict[str, Value]:
    age = found.get("age")
    if "age" not in fields or not isinstance(age, str) or not age.isdecimal() or _known(present.get("age")):
        return {}
    grown: dict[str, Value] = {"age": str(int(age) + max(0, years))}
    if "age_estimated" in fields:
        grown["age_estimated"] = "yes"
    return grown


def _known(value: Value | None) -> bool:
    return bool(value) and value != UNKNOWN and value != [UNKNOWN]
