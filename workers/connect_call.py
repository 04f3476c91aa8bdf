"""Bring caller and screener to where the call's state says: into their room, back into the line, to the voicemail."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hotline.calls import connecting, pool
from hotline.calls.models import Call, CallLeg
from hotline.lines.models import Line
from hotline.telephony.links import Links
from hotline.telephony.port import CallGone, TryAgain
from workers.dialling import Ring, address_of, place
from workers.end_call import close_legs, later
from workers.job import Work, job

RING_SECONDS = 15
"""No longer than the caller waits for the screener (`calls.routing.JOIN_WITHIN`)."""


@dataclass(frozen=True)
class _Situation:
    call: Call
    line_number: str
    caller: CallLeg | None
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
        if now.caller is not None and _belongs_elsewhere(now.call, now.caller):
            _move_caller(work, now.call, now.caller)
        elif now.call.state == "connecting" and now.screener is not None:
            caller = now.caller
            waits = caller is not None and caller.state == "answered"
            if caller is None or not waits or _move_caller(work, now.call, caller, now.screener.id):
                _dial(work, now.screener, now.line_number)
    except TryAgain as error:
        raise later(work, error) from error


def _look(work: Work) -> _Situation | None:
    with work.database.transaction() as session:
        call = session.get(Call, work.id)
        if call is None or call.ended_at is not None:
            return None
        current = pool.screener_leg(session, call) if call.state == "connecting" else None
        line = session.get_one(Line, call.line_id)
        caller = pool.find_caller_leg(session, call.id)
        return _Situation(call, line.caller_id or line.number, caller, current)


def _belongs_elsewhere(call: Call, caller: CallLeg) -> bool:
    """Whether a caller who waits again is still in the room, or one who may leave a message still in the line."""
    if call.state == "waiting":
        return caller.state in ("moving", "in_room") or bool(caller.told.get("elsewhere"))
    return call.state == "voicemail" and not caller.told.get("voicemail")


def _move_caller(work: Work, call: Call, caller: CallLeg, leg_id: UUID | None = None) -> bool:
    """Let the caller ask for `/voice/connect`, which knows where they belong. False when the caller is gone."""
    links = Links(work.settings.public_voice_url)
    url = links.to("connect", language=call.language, leg=str(leg_id) if leg_id else None)
    try:
        work.phone.redirect_call(caller.sid or "", url)
    except CallGone:
        with work.database.transaction() as session:
            connecting.caller_gone(session, call.id)
        return False
    if call.state == "voicemail":
        with work.database.transaction() as session:
            connecting.caller_sent_to_voicemail(session, call.id)
    return True


def _dial(work: Work, leg: CallLeg, from_: str) -> None:
    address = address_of(work, leg, "connect_call")
    if address is not None:
        place(work, leg, Ring(address, from_, "screener", RING_SECONDS))
