"""Beginning, writing and submitting a report.

Answers are sealed one by one under the report's key; what tells who the reporter is goes to the vault instead.
Each field carries a version, so that a save based on an older value is seen and nothing is overwritten unseen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.accounts.service import SignedIn
from hotline.audit.record import record
from hotline.base import clock, crypto, live, outbox
from hotline.base.errors import Conflict, NotPermitted
from hotline.base.ids import new_id
from hotline.reports import collaterals
from hotline.reports.access import own_draft
from hotline.reports.keys import key_of, place
from hotline.reports.models import REFERENCE_NUMBERS, Report, ReportAnswer
from hotline.reports.saving import Origin, Settled, Typed, settle
from hotline.reports.states import DROPS, REPORT, RETURNED, WRITABLE
from hotline.vault.service import Vault
from hotline.worklist import service as worklist
from screening_forms import facts, validation
from screening_forms.access import may_edit
from screening_forms.facts import FactValue
from screening_forms.loader import Shelf
from screening_forms.model import Field, Form
from screening_forms.validation import Problem


@dataclass(frozen=True)
class Answer:
    """A field's present value (plain JSON), how often it was saved, and where the value came from."""

    value: Any
    version: int
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True)
class Saved(Answer):
    """The answer after a save. `as_typed` is False when it was merged with another's, or came late and was dropped."""

    report: Report = field(kw_only=True, compare=False, repr=False)
    as_typed: bool = field(default=True, compare=False)


_NEVER_SAVED = Answer(None, 0)


class SaveConflict(Conflict):
    """Somebody saved another value since the one that this save was based on; `present` is theirs."""

    def __init__(self, path: str, present: Answer) -> None:
        super().__init__("This field was changed elsewhere meanwhile. Choose which of the two values stays.")
        self.path, self.present = path, present


def begin(
    session: Session,
    vault: Vault,
    forms: Shelf,
    person: SignedIn,
    *,
    jurisdiction: str,
    form_id: str,
    received_at: datetime,
    call_id: UUID | None = None,
    channel: str = "telephone",
    form_version: int | None = None,
    report_id: UUID | None = None,
) -> Report:
    """Start a draft on the form's current version, or on the one with which an online report was written.

    `received_at` starts every clock of the rules; `channel` is a word of `states.CHANNELS`. `report_id` is the id
    that a page chose so that sending it twice begins one report: ask `begun` first.
    """
    report_id = report_id or new_id()
    key = vault.make_key(place(report_id))
    number = session.scalar(REFERENCE_NUMBERS.next_value())
    report = Report(
        id=report_id,
        reference=f"{jurisdiction.upper()}-{number:06d}",
        jurisdiction=jurisdiction,
        call_id=call_id,
        channel=channel,
        form_id=form_id,
        form_version=form_version or forms.current(form_id).version,
        state="draft",
        screener_id=person.user_id,
        received_at=received_at,
        created_at=clock.now(),
        key_id=key.key_id,
        wrapped_key=key.wrapped,
        reporter_vault_id=vault.put(session, "reporter", {}),
    )
    session.add(report)
    session.flush()
    record(session, person.actor, "report:begun", "report", report.id, {"call": str(call_id or "")})
    return report


def begun(session: Session, report_id: UUID, person: SignedIn) -> bool:
    """Whether the person's page has begun the report of this id already; the person's next such question waits.

    Raises Conflict when the id is that of somebody else's report.
    """
    session.execute(select(User.id).where(User.id == person.user_id).with_for_update())
    report = session.get(Report, report_id)
    if report is not None and report.screener_id != person.user_id:
        raise Conflict("This page was already used by somebody else. Reload it.")
    return report is not None


