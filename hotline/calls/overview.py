"""What a supervisor sees: who waits, who talks with whom, who could take a call, how the day went.

No number and no hash leaves this module: a caller is a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts import queries as accounts
from hotline.accounts.models import User
from hotline.accounts.permissions import allowed
from hotline.base import clock
from hotline.calls import figures, flags, routing
from hotline.calls.models import Call, CallLeg, NumberFlag, Offer, Presence
from hotline.calls.overflow import steps_for
from hotline.calls.queueing import Waiting, in_order
from hotline.lines import teams
from hotline.lines.models import Line

_LIVE = ("connecting", "talking", "voicemail")
_RECENT = 12

SHOWN = 50
"""So many of the line are shown: a page that is asked for every second must not grow with a flood."""


@dataclass(frozen=True)
class Flag:
    """A flag that holds, with what a form needs to lift it."""

    flag_id: UUID
    kind: str
    expires_at: datetime


@dataclass(frozen=True)
class Waiter:
    """A caller in line, the next to be served first."""

    call_id: UUID
    language: str
    lane: str
    direction: str
    team: str | None
    """Whose queue it is."""
    served_by: str | None
    """Whose screeners are asked now: another team's where the queue was moved."""
    waiting_since: datetime
    """When the caller first began to wait."""
    overflow: str | None
    """The step of the line's overflow to which the caller was led on last."""
    behind: bool
    """No sign of life, on a line that is guarded against a flood."""
    returned: bool
    offered_to: str | None
    flags: tuple[Flag, ...]
    can_flag: bool
    """The call came with a number."""


@dataclass(frozen=True)
class LiveCall:
    """A call that has left the line and goes on."""

    call_id: UUID
    state: str
    language: str
    lane: str
    direction: str
    screener: str | None
    since: datetime
    """When the talk began; before it, when the call came."""
    held: bool
    """The caller is on hold."""
    others: tuple[str, ...]
    """Kinds of the other people on the line: `interpreter`, `supervisor`, …"""
    flags: tuple[Flag, ...]
    can_flag: bool


@dataclass(frozen=True)
class PastCall:
    """A call of which a supervisor may still have to judge the number."""

    call_id: UUID
    ended_at: datetime
    outcome: str | None
    stage: str | None
    disposition: str | None
    screener: str | None
    flags: tuple[Flag, ...]
    can_flag: bool


@dataclass(frozen=True)
class Staff:
    """Somebody who may take calls."""

    user_id: UUID
    name: str
    state: str
    reason: str | None
    since: datetime | None
    telephone: str
    auto_available: bool
    languages: tuple[str, ...]
    skills: Mapping[str, int]
    teams: tuple[str, ...]
    last_resort: bool


@dataclass(frozen=True)
class Queue:
    """The callers of one team (the empty name: of no team) and who serves them."""

    team: str
    waiting: int
    moved_to: str | None
    """The team that serves them for now (the empty name: everybody); None: their own."""


@dataclass(frozen=True)
class Guarded:
    """A line and its flood guard."""

    line_id: UUID
    name: str
    silent: int
    """Callers in line without a sign of life."""
    until: datetime | None
    """When the guard ends; None: it is off."""


@dataclass(frozen=True)
class Overview:
    """One jurisdiction's calls and everybody who may take them."""

    waiting: tuple[Waiter, ...]
    """The first `SHOWN` of the line."""
    in_line: int
    """How many wait in all."""
    live: tuple[LiveCall, ...]
    past: tuple[PastCall, ...]
    staff: tuple[Staff, ...]
    queues: tuple[Queue, ...]
    lines: tuple[Guarded, ...]
    teams: tuple[str, ...]


def look(session: Session, jurisdiction: str) -> Overview:
    """Everything as it is now."""
    calls = _calls(session, jurisdiction, ("waiting", *_LIVE))
    past = _past(session, jurisdiction)
    names = dict(accounts.everybody(session))
    places = [place for place in in_order(routing.waiting(session)) if place.call_id in calls]
    shown = [calls[place.call_id] for place in places[:SHOWN]]
    marks = _flags(session, [*shown, *(call for call in calls.values() if call.state in _LIVE), *past])
    lines = {line.id: line for line in session.scalars(select(Line).where(Line.jurisdiction == jurisdiction))}
    return Overview(
        waiting=_waiting(session, places[:SHOWN], calls, lines, names, marks),
        in_line=len(places),
        live=_live(session, [call for call in calls.values() if call.state in _LIVE], names, marks),
        past=tuple(_gone(call, names, marks) for call in past),
        staff=staff(session),
        queues=_queues(session, [calls[place.call_id] for place in places]),
        lines=_guarded(lines.values(), calls.values()),
        teams=teams.known(session),
    )


def _calls(session: Session, jurisdiction: str, states: Sequence[str]) -> dict[UUID, Call]:
    rows = session.scalars(
        select(Call)
        .where(Call.ended_at.is_(None), Call.state.in_(states), Call.jurisdiction == jurisdiction)
        .order_by(Call.received_at, Call.id)
    )
    return {call.id: call for call in rows}


def _past(session: Session, jurisdiction: str) -> list[Call]:
    return list(
        session.scalars(
            select(Call)
            .where(Call.jurisdiction == jurisdiction, Call.ended_at.is_not(None), Call.direction == "inbound")
            .order_by(Call.ended_at.desc(), Call.id)
            .limit(_RECENT)
        )
    )


Marks = Mapping[str, tuple[NumberFlag, ...]]


def _flags(session: Session, calls: Iterable[Call]) -> Marks:
    return flags.of_hashes(session, [call.caller_hash for call in calls if call.caller_hash])


