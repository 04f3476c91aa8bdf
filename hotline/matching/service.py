"""Which earlier reports are about the same people: indexing, suggesting, and what a person decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.audit.record import record
from hotline.base import clock, outbox
from hotline.base.errors import Conflict, NotFound
from hotline.base.ids import new_id
from hotline.calls.models import Call
from hotline.matching.facts import rule_facts as rule_facts
from hotline.matching.facts import with_priors as with_priors
from hotline.matching.models import ReportLink, ReportPerson
from hotline.matching.normalise import phone_key
from hotline.matching.people import Entry, concerns, entries
from hotline.matching.score import SUGGEST_FROM, Reason, score_of
from hotline.matching.search import Candidate as Candidate
from hotline.matching.search import Query as Query
from hotline.matching.search import candidates as candidates
from hotline.matching.search import columns, find
from hotline.reports.access import own_draft
from hotline.reports.models import Report, ReportCall
from hotline.reports.service import form_of, without_reporter
from hotline.vault.service import Vault
from screening_forms.loader import Shelf

JOB = "match_priors"

SETTLE = timedelta(seconds=3)
"""Saves within one such span of time are indexed together, at its end."""

_MOST_SUGGESTED = 20
_OPEN = frozenset({"draft", "returned", "submitted", "waiting"})


@dataclass(frozen=True)
class SamePerson:
    """`entry` of this report may be `candidate` of the other one."""

    entry: str
    candidate: Candidate


@dataclass(frozen=True)
class Prior:
    """Another report that is, or may be, about the same people. `state` as `ReportLink.state`.

    Of a sealed one only its reference and times are told: `people` and `reasons` are empty.
    """

    report_id: UUID
    reference: str
    jurisdiction: str
    received_at: datetime
    report_state: str
    state: str
    score: int
    reasons: tuple[Reason, ...]
    people: tuple[SamePerson, ...]
    sealed: bool


@dataclass(frozen=True)
class Known:
    """A report that came of a call from one number, or was added to by such a call."""

    report_id: UUID
    reference: str
    received_at: datetime
    report_state: str
    is_open: bool
    sealed: bool


def touch(session: Session, report_id: UUID, path: str) -> None:
    """Have the report indexed anew soon if the answer at `path` says anything of its people. Cheap after every save."""
    if not concerns(path):
        return
    span = int(clock.now().timestamp() // SETTLE.total_seconds()) + 1
    due = datetime.fromtimestamp(span * SETTLE.total_seconds(), clock.now().tzinfo)
    outbox.enqueue(session, JOB, report_id, key=f"{JOB}:{report_id}:{span}", due_at=due)


def index(session: Session, vault: Vault, forms: Shelf, report_id: UUID) -> None:
    """Write the report's people as they are to be found from now on, in place of what was written before.

    A dropped report, and one whose key was destroyed, loses them. Raises NotFound for a report that does not exist.
    """
    report = session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if report is None:
        raise NotFound("There is no such report.")
    session.execute(delete(ReportPerson).where(ReportPerson.report_id == report_id))
    rows = [
        {
            "id": new_id(),
            "report_id": report_id,
            "entry": one.entry,
            "role": one.role,
            "name": one.name,
            **columns(one.person),
        }
        for one in people(session, vault, forms, report)
    ]
    if rows:
        session.execute(insert(ReportPerson), rows)


def forget(session: Session, report_id: UUID) -> None:
    """Delete everything by which the report's people could be found, and what was suggested: part of expunging it."""
    session.execute(delete(ReportPerson).where(ReportPerson.report_id == report_id))
    either = or_(ReportLink.report_id == report_id, ReportLink.other_id == report_id)
    session.execute(delete(ReportLink).where(either))