def save(
    session: Session,
    vault: Vault,
    forms: Shelf,
    report_id: UUID,
    path: str,
    raw: str | list[str],
    person: SignedIn,
    base_version: int,
    *,
    seen: str | list[str] | None = None,
    stamp: str = "",
) -> Saved:
    """Save one field as typed; the value as it was understood, with its new version.

    `base_version` is the version that the person saw (0 for a field never saved), `seen` its value, by which two
    changes can be merged; `stamp` tells the sending page and its count (see `saving.Origin`). Raises UnknownField,
    ValueProblem (nothing is saved: the message says what to change), SaveConflict when the field moved on to
    another value meanwhile that can't be merged, Conflict when the report was submitted already, NotPermitted for
    a question that the form keeps for other roles.
    """
    report = own_draft(session, report_id, person)
    if report.state not in WRITABLE:
        raise Conflict("This report was submitted already; it can no longer be changed here.")
    section, _, question = form_of(forms, report).locate(path)
    if not may_edit(section, question, person.roles):
        raise NotPermitted("This question is for others to answer.")
    value = validation.parse(question, raw)
    row, reporter = None, dict[str, Any]()
    if question.identity:
        reporter = vault.hold(session, report.reporter_vault_id)
        present = _reporter_answers(reporter).get(path, _NEVER_SAVED)
    else:
        row = session.get(ReportAnswer, (report.id, path))
        present = _answer(key_of(vault, report).plain, row) if row else _NEVER_SAVED
    origin = Origin(str(person.user_id), stamp)
    if present.value == value and present.version:
        return Saved(value, present.version, present.origin, report=report)
    settled = Settled(value, "typed")
    if present.version != base_version:
        settled = _settle(path, question, present, Typed(value, seen, origin))
        if settled.value == present.value:
            return Saved(present.value, present.version, present.origin, report=report, as_typed=False)
    if settled.how == "merged":
        # The page does not hold what was merged into it: its next value must be merged again.
        origin = Origin(origin.by)
    as_typed = settled.value == value
    saved = Saved(settled.value, present.version + 1, origin, report=report, as_typed=as_typed)
    if question.identity:
        entry = {"value": saved.value, "version": saved.version, "by": origin.by, "stamp": origin.stamp}
        vault.replace(session, report.reporter_vault_id, {**reporter, path: entry})
    else:
        _store(session, vault, report, path, saved, row)
    report.version += 1
    record(
        session, person.actor, "field:saved", "report", report.id, {"field": path, "version": saved.version}
    )
    live.tell(session, f"draft:{person.user_id}")
    return saved


def _settle(path: str, question: Field, present: Answer, typed: Typed) -> Settled:
    """What becomes of a value typed on an older one; raises SaveConflict when a person must choose."""
    seen = None if typed.seen is None else validation.parse(question, typed.seen)
    settled = settle(question, present.value or "", present.origin, replace(typed, seen=seen))
    if settled is None:
        raise SaveConflict(path, present)
    return settled


def answers(session: Session, vault: Vault, report: Report, person: SignedIn) -> dict[str, Answer]:
    """Every answer by path. The reporter's are among them only for a person who may see them (audited)."""
    found = _sealed_answers(session, vault, report)
    if person.may("reporter:reveal"):
        found |= _reporter_answers(vault.reveal(session, report.reporter_vault_id, person.actor, "form"))
    return found


def without_reporter(session: Session, vault: Vault, report: Report) -> dict[str, Any]:
    """The present answers by path, none of them from the vault: for finding the place and making the packet.

    Not audited here: who shows them to a person records the look.
    """
    return plain(_sealed_answers(session, vault, report))


def rule_facts(
    session: Session, vault: Vault, forms: Shelf, report: Report, on: date | None = None
) -> dict[str, FactValue]:
    """What the rules may know of the report: codes, counts and yes/no/unknown. No name, number or story.

    The vault is opened for it: whether a mandated reporter called is a fact. `on` is the day of the call in the
    jurisdiction's zone: with it a date of birth stands in for an age that was left blank.
    """
    return facts_and_answers(session, vault, forms, report, on)[0]


def facts_and_answers(
    session: Session, vault: Vault, forms: Shelf, report: Report, on: date | None = None
) -> tuple[dict[str, FactValue], dict[str, Any]]:
    """Both `rule_facts` and `without_reporter`, each answer opened once: asked for after every saved field."""
    sealed = _sealed_answers(session, vault, report)
    found = sealed | _reporter_answers(vault.use(session, report.reporter_vault_id))
    return facts.facts(form_of(forms, report), plain(found), on), plain(sealed)


