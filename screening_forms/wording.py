"""Answers in words: the label of a choice, the name of a person, "Not known"."""

from collections.abc import Mapping, Sequence

from screening_forms.errors import UnknownField
from screening_forms.fields import UNKNOWN, Answers, Field
from screening_forms.model import Form
from screening_forms.people import NOT_KNOWN, name
from screening_forms.words import Language, Words

YES, NO = Words(en="Yes", es="Sí"), Words(en="No", es="No")


def in_words(
    form: Form,
    field: Field,
    value: str | Sequence[str],
    answers: Answers,
    language: Language,
    files: Mapping[str, str] | None = None,
) -> str:
    """An answer as a person reads it, several joined by commas; "" for none.

    `answers` of the report give people their names; `files` names the files by their id. What is not among the
    choices is shown as it is stored: nothing is hidden.
    """
    values = [one for one in ([value] if isinstance(value, str) else value) if one]
    return ", ".join(_one(form, field, one, answers, language, files or {}) for one in values)


def _one(
    form: Form, field: Field, value: str, answers: Answers, language: Language, files: Mapping[str, str]
) -> str:
    for option in field.options:
        if option.value == value:
            return option.label.in_(language)
    if field.kind == "copied" and field.copy_from:
        return value
    if field.kind in ("text", "long_text"):
        return value
    if value == UNKNOWN:
        return NOT_KNOWN.in_(language)
    if field.kind == "yes_no_unknown" and value in ("yes", "no"):
        return (YES if value == "yes" else NO).in_(language)
    if field.kind == "file":
        return files.get(value, value)
    if field.kind != "person":
        return value
    try:
        return name(form, value, answers, language)
    except UnknownField:
        return value
