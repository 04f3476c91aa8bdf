"""Ask the phone company about an open call: news of it may have been lost on the way."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.base.logging import get_logger
from hotline.calls import connecting, control, pool
from hotline.calls.models import Call
from hotline.telephony.port import LIVE, TryAgain
from workers.end_call import later
from workers.job import Work, job

ON_THE_WAY_FOR = timedelta(seconds=60)
"""After so long a telephone that we called has rung out."""

_ON_THE_WAY = frozenset({"dialing", "ringing", "answered", "moving"})
_log = get_logger("check_call")


@job
def check_call(work: Work) -> None:
    """End the call if its caller is gone; else see who is in its room. Twice is harmless."""
    with work.database.transaction() as session:
        call = session.get(Call, work.id)
    if call is None or call.ended_at is not None:
        return
    try:
        # A call that we place has no name before somebody is rung.
        status = work.phone.call_status(call.sid) if call.sid is not None else None
        people = work.phone.participants(call.conference) if call.conference else None
        gone = _gone_on_the_way(work, call)
    except TryAgain as error:
        raise later(work, error) from error
    with work.database.transaction() as session:
        if call.sid is not None and status not in LIVE:
            _log.warning("call_end_was_not_told", call=str(call.id))
            connecting.caller_gone(session, call.id)
        elif call.conference is not None:
            _compare(session, call, set(people or ()), gone)


def _gone_on_the_way(work: Work, call: Call) -> set[str]:
    """Sids of legs that should have answered or joined by now and are over: the news of it was lost."""
    with work.database.transaction() as session:
        sids = [
            leg.sid
            for leg in pool.other_legs(session, call.id)
            if leg.state in _ON_THE_WAY and leg.created_at <= clock.now() - ON_THE_WAY_FOR
        ]
    return {sid for sid in sids if sid is not None and work.phone.call_status(sid) not in LIVE}


def _compare(session: Session, before: Call, people: set[str], gone: set[str]) -> None:
    """Bring our picture of the room in line with the phone company's, unless the call has moved on meanwhile."""
    call = pool.locked_call(session, before.id)
    if call.conference != before.conference:
        return
    caller = pool.find_caller_leg(session, call.id)
    for leg in [*([caller] if caller else []), *pool.other_legs(session, call.id)]:
        if leg.state in control.OVER:
            continue
        if leg.sid in people:
            connecting.join(session, call.id, leg.id)
        elif leg.state == "in_room":
            connecting.leave(session, call.id, leg.id)
        elif leg.sid in gone:
            connecting.leg_progress(session, call.id, leg.id, "end", reason="not_reached")
