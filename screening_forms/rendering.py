"""A form as a page shows it: plain data for the templates, worded in one language.

Templates lie in TEMPLATES; `{% import "screening_forms/form.html" as forms %}` after adding that folder to the
Jinja loader. Each section is a form of its own, so that everything works without a script.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from screening_forms.access import may_edit, may_view
from screening_forms.choices import choices
from screening_forms.conditions import holds, is_shown, shown_answers
from screening_forms.derived import derived
from screening_forms.fields import SILENT, Answers, Field
from screening_forms.matrix import missing_pairs
from screening_forms.model import MAX_INSTANCES, Form, Section
from screening_forms.people import people as everybody
from screening_forms.showing import Showing
from screening_forms.validation import Problem, is_needed
from screening_forms.views import FieldView, FormView, InstanceView, OptionView, SectionView
from screening_forms.wording import in_words
from screening_forms.words import Language, Words

__all__ = ["TEMPLATES", "FormView", "OptionView", "html_id", "view"]

TEMPLATES = Path(__file__).parent / "templates"


def view(
    form: Form,
    answers: Answers,
    language: Language,
    problems: Sequence[Problem] = (),
    versions: Mapping[str, int] | None = None,
    instances: Mapping[str, int] | None = None,
    spoken: Language | None = None,
    typed: Mapping[str, str | Sequence[str]] | None = None,
    people: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    roles: Collection[str] | None = None,
    on: datetime.date | None = None,
) -> FormView:
    """The form with these answers.

    `versions` gives the version of each stored answer (0 where there is none); `instances` the least number of
    instances by section ("add another" asks for one more); `spoken` the caller's language, in which the prompts
    are worded; `typed` what was entered but could not be stored, shown in the place of the stored answer;
    `people` what people are called instead of their entered names ("children/1" to name); `files` the names of
    the report's files by id; `roles` leaves out what somebody with these roles may not see (without it nothing
    is left out); `on` the local date of the call, for ages.
    """
    shown = shown_answers(form, answers)
    showing = Showing(
        form=form,
        given=answers,
        shown=shown,
        derived=derived(form, shown, on),
        language=language,
        spoken=spoken or language,
        problems={problem.path: problem for problem in reversed(problems)},
        versions=versions or {},
        typed=typed or {},
        names=people or {},
        files=files or {},
        roles=roles,
        watched=form.watched(),
    )
    sections = (_section(section, (instances or {}).get(section.id, 1), showing) for section in form.sections)
    return FormView(
        form_id=form.id,
        version=form.version,
        language=language,
        spoken=showing.spoken,
        title=form.title.in_(language),
        sections=tuple(section for section in sections if any(one.fields for one in section.instances)),
        words={word: text.in_(language) for word, text in _WORDS.items()},
    )


def html_id(path: str) -> str:
    """The id of a question's control in the page."""
    return "f-" + path.replace("/", "-")


def _section(section: Section, least: int, showing: Showing) -> SectionView:
    language = showing.language
    numbers: Sequence[int | None] = (None,)
    one = section.one.in_(language) if section.one else ""
    if section.repeat:
        highest = max([*showing.form.instances(section, showing.given), least, 1])
        numbers = range(1, min(highest, MAX_INSTANCES) + 1)
    instances = tuple(_instance(section, number, one, showing) for number in numbers)
    by_id = {field.id: field.label.in_(language) for field in section.fields}
    return SectionView(
        id=section.id,
        html_id=f"section-{section.id}",
        title=section.title.in_(language),
        intro=section.intro.in_(language) if section.intro else None,
        repeat=section.repeat,
        people=section.people,
        matrix=section.matrix is not None,
        columns=(one, f"{by_id['child']} – {by_id['suspect']}", by_id["types"]) if section.matrix else (),
        missing_pairs=tuple(
            f"{showing.name(victim)} – {showing.name(suspect)}"
            for victim, suspect in missing_pairs(showing.form, section, showing.shown)
        ),
        can_add=section.repeat and len(instances) < MAX_INSTANCES,
        can_save=any(not field.read_only for instance in instances for field in instance.fields),
        add_label=f"{_WORDS['add'].in_(language)}: {one}",
        save_label=f"{_WORDS['save'].in_(language)}: {section.title.in_(language)}",
        instances=instances,
    )


