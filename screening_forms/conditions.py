"""Which questions are shown: what depends on a hidden question is hidden, too."""

from collections.abc import Sequence

from screening_forms.model import AllOf, Answers, AnyOf, Comparison, Condition, Field, Form, Not, Section


def shown_answers(form: Form, answers: Answers) -> dict[str, str | list[str]]:
    """The answers to questions that are shown. Hidden ones stay stored, they just don't count for now.

    The loader lets a condition look only at earlier questions, so one pass from the top settles all.
    """
    shown: dict[str, str | list[str]] = {}
    for section in form.sections:
        numbers = form.instances(section, answers) if section.repeat else (None,)
        for field in section.fields:
            for number in numbers:
                path = section.path(field.id, number)
                if path in answers and is_shown(field, section, number, shown):
                    given = answers[path]
                    shown[path] = given if isinstance(given, str) else list(given)
    return shown


def is_shown(field: Field, section: Section, number: int | None, shown: Answers) -> bool:
    """Is the question to be asked now, by the answers of `shown_answers`?"""
    return field.show_when is None or holds(field.show_when, section, number, shown)


def holds(condition: Condition, section: Section, number: int | None, answers: Answers) -> bool:
    """Is a condition of a field in this instance met? An absent answer equals nothing."""
    if isinstance(condition, AllOf):
        return all(holds(part, section, number, answers) for part in condition.all)
    if isinstance(condition, AnyOf):
        return any(holds(part, section, number, answers) for part in condition.any)
    if isinstance(condition, Not):
        return not holds(condition.not_, section, number, answers)
    path = condition.field if "/" in condition.field else section.path(condition.field, number)
    return _compare(condition, answers.get(path, ""))


def _compare(comparison: Comparison, answer: str | Sequence[str]) -> bool:
    values = [value for value in ([answer] if isinstance(answer, str) else answer) if value]
    if comparison.is_set is not None:
        return bool(values) == comparison.is_set
    if comparison.is_ is not None:
        return values == [comparison.is_]
    return comparison.contains in values
