"""A report on its writer's pages: the view of its form, and the fields that a page posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hotline.base.errors import NotFound
from hotline.online_reports import content
from hotline.online_reports import service as online
from hotline.online_reports.asked import only_asked
from hotline.online_reports.models import OnlineReport
from hotline.reports.service import Answer, SaveConflict, plain
from hotline.web.shared.core import core
from hotline.web.shared.language import gettext, language
from screening_forms import rendering
from screening_forms.errors import UnknownField, ValueProblem
from screening_forms.model import Value
from screening_forms.validation import Problem
from screening_forms.views import FieldView, FormView, InstanceView
from screening_forms.words import Words

_VERSION = "version:"
"""Beside each field the page posts the version that it was rendered with."""

_LONGEST_VERSION = 9


@dataclass(frozen=True)
class Outcome:
    """What became of a save: the field's present value and version, or words on why nothing was saved."""

    status: Literal["saved", "refused", "conflict"]
    version: int | None = None
    value: Any = None
    message: str | None = None


@dataclass
class Typed:
    """What was typed and could not be saved, and what is wrong with which field."""

    values: dict[str, Value] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def save(session: Session, report_id: UUID, path: str, raw: list[str], version: str) -> Outcome:
    """Save one field that the page showed in `version`; raises NotFound for a field that nobody is asked."""
    parts = core()
    base = int(version) if version.isascii() and version.isdigit() and len(version) <= _LONGEST_VERSION else 0
    try:
        saved = online.save(session, parts.vault, parts.forms, parts.packs, report_id, path, raw, base)
    except UnknownField as error:
        raise NotFound("The form has no such field. Reload the page.") from error
    except ValueProblem as problem:
        return Outcome("refused", message=problem.message.in_(language()))
    except SaveConflict as conflict:
        return Outcome("conflict", conflict.present.version, conflict.present.value, _elsewhere(conflict))
    return Outcome("saved", saved.version, saved.value)


def save_posted(session: Session, report_id: UUID, posted: MultiDict[str, str]) -> Typed:
    """Save every field of a posted section; what could not be saved."""
    typed = Typed()
    for name in [name for name in posted if name.startswith(_VERSION)]:
        path, raw = name.removeprefix(_VERSION), posted.getlist(name.removeprefix(_VERSION))
        if posted[name] == "0" and not any(raw):
            continue  # never answered, and still not
        outcome = save(session, report_id, path, raw, posted[name])
        if outcome.status != "saved":
            # Shown again as typed, but for what is no text at all.
            typed.values[path] = [
                one.encode(errors="ignore").decode().replace("\0", "") for one in raw if one
            ]
            words = outcome.message or ""
            typed.problems.append(Problem(path, Words(en=words, es=words), blocking=True))
    return typed


def posted_paths(posted: MultiDict[str, str]) -> set[str]:
    """The questions that a posted section showed."""
    return {name.removeprefix(_VERSION) for name in posted if name.startswith(_VERSION)}


def entries(posted: MultiDict[str, str]) -> int:
    """How many entries of a repeating section a page showed: the highest number in its paths."""
    parts = (path.split("/") for path in posted_paths(posted))
    return max((int(one[1]) for one in parts if len(one) == 3 and one[1].isdecimal()), default=0)


def view(
    session: Session, report: OnlineReport, typed: Typed, least: Mapping[str, int] | None = None
) -> FormView:
    """The report's form as its writer sees it. `least`: how many entries of a section to show at least."""
    parts = core()
    answers: Mapping[str, Answer] = content.written(session, parts.vault, report)
    form = online.form_of(parts.forms, parts.packs, report)
    shown = rendering.view(
        form,
        plain(answers),
        language(),
        problems=typed.problems,
        versions={path: answer.version for path, answer in answers.items()},
        instances=least,
        typed=typed.values,
    )
    section = online.section_of(online.pack_of(parts.packs, report))
    return only_asked(shown, form, section)


def paths(shown: FormView, section_id: str) -> list[str]:
    """The questions of a section that are asked at present."""
    return [
        one.path
        for section in shown.sections
        if section.id == section_id
        for part in section.instances
        for one in part.fields
    ]


def said(one: FieldView) -> str:
    """An answer in the words of the page."""
    chosen = [option.label for option in one.options if option.chosen]
    return ", ".join(chosen) or one.value


def answered(instances: Sequence[InstanceView]) -> list[InstanceView]:
    """The entries of a section in which something is answered."""
    return [each for each in instances if any(one.values for one in each.fields)]


def _elsewhere(conflict: SaveConflict) -> str:
    present = conflict.present.value
    other = ", ".join(present) if isinstance(present, list) else present
    return gettext(
        "Another window saved “%(other)s” here meanwhile. Save again to keep yours; reload the page to keep the other.",
        other=other or gettext("nothing"),
    )
