"""Say what a form still lacks, and what looks wrong in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from screening_forms.conditions import holds, is_shown, offered, shown_answers
from screening_forms.errors import UnknownField, ValueProblem
from screening_forms.fields import CHOICES, UNKNOWN, Answers, Field, Step
from screening_forms.model import Form, Section
from screening_forms.parsing import parse as parse
from screening_forms.people import people
from screening_forms.words import Words


@dataclass(frozen=True)
class Problem:
    """Something a form lacks or can't use at `path`. A problem that is not blocking is a warning."""

    path: str
    message: Words
    blocking: bool


def check(form: Form, answers: Answers, step: Step) -> list[Problem]:
    """What stands in the way of `step` (blocking), and what should be looked at all the same (not blocking).

    For "submit", questions needed only to decide are warnings: a report must be accepted with unknowns. For
    "save", questions needed to save are warnings in what somebody began: nothing typed is ever refused for them.
    """
    shown = shown_answers(form, answers)
    problems = [*_unusable(form, answers)]
    for section in form.sections:
        for number in _numbers(form, section, answers):
            begun = any(answers.get(section.path(field.id, number)) for field in section.fields)
            for field in section.fields:
                path = section.path(field.id, number)
                if not is_needed(field, section, number, shown, step) or shown.get(path):
                    continue
                if step != "save" or begun:
                    problems.append(Problem(path, _MISSING, blocking=_blocks(field, step)))
    return [*problems, *_warnings(form, answers, shown)]


def is_needed(field: Field, section: Section, number: int | None, shown: Answers, step: Step) -> bool:
    """Is an answer wanted for `step`? What is needed to decide is wanted at submission, too."""
    steps = {"save", "submit", "decide"} if step == "submit" else {"save", step}
    return bool(steps & set(field.required_for)) and is_shown(field, section, number, shown)


def _blocks(field: Field, step: Step) -> bool:
    return step != "save" and bool({"save", step} & set(field.required_for))


def _numbers(form: Form, section: Section, answers: Answers) -> Sequence[int | None]:
    return form.instances(section, answers) or (1,) if section.repeat else (None,)


def _unusable(form: Form, answers: Answers) -> Iterator[Problem]:
    """Answers that the form has no question for, or does not allow."""
    for path, value in answers.items():
        try:
            parse(form.field_at(path), value)
        except UnknownField:
            yield Problem(path, _NO_QUESTION, blocking=True)
        except ValueProblem as problem:
            yield Problem(path, problem.message, blocking=True)


def _warnings(form: Form, answers: Answers, shown: Answers) -> Iterator[Problem]:
    """What looks wrong and blocks nothing: the form's own warnings, and answers that lost what they refer to."""
    for warning in form.warnings:
        section_id, field_id = warning.at.split("/")
        section = form.section(section_id)
        field = section.field(field_id)
        for number in _numbers(form, section, answers):
            if is_shown(field, section, number, shown) and holds(warning.when, section, number, shown):
                yield Problem(section.path(field_id, number), warning.text, blocking=False)
    known = {UNKNOWN, *people(form, answers)}
    for path in shown:
        section, number, field = form.locate(path)
        given = answers[path]
        if field.kind == "person" and given and given not in known:
            yield Problem(path, _NOBODY, blocking=False)
        if field.kind in CHOICES and any(option.when for option in field.options):
            values = {option.value for option in offered(field, section, number, shown)}
            if set([given] if isinstance(given, str) else given) - values - {""}:
                yield Problem(path, _NOT_OFFERED, blocking=False)


_MISSING = Words(
    en="This has not been answered yet. Answer it, or choose that it is not known.",
    es="Aún no se ha contestado. Conteste, o elija que no se sabe.",
)
_NO_QUESTION = Words(
    en="This form has no such question. Remove the answer.",
    es="Este formulario no tiene esa pregunta. Quite la respuesta.",
)
_NOBODY = Words(
    en="Nobody is entered there any more. Choose another person, or that it is not known.",
    es="Ya no hay nadie anotado ahí. Elija a otra persona, o que no se sabe.",
)
_NOT_OFFERED = Words(
    en="This no longer fits the answers above. Choose again.",
    es="Esto ya no concuerda con las respuestas de arriba. Elija de nuevo.",
)
