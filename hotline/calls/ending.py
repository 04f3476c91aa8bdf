"""How a call ends, and what its end leaves to be done."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor
from hotline.base import clock, outbox
from hotline.base.errors import Conflict
from hotline.base.logging import get_logger
from hotline.calls import control, pool, presence
from hotline.calls.models import Call, CallLeg, Offer
from hotline.calls.routing import withdraw_offer_of
from hotline.calls.telling import open_for_supervisors
from hotline.deadlines import service as deadlines
from hotline.lines.models import Line
from hotline.worklist import service as worklist

CALL_BACK_WITHIN = timedelta(minutes=30)
"""By when somebody has dealt with an abandoned call."""

FINISH_WITHIN = timedelta(minutes=30)
"""By when a screener has closed a call; after that it stands on the screener's worklist."""

_log = get_logger("calls")
_SYSTEM = Actor.system("calls")


def end(
    session: Session, call: Call, event: str, *, at: datetime | None = None, outcome: str | None = None
) -> bool:
    """End a call whose lock the asker holds; False when it had ended before.

    `event` is of `states.CALL`: `hung_up` (the caller is gone), `closed` (we end it), `diverted` or `unanswered`;
    `outcome` overrules the usual one.
    """
    stage = _stage(session, call)
    if not pool.move_call(call, event):
        return False
    call.ended_at, call.ended_stage = at or clock.now(), stage
    call.outcome = outcome or _outcome(call)
    withdraw_offer_of(session, call, "caller_hung_up")
    _release_legs(session, call, caller_gone=event == "hung_up")
    worklist.close_for(session, "caller_waits", call.id, _SYSTEM, "call_ended")
    _leave_to_do(session, call)
    session.flush()
    return True


def _stage(session: Session, call: Call) -> str:
    """Where the call is, as a word of `states.STAGES`: `ring` also while a screener is asked to take it."""
    if call.state == "ended":
        return call.ended_stage or "ended"
    stage = control.stage_of(session, call)
    if stage != "queue":
        return stage
    offered = select(Offer.id).where(Offer.call_id == call.id, Offer.state == "open")
    return "ring" if session.scalar(offered) is not None else "queue"


def _outcome(call: Call) -> str:
    if call.connected_at is not None:
        return "answered"
    return "abandoned" if call.direction == "inbound" else "unanswered"


def divert(session: Session, call: Call, *, at: datetime | None = None) -> None:
    """The caller was served elsewhere: at a backup number, by a callback or by a message.

    Told late, it corrects the outcome of a call that counts as abandoned.
    """
    if call.ended_at is None:
        end(session, call, "hung_up", at=at, outcome="diverted")
    elif call.outcome == "abandoned":
        call.outcome = "diverted"
        pool.touch(call)
        worklist.close_for(session, "abandoned_call", call.id, _SYSTEM, "diverted")
    session.flush()


def close_leg(session: Session, leg: CallLeg, reason: str) -> bool:
    """We no longer want a leg: ended at once if it was never dialled. True when the phone company must end it."""
    if leg.state == "ended":
        return False
    pool.move_leg(leg, "end" if leg.state == "wanted" else "close")
    leg.reason = leg.reason or reason
    if leg.state == "ended":
        leg.left_at = clock.now()
    for kind in ("screener_joins", "screener_returns"):
        deadlines.call_off(session, kind, "call_leg", leg.id)
    return leg.state == "closing"


def _release_legs(session: Session, call: Call, *, caller_gone: bool) -> None:
    closing = False
    own = pool.find_caller_leg(session, call.id)
    if own is not None and caller_gone:
        pool.move_leg(own, "end")
        own.left_at = own.left_at or call.ended_at
    elif own is not None:
        closing = close_leg(session, own, "closed_by_screener")
    for leg in pool.other_legs(session, call.id):
        # An ended leg may still have its clock running: the one that asks whether its screener returns.
        deadlines.call_off(session, "screener_returns", "call_leg", leg.id)
        consulted = leg.kind == "consult" and leg.state not in control.OVER
        closing = close_leg(session, leg, "call_ended") or closing
        if consulted and leg.user_id is not None:
            control.free_colleague(session, leg.user_id)
    if closing:
        outbox.enqueue(session, "end_call", call.id, key=f"end_call:{call.id}")


def _leave_to_do(session: Session, call: Call) -> None:
    if call.screener_id is not None:
        presence.move(presence.locked(session, call.screener_id), "call_ended")
    if call.outcome == "abandoned":
        note_abandoned(session, call)
    elif call.outcome == "answered" or (call.outcome == "unanswered" and call.screener_id is not None):
        have_it_closed(session, call)


def have_it_closed(session: Session, call: Call) -> None:
    """A call that somebody answered, or that a screener placed, has ended and waits for its disposition."""
    if call.screener_id is None:
        # The caller gave up after having lost a screener: whoever talked last closes the call.
        call.screener_id = _last_screener(session, call.id)
        note_unfinished(session, call)
    else:
        due = (call.ended_at or clock.now()) + FINISH_WITHIN
        deadlines.start(session, "finish_call", "call", call.id, due, "calls")


def note_abandoned(session: Session, call: Call) -> None:
    """Put an abandoned call on the supervisors' worklist. An empty roster is alarmed and never loses the call."""
    open_for_supervisors(
        session,
        kind="abandoned_call",
        jurisdiction=call.jurisdiction,
        subject_kind="call",
        subject_id=call.id,
        reason=f"hung_up_in_{call.ended_stage}",
        due_in=CALL_BACK_WITHIN,
        detail={"lane": call.lane, "language": call.language, "caller": call.caller_kind},
    )


def note_unfinished(session: Session, call: Call) -> None:
    """Put a call that nobody closed on its screener's worklist, or on the supervisors' when there is none."""
    open_for_supervisors(
        session,
        kind="unfinished_call",
        jurisdiction=call.jurisdiction,
        subject_kind="call",
        subject_id=call.id,
        reason="no_disposition",
        due_in=FINISH_WITHIN,
        owner_id=call.screener_id,
    )


def note_undigested(session: Session, event_key: str) -> None:
    """Tell a supervisor of something the phone company said that we could not take in; it is kept aside."""
    jurisdiction = session.scalar(select(Line.jurisdiction).order_by(Line.number).limit(1))
    if jurisdiction is None:
        _log.critical("nobody_to_tell", kind="event_undigested", subject=event_key)
        return
    open_for_supervisors(
        session,
        kind="event_undigested",
        jurisdiction=jurisdiction,
        subject_kind="event",
        subject_id=event_key,
        reason="event_undigested",
        due_in=CALL_BACK_WITHIN,
    )


def _last_screener(session: Session, call_id: UUID) -> UUID | None:
    talked = [leg for leg in pool.legs_of(session, call_id, "screener") if leg.joined_at is not None]
    return talked[-1].user_id if talked else None


def finish_late(session: Session, call: Call) -> None:
    """What still has to be closed once a disposition is known. Raises Conflict while the call goes on."""
    if call.ended_at is None:
        raise Conflict("The call still goes on. Hang up first.")
    deadlines.meet(session, "finish_call", "call", call.id)
