"""Change how a supervisor takes part in a call: unheard, heard by the screener alone, or by everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from hotline.calls import monitoring
from hotline.calls.control import OVER
from hotline.calls.models import Call, CallLeg
from hotline.telephony.port import CallGone, Refused, TryAgain
from workers.end_call import later
from workers.job import Retry, Work, job

LOOK_AGAIN = timedelta(seconds=1)


@dataclass(frozen=True)
class _Situation:
    leg: CallLeg
    call: Call
    coached: str | None


@job
def steer_monitor(work: Work) -> None:
    """Tell the mode that the leg is wanted in. Twice is harmless; a leg on its way asks for the mode itself."""
    with work.database.transaction() as session:
        now = _look(session, work)
    if now is None:
        return
    try:
        if now.leg.state == "in_room":
            _switch(work, now)
        elif now.leg.state in ("answered", "moving"):
            # It entered with the mode of a moment ago; what is wanted now can be told once it is in the room.
            raise Retry(LOOK_AGAIN)
    except TryAgain as error:
        raise later(work, error) from error


def _look(session: Session, work: Work) -> _Situation | None:
    leg = session.get(CallLeg, work.id)
    if leg is None or leg.state in OVER:
        return None
    call = session.get_one(Call, leg.call_id)
    if call.state != "talking":
        return None
    return _Situation(leg, call, monitoring.coached_sid(session, call))


def _switch(work: Work, now: _Situation) -> None:
    mode = now.leg.mode or "listen"
    if monitoring.settled(now.leg, now.coached) and now.leg.told.get("mode") == mode:
        return
    if mode == "whisper" and now.coached is None:
        with work.database.transaction() as session:
            monitoring.fall_back(session, work.id)
        mode = "listen"
    try:
        _take_part(work, now, mode)
    except CallGone:
        return
    except Refused:
        # Nobody to coach any more, or nothing that can be changed: it stays as it was, and the page shows it.
        with work.database.transaction() as session:
            monitoring.refused(session, work.id)
        return
    with work.database.transaction() as session:
        monitoring.told(session, work.id, mode, now.coached if mode == "whisper" else None)


def _take_part(work: Work, now: _Situation, mode: str) -> None:
    work.phone.take_part(
        now.call.conference or "",
        now.leg.sid or "",
        muted=mode == "listen",
        coached=now.coached if mode == "whisper" else None,
    )
