"""Which questions are shown: what depends on a hidden question is hidden, too."""

from collections.abc import Mapping, Sequence
from typing import Any

from screening_forms.fields import UNKNOWN, Answers, Field, Option
from screening_forms.model import (
    AllOf,
    AnyOf,
    AnyPerson,
    Comparison,
    Condition,
    Form,
    Not,
    Persons,
    Section,
    instances,
)

YES_NO_UNKNOWN = ("yes", "no", UNKNOWN)


def shown_answers(form: Form, answers: Answers) -> dict[str, str | list[str]]:
    """The answers to questions that are shown. Hidden ones stay stored, they just don't count for now.

    A choice that is no longer offered does not count either. The loader lets a condition look only at earlier
    questions, so one pass from the top settles all.
    """
    shown: dict[str, str | list[str]] = {}
    for section in form.sections:
        numbers = form.instances(section, answers) if section.repeat else (None,)
        for field in section.fields:
            for number in numbers:
                path = section.path(field.id, number)
                if path in answers and field.takes_answer and is_shown(field, section, number, shown):
                    given = answers[path]
                    kept = given if isinstance(given, str) else list(given)
                    shown[path] = _offered(kept, field, section, number, shown)
    return shown


def is_shown(field: Field, section: Section, number: int | None, shown: Answers) -> bool:
    """Is the question to be asked now, by the answers of `shown_answers`?"""
    return all(
        condition is None or holds(condition, section, number, shown)
        for condition in (section.show_when, field.show_when)
    )


def offered(field: Field, section: Section, number: int | None, shown: Answers) -> tuple[Option, ...]:
    """The choices that are offered now."""
    return tuple(
        option
        for option in field.options
        if option.when is None or holds(option.when, section, number, shown)
    )


def holds(condition: Condition, section: Section, number: int | None, answers: Answers) -> bool:
    """Is a condition of a field in this instance met? An absent answer equals nothing."""
    return holds_in(condition, section.id, number, answers)


def holds_in(condition: Condition, section_id: str, number: int | None, answers: Answers) -> bool:
    """The same for a section known by its id."""
    if isinstance(condition, AllOf):
        return all(holds_in(part, section_id, number, answers) for part in condition.all)
    if isinstance(condition, AnyOf):
        return any(holds_in(part, section_id, number, answers) for part in condition.any)
    if isinstance(condition, Not):
        return not holds_in(condition.not_, section_id, number, answers)
    if isinstance(condition, AnyPerson):
        return bool(people_who(condition.any_person, answers))
    return compared(condition, answers.get(path_of(condition, section_id, number), ""))


def people_who(persons: Persons, answers: Answers) -> list[str]:
    """The people meant ("children/1"), in the order of the sections and their entries."""
    wanted = persons.wanted
    return [
        f"{section_id}/{number}"
        for section_id in persons.in_
        for number in instances(section_id, (path for path, value in answers.items() if value))
        if wanted is None or holds_in(wanted, section_id, number, answers)
    ]


def path_of(comparison: Comparison, section_id: str, number: int | None) -> str:
    """The path of the answer that a comparison in this instance looks at."""
    if "/" in comparison.field:
        return comparison.field
    return (
        f"{section_id}/{comparison.field}" if number is None else f"{section_id}/{number}/{comparison.field}"
    )


def compared(comparison: Comparison, answer: str | Sequence[str]) -> bool:
    """Does one answer meet one comparison?"""
    values = [value for value in ([answer] if isinstance(answer, str) else answer) if value]
    if comparison.is_set is not None:
        return bool(values) == comparison.is_set
    if comparison.is_ is not None:
        return values == [comparison.is_]
    if comparison.contains is not None:
        return comparison.contains in values
    return len(values) == 1 and comparison.limit is not None and _certainly(values[0], *comparison.limit)


def _certainly(answer: str, order: str, limit: int | str) -> bool:
    """Is the answer on that side of the limit, whatever a partial date leaves open?"""
    if answer == UNKNOWN:
        return False
    if isinstance(limit, int):
        return answer.isdigit() and _on_side((int(answer), int(answer)), order, (limit, limit))
    return _on_side(_span(answer), order, _span(limit))


def _on_side(given: tuple[Any, Any], order: str, limit: tuple[Any, Any]) -> bool:
    sides: Mapping[str, bool] = {
        "less": given[1] < limit[0],
        "greater": given[0] > limit[1],
        "at_least": given[0] >= limit[0],
        "at_most": given[1] <= limit[1],
    }
    return sides[order]


def _span(moment: str) -> tuple[str, str]:
    """The first and the last day that a date, whole or partial, may mean; a time twice. Sorts as text."""
    dashes = moment.count("-")
    if ":" in moment or dashes == 2:
        return moment, moment
    # every month may have 31 days here: no date lies between its true end and that
    return (f"{moment}-01", f"{moment}-31") if dashes else (f"{moment}-01-01", f"{moment}-12-31")


def _offered(
    given: str | list[str], field: Field, section: Section, number: int | None, shown: Answers
) -> str | list[str]:
    if not any(option.when for option in field.options):
        return given
    values = {option.value for option in offered(field, section, number, shown)}
    if isinstance(given, str):
        return given if given in values else ""
    return [value for value in given if value in values]
