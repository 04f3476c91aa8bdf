"""Telephone the people on call about a waiting caller, one after the other."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from hotline.calls import connecting, on_call
from hotline.calls.models import Call, CallLeg
from hotline.lines.models import Line
from hotline.telephony.links import Links
from hotline.telephony.port import CallGone, Refused, TryAgain
from workers.end_call import close_legs, later
from workers.job import Retry, Work, job

LOOK_AGAIN = timedelta(seconds=3)
"""When the only people left ring for other callers."""


@job
def ring_on_call(work: Work) -> None:
    """Dial the next person of the call's ladder, if there is one and the caller still waits. Twice is harmless."""
    try:
        close_legs(work, work.id)
        with work.database.transaction() as session:
            turn = on_call.turn(session, work.id)
            number = _shown(session.get_one(Line, session.get_one(Call, work.id).line_id))
        if turn.wait:
            raise Retry(LOOK_AGAIN)
        if turn.leg is not None:
            _dial(work, turn.leg, number)
    except TryAgain as error:
        raise later(work, error) from error


def _shown(line: Line) -> str:
    return line.caller_id or line.number


def _dial(work: Work, leg: CallLeg, from_: str) -> None:
    """Claim the leg, then dial: a run that died in between finds its own call at the phone company."""
    with work.database.transaction() as session:
        claimed = connecting.dialing(session, leg.call_id, leg.id)
    if not claimed and (leg.sid is not None or leg.state != "dialing"):
        return
    sid = None if claimed else _already_dialled(work, leg)
    if sid is None:
        links = Links(work.settings.public_voice_url)
        try:
            sid = work.phone.dial(
                leg.address or "",
                from_,
                links.to("on-call", leg=str(leg.id)),
                links.to("on-call-status", leg=str(leg.id)),
                on_call.RING_SECONDS,
            )
        except (Refused, CallGone):
            with work.database.transaction() as session:
                on_call.progress(session, leg.call_id, leg.id, "end", None, "address_refused")
            return
    with work.database.transaction() as session:
        connecting.dialled(session, leg.call_id, leg.id, sid)


def _already_dialled(work: Work, leg: CallLeg) -> str | None:
    live = work.phone.live_calls_to(leg.address or "")
    with work.database.transaction() as session:
        known = set(session.scalars(select(CallLeg.sid).where(CallLeg.sid.in_(live))))
    return next((sid for sid in live if sid not in known), None)
