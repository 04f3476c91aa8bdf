"""Call a supervisor into a call, and change how they take part in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.calls import connecting, monitoring
from hotline.calls.models import Call, CallLeg
from hotline.lines.models import Line
from hotline.telephony.links import Links
from hotline.telephony.port import CallGone, Refused, TryAgain
from workers.end_call import later
from workers.job import Retry, Work, job

RING_SECONDS = 25
LOOK_AGAIN = timedelta(seconds=1)


@dataclass(frozen=True)
class _Situation:
    leg: CallLeg
    call: Call
    line_number: str
    coached: str | None


@job
def steer_monitor(work: Work) -> None:
    """Dial the supervisor's leg, or tell the mode that it is wanted in. Twice is harmless."""
    with work.database.transaction() as session:
        now = _look(session, work)
    if now is None:
        return
    try:
        if now.leg.state in ("wanted", "dialing") and now.leg.sid is None:
            _dial(work, now)
        elif now.leg.state == "in_room":
            _switch(work, now)
        elif now.leg.state in ("answered", "moving"):
            # It entered with the mode of a moment ago; what is wanted now can be told once it is in the room.
            raise Retry(LOOK_AGAIN)
    except TryAgain as error:
        raise later(work, error) from error


def _look(session: Session, work: Work) -> _Situation | None:
    leg = session.get(CallLeg, work.id)
    if leg is None or leg.state in monitoring.OVER:
        return None
    call = session.get_one(Call, leg.call_id)
    if call.state != "talking":
        return None
    number = session.get_one(Line, call.line_id).number
    return _Situation(leg, call, number, monitoring.coached_sid(session, call))


def _dial(work: Work, now: _Situation) -> None:
    with work.database.transaction() as session:
        claimed = connecting.dialing(session, now.call.id, now.leg.id)
    if not claimed and now.leg.state == "wanted":
        return  # another run is at it
    sid = None if claimed else _left_behind(work, now.leg.address or "")
    if sid is None:
        links = Links(work.settings.public_voice_url)
        try:
            sid = work.phone.dial(
                now.leg.address or "",
                now.line_number,
                links.to("supervisor", leg=str(work.id)),
                links.to("call-status", leg=str(work.id)),
                RING_SECONDS,
            )
        except (Refused, CallGone):
            with work.database.transaction() as session:
                connecting.cannot_dial(session, now.call.id, now.leg.id)
            return
    with work.database.transaction() as session:
        connecting.dialled(session, now.call.id, now.leg.id, sid)


def _left_behind(work: Work, address: str) -> str | None:
    """The sid of a leg that an earlier run dialled without living to write it down."""
    live = work.phone.live_calls_to(address)
    with work.database.transaction() as session:
        known = set(session.scalars(select(CallLeg.sid).where(CallLeg.sid.in_(live))))
    return next((sid for sid in live if sid not in known), None)


def _switch(work: Work, now: _Situation) -> None:
    mode = now.leg.mode or "listen"
    if now.leg.told.get("mode") == mode:
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
        monitoring.told(session, work.id, mode)


def _take_part(work: Work, now: _Situation, mode: str) -> None:
    work.phone.take_part(
        now.call.conference or "",
        now.leg.sid or "",
        muted=mode == "listen",
        coached=now.coached if mode == "whisper" else None,
    )
