"""The whole number of a caller: hidden, unless the rules of the jurisdiction let a named person look, for a reason."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.base.errors import InvalidInput, NotFound, NotPermitted
from hotline.calls.models import Call
from hotline.policy.loader import Shelf
from hotline.policy.telephone import CallerNumber
from hotline.vault.service import Vault

REASONS = ("line_cut", "send_help", "caller_asked", "threat")
"""`line_cut`: to call back somebody who was cut off; `send_help`: police or an ambulance must find the caller;
`caller_asked`: the caller wants to be sure that we have it right; `threat`: a threat was spoken."""


def may_reveal(packs: Shelf, call: Call, person: SignedIn) -> bool:
    """Whether the person may see the whole number of this call after giving a reason."""
    if call.caller_vault_id is None or call.caller_hash is None or not person.may("caller:reveal"):
        return False
    rule = rule_of(packs, call)
    if rule is None or rule.whole_number == "never":
        return False
    if "supervisor" in person.roles:
        return True
    return rule.whole_number == "screener" and call.screener_id == person.user_id


def rule_of(packs: Shelf, call: Call) -> CallerNumber | None:
    """What the pack in force at the call says of its number; None: it is silent, so the number stays hidden."""
    return packs.in_force(call.jurisdiction, call.received_at).rules.telephone.caller_number


def reveal(session: Session, vault: Vault, packs: Shelf, call_id: UUID, person: SignedIn, reason: str) -> str:
    """The number as it was dialled from, for the screener of the call or a supervisor; the look is audited.

    Raises NotFound for somebody else's call, NotPermitted when the rules forbid it, InvalidInput without a reason.
    """
    call = session.get(Call, call_id)
    if call is None or (call.screener_id != person.user_id and "supervisor" not in person.roles):
        raise NotFound("No such call.")
    if not may_reveal(packs, call, person) or call.caller_vault_id is None:
        raise NotPermitted("The rules of this county keep the caller’s number hidden.")
    if reason not in REASONS:
        raise InvalidInput("reason", "Choose why you need the number.")
    return str(vault.reveal(session, call.caller_vault_id, person.actor, f"caller_number:{reason}")["number"])
