"""Fields between the page and the report: saved one by one or by section, with what could not be saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hotline.base.errors import NotFound
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.reports.service import Answer
from hotline.web.shared.core import core, person
from hotline.web.shared.language import Language, gettext, language
from screening_forms import rendering
from screening_forms.errors import UnknownField, ValueProblem
from screening_forms.model import Value
from screening_forms.validation import Problem
from screening_forms.words import Words

_VERSION = "version:"
"""Beside each field the page posts the version that it was rendered with."""

_LONGEST_VERSION = 18


@dataclass(frozen=True)
class Outcome:
    """What became of a save: the field's present value and version, or words on why nothing was saved."""

    status: Literal["saved", "refused", "conflict"]
    version: int | None = None
    value: Any = None
    message: str | None = None


@dataclass
class Typed:
    """What a person typed that is not saved, and what is wrong with which field."""

    values: dict[str, Value] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def stops(self) -> bool:
        """Whether something must be corrected."""
        return any(problem.blocking for problem in self.problems)


def save(session: Session, report_id: UUID, path: str, raw: list[str], version: str) -> Outcome:
    """Save one field that the page showed in `version`.

    Raises NotFound for a field that the form has not, Conflict for a submitted report.
    """
    base = int(version) if version.isascii() and version.isdigit() and len(version) <= _LONGEST_VERSION else 0
    try:
        saved = reports.save(session, core().vault, core().forms, report_id, path, raw, person(), base)
    except UnknownField as error:
        raise NotFound("The form has no such field. Reload the page.") from error
    except ValueProblem as problem:
        return Outcome("refused", message=problem.message.in_(language()))
    except reports.SaveConflict as conflict:
        present = conflict.present
        return Outcome("conflict", present.version, present.value, gettext(conflict.message))
    return Outcome("saved", saved.version, saved.value)


def save_posted(session: Session, report_id: UUID, posted: MultiDict[str, str]) -> Typed:
    """Save every field of a posted section; what could not be saved."""
    typed = Typed()
    for name in [name for name in posted if name.startswith(_VERSION)]:
        path = name.removeprefix(_VERSION)
        raw = posted.getlist(path)
        if posted[name] == "0" and not any(raw):
            continue  # never answered, and still not
        outcome = save(session, report_id, path, raw, posted[name])
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
    more: Iterable[str] = (),
) -> rendering.FormView:
    """The form of a report as the page shows it. `more` names sections that get one more entry than they have."""
    form = reports.form_of(core().forms, report)
    plain = reports.plain(answers)
    counts = {
        section.id: len(form.instances(section, plain) or (1,)) + 1
        for section in form.sections
        if section.repeat and section.id in more
    }
    return rendering.view(
        form,
        plain,
        language(),
        problems=typed.problems,
        versions={path: answer.version for path, answer in answers.items()},
        instances=counts,
        spoken=spoken,
        typed=typed.values,
    )


def paths(view_: rendering.FormView) -> list[str]:
    """The questions that are asked at present."""
    return [one.path for section in view_.sections for part in section.instances for one in part.fields]
