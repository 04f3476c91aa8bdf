"""Which questions of a form a reporter is asked online: those that are not the screener's, some of them required."""

from __future__ import annotations

from hotline.base.errors import ConfigurationError
from hotline.policy.loader import Shelf as PackShelf
from hotline.policy.model import Pack
from hotline.policy.online import Online
from screening_forms import validation
from screening_forms.errors import UnknownField, ValueProblem
from screening_forms.loader import Shelf as FormShelf
from screening_forms.model import Field, Form, Section

REPORTER = "reporter"
"""The role that a form may name where it says who answers a question."""

_NOT_ONLINE = frozenset({"file", "computed", "note"})
"""Kinds that a reporter does not answer here: an attachment needs a report, a computed value comes by itself."""


def for_reporter(form: Form, online: Online) -> Form:
    """The form with the reporter's questions only; sections without any are gone."""
    sections = [_asked(section, online) for section in form.sections if section.id not in online.leaves_out]
    return form.model_copy(update={"sections": tuple(one for one in sections if one.fields)})


def check(packs: PackShelf, forms: FormShelf) -> None:
    """Raise ConfigurationError where a pack's online section names what its form has not."""
    faults = [
        f"  - {pack.jurisdiction} {pack.version}: {fault}"
        for pack in packs.packs
        if pack.rules.online is not None
        for fault in _faults(pack, pack.rules.online, forms.current(pack.head.form))
    ]
    if faults:
        raise ConfigurationError(
            "The online section of a pack does not fit its form:\n"
            + "\n".join(faults)
            + "\nCorrect the pack, or the form's next version."
        )


def _asked(section: Section, online: Online) -> Section:
    fields = tuple(
        _needed(field) if f"{section.id}/{field.id}" in online.needs else field
        for field in section.fields
        if f"{section.id}/{field.id}" not in online.leaves_out and _is_theirs(section, field)
    )
    return section.model_copy(update={"fields": fields})


def _is_theirs(section: Section, field: Field) -> bool:
    roles = field.edit or section.edit
    return field.kind not in _NOT_ONLINE and (not roles or REPORTER in roles)


def _needed(field: Field) -> Field:
    return field.model_copy(update={"required_for": (*field.required_for, "submit")})


def _faults(pack: Pack, online: Online, form: Form) -> list[str]:
    known = {section.id for section in form.sections}
    known |= {f"{section.id}/{field.id}" for section, field in form.each_field()}
    faults = [f"leaves_out names {name!r}." for name in online.leaves_out if name not in known]
    asked = for_reporter(form, online)
    for path in online.needs:
        try:
            asked.field_at(path)
        except UnknownField:
            faults.append(f"needs names {path!r}, which the reporter is not asked.")
    for category in online.users.categories:
        for path, value in category.answers.items():
            try:
                validation.parse(form.field_at(path), value)
            except (UnknownField, ValueProblem):
                faults.append(f"the category {category.id} answers {path!r} with {value!r}.")
    return faults
