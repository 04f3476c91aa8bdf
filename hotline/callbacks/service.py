"""Calling callers back: asked for while waiting, offered to a person after an abandoned call or a message.

A callback is a row with a place in line, attempts and a next time; nothing but its row decides when somebody calls.
Every function works in the asker's transaction, takes the lock of the routing pool first and never commits.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.callbacks.models import Callback
from hotline.callbacks.states import CALLBACK, CLOSE_REASONS
from hotline.calls import outbound, pool
from hotline.calls.ending import divert
from hotline.calls.models import Call
from hotline.calls.outbound import Return
from hotline.calls.routing import route
from hotline.vault.service import Vault
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem

SYSTEM = Actor.system("callbacks")
ITEM_KINDS = ("callback_failed", "callback_late")
"""Kinds of worklist items about a callback itself; an abandoned call has its own."""

OPEN = ("waiting", "in_line", "with_person")


def ask(
    session: Session, vault: Vault, call_id: UUID, number: str | None = None, safe: bool | None = None
) -> Callback:
    """A waiting caller wants to be called back, at the number they call from unless `number` is another.

    Asking again replaces the number. `safe` is what `answer` takes; None: not asked yet. Raises Conflict when the
    caller waits no longer, and InvalidInput for a number that can't be called.
    """
    call = pool.locked_call(session, call_id)
    if call.state != "waiting":
        raise Conflict("The caller does not wait any more.")
    if number is not None:
        e164 = outbound.callable_number(session, number)
        vault_id, number_hash = vault.put(session, "caller_number", {"number": e164}), vault.fingerprint(e164)
    elif call.caller_kind == "number" and call.caller_vault_id is not None and call.caller_hash is not None:
        vault_id, number_hash = call.caller_vault_id, call.caller_hash
    else:
        raise InvalidInput("number", "No number came with this call. Key one in.")
    callback = of_call(session, call.id)
    if callback is None:
        callback = _new(session, call, "queue", "asked", vault_id, number_hash)
    elif callback.state != "asked":
        return callback
    else:
        if callback.vault_id not in (vault_id, call.caller_vault_id):
            vault.destroy(session, callback.vault_id, SYSTEM, "replaced")
        callback.vault_id, callback.number_hash = vault_id, number_hash
        callback.safe_to_call = None
    session.flush()
    return callback if safe is None else answer(session, call_id, safe=safe)


def answer(session: Session, call_id: UUID, *, safe: bool) -> Callback:
    """The caller's answer to "is it safe to call you back?".

    Yes: the call ends, and the callback keeps its place. No: nobody will call, and the caller goes on waiting. Twice
    is harmless. Raises NotFound when no callback was asked for.
    """
    call = pool.locked_call(session, call_id)
    callback = of_call(session, call_id)
    if callback is None:
        raise NotFound("No callback was asked for.")
    if callback.state != "asked":
        return callback
    call.safe_to_call = callback.safe_to_call = safe
    if not safe:
        session.flush()
        return callback
    _supersede(session, callback)
    move(callback, "confirm")
    callback.next_at = clock.now()
    record(session, SYSTEM, "callback:asked", "callback", callback.id, {"lane": callback.lane})
    divert(session, call)
    route(session)
    return callback


def for_abandoned(session: Session, call: Call) -> Callback | None:
    """A person may call back who hung up before anybody answered; nobody is called by itself.

    None when the number is not known or can't be called, or when the same number has an open callback already.
    """
    return _for_person(session, call, "abandoned")


def for_voicemail(session: Session, call_id: UUID) -> Callback:
    """Whoever left a message is to be called back by a person. Raises Conflict when there is no number for it."""
    call = pool.locked_call(session, call_id)
    present = of_call(session, call_id)
    if present is not None and present.closed_at is None:
        return present
    callback = _for_person(session, call, "voicemail") if present is None else None
    if callback is None:
        raise Conflict("There is no number to call back, or it was called already.")
    return callback


def _for_person(session: Session, call: Call, origin: str) -> Callback | None:
    if call.caller_kind != "number" or call.caller_vault_id is None or call.caller_hash is None:
        return None
    if of_call(session, call.id) is not None or open_to(session, call.caller_hash):
        return None
    callback = _new(session, call, origin, "with_person", call.caller_vault_id, call.caller_hash)
    callback.safe_to_call = call.safe_to_call
    session.flush()
    return callback


def call_now(session: Session, callback_id: UUID, user_id: UUID) -> Call:
    """A person calls back at once, whoever's turn it is; the call that they have.

    Raises NotFound and Conflict (closed, not safe, somebody else is calling, or the person can't call now).
    """
    pool.enter(session)
    callback = locked(session, callback_id)
    if callback.state not in OPEN:
        raise Conflict("This callback was closed already.")
    if callback.safe_to_call is False:
        raise Conflict("The caller said that it is not safe to call back.")
    call = placed(session, callback) if callback.state == "in_line" else put_in_line(session, callback)
    if call is None:
        raise Conflict("Somebody is calling back already.")
    taken = outbound.take(session, call.id, user_id)
    for item in items(session, callback):
        worklist.take(session, item.id, user_id)
    return taken


def close(session: Session, callback_id: UUID, user_id: UUID, resolution: str) -> None:
    """A person closes a callback with a code of CLOSE_REASONS; twice is harmless.

    Raises NotFound, InvalidInput, and Conflict while somebody is calling.
    """
    if resolution not in CLOSE_REASONS:
        raise InvalidInput("resolution", "Choose why nobody needs to call back.")
    pool.enter(session)
    callback = locked(session, callback_id)
    if callback.state == "closed":
        return
    call = placed(session, callback) if callback.state == "in_line" else None
    if call is not None and not outbound.take_back(session, call.id):
        raise Conflict("Somebody is calling back at this moment.")
    if resolution == "not_safe":
        callback.safe_to_call = False
    shut(session, callback, resolution, Actor.user(user_id), user_id)


def put_in_line(session: Session, callback: Callback) -> Call:
    """The callback's call, waiting in line at the caller's old place."""
    origin = session.get_one(Call, callback.call_id)
    move(callback, "put_in_line")
    callback.next_at = None
    return outbound.put_in_line(
        session,
        Return(
            origin=origin,
            vault_id=callback.vault_id,
            number_hash=callback.number_hash,
            language=callback.language,
            lane=callback.lane,
            queued_at=callback.queued_at,
        ),
    )


def placed(session: Session, callback: Callback) -> Call | None:
    """The newest call by which somebody tried to call back."""
    return session.scalar(
        select(Call)
        .where(Call.origin_id == callback.call_id, Call.direction == "callback")
        .order_by(Call.received_at.desc(), Call.id.desc())
        .limit(1)
    )


def shut(
    session: Session, callback: Callback, resolution: str, actor: Actor, user_id: UUID | None = None
) -> None:
    """Close a callback whose lock the asker holds, and the items about it."""
    move(callback, "close")
    callback.closed_at, callback.next_at, callback.resolution = clock.now(), None, resolution
    record(session, actor, "callback:closed", "callback", callback.id, {"resolution": resolution})
    for item in items(session, callback):
        worklist.close(session, item.id, actor, resolution, user_id)
    session.flush()


def items(session: Session, callback: Callback) -> list[WorklistItem]:
    """The open worklist items that end with the callback."""
    own = (WorklistItem.kind.in_(ITEM_KINDS)) & (WorklistItem.subject_id == str(callback.id))
    of_call = (WorklistItem.kind == "abandoned_call") & (WorklistItem.subject_id == str(callback.call_id))
    return list(session.scalars(select(WorklistItem).where(own | of_call, WorklistItem.closed_at.is_(None))))


def open_to(session: Session, number_hash: str) -> list[Callback]:
    """Open callbacks to a number, the oldest first."""
    return list(
        session.scalars(
            select(Callback)
            .where(Callback.number_hash == number_hash, Callback.state.in_(OPEN))
            .order_by(Callback.created_at)
        )
    )


def locked(session: Session, callback_id: UUID) -> Callback:
    """The callback as it stands now, kept from others; raises NotFound."""
    callback = session.get(Callback, callback_id, with_for_update=True, populate_existing=True)
    if callback is None:
        raise NotFound("No such callback.")
    return callback


def move(callback: Callback, event: str) -> None:
    """Move a callback on by `states.CALLBACK`; raises IllegalMove."""
    callback.state = CALLBACK.next(callback.state, event)
    callback.version += 1


def _supersede(session: Session, callback: Callback) -> None:
    """Who asks again is called once, at the older place in line."""
    for older in open_to(session, callback.number_hash):
        call = placed(session, older) if older.state == "in_line" else None
        if older.id == callback.id or (call is not None and not outbound.take_back(session, call.id)):
            continue
        callback.queued_at = min(callback.queued_at, older.queued_at)
        shut(session, older, "asked_again", SYSTEM)


def of_call(session: Session, call_id: UUID) -> Callback | None:
    """The callback that came of a call, open or closed, kept from others."""
    return session.scalar(
        select(Callback)
        .where(Callback.call_id == call_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _new(session: Session, call: Call, origin: str, state: str, vault_id: UUID, number_hash: str) -> Callback:
    began: datetime = call.queued_at or call.received_at
    callback = Callback(
        id=new_id(),
        call_id=call.id,
        line_id=call.line_id,
        jurisdiction=call.jurisdiction,
        origin=origin,
        vault_id=vault_id,
        number_hash=number_hash,
        language=call.language,
        lane=call.lane or "general",
        queued_at=began,
        state=state,
        attempts=0,
        created_at=clock.now(),
        version=1,
    )
    session.add(callback)
    return callback
