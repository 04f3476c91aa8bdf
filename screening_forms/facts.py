"""Turn answers into the facts that policy asks for. Not known is kept apart from no, and from not asked."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screening_forms.conditions import holds, shown_answers
from screening_forms.derived import computed, whole_years
from screening_forms.fields import UNKNOWN, Answers, FactRule, Field
from screening_forms.judging import Absent as Absent
from screening_forms.judging import judge
from screening_forms.model import Form, Section

FactValue = bool | int | str | list[str] | Absent


@dataclass(frozen=True)
class Yielded:
    """What kind of value a fact of the form has, and which it can take."""

    kind: str
    values: frozenset[str]


def facts(form: Form, answers: Answers, on: datetime.date | None = None) -> dict[str, FactValue]:
    """Every fact that the form can yield.

    `on`, the local date of the call, lets a date of birth stand in for a blank age; without it such an age is
    unknown. Where several fields yield one fact, the first that is answered counts; what a form derives from a
    condition counts when no question of that fact is answered.
    """
    shown = shown_answers(form, answers)
    found: dict[str, FactValue] = {}
    for section, field in form.each_field():
        for rule in field.fact:
            value = _value(form, section, field, rule, shown, on)
            if found.get(rule.name, Absent.NOT_ASKED) is Absent.NOT_ASKED:
                found[rule.name] = value
    for derived in form.facts:
        if found.get(derived.name, Absent.NOT_ASKED) is Absent.NOT_ASKED:
            found[derived.name] = judge(derived.when, shown)
    return found


def yielded(form: Form) -> dict[str, Yielded]:
    """Every fact that the form can yield with its kind (yes_no, choice, choices, number, text)."""
    found = {}
    for _, field in form.each_field():
        values = frozenset(option.value for option in field.options) - {UNKNOWN}
        for rule in field.fact:
            kind = {"any_below": "yes_no", "any_yes": "yes_no"}.get(rule.take, _kind(field))
            found[rule.name] = Yielded(kind, values)
    for derived in form.facts:
        found.setdefault(derived.name, Yielded("yes_no", frozenset()))
    return found


def _value(
    form: Form, section: Section, field: Field, rule: FactRule, shown: Answers, on: datetime.date | None
) -> FactValue:
    if not section.repeat:
        if rule.when is not None and not holds(rule.when, section, None, shown):
            return Absent.NOT_ASKED
        return _plain(field, _answer(section, None, field, shown, on))
    each = []
    for number in form.instances(section, shown):
        if rule.when is None or holds(rule.when, section, number, shown):
            value = _plain(field, _answer(section, number, field, shown, on))
            if rule.age_from is not None:
                value = _by_birth(section, number, rule, shown, on, value)
            each.append(value)
    return _together(rule, each)


def _answer(
    section: Section, number: int | None, field: Field, shown: Answers, on: datetime.date | None
) -> str | Sequence[str]:
    if field.compute is not None:
        return computed(field.compute, section, number, shown, on)
    return shown.get(section.path(field.id, number), "")


def _by_birth(
    section: Section, number: int, rule: FactRule, shown: Answers, on: datetime.date | None, typed: FactValue
) -> FactValue:
    """The age by the date of birth where that stands in for the typed one, else the typed one."""
    birth = _whole(whole_years(shown.get(section.path(rule.age_from or "", number), ""), on))
    is_verified = shown.get(section.path(rule.verified, number)) == "yes" if rule.verified else False
    if typed is Absent.NOT_ASKED or (is_verified and not isinstance(birth, Absent)):
        return birth
    return typed


def _plain(field: Field, answer: str | Sequence[str]) -> FactValue:
    if not answer:
        return Absent.NOT_ASKED
    if not isinstance(answer, str):
        named = [value for value in answer if value != UNKNOWN]
        return named or Absent.UNKNOWN
    if answer == UNKNOWN:
        return Absent.UNKNOWN
    if field.kind == "yes_no_unknown":
        return answer == "yes"
    return _whole(answer) if _kind(field) == "number" else answer


def _whole(answer: str) -> FactValue:
    if not answer:
        return Absent.NOT_ASKED
    return Absent.UNKNOWN if answer == UNKNOWN else int(answer)


def _kind(field: Field) -> str:
    if field.compute is not None:
        return "text" if field.compute.first_of is not None else "number"
    return _KINDS.get(field.kind, "text")


def _together(rule: FactRule, each: list[FactValue]) -> FactValue:
    """One fact of the answers in all instances. An unanswered one keeps the whole open, unless others settle it."""
    if all(value is Absent.NOT_ASKED for value in each):
        return Absent.NOT_ASKED
    known = [value for value in each if not isinstance(value, Absent)]
    is_open = len(known) < len(each)
    if rule.take == "union":
        named = sorted({item for value in known if isinstance(value, list) for item in value})
        return named or Absent.UNKNOWN
    if rule.take == "lowest":
        lowest = min((value for value in known if isinstance(value, int)), default=None)
        # nobody is younger than 0: another child's unknown age changes nothing
        return lowest if lowest is not None and (lowest == 0 or not is_open) else Absent.UNKNOWN
    if rule.take == "any_below":
        limit = rule.limit or 0
        met = any(isinstance(value, int) and value < limit for value in known)
    else:
        met = any(value is True for value in known)
    if met:
        return True
    return Absent.UNKNOWN if is_open else False


_KINDS: Mapping[str, str] = {
    "yes_no_unknown": "yes_no",
    "select": "choice",
    "multi_select": "choices",
    "number": "number",
}