def _marks(call: Call, marks: Marks) -> tuple[Flag, ...]:
    found = marks.get(call.caller_hash or "", ())
    return tuple(Flag(flag.id, flag.kind, flag.expires_at) for flag in found)


def _waiting(
    session: Session,
    places: Sequence[Waiting],
    calls: Mapping[UUID, Call],
    lines: Mapping[UUID, Line],
    names: Mapping[UUID, str],
    marks: Marks,
) -> tuple[Waiter, ...]:
    offers = session.execute(select(Offer.call_id, Offer.screener_id).where(Offer.state == "open"))
    asked = {offer.call_id: offer.screener_id for offer in offers}
    found = []
    for place in places:
        call = calls[place.call_id]
        found.append(
            Waiter(
                call_id=call.id,
                language=call.language,
                lane=place.lane,
                direction=call.direction,
                team=call.team,
                served_by=place.team,
                waiting_since=place.queued_at,
                overflow=_step(call, lines[call.line_id]),
                behind=place.behind,
                returned=place.returned_to_front,
                offered_to=names.get(asked[call.id]) if call.id in asked else None,
                flags=_marks(call, marks),
                can_flag=call.caller_hash is not None,
            )
        )
    return tuple(found)


def _step(call: Call, line: Line) -> str | None:
    steps = steps_for(call.lane or "general", line.overflow)
    return steps[min(call.overflow_step, len(steps)) - 1] if call.overflow_step and steps else None


def _live(
    session: Session, calls: Sequence[Call], names: Mapping[UUID, str], marks: Marks
) -> tuple[LiveCall, ...]:
    legs = session.scalars(
        select(CallLeg)
        .where(CallLeg.call_id.in_([call.id for call in calls]), CallLeg.state == "in_room")
        .order_by(CallLeg.created_at, CallLeg.id)
    ).all()
    return tuple(
        LiveCall(
            call_id=call.id,
            state=call.state,
            language=call.language,
            lane=call.lane or "general",
            direction=call.direction,
            screener=names.get(call.screener_id) if call.screener_id else None,
            since=call.connected_at or call.queued_at or call.received_at,
            held=any(leg.call_id == call.id and leg.kind == "caller" and leg.held for leg in legs),
            others=tuple(
                leg.kind for leg in legs if leg.call_id == call.id and leg.kind not in ("caller", "screener")
            ),
            flags=_marks(call, marks),
            can_flag=call.caller_hash is not None,
        )
        for call in calls
    )


def _gone(call: Call, names: Mapping[UUID, str], marks: Marks) -> PastCall:
    return PastCall(
        call_id=call.id,
        ended_at=call.ended_at or call.received_at,
        outcome=call.outcome,
        stage=call.ended_stage,
        disposition=call.disposition,
        screener=names.get(call.screener_id) if call.screener_id else None,
        flags=_marks(call, marks),
        can_flag=call.caller_hash is not None,
    )


def staff(session: Session) -> tuple[Staff, ...]:
    """Everybody who may take calls: who is on duty first, then by name."""
    rows = session.execute(
        select(User, Presence).outerjoin(Presence, Presence.user_id == User.id).where(User.active)
    )
    found = [_person(user, row) for user, row in rows if allowed(user.roles, "calls:take")]
    return tuple(sorted(found, key=lambda one: (one.state == "offline", one.name, one.user_id)))


def languages(session: Session) -> tuple[str, ...]:
    """The languages that a line speaks or a person takes calls in."""
    found = [
        *session.scalars(select(Line.languages)),
        *session.scalars(select(User.languages).where(User.active)),
    ]
    return tuple(sorted({code for codes in found for code in codes}))


def _person(user: User, row: Presence | None) -> Staff:
    return Staff(
        user_id=user.id,
        name=user.name,
        state=row.state if row else "offline",
        reason=row.reason if row else None,
        since=row.since if row else None,
        telephone=row.telephone if row else "ring",
        auto_available=row.auto_available if row else True,
        languages=tuple(user.languages),
        skills=dict(user.skills),
        teams=tuple(user.teams),
        last_resort="screener" not in user.roles,
    )


def _queues(session: Session, waiting: Sequence[Call]) -> tuple[Queue, ...]:
    moved = teams.moves(session)
    return tuple(
        Queue(
            team=team,
            waiting=sum(1 for call in waiting if (call.team or teams.EVERYBODY) == team),
            moved_to=moved[team].to_team if team in moved else None,
        )
        for team in (teams.EVERYBODY, *teams.known(session))
    )


def _guarded(lines: Iterable[Line], calls: Iterable[Call]) -> tuple[Guarded, ...]:
    now, silent = clock.now(), [call for call in calls if call.state == "waiting" and not call.sign_of_life]
    return tuple(
        Guarded(
            line_id=line.id,
            name=line.name,
            silent=sum(1 for call in silent if call.line_id == line.id),
            until=line.flood_guard_until if line.flood_guard_until and line.flood_guard_until > now else None,
        )
        for line in sorted(lines, key=lambda one: (one.name, one.id))
    )


def day(session: Session, jurisdiction: str, begins: datetime) -> list[figures.Hour]:
    """The hours of a day from `begins` until now, of inbound calls."""
    until = clock.now()
    rows = session.execute(
        select(Call.received_at, Call.queued_at, Call.connected_at, Call.ended_at, Call.outcome).where(
            Call.jurisdiction == jurisdiction, Call.direction == "inbound", Call.received_at >= begins
        )
    )
    return figures.by_hour([figures.Ring(*row) for row in rows], begins, until)
