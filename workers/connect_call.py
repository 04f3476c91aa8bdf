"""Bring caller and screener to where the call's state says: into their room, or the caller back into the line."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from hotline.calls import connecting, pool
from hotline.calls.models import Call, CallLeg
from hotline.lines.models import Line
from hotline.telephony.links import Links
from hotline.telephony.port import CallGone, Refused, TryAgain
from workers.end_call import close_legs, later
from workers.job import Work, job

RING_SECONDS = 15
"""No longer than the caller waits for the screener (`calls.routing.JOIN_WITHIN`)."""


@dataclass(frozen=True)
class _Situation:
    call: Call
    line_number: str
    caller: CallLeg
    screener: CallLeg | None


@job
def connect_call(work: Work) -> None:
    """Do what the state of the call asks for and has not been done. Twice is harmless.

    The screener's telephone is dialled only after the caller was told to come: a caller who has hung up
    meanwhile then rings nobody.
    """
    try:
        close_legs(work, work.id)
        now = _look(work)
        if now is None:
            return
        if now.call.state == "waiting" and now.caller.state in ("moving", "in_room"):
            _move_caller(work, now)
        elif now.call.state == "connecting" and now.screener is not None:
            coming = now.caller.state != "answered" or _move_caller(work, now, now.screener.id)
            if coming:
                _dial(work, now.call, now.screener, now.line_number)
    except TryAgain as error:
        raise later(work, error) from error


def _look(work: Work) -> _Situation | None:
    with work.database.transaction() as session:
        call = session.get(Call, work.id)
        if call is None or call.ended_at is not None:
            return None
        legs = pool.legs_of(session, call.id, "screener")
        current = legs[-1] if legs and call.state == "connecting" else None
        number = session.get_one(Line, call.line_id).number
        return _Situation(call, number, pool.caller_leg(session, call.id), current)


def _move_caller(work: Work, now: _Situation, leg_id: UUID | None = None) -> bool:
    """Let the caller ask for `/voice/connect`, which knows where they belong. False when the caller is gone."""
    links = Links(work.settings.public_voice_url)
    url = links.to("connect", language=now.call.language, leg=str(leg_id) if leg_id else None)
    try:
        work.phone.redirect_call(now.caller.sid or "", url)
    except CallGone:
        with work.database.transaction() as session:
            connecting.caller_gone(session, now.call.id)
        return False
    return True


def _dial(work: Work, call: Call, leg: CallLeg, from_: str) -> None:
    address = leg.address or ""
    with work.database.transaction() as session:
        claimed = connecting.dialing(session, call.id, leg.id)
    sid = None if claimed else _already_dialled(work, leg, address)
    if not claimed and (sid is None and leg.state != "dialing"):
        return
    if sid is None:
        links = Links(work.settings.public_voice_url)
        try:
            sid = work.phone.dial(
                address,
                from_,
                links.to("screener", leg=str(leg.id)),
                links.to("call-status", leg=str(leg.id)),
                RING_SECONDS,
            )
        except (Refused, CallGone):
            with work.database.transaction() as session:
                connecting.cannot_dial(session, call.id, leg.id)
            return
    with work.database.transaction() as session:
        connecting.dialled(session, call.id, leg.id, sid)


def _already_dialled(work: Work, leg: CallLeg, address: str) -> str | None:
    """The sid of a leg that an earlier run dialled without living to write it down."""
    if leg.sid is not None:
        return leg.sid
    if leg.state != "dialing":
        return None
    live = work.phone.live_calls_to(address)
    with work.database.transaction() as session:
        known = set(session.scalars(select(CallLeg.sid).where(CallLeg.sid.in_(live))))
    return next((sid for sid in live if sid not in known), None)
