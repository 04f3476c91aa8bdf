"""A condition judged as a fact: yes, no, not known, or not asked. Want of an answer never becomes a no."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from screening_forms.conditions import compared, path_of
from screening_forms.fields import UNKNOWN, Answers
from screening_forms.model import AllOf, AnyOf, AnyPerson, Comparison, Condition, Not, Persons, instances


class Absent(StrEnum):
    """Why there is no value. Members equal their plain words, so facts can be written as JSON as they are."""

    UNKNOWN = "unknown"
    NOT_ASKED = "not asked"


Judged = bool | Absent


def judge(condition: Condition, shown: Answers, section_id: str = "", number: int | None = None) -> Judged:
    """What the shown answers say of a condition, in one entry of a section or, without it, of the whole report."""
    if isinstance(condition, AllOf):
        return _not(_any(_not(judge(part, shown, section_id, number)) for part in condition.all))
    if isinstance(condition, AnyOf):
        return _any(judge(part, shown, section_id, number) for part in condition.any)
    if isinstance(condition, Not):
        return _not(judge(condition.not_, shown, section_id, number))
    if isinstance(condition, AnyPerson):
        return _any(judged_people(condition.any_person, shown))
    return _look(condition, shown.get(path_of(condition, section_id, number), ""))


def _look(comparison: Comparison, answer: str | Sequence[str]) -> Judged:
    values = [value for value in ([answer] if isinstance(answer, str) else answer) if value]
    if not values:
        return Absent.NOT_ASKED
    if comparison.is_set is not None:
        return Absent.UNKNOWN if values == [UNKNOWN] else comparison.is_set
    if compared(comparison, answer):
        return True
    if UNKNOWN in values:
        return Absent.UNKNOWN
    if comparison.limit is not None and not _settled(comparison, answer):
        return Absent.UNKNOWN
    return False


def _settled(comparison: Comparison, answer: str | Sequence[str]) -> bool:
    """Is an order that is not certainly met certainly not met? A partial date may leave both open."""
    order, limit = comparison.limit or ("less", 0)
    opposite = {"less": "at_least", "at_least": "less", "greater": "at_most", "at_most": "greater"}[order]
    return compared(Comparison.model_validate({"field": comparison.field, opposite: limit}), answer)


def judged_people(persons: Persons, shown: Answers) -> list[Judged]:
    """Of everybody entered in these sections, whether they are meant."""
    wanted = persons.wanted
    given = [path for path, value in shown.items() if value]
    return [
        True if wanted is None else judge(wanted, shown, section_id, number)
        for section_id in persons.in_
        for number in instances(section_id, given)
    ]


def _any(each: Iterable[Judged]) -> Judged:
    """Is any of them true? What is open keeps the whole open, unless one of them settles it."""
    found = list(each)
    if any(one is True for one in found):
        return True
    if all(one is Absent.NOT_ASKED for one in found):
        return Absent.NOT_ASKED
    return Absent.UNKNOWN if any(isinstance(one, Absent) for one in found) else False


def _not(judged: Judged) -> Judged:
    return judged if isinstance(judged, Absent) else not judged