def people(session: Session, vault: Vault, forms: Shelf, report: Report) -> list[Entry]:
    """The report's people as they are answered now; nobody when it was dropped or destroyed."""
    if report.state == "dropped" or report.wrapped_key is None:
        return []
    answers = without_reporter(session, vault, report)
    on = report.received_at.date()
    return list(entries(form_of(forms, report), answers, vault.fingerprint, on))


def suggest(session: Session, vault: Vault, forms: Shelf, report_id: UUID) -> int:
    """Keep which reports are likely about the same people; the number of suggestions.

    What a person confirmed or rejected stays as it is; a suggestion that no longer holds is taken back.
    """
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound("There is no such report.")
    found = _found(session, people(session, vault, forms, report), report)
    suggested = [one for one in found.values() if one.score >= SUGGEST_FROM][:_MOST_SUGGESTED]
    links = {one.other_id: one for one in _links(session, report_id)}
    kept = {one.report_id for one in suggested}
    for link in links.values():
        if link.state == "suggested" and link.other_id not in kept:
            session.delete(link)
    for one in suggested:
        link = links.get(one.report_id) or ReportLink(
            report_id=report_id, other_id=one.report_id, state="suggested"
        )
        if link.state == "suggested":
            link.score, link.found_at = one.score, clock.now()
            link.reasons = [reason.to_json() for reason in one.reasons]
            session.add(link)
    return len(suggested)


def for_report(session: Session, vault: Vault, forms: Shelf, report: Report) -> list[Prior]:
    """The reports that are or may be about this one's people, as its answers stand: decided ones first, then by score.

    Rejected ones are among them, for whoever changes their mind. Nothing is stored; whoever shows it audits the list.
    """
    found = _found(session, people(session, vault, forms, report), report)
    links = {one.other_id: one for one in _links(session, report.id)}
    wanted = {key for key, one in found.items() if one.score >= SUGGEST_FROM} | {
        key for key, link in links.items() if link.state != "suggested"
    }
    rows = session.scalars(select(Report).where(Report.id.in_(wanted), Report.state != "dropped"))
    listed = [_prior(other, found.get(other.id), links.get(other.id)) for other in rows]
    rank = {"same_incident": 0, "confirmed": 1, "suggested": 2, "rejected": 3}
    return sorted(listed, key=lambda one: (rank[one.state], -one.score, one.reference))


def confirm(session: Session, report_id: UUID, other_id: UUID, person: SignedIn) -> None:
    """The report's writer says that the other report is an earlier one about the same people: the rules count it.

    Raises NotFound for anybody else and for a report that does not exist.
    """
    _decide(session, report_id, other_id, person, "confirmed")


def reject(session: Session, report_id: UUID, other_id: UUID, person: SignedIn) -> None:
    """The report's writer says that the other report is about other people. Raises as `confirm`."""
    _decide(session, report_id, other_id, person, "rejected")


def attach(session: Session, report_id: UUID, other_id: UUID, person: SignedIn) -> None:
    """The report's writer says that both reports tell of one incident: an additional reporter. Raises as `confirm`.

    It holds for both reports. Neither is closed by it, and whether this one is a duplicate stays the screener's
    answer in the form.
    """
    _decide(session, report_id, other_id, person, "same_incident")
    _put(session, other_id, report_id, person, "same_incident")


def of_number(session: Session, number_hash: str | None, limit: int = 20) -> list[Known]:
    """Reports that came of calls from this number (its keyed hash), or about somebody who has it, the newest first.

    None for a withheld number.
    """
    if not number_hash:
        return []
    calls = select(Call.id).where(Call.caller_hash == number_hash)
    added = select(ReportCall.report_id).where(ReportCall.call_id.in_(calls))
    theirs = select(ReportPerson.report_id).where(ReportPerson.keys.contains([phone_key(number_hash)]))
    rows = session.scalars(
        select(Report)
        .where(
            or_(Report.call_id.in_(calls), Report.id.in_(added), Report.id.in_(theirs)),
            Report.state != "dropped",
        )
        .order_by(Report.received_at.desc(), Report.id.desc())
        .limit(limit)
    )
    return [
        Known(
            one.id, one.reference, one.received_at, one.state, one.state in _OPEN, one.restriction is not None
        )
        for one in rows
    ]


