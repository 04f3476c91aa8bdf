"""Nobody waits for ever: after the line's cap, and at once when nobody is there, the caller is led on.

The line's `overflow` lists the steps: `everybody` (screeners of every team), `team:<name>`, `on_call` (people are
telephoned, see `calls.on_call`) and `voicemail`. `next_step` is pure and decides; `lead_on` is a part of the sweep
and carries out. A caller is led on, never out: after the last step they keep their place and go on waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.calls import on_call, pool, routing, waits
from hotline.calls.models import Call, Offer
from hotline.calls.telling import open_for_supervisors
from hotline.lines.hours import is_open
from hotline.lines.models import Line

NOBODY_FOR = timedelta(seconds=30)
"""So long a caller waits for somebody to come on duty before being led on."""

STEP_TIME = timedelta(seconds=60)
"""What screeners who are on duty are given for a caller before the step after theirs is taken."""

LADDER_AT_MOST = timedelta(minutes=5)
"""So long a caller waits for people on call who ring for other callers. In danger they wait for their turn."""

STEPS_A_ROUND = 10
"""The sweep leads on no more callers at a time: it holds everybody else's place meanwhile."""

LADDER_AGAIN = timedelta(minutes=2)
"""A line without voicemail telephones its people on call again after so long."""

ON_CALL, VOICEMAIL, EVERYBODY, TEAM = "on_call", "voicemail", "everybody", "team:"

_ACTOR = Actor.system("overflow")


@dataclass(frozen=True)
class Wait:
    """A waiting caller, as far as leading them on depends on it."""

    lane: str
    waited: timedelta
    """In the present wait: a talk before it, and the wait before that, don't count."""
    since_step: timedelta
    """Since the last step was taken."""
    taken: int
    """How many steps were taken."""
    max_wait: timedelta
    line_open: bool
    on_duty: int
    """Screeners who may be asked for this caller, free or not; somebody without the language, too, in the end."""
    free: bool
    """One of them could take the caller now, or is looking at the offer."""
    ladder_over: bool
    """Everybody on call was telephoned since the last step, and nobody is being telephoned."""


@dataclass(frozen=True)
class Step:
    """What to do with a caller now, and why: `closed`, `no_screener_on_duty` or `waited_too_long`."""

    name: str
    why: str


def steps_for(lane: str, overflow: Sequence[str]) -> tuple[str, ...]:
    """The line's steps for a lane: a caller in danger is never asked to leave a message before people were called."""
    steps = tuple(overflow)
    if lane == "danger" and VOICEMAIL in steps:
        before = steps[: steps.index(VOICEMAIL)]
        if ON_CALL not in before:
            return (*before, ON_CALL, *steps[len(before) :])
    return steps


def next_step(wait: Wait, overflow: Sequence[str]) -> Step | None:
    """The step to take now; None: the caller goes on waiting."""
    why = _pressing(wait)
    if why is None or wait.free:
        return None
    steps = steps_for(wait.lane, overflow)
    last = steps[min(wait.taken, len(steps)) - 1] if wait.taken and steps else None
    patient = wait.lane == "danger" or wait.since_step < LADDER_AT_MOST
    if last == ON_CALL and not wait.ladder_over and patient:
        return None
    if wait.taken >= len(steps):
        again = last == ON_CALL and wait.since_step >= LADDER_AGAIN
        return Step(ON_CALL, why) if again else None
    if last is not None and last != ON_CALL and wait.on_duty and wait.since_step < STEP_TIME:
        return None
    return Step(steps[wait.taken], why)


def _pressing(wait: Wait) -> str | None:
    if not wait.line_open:
        return "closed"
    if wait.waited >= wait.max_wait:
        return "waited_too_long"
    if not wait.on_duty and wait.waited >= NOBODY_FOR:
        return "no_screener_on_duty"
    return None


def lead_on(session: Session) -> None:
    """Take the next step of waiting callers whose time for it has come. Enters the pool; harmless twice."""
    # Whoever can be offered a call is offered one first: what then still waits has nobody.
    routing.route(session)
    on_call.end_needless(session)
    offered = set(session.scalars(select(Offer.call_id).where(Offer.state == "open")))
    inbound = select(Call).where(Call.state == "waiting", Call.direction == "inbound")
    calls = session.scalars(inbound.order_by(Call.queued_at, Call.id)).all()
    lines = {line.id: line for line in session.scalars(select(Line))}
    telephoned = [call for call in calls if _last_step(call, lines[call.line_id]) == ON_CALL]
    ladders, desk, taken = on_call.Ladders(session, telephoned), waits.Desk(session), 0
    for call in calls:
        line = lines[call.line_id]
        rung = _last_step(call, line) == ON_CALL
        if rung:
            on_call.look_after(session, call, ladders)
        over = not rung or ladders.is_over(call)
        wait = _look(desk, call, line, offered=call.id in offered, ladder_over=over)
        if rung and over and not wait.free:
            on_call.alarm(session, call, ladders)
        step = next_step(wait, line.overflow)
        if step is not None and taken < STEPS_A_ROUND:
            _take(session, call, line, step)
            taken += 1


def _look(desk: waits.Desk, call: Call, line: Line, *, offered: bool, ladder_over: bool) -> Wait:
    now, began = clock.now(), call.waiting_since or call.queued_at or call.received_at
    people = desk.reachable(call)
    return Wait(
        lane=call.lane or "general",
        waited=now - began,
        since_step=now - max(began, call.overflow_at or began),
        taken=call.overflow_step,
        max_wait=timedelta(seconds=line.max_wait),
        line_open=is_open(line, now),
        on_duty=len(people),
        # In a flood some screeners are kept free of callers without a sign of life: they don't hold the caller back.
        free=offered or (any(person.free for person in people) and not routing.is_behind(call, line)),
        ladder_over=ladder_over,
    )


def _last_step(call: Call, line: Line) -> str | None:
    steps = steps_for(call.lane or "general", line.overflow)
    return steps[min(call.overflow_step, len(steps)) - 1] if call.overflow_step and steps else None


def _take(session: Session, call: Call, line: Line, step: Step) -> None:
    steps = steps_for(call.lane or "general", line.overflow)
    call.overflow_step, call.overflow_at = min(call.overflow_step + 1, len(steps)), clock.now()
    pool.touch(call)
    record(session, _ACTOR, "call:led_on", "call", call.id, {"step": step.name, "why": step.why})
    if step.why != "closed":
        _tell(session, call, step)
    if step.name == ON_CALL:
        on_call.begin(session, call)
    elif step.name == VOICEMAIL:
        pool.move_call(call, "to_voicemail")
        outbox.enqueue(session, "connect_call", call.id, key=f"voicemail:{call.id}:{call.version}")
    else:
        call.team = step.name.removeprefix(TEAM) if step.name.startswith(TEAM) else None
        call.skill = call.target_id = None
    session.flush()


def _tell(session: Session, call: Call, step: Step) -> None:
    """A supervisor hears that a caller had to be led on although the line is open."""
    open_for_supervisors(
        session,
        kind="caller_waits",
        jurisdiction=call.jurisdiction,
        subject_kind="call",
        subject_id=call.id,
        reason=step.why,
        due_in=timedelta(minutes=5),
        detail={"lane": call.lane, "language": call.language, "step": step.name},
    )
