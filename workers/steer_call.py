"""Let the phone company do what is wanted of a call's legs: call them, hold or mute them, end them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import text

from hotline.base import outbox
from hotline.calls import control, pool
from hotline.calls.models import Call, CallLeg
from hotline.contacts.models import Contact
from hotline.lines.models import Line
from hotline.telephony.links import Links
from hotline.telephony.port import CallGone, Refused, TryAgain
from workers.dialling import Ring, address_of, place
from workers.end_call import close_legs, later
from workers.job import Work, job

COLLEAGUE_RING_SECONDS = 20
OUTSIDE_RING_SECONDS = 30
"""A dispatch center or an interpreter service may let it ring for a while."""

DIGITS_PAUSE = "wwww"
"""Two seconds before a customer code is keyed in: the service has begun to ask for it."""

_PAGES = {"screener": "screener", "consult": "screener", "supervisor": "supervisor"}
_OUTSIDE_PAGE = "party"
_SEED = 7_301_007


@dataclass(frozen=True)
class _Wanted:
    """What is to be done about one call, read in one transaction."""

    call: Call
    from_: str
    to_dial: tuple[CallLeg, ...]
    unsettled: tuple[CallLeg, ...]


@job
def steer_call(work: Work) -> None:
    """Compare what is wanted of each leg with what was told, and tell the difference. Twice is harmless.

    Runs about the same call follow each other, so that of two wishes the later one is told last.
    """
    with _alone(work):
        try:
            close_legs(work, work.id)
            now = _look(work)
            if now is None:
                return
            for leg in now.unsettled:
                _settle(work, now.call, leg)
            for leg in now.to_dial:
                _dial(work, now, leg)
        except TryAgain as error:
            raise later(work, error) from error


@contextmanager
def _alone(work: Work) -> Iterator[None]:
    """Nobody else tells the phone company about this call meanwhile."""
    with work.database.transaction() as session:
        session.execute(
            text("select pg_advisory_xact_lock(hashtextextended(:call, :seed))"),
            {"call": work.subject_id, "seed": _SEED},
        )
        yield


def _look(work: Work) -> _Wanted | None:
    with work.database.transaction() as session:
        call = session.get(Call, work.id)
        if call is None or call.ended_at is not None or call.conference is None:
            return None
        line = session.get_one(Line, call.line_id)
        others = pool.other_legs(session, call.id)
        everybody = [*pool.legs_of(session, call.id, "caller"), *others]
        return _Wanted(
            call=call,
            from_=line.caller_id or line.number,
            to_dial=tuple(leg for leg in others if call.state == "talking" and _to_dial(leg)),
            unsettled=tuple(leg for leg in everybody if control.unsettled(leg)),
        )


def _to_dial(leg: CallLeg) -> bool:
    ours = leg.kind in _PAGES or leg.kind in control.EXTERNAL
    return ours and (leg.state == "wanted" or (leg.state == "dialing" and leg.sid is None))


def _settle(work: Work, call: Call, leg: CallLeg) -> None:
    links = Links(work.settings.public_voice_url)
    held = leg.held if leg.held != bool(leg.told.get("held")) else None
    muted = leg.muted if leg.muted != bool(leg.told.get("muted")) else None
    try:
        work.phone.change_participant(
            call.conference or "",
            leg.sid or "",
            muted=muted,
            held=held,
            hold_url=links.to("hold-music", language=call.language) if held else None,
        )
    except CallGone:
        # They are in the room by our books only: the phone company knows who is there.
        with work.database.transaction() as session:
            outbox.enqueue(session, "check_call", call.id, key=f"check_call:{leg.id}:{call.version}")
        return
    except Refused as error:
        with work.database.transaction() as session:
            control.refused(session, call.id, leg.id, error.code)
        return
    facts = {"held": held, "muted": muted}
    with work.database.transaction() as session:
        known = {name: value for name, value in facts.items() if value is not None}
        control.told(session, call.id, leg.id, **known)


def _dial(work: Work, now: _Wanted, leg: CallLeg) -> None:
    room = now.call.conference
    if leg.kind in _PAGES:
        address = address_of(work, leg, "steer_call")
        if address is not None:
            ring = Ring(address, now.from_, _PAGES[leg.kind], COLLEAGUE_RING_SECONDS, room=room)
            place(work, leg, ring)
        return
    address, digits = _outside(work, leg)
    place(work, leg, Ring(address, now.from_, _OUTSIDE_PAGE, OUTSIDE_RING_SECONDS, digits, room))


def _outside(work: Work, leg: CallLeg) -> tuple[str, str | None]:
    """The number of somebody outside and the keys to press there. Neither leaves this job but to the phone company."""
    with work.database.transaction() as session:
        if leg.vault_id is not None:
            return str(work.vault.use(session, leg.vault_id)["number"]), None
        contact = session.get_one(Contact, leg.contact_id)
        if contact.pin_vault_id is None:
            return contact.number, None
        pin = work.vault.use(session, contact.pin_vault_id)["pin"]
        return contact.number, f"{DIGITS_PAUSE}{pin}#"
