"""What can be wrong with a definition beyond the shape of its values: names that lead nowhere, rules that don't fit."""

from collections.abc import Iterator, Mapping

from screening_forms.condition_model import looks_at
from screening_forms.conditions import YES_NO_UNKNOWN
from screening_forms.fields import ORDERED, Computation, FactRule, Field
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
    looks,
)
from screening_forms.yaml_marks import Location

Fault = tuple[Location, str, str]
"""Where, what is wrong, what to do."""

_NUMERIC = ("lowest", "any_below")
_Fields = Mapping[str, Field]


def faults(form: Form) -> Iterator[Fault]:
    """Every fault of a form, from the top."""
    known = {f"{section.id}/{field.id}": field for section, field in form.each_field()}
    yield from _questions(form)
    for at, section in enumerate(form.sections):
        for position, field in enumerate(section.fields):
            here: Location = ("sections", at, "fields", position)
            yield from _sources(here, field, section, form, known)
            for rule in field.fact:
                yield from _fact((*here, "fact"), rule, field, section, form, known)
    for at, warning in enumerate(form.warnings):
        if warning.at not in known:
            yield ("warnings", at, "at"), f"{warning.at!r} is no question of this form.", "Name one."
            continue
        home = form.section(warning.at.split("/")[0])
        yield from _condition(("warnings", at, "when"), warning.when, home, form, known)
    for at, fact in enumerate(form.facts):
        yield from _outside(("facts", at, "when"), fact.when, form, known)


def _questions(form: Form) -> Iterator[Fault]:
    """Names that are there twice, and conditions that look at what does not stand above."""
    sections: set[str] = set()
    earlier: dict[str, Field] = {}
    for at, section in enumerate(form.sections):
        if section.id in sections:
            yield ("sections", at, "id"), f"The section {section.id!r} is there twice.", "Rename one of them."
        sections.add(section.id)
        if section.show_when is not None:
            yield from _outside(("sections", at, "show_when"), section.show_when, form, earlier)
        for position, field in enumerate(section.fields):
            here: Location = ("sections", at, "fields", position)
            path = f"{section.id}/{field.id}"
            if path in earlier:
                yield (*here, "id"), f"The field {path!r} is there twice.", "Rename one of them."
            for place, condition in _conditions(here, field):
                yield from _condition(place, condition, section, form, earlier)
            earlier[path] = field


def _conditions(here: Location, field: Field) -> Iterator[tuple[Location, Condition]]:
    if field.show_when is not None:
        yield (*here, "show_when"), field.show_when
    for position, prompt in enumerate(field.prompts):
        yield (*here, "prompts", position, "when"), prompt.when
    for position, option in enumerate(field.options):
        if option.when is not None:
            yield (*here, "options", position, "when"), option.when


def _condition(
    here: Location, condition: Condition, section: Section, form: Form, known: _Fields
) -> Iterator[Fault]:
    for persons in _persons(condition):
        yield from _people(here, persons.in_, form, known)
    for path, look, of_any in looks(condition, section.id):
        other = known.get(path)
        if other is None:
            yield here, f"{path!r} is no earlier question of this form.", "Name a question that stands above."
            continue
        place = path.split("/")[0]
        if place != section.id and not of_any and form.section(place).repeat:
            yield (
                here,
                f"{path!r} repeats, so it has no single answer.",
                "Look at what is asked once, or any_person.",
            )
        yield from _look(here, path, other, look)


def _look(here: Location, path: str, other: Field, look: Comparison) -> Iterator[Fault]:
    if other.kind in ("note", "computed", "copied"):
        yield here, f"{path!r} is a {other.kind}, which has no answer of its own.", "Look at its source."
    value = look.is_ or look.contains
    choices = {option.value for option in other.options}
    choices |= set(YES_NO_UNKNOWN) if other.kind == "yes_no_unknown" else set()
    if value is not None and choices and value not in choices:
        yield here, f"{path!r} never is {value!r}.", f"Use one of {', '.join(sorted(choices))}."
    if look.limit is not None:
        order, limit = look.limit
        if other.kind not in ORDERED:
            yield here, f"{path!r} is a {other.kind}: {order} does not fit.", "Use is, contains or is_set."
        elif (other.kind == "number") != isinstance(limit, int):
            wanted = "a number" if other.kind == "number" else "a date or time in quotation marks"
            yield here, f"{path!r} can't be compared with {limit!r}.", f"Compare it with {wanted}."