def submit(session: Session, vault: Vault, forms: Shelf, report_id: UUID, person: SignedIn) -> list[Problem]:
    """Hand the draft, or a report that was returned, to the rules; the problems that stand in the way, else none.

    The report and the job that decides it commit together. Submitting what is with the rules already changes
    nothing. A report that comes back from its writer is decided anew: `received_at`, from which every clock counts,
    stays.
    """
    report = own_draft(session, report_id, person)
    if report.state not in WRITABLE:
        return []
    found = _sealed_answers(session, vault, report)
    found |= _reporter_answers(vault.use(session, report.reporter_vault_id))
    problems = validation.check(form_of(forms, report), plain(found), "submit")
    if any(problem.blocking for problem in problems):
        return problems
    report.state = REPORT.next(report.state, "submit")
    report.submitted_at = clock.now()
    # It may have come with a transferred call: from here it is theirs who hands it in.
    report.screener_id = person.user_id
    report.version += 1
    worklist.close_for(session, RETURNED, report.id, person.actor, "report_submitted")
    # Each submission is decided once: its version tells it from the one before.
    for job in ("assign_track", "match_priors"):
        outbox.enqueue(session, job, report.id, key=f"{job}:{report.id}:{report.version}")
    record(session, person.actor, "report:submitted", "report", report.id)
    return []


def drop(session: Session, vault: Vault, report_id: UUID, person: SignedIn, reason: str) -> Report:
    """End a draft that becomes no report of its own, for a reason of `states.DROPS`. Twice is once.

    Its answers stay sealed where they are. Raises Conflict for a report that was submitted, and for a draft that
    holds answers unless it is attached to another report: what somebody wrote down is never put aside unseen.
    """
    if reason not in DROPS:
        raise ValueError(f"Unknown reason for dropping a draft: {reason}.")
    report = own_draft(session, report_id, person)
    if report.state == "dropped":
        return report
    if report.state != "draft":
        raise Conflict("This report was submitted already; it can no longer be dropped.")
    if reason == "no_report" and not is_empty(session, vault, report):
        raise Conflict("Something is written in this report. Submit it, or clear its answers first.")
    report.state = REPORT.next(report.state, "drop")
    report.version += 1
    collaterals.let_go(session, report, person)
    record(session, person.actor, "report:dropped", "report", report.id, {"reason": reason})
    return report


def is_empty(session: Session, vault: Vault, report: Report) -> bool:
    """Whether no question of the report has an answer, the reporter's included."""
    found = _sealed_answers(session, vault, report)
    found |= _reporter_answers(vault.use(session, report.reporter_vault_id))
    return all(value in ("", []) for value in plain(found).values())


def form_of(forms: Shelf, report: Report) -> Form:
    """The version of the form with which the report was begun."""
    return forms.get(report.form_id, report.form_version)


def plain(found: Mapping[str, Answer]) -> dict[str, Any]:
    """Answers as the form engine takes them: path to value, cleared fields left out."""
    return {path: answer.value for path, answer in found.items() if answer.value is not None}


def _sealed_answers(session: Session, vault: Vault, report: Report) -> dict[str, Answer]:
    key = key_of(vault, report).plain
    rows = session.scalars(select(ReportAnswer).where(ReportAnswer.report_id == report.id))
    return {row.path: _answer(key, row) for row in rows}


def _answer(key: bytes, row: ReportAnswer) -> Answer:
    value = json.loads(crypto.unseal(key, row.sealed, _seat(row.report_id, row.path)))
    return Answer(value, row.version, Origin(str(row.saved_by), row.stamp or ""))


def _reporter_answers(content: Mapping[str, Any]) -> dict[str, Answer]:
    return {
        path: Answer(entry["value"], entry["version"], Origin(entry.get("by", ""), entry.get("stamp", "")))
        for path, entry in content.items()
    }


def _store(
    session: Session, vault: Vault, report: Report, path: str, saved: Saved, row: ReportAnswer | None
) -> None:
    content = json.dumps(saved.value).encode()
    if row is None:
        row = ReportAnswer(report_id=report.id, path=path)
        session.add(row)
    row.sealed = crypto.seal(key_of(vault, report).plain, content, _seat(report.id, path))
    row.version, row.stamp = saved.version, saved.origin.stamp or None
    row.saved_by, row.saved_at = UUID(saved.origin.by), clock.now()


def _seat(report_id: UUID, path: str) -> bytes:
    return f"report:{report_id}:{path}".encode()
