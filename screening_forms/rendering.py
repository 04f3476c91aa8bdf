"""A form as a page shows it: plain data for the templates, worded in one language.

Templates lie in TEMPLATES; `{% import "screening_forms/form.html" as forms %}` after adding that folder to the
Jinja loader. Each section is a form of its own, so that everything works without a script.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from screening_forms.conditions import is_shown, shown_answers
from screening_forms.model import MAX_INSTANCES, UNKNOWN, Answers, Field, Form, Option, Section
from screening_forms.validation import Problem, is_needed
from screening_forms.words import Language, Words

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class OptionView:
    html_id: str
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class FieldView:
    """One question. `name` is its path; a page posts `version:<path>` beside it, to notice another's change."""

    path: str
    name: str
    version_name: str
    html_id: str
    kind: str
    label: str
    help: str | None
    prompt: str | None
    value: str
    values: tuple[str, ...]
    options: tuple[OptionView, ...]
    required: bool
    personal: bool
    identity: bool
    max_length: int
    version: int
    problem: str | None
    is_blocking: bool
    help_id: str
    problem_id: str

    @property
    def described_by(self) -> str:
        """The ids of help and error message, for aria-describedby."""
        ids = [self.help_id] if self.help else []
        return " ".join([*ids, self.problem_id] if self.problem else ids)

    @property
    def input_mode(self) -> str:
        return {"number": "numeric", "phone": "tel"}.get(self.kind, "text")


@dataclass(frozen=True)
class InstanceView:
    """The questions of a section that is there once (`number` None), or of one child, caregiver and so on."""

    number: int | None
    title: str | None
    html_id: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True)
class SectionView:
    id: str
    html_id: str
    title: str
    intro: str | None
    repeat: bool
    can_add: bool
    add_label: str
    save_label: str
    instances: tuple[InstanceView, ...]


@dataclass(frozen=True)
class FormView:
    """`words` holds the fixed texts of the templates in `language`; prompts are worded in `spoken`."""

    form_id: str
    version: int
    language: Language
    spoken: Language
    title: str
    sections: tuple[SectionView, ...]
    words: Mapping[str, str]

    def section(self, section_id: str) -> SectionView:
        """The section of that id; raises KeyError."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)

    def field(self, path: str) -> FieldView | None:
        """The question at a path, or None while it is hidden."""
        for section in self.sections:
            for instance in section.instances:
                for field in instance.fields:
                    if field.path == path:
                        return field
        return None


@dataclass(frozen=True)
class _Showing:
    """What every question of one view is shown with."""

    shown: Answers
    language: Language
    spoken: Language
    problems: Mapping[str, Problem]
    versions: Mapping[str, int]
    typed: Mapping[str, str | Sequence[str]]


def view(
    form: Form,
    answers: Answers,
    language: Language,
    problems: Sequence[Problem] = (),
    versions: Mapping[str, int] | None = None,
    instances: Mapping[str, int] | None = None,
    spoken: Language | None = None,
    typed: Mapping[str, str | Sequence[str]] | None = None,
) -> FormView:
    """The form with these answers.

    `versions` gives the version of each stored answer (0 where there is none); `instances` the least number of
    instances by section ("add another" asks for one more); `spoken` the caller's language, in which the prompts
    are worded; `typed` what was entered but could not be stored, shown in the place of the stored answer.
    """
    showing = _Showing(
        shown=shown_answers(form, answers),
        language=language,
        spoken=spoken or language,
        problems={problem.path: problem for problem in reversed(problems)},
        versions=versions or {},
        typed=typed or {},
    )
    sections = tuple(
        _section(form, section, answers, (instances or {}).get(section.id, 1), showing)
        for section in form.sections
    )
    words = {name: text.in_(language) for name, text in _WORDS.items()}
    return FormView(
        form_id=form.id,
        version=form.version,
        language=language,
        spoken=showing.spoken,
        title=form.title.in_(language),
        sections=sections,
        words=words,
    )


def html_id(path: str) -> str:
    """The id of a question's control in the page."""
    return "f-" + path.replace("/", "-")


def _section(form: Form, section: Section, answers: Answers, least: int, showing: _Showing) -> SectionView:
    language = showing.language
    numbers: Sequence[int | None] = (None,)
    one = section.one.in_(language) if section.one else ""
    if section.repeat:
        highest = max([*form.instances(section, answers), least, 1])
        numbers = range(1, min(highest, MAX_INSTANCES) + 1)
    instances = tuple(
        InstanceView(
            number=number,
            title=None if number is None else f"{one} {number}",
            html_id=f"s-{section.id}" if number is None else f"s-{section.id}-{number}",
            fields=tuple(
                _field(section, number, field, showing)
                for field in section.fields
                if is_shown(field, section, number, showing.shown)
            ),
        )
        for number in numbers
    )
    return SectionView(
        id=section.id,
        html_id=f"section-{section.id}",
        title=section.title.in_(language),
        intro=section.intro.in_(language) if section.intro else None,
        repeat=section.repeat,
        can_add=section.repeat and len(instances) < MAX_INSTANCES,
        add_label=f"{_WORDS['add'].in_(language)}: {one}",
        save_label=f"{_WORDS['save'].in_(language)}: {section.title.in_(language)}",
        instances=instances,
    )


def _field(section: Section, number: int | None, field: Field, showing: _Showing) -> FieldView:
    path = section.path(field.id, number)
    answer = showing.typed.get(path, showing.shown.get(path, ""))
    values = tuple(value for value in ([answer] if isinstance(answer, str) else answer) if value)
    control = html_id(path)
    problem = showing.problems.get(path)
    return FieldView(
        path=path,
        name=path,
        version_name=f"version:{path}",
        html_id=control,
        kind=field.kind,
        label=field.label.in_(showing.language),
        help=field.help.in_(showing.language) if field.help else None,
        prompt=field.prompt.in_(showing.spoken) if field.prompt else None,
        value=values[0] if values else "",
        values=values,
        options=tuple(
            OptionView(f"{control}-{option.value}", option.value, option.label.in_(showing.language), chosen)
            for option in _options(field)
            for chosen in [option.value in values]
        ),
        required=is_needed(field, section, number, showing.shown, "submit"),
        personal=field.personal,
        identity=field.identity,
        max_length=field.longest,
        version=showing.versions.get(path, 0),
        problem=problem.message.in_(showing.language) if problem else None,
        is_blocking=problem is not None and problem.blocking,
        help_id=f"{control}-help",
        problem_id=f"{control}-problem",
    )


def _options(field: Field) -> tuple[Option, ...]:
    return _YES_NO_UNKNOWN if field.kind == "yes_no_unknown" else field.options


def _option(value: str, en: str, es: str) -> Option:
    return Option(value=value, label=Words(en=en, es=es))


_YES_NO_UNKNOWN = (
    _option("yes", "Yes", "Sí"),
    _option("no", "No", "No"),
    _option(UNKNOWN, "Not known", "No se sabe"),
)

_WORDS = {
    "save": Words(en="Save section", es="Guardar sección"),
    "add": Words(en="Add another", es="Añadir otro"),
    "needed": Words(en="needed", es="necesario"),
    "say": Words(en="Say:", es="Diga:"),
    "choose": Words(en="- Choose -", es="- Elija -"),
    "problem": Words(en="Error:", es="Error:"),
    "warning": Words(en="Still open:", es="Aún abierto:"),
}