def _instance(section: Section, number: int | None, one: str, showing: Showing) -> InstanceView:
    asked = [
        field
        for field in section.fields
        if is_shown(field, section, number, showing.shown)
        and (showing.roles is None or may_view(section, field, showing.roles))
    ]
    entry = f"{section.id}/{number}"
    is_known = section.people and entry in everybody(showing.form, showing.given)
    return InstanceView(
        number=number,
        title=None if number is None else f"{one} {number}",
        name=showing.name(entry) if is_known else None,
        html_id=f"s-{section.id}" if number is None else f"s-{section.id}-{number}",
        fields=tuple(_field(section, number, field, showing) for field in asked),
    )


def _field(section: Section, number: int | None, field: Field, showing: Showing) -> FieldView:
    path, language = section.path(field.id, number), showing.language
    answer = showing.typed.get(path, showing.given.get(path, ""))
    if field.compute is not None:
        answer = showing.derived.get(path, "")
    values = tuple(value for value in ([answer] if isinstance(answer, str) else answer) if value)
    control = html_id(path)
    problem = showing.problems.get(path)
    options = choices(showing, section, number, field, values)
    read_only = field.kind in SILENT or (
        showing.roles is not None and not may_edit(section, field, showing.roles)
    )
    return FieldView(
        path=path,
        name=path,
        version_name=f"version:{path}",
        html_id=control,
        kind=field.kind,
        group_id=f"g-{section.path(field.group, number).replace('/', '-')}" if field.group else None,
        group_label=field.group_label.in_(language) if field.group_label else None,
        label=(field.short or field.label).in_(language),
        full_label=field.label.in_(language),
        help=field.help.in_(language) if field.help else None,
        example=field.example.in_(language) if field.example else None,
        prompt=_prompt(section, number, field, showing),
        value=values[0] if values else "",
        values=values,
        value_in_words=in_words(showing.form, field, answer, showing.given, language, showing.files),
        source_in_words=_source(section, number, field, showing),
        options=options,
        required=is_needed(field, section, number, showing.shown, "submit"),
        personal=field.personal,
        identity=field.identity,
        read_only=read_only,
        watched=f"{section.id}/{field.id}" in showing.watched,
        max_length=field.longest,
        version=showing.versions.get(path, 0),
        problem=problem.message.in_(language) if problem else None,
        is_blocking=problem is not None and problem.blocking,
        help_id=f"{control}-help",
        problem_id=f"{control}-problem",
    )


def _prompt(section: Section, number: int | None, field: Field, showing: Showing) -> str | None:
    """What to say: the first prompt whose condition is met, else the one without."""
    for prompt in field.prompts:
        if holds(prompt.when, section, number, showing.shown):
            return prompt.say.in_(showing.spoken)
    return field.prompt.in_(showing.spoken) if field.prompt else None


def _source(section: Section, number: int | None, field: Field, showing: Showing) -> str:
    """What a copied question takes over, in the words of where it comes from."""
    taken = showing.derived.get(section.path(field.id, number), "")
    if field.copy_from is None or not taken:
        return ""
    place, _, name_ = field.copy_from.rpartition("/")
    source = (showing.form.section(place) if place else section).field(name_)
    return in_words(showing.form, source, taken, showing.given, showing.language, showing.files)


_WORDS = {
    "save": Words(en="Save section", es="Guardar sección"),
    "add": Words(en="Add another", es="Añadir otro"),
    "needed": Words(en="needed", es="necesario"),
    "say": Words(en="Say:", es="Diga:"),
    "choose": Words(en="- Choose -", es="- Elija -"),
    "problem": Words(en="Error:", es="Error:"),
    "warning": Words(en="Still open:", es="Aún abierto:"),
    "example": Words(en="Example:", es="Ejemplo:"),
    "copied": Words(
        en="Taken over, unless you type something else:",
        es="Se toma de otra respuesta, si no escribe otra cosa:",
    ),
    "nothing": Words(en="–", es="–"),
    "no_files": Words(en="No file has been added to this report.", es="Este reporte aún no tiene archivos."),
    "more": Words(en="More about it", es="Más detalles"),
    "pairs": Words(en="Nothing has been said yet of:", es="Aún no se ha dicho nada de:"),
}
