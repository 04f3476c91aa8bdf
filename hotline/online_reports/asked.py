"""Which questions of a form a reporter is asked online, and in which words: the others are the screener's.

The whole form stays underneath, because a question may depend on one that only the screener sees.
"""

from __future__ import annotations

from dataclasses import replace

from hotline.base.errors import ConfigurationError
from hotline.policy.loader import Shelf as PackShelf
from hotline.policy.model import Pack
from hotline.policy.online import Online
from screening_forms import validation
from screening_forms.errors import UnknownField, ValueProblem
from screening_forms.loader import Shelf as FormShelf
from screening_forms.model import Field, Form, Section
from screening_forms.views import FormView

REPORTER = "reporter"
"""The role that a form may name where it says who answers a question."""

_NOT_ONLINE = frozenset({"file", "computed", "note"})
"""Kinds that nobody answers here: an attachment needs a report, a computed value comes by itself, a note is read
aloud or by screeners."""


def for_reporter(form: Form, online: Online) -> Form:
    """The form with the asked questions in the pack's words, and nothing required of the others."""
    return form.model_copy(update={"sections": tuple(_said(section, online) for section in form.sections)})


def is_asked(form: Form, online: Online, path: str) -> bool:
    """Whether the reporter is asked the question of this path; False for a path that the form has not."""
    try:
        section, _, field = form.locate(path)
    except UnknownField:
        return False
    return _asks(section, field, online)


def only_asked(view: FormView, form: Form, online: Online) -> FormView:
    """The page of a form with the reporter's questions alone; sections that have none are gone."""
    sections = []
    for section in view.sections:
        instances = tuple(
            replace(one, fields=tuple(each for each in one.fields if is_asked(form, online, each.path)))
            for one in section.instances
        )
        if any(one.fields for one in instances):
            sections.append(replace(section, instances=instances))
    return replace(view, sections=tuple(sections))


def check(packs: PackShelf, forms: FormShelf) -> None:
    """Raise ConfigurationError where a pack's online section names what its form has not."""
    faults = [
        f"  - {pack.jurisdiction} {pack.version}: {fault}"
        for pack in packs.packs
        if pack.rules.online is not None
        for fault in _faults(pack.rules.online, _form(pack, forms))
    ]
    if faults:
        raise ConfigurationError(
            "The online section of a pack does not fit its form:\n"
            + "\n".join(faults)
            + "\nCorrect the pack, or the form's next version."
        )


def _form(pack: Pack, forms: FormShelf) -> Form:
    return forms.current(pack.head.form)


def _asks(section: Section, field: Field, online: Online) -> bool:
    names = {section.id, f"{section.id}/{field.id}"}
    roles = field.edit or section.edit
    return (
        names.isdisjoint(online.leaves_out)
        and field.kind not in _NOT_ONLINE
        and (not roles or REPORTER in roles)
    )


def _said(section: Section, online: Online) -> Section:
    changed: dict[str, object] = {
        "fields": tuple(_worded(section, field, online) for field in section.fields)
    }
    said = online.wording.get(section.id)
    if said is not None:
        changed |= {"title": said.label or section.title, "intro": said.help or section.intro}
    return section.model_copy(update=changed)


def _worded(section: Section, field: Field, online: Online) -> Field:
    """The question without what a screener says aloud, in the pack's words, required where the pack says so."""
    path = f"{section.id}/{field.id}"
    changed: dict[str, object] = {"prompt": None, "prompts": ()}
    said = online.wording.get(path)
    if said is not None:
        changed |= {"label": said.label or field.label, "help": said.help or field.help}
    if not _asks(section, field, online):
        changed["required_for"] = ()
    elif path in online.needs:
        changed["required_for"] = (*field.required_for, "submit")
    return field.model_copy(update=changed)


def _faults(online: Online, form: Form) -> list[str]:
    known = {section.id for section in form.sections}
    known |= {f"{section.id}/{field.id}" for section, field in form.each_field()}
    faults = [f"leaves_out names {name!r}." for name in online.leaves_out if name not in known]
    faults += [f"wording names {name!r}." for name in online.wording if name not in known]
    faults += [
        f"needs names {path!r}, which the reporter is not asked."
        for path in online.needs
        if not is_asked(form, online, path)
    ]
    for category in online.users.categories:
        for path, value in category.answers.items():
            try:
                validation.parse(form.field_at(path), value)
            except (UnknownField, ValueProblem):
                faults.append(f"the category {category.id} answers {path!r} with {value!r}.")
    return faults
