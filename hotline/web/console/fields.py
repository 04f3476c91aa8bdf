"""Fields between the page and the report: saved one by one or by section, with what could not be saved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hotline.base.errors import NotFound
from hotline.matching import service as matching
from hotline.reports import service as reports
from hotline.reports.access import own_draft
from hotline.reports.models import Report
from hotline.reports.service import Answer
from hotline.web.shared.core import core, person
from hotline.web.shared.language import Language, gettext, language
from screening_forms import rendering
from screening_forms.errors import UnknownField, ValueProblem
from screening_forms.model import Value
from screening_forms.validation import Problem, check
from screening_forms.words import Words

_VERSION = "version:"
"""Beside each field the page posts the version that it was rendered with."""

_LONGEST_VERSION = 18
_LEAST = re.compile(r"(?P<section>[a-z_]+)\.(?P<count>[1-9][0-9]?)")


@dataclass(frozen=True)
class FieldTyped:
    """One field as a page sends it: what was typed, on which version, what stood there, and the page's stamp."""

    path: str
    raw: list[str]
    version: str
    seen: list[str] | None = None
    stamp: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a save: the field's present value and version, or words on why nothing was saved.

    `as_typed`: the value is what was typed, not merged with another's. `parts` of the page show something else now.
    """

    status: Literal["saved", "refused", "conflict"]
    version: int | None = None
    value: Any = None
    message: str | None = None
    as_typed: bool = True
    parts: tuple[str, ...] = ()
    report_version: int | None = None


@dataclass
class Typed:
    """What a person typed that is not saved, and what is wrong with which field."""

    values: dict[str, Value] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def stops(self) -> bool:
        """Whether something must be corrected."""
        return any(problem.blocking for problem in self.problems)


def save(session: Session, report_id: UUID, typed: FieldTyped) -> Outcome:
    """Save one field that the page showed in `version`.

    Raises NotFound for a field that the form has not, Conflict for a submitted report.
    """
    version = typed.version
    base = int(version) if version.isascii() and version.isdigit() and len(version) <= _LONGEST_VERSION else 0
    parts = core()
    try:
        saved = reports.save(
            session,
            parts.vault,
            parts.forms,
            report_id,
            typed.path,
            typed.raw,
            person(),
            base,
            seen=typed.seen,
            stamp=typed.stamp,
        )
    except UnknownField as error:
        raise NotFound("The form has no such field. Reload the page.") from error
    except ValueProblem as problem:
        return Outcome("refused", message=problem.message.in_(language()))
    except reports.SaveConflict as conflict:
        present = conflict.present
        return Outcome("conflict", present.version, present.value, gettext(conflict.message))
    matching.touch(session, report_id, typed.path)
    report = saved.report
    return Outcome(
        "saved",
        saved.version,
        saved.value,
        as_typed=saved.as_typed,
        parts=("panel", "form") if others_hang_on(report, typed.path) else ("panel",),
        report_version=report.version,
    )


def save_posted(session: Session, report_id: UUID, posted: MultiDict[str, str]) -> Typed:
    """Save every field of a posted section; what could not be saved. Raises NotFound for somebody else's report."""
    own_draft(session, report_id, person())
    typed = Typed()
    for name in [name for name in posted if name.startswith(_VERSION)]:
        path = name.removeprefix(_VERSION)
        raw = posted.getlist(path)
        if posted[name] == "0" and not any(raw):
            continue  # never answered, and still not
        outcome = save(session, report_id, FieldTyped(path, raw, posted[name]))
        if outcome.status == "saved":
            continue
        message = outcome.message or ""
        if outcome.status == "conflict":
            other = ", ".join(outcome.value) if isinstance(outcome.value, list) else outcome.value
            message = gettext(
                "Somebody saved “%(other)s” here meanwhile. Save again to keep yours; reload the page to keep theirs.",
                other=other or gettext("nothing"),
            )
        # Rendered whole: what can't be stored can still be shown, but for what is no text at all.
        typed.values[path] = [
            entry.encode(errors="ignore").decode().replace("\0", "") for entry in raw if entry
        ]
        typed.problems.append(Problem(path, Words(en=message, es=message), blocking=True))
    return typed


def view(
    report: Report,
    answers: Mapping[str, Answer],
    typed: Typed,
    *,
    spoken: Language | None = None,
    least: Mapping[str, int] | None = None,
    files: Mapping[str, str] | None = None,
) -> rendering.FormView:
    """The form of a report as the page shows it. `least`: how many entries of a section to show at least.

    `files`: the names of the report's files by id. What looks odd in the answers is said beside them.
    """
    zone = core().packs.in_force(report.jurisdiction, report.received_at).rules.calendar.zone
    form, plain = reports.form_of(core().forms, report), reports.plain(answers)
    odd = [one for one in check(form, plain, "save") if not one.blocking]
    return rendering.view(
        form,
        plain,
        language(),
        roles=person().roles,
        on=report.received_at.astimezone(zone).date(),
        problems=[*typed.problems, *odd],
        versions={path: answer.version for path, answer in answers.items()},
        instances=least,
        files=files,
        spoken=spoken,
        typed=typed.values,
    )


def least(asked: Iterable[str]) -> dict[str, int]:
    """How many entries of which section the page's address asks for: `children.2` is two children."""
    found = (_LEAST.fullmatch(one) for one in asked)
    return {one["section"]: int(one["count"]) for one in found if one}


def entries_posted(posted: MultiDict[str, str]) -> int:
    """How many entries of a repeating section a form carried: the highest number in its paths."""
    paths_ = (name.removeprefix(_VERSION).split("/") for name in posted if name.startswith(_VERSION))
    return max((int(parts[1]) for parts in paths_ if len(parts) == 3 and parts[1].isdecimal()), default=0)


def others_hang_on(report: Report, path: str) -> bool:
    """Whether the answer at `path` changes what else is asked, offered or said on the page."""
    section, _, one = reports.form_of(core().forms, report).locate(path)
    return f"{section.id}/{one.id}" in _watched(report.form_id, report.form_version)


@lru_cache(maxsize=32)
def _watched(form_id: str, version: int) -> frozenset[str]:
    return core().forms.get(form_id, version).watched()
