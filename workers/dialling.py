"""Placing a leg: claimed in the database before the telephone rings, so that nobody is rung twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from hotline.accounts.models import User
from hotline.base import clock, outbox
from hotline.calls import connecting
from hotline.calls.models import CallLeg, Presence
from hotline.telephony.links import Links
from hotline.telephony.port import CallGone, Refused
from workers.job import Work

SOFTPHONE_FIRST = timedelta(seconds=4)
"""How long a browser that dials in by itself is waited for before the person's address is rung."""


@dataclass(frozen=True)
class Ring:
    """How a leg is to be called. `page` answers it; `digits` are keyed in then; times are seconds.

    `room`: where it belongs, when that does not follow from the leg (`calls.states.room_of`).
    """

    address: str
    from_: str
    page: str
    timeout: int
    digits: str | None = None
    room: str | None = None


def place(work: Work, leg: CallLeg, ring: Ring) -> None:
    """Call somebody for a leg that is wanted, unless that was done before. Raises TryAgain.

    An address that the phone company refuses for good ends the leg.
    """
    with work.database.transaction() as session:
        claimed = connecting.dialing(session, leg.call_id, leg.id, address=_shown(leg, ring))
    sid = None if claimed else _already_dialled(work, leg, ring.address)
    if not claimed and sid is None and leg.state != "dialing":
        return
    if sid is None:
        links = Links(work.settings.public_voice_url)
        try:
            sid = work.phone.dial(
                ring.address,
                ring.from_,
                links.to(ring.page, leg=str(leg.id), room=ring.room),
                links.to("call-status", leg=str(leg.id)),
                ring.timeout,
                ring.digits,
            )
        except (Refused, CallGone):
            with work.database.transaction() as session:
                connecting.cannot_dial(session, leg.call_id, leg.id)
            return
    with work.database.transaction() as session:
        connecting.dialled(session, leg.call_id, leg.id, sid)


def address_of(work: Work, leg: CallLeg, job: str) -> str | None:
    """Where a colleague's leg rings now, by the telephone that they work with.

    None while their browser is given the time to dial in; then `job` runs again for the call.
    """
    with work.database.transaction() as session:
        presence = session.get(Presence, leg.user_id) if leg.user_id is not None else None
        telephone = presence.telephone if presence is not None else "ring"
        if telephone == "desk" and leg.user_id is not None:
            return session.get_one(User, leg.user_id).desk_number or leg.address
        due = leg.created_at + SOFTPHONE_FIRST
        if telephone == "softphone" and leg.state == "wanted" and clock.now() < due:
            outbox.enqueue(session, job, leg.call_id, key=f"{job}:softphone:{leg.id}", due_at=due)
            return None
    return leg.address


def _shown(leg: CallLeg, ring: Ring) -> str | None:
    """What the row tells of where it rings: nothing of a number that lives in the vault."""
    return None if leg.vault_id is not None else ring.address


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
