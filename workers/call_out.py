"""Call the other end of a call that we place, once the screener is in the room."""

from __future__ import annotations

from hotline.audit.record import Actor
from hotline.calls import pool
from hotline.calls.callee import RING_SECONDS
from hotline.calls.models import Call, CallLeg
from hotline.lines.models import Line
from hotline.telephony.port import TryAgain
from workers.dialling import Ring, place
from workers.end_call import later
from workers.job import Work, job

_ACTOR = Actor.system("call_out")


@job
def call_out(work: Work) -> None:
    """Let the callee's telephone ring, unless the screener is gone or somebody else has. Twice is harmless."""
    found = _look(work)
    if found is None:
        return
    leg, from_ = found
    number = _number(work, leg)
    try:
        place(work, leg, Ring(number, from_, "called", RING_SECONDS))
    except TryAgain as error:
        raise later(work, error) from error


def _look(work: Work) -> tuple[CallLeg, str] | None:
    with work.database.transaction() as session:
        call = session.get(Call, work.id)
        if call is None or call.state != "connecting" or call.direction == "inbound":
            return None
        leg, mine = pool.find_caller_leg(session, call.id), pool.screener_leg(session, call)
        if leg is None or leg.state not in ("wanted", "dialing") or mine is None or mine.state != "in_room":
            return None
        line = session.get_one(Line, call.line_id)
        return leg, line.caller_id or line.number


def _number(work: Work, leg: CallLeg) -> str:
    """The number to call. It leaves this job only to the phone company; that it was opened is audited."""
    with work.database.transaction() as session:
        assert leg.vault_id is not None
        return str(work.vault.reveal(session, leg.vault_id, _ACTOR, "dial")["number"])
