"""End the telephone legs that nobody wants any more."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from hotline.calls import connecting
from hotline.calls.models import Call, CallLeg
from hotline.telephony.port import CallGone, Refused, TryAgain
from workers.job import Retry, Work, job

PATIENT = 3
"""So many refusals of the phone company are taken as a hiccup; after that the job counts as failed."""

AGAIN = timedelta(seconds=1)


@job
def end_call(work: Work) -> None:
    """Hang up every leg of the call that is to be closed. Twice is harmless."""
    try:
        close_legs(work, work.id)
    except TryAgain as error:
        raise later(work, error) from error


def close_legs(work: Work, call_id: UUID) -> None:
    """Ask the phone company to end the call's legs that are `closing`. Raises TryAgain.

    While the room goes on, they are put out of it first: from then on they hear nothing, however long the end of
    their telephone call takes. A leg without a sid was never confirmed: if it is answered after all, its page
    hangs it up.
    """
    with work.database.transaction() as session:
        call = session.get(Call, call_id)
        room = call.conference if call is not None and call.ended_at is None else None
        legs = session.scalars(
            select(CallLeg).where(CallLeg.call_id == call_id, CallLeg.state == "closing")
        ).all()
    for leg in legs:
        if leg.sid is not None:
            if room is not None and leg.joined_at is not None:
                with contextlib.suppress(CallGone, Refused):
                    work.phone.remove_participant(room, leg.sid)
            # Gone is what was wanted; what is refused for good can't be wanted again.
            with contextlib.suppress(CallGone, Refused):
                work.phone.end_call(leg.sid)
        with work.database.transaction() as session:
            connecting.leg_closed(session, call_id, leg.id)


def later(work: Work, error: TryAgain) -> Exception:
    """What to raise when the phone company does not answer: a short wait at first, then a failure that is counted."""
    return Retry(AGAIN) if work.attempt <= PATIENT else error