@dataclass(frozen=True)
class _Found:
    report_id: UUID
    score: int
    reasons: tuple[Reason, ...]
    people: tuple[SamePerson, ...]
    sealed: bool


def _found(session: Session, ours: Sequence[Entry], report: Report) -> dict[UUID, _Found]:
    """Other reports by id with the people who are likely the same, the likeliest report first.

    Each further person who is likely the same adds half of their evidence: families come back together.
    """
    call = session.scalar(select(Call.caller_hash).where(Call.id == report.call_id)) or ""
    pairs: dict[UUID, dict[str, SamePerson]] = {}
    for one in ours:
        for candidate in find(session, one.person, call, limit=30, exclude_report=report.id):
            best = pairs.setdefault(candidate.report_id, {})
            if one.entry not in best or best[one.entry].candidate.bits < candidate.bits:
                best[one.entry] = SamePerson(one.entry, candidate)
    found = [_together(report_id, tuple(best.values())) for report_id, best in pairs.items()]
    return {one.report_id: one for one in sorted(found, key=lambda one: (-one.score, str(one.report_id)))}


def _together(report_id: UUID, people: tuple[SamePerson, ...]) -> _Found:
    ordered = tuple(sorted(people, key=lambda one: (-one.candidate.bits, one.entry)))
    best, *others = ordered
    more = {one.candidate.person_id for one in others} - {best.candidate.person_id}
    bits = best.candidate.bits + sum(
        max(0.0, one.candidate.bits) / 2 for one in others if one.candidate.person_id in more
    )
    if best.candidate.sealed:
        return _Found(report_id, score_of(bits), (), (), True)
    reasons = best.candidate.reasons
    if more:
        reasons = (*reasons, Reason("more_people", {"count": str(len(more))}))
    return _Found(report_id, score_of(bits), reasons, ordered, False)


def _prior(other: Report, found: _Found | None, link: ReportLink | None) -> Prior:
    reasons: tuple[Reason, ...] = ()
    sealed = other.restriction is not None
    if not sealed and found is not None:
        reasons = found.reasons
    elif not sealed and link is not None:
        reasons = tuple(map(Reason.from_json, link.reasons))
    return Prior(
        report_id=other.id,
        reference=other.reference,
        jurisdiction=other.jurisdiction,
        received_at=other.received_at,
        report_state=other.state,
        state=link.state if link is not None else "suggested",
        score=found.score if found is not None else link.score if link is not None else 0,
        reasons=reasons,
        people=found.people if found is not None else (),
        sealed=sealed,
    )


def _links(session: Session, report_id: UUID) -> Sequence[ReportLink]:
    return session.scalars(select(ReportLink).where(ReportLink.report_id == report_id)).all()


def _decide(session: Session, report_id: UUID, other_id: UUID, person: SignedIn, state: str) -> None:
    own_draft(session, report_id, person)
    if report_id == other_id:
        raise Conflict("A report can't be linked to itself.")
    other = session.get(Report, other_id)
    if other is None or other.state == "dropped":
        raise NotFound("There is no such report, or it is not yours to see.")
    _put(session, report_id, other_id, person, state)


def _put(session: Session, report_id: UUID, other_id: UUID, person: SignedIn, state: str) -> None:
    now = clock.now()
    link = session.get(ReportLink, (report_id, other_id)) or ReportLink(
        report_id=report_id, other_id=other_id, score=0, reasons=[], found_at=now, state="suggested"
    )
    if link.state == state:
        return
    link.state, link.decided_by, link.decided_at = state, person.user_id, now
    session.add(link)
    record(session, person.actor, f"prior:{state}", "report", report_id, {"other": str(other_id)})