def _outside(here: Location, condition: Condition, form: Form, known: _Fields) -> Iterator[Fault]:
    """A condition that belongs to no entry: it may look only at what is asked once, or at any person."""
    for persons in _persons(condition):
        yield from _people(here, persons.in_, form, known)
    for path, look, of_any in looks(condition, ""):
        other = known.get(path)
        if other is None:
            yield here, f"{path!r} is no earlier question of this form.", 'Name one, as "section/question".'
        elif form.section(path.split("/")[0]).repeat and not of_any:
            yield here, f"{path!r} repeats, so it has no single answer.", "Look at any_person instead."
        else:
            yield from _look(here, path, other, look)


def _persons(condition: Condition) -> Iterator[Persons]:
    if isinstance(condition, AnyPerson):
        yield condition.any_person
    elif isinstance(condition, Not):
        yield from _persons(condition.not_)
    elif isinstance(condition, AllOf | AnyOf):
        for part in condition.all if isinstance(condition, AllOf) else condition.any:
            yield from _persons(part)


def _people(here: Location, ids: tuple[str, ...], form: Form, known: _Fields) -> Iterator[Fault]:
    people = {section.id for section in form.people_sections()}
    for section_id in ids:
        if section_id not in people:
            yield here, f"{section_id!r} holds no people.", "Name a section that says people: true."
        elif f"{section_id}/first_name" not in known:
            yield here, f"{section_id!r} does not stand above.", "Look at people who were asked for before."


def _sources(here: Location, field: Field, section: Section, form: Form, known: _Fields) -> Iterator[Fault]:
    """What a person, copied or computed question refers to."""
    yield from _people((*here, "people"), field.people, form, known)
    if field.copy_from is not None:
        yield from _source((*here, "copy_from"), field.copy_from, section, form, known)
        yield from _sealed((*here, "copy_from"), field, (field.copy_from,), section, known)
    if field.compute is None:
        return
    place = (*here, "compute")
    if field.compute.count is not None:
        yield from _people(place, field.compute.count.in_, form, known)
        for path, look, _ in looks_at(field.compute.count):
            other = known.get(path)
            if other is None:
                yield place, f"{path!r} is no question of this form.", "Name one of theirs."
            else:
                yield from _look(place, path, other, look)
    yield from _sealed(place, field, field.compute.sources, section, known)
    for name in field.compute.sources:
        yield from _source(place, name, section, form, known, _kinds(field.compute))


def _sealed(
    here: Location, field: Field, names: tuple[str, ...], section: Section, known: _Fields
) -> Iterator[Fault]:
    """What shows the reporter's answer is the reporter's, too: it stays behind the same door."""
    for name in names:
        other = known.get(name if "/" in name else f"{section.id}/{name}")
        if other is not None and other.identity and not field.identity:
            yield here, f"{name!r} is the reporter's, {field.id!r} is not.", "Say identity: true here."


def _kinds(compute: Computation) -> tuple[str, ...]:
    if compute.age_of is not None:
        return ("date", "partial_date")
    return ("number",) if compute.sum is not None else ()


def _source(
    here: Location, name: str, section: Section, form: Form, known: _Fields, kinds: tuple[str, ...] = ()
) -> Iterator[Fault]:
    path = name if "/" in name else f"{section.id}/{name}"
    other = known.get(path)
    if other is None or not other.takes_answer or other.kind == "copied":
        yield here, f"{path!r} is no question that somebody answers.", "Name one."
    elif path.split("/")[0] != section.id and form.section(path.split("/")[0]).repeat:
        yield here, f"{path!r} repeats, so it has no single answer.", "Name what is asked once."
    elif kinds and other.kind not in kinds:
        yield here, f"{path!r} is a {other.kind}.", f"Name a question of kind {' or '.join(kinds)}."


def _fact(
    here: Location, rule: FactRule, field: Field, section: Section, form: Form, known: _Fields
) -> Iterator[Fault]:
    if (rule.take == "only") == section.repeat:
        what = "repeats" if section.repeat else "is once"
        remedy = "Use only where nothing repeats, another take where it does."
        yield here, f"take: {rule.take} does not fit a section that {what}.", remedy
    numeric = field.kind == "number" or (field.compute is not None and field.compute.first_of is None)
    if (rule.take in _NUMERIC and not numeric) or (rule.take == "union" and field.kind != "multi_select"):
        yield here, f"take: {rule.take} does not fit {field.kind}.", "Choose another take."
    if rule.take == "any_yes" and field.kind != "yes_no_unknown":
        yield here, "take: any_yes needs a yes_no_unknown question.", "Choose another take."
    if rule.when is not None:
        yield from _condition(here, rule.when, section, form, known)
    for name, kinds in ((rule.age_from, ("date", "partial_date")), (rule.verified, ("yes_no_unknown",))):
        other = known.get(f"{section.id}/{name}")
        if name is not None and (other is None or other.kind not in kinds):
            what = "date" if "date" in kinds else "yes_no_unknown question"
            yield here, f"{name!r} is no {what} of the same section.", "Name one of this section."
