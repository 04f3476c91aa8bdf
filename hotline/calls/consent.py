"""Who may listen to which call: the line, the law of the day it was received, and the caller's own word."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.base.errors import Conflict
from hotline.calls.models import Call
from hotline.lines.models import Line
from hotline.policy.consent import Allowed, Kind, Refused, may
from hotline.policy.errors import NoPackInForce
from hotline.policy.loader import Shelf
from hotline.policy.telephone import Consent, ConsentRule


def rule_of(packs: Shelf, call: Call, kind: Kind) -> ConsentRule | None:
    """What the pack in force when the call was received says; None when it, or every pack, is silent."""
    try:
        consent = packs.in_force(call.jurisdiction, call.received_at).rules.telephone.consent
    except NoPackInForce:
        consent = Consent()
    return consent.of(kind)


def permission(session: Session, packs: Shelf, call: Call, kind: Kind) -> Allowed | Refused:
    """Whether this call may be recorded, transcribed or monitored now."""
    line = session.get_one(Line, call.line_id)
    settings: dict[Kind, str] = {
        "recording": line.recording,
        "transcription": line.transcription,
        "monitoring": line.monitoring,
    }
    rule = rule_of(packs, call, kind)
    return may(settings[kind], rule.rule if rule is not None else None, call.consent)


def require(session: Session, packs: Shelf, call: Call, kind: Kind) -> Allowed:
    """The permission; raises Conflict that says in words what stands against it."""
    found = permission(session, packs, call, kind)
    if isinstance(found, Allowed):
        return found
    if found.why == "line_off":
        raise Conflict("This line does not allow that.")
    if found.why == "forbidden":
        raise Conflict("The rules of this county forbid that.")
    if found.why == "caller_refused":
        raise Conflict("The caller has said no.")
    raise Conflict("Ask the caller first, and note the answer.")
