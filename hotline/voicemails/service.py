"""Messages of callers whom nobody could take: kept, given to a named person, heard.

A row exists before the beep, and the person is told at once: whatever becomes of the sound, nobody is forgotten.
Every function works in the asker's transaction, takes the lock of the routing pool first and never commits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Text, cast, exists, select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.calls import pool
from hotline.calls.ending import divert
from hotline.calls.models import Call
from hotline.calls.telling import open_for_supervisors
from hotline.vault.service import Vault
from hotline.voicemails.models import Voicemail
from hotline.voicemails.states import RESULTS, VOICEMAIL, is_message
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem

HEAR_WITHIN = timedelta(minutes=30)
HEAR_DANGER_WITHIN = timedelta(minutes=10)
"""By when somebody has listened to a message, and to that of a caller who chose "danger"."""

FETCH_FOR = timedelta(minutes=10)
"""How long the phone company is asked for the sound before a person is told that it does not come."""

SETTLE_AFTER = timedelta(minutes=2)
"""News of a message may come so long after the end of the call; then there was none."""

KIND = "voicemail"
_SYSTEM = Actor.system("voicemails")
_MOST = 100


def begin(session: Session, call_id: UUID) -> Voicemail:
    """The caller is about to be asked to speak: the row of the message, one per call until it is left."""
    call = pool.locked_call(session, call_id)
    present = _newest(session, call_id)
    if present is not None and present.state in ("recording", "empty"):
        return present
    voicemail = Voicemail(
        id=new_id(),
        call_id=call.id,
        jurisdiction=call.jurisdiction,
        language=call.language,
        state="recording",
        started_at=clock.now(),
    )
    session.add(voicemail)
    session.flush()
    return voicemail


def left(session: Session, call_id: UUID, sid: str, seconds: int, at: datetime) -> Voicemail | None:
    """The phone company has recorded something for a call; None when it is too short to be a message.

    Told twice, late or in any order it is one message. The call counts as diverted, and somebody is told.
    """
    call = pool.locked_call(session, call_id)
    known = session.scalar(select(Voicemail).where(Voicemail.recording_sid == sid))
    if known is not None:
        return known
    voicemail = begin(session, call_id)
    if not is_message(seconds):
        _move(voicemail, "find_empty")
        session.flush()
        return None
    _move(voicemail, "leave")
    voicemail.recording_sid, voicemail.seconds, voicemail.received_at = sid, seconds, at
    record(session, _SYSTEM, "voicemail:left", "voicemail", voicemail.id)
    divert(session, call, at=at)
    _open_item(session, voicemail, call)
    outbox.enqueue(session, "fetch_voicemail", voicemail.id, key=f"fetch_voicemail:{sid}")
    session.flush()
    return voicemail


def kept(session: Session, voicemail_id: UUID, media_vault_id: UUID) -> bool:
    """The sound is in the vault; False when another copy was faster."""
    voicemail = locked(session, voicemail_id)
    if voicemail.media_vault_id is not None:
        return False
    voicemail.media_vault_id = media_vault_id
    _move(voicemail, "keep")
    session.flush()
    return True


def missing(session: Session, voicemail_id: UUID) -> None:
    """The sound does not come: its person is told that there is a message without one."""
    voicemail = locked(session, voicemail_id)
    if voicemail.state != "left":
        return
    _move(voicemail, "miss")
    item = _item(session, voicemail)
    if item is not None:
        worklist.restate(session, item, "message_without_sound")
    record(session, _SYSTEM, "voicemail:sound_missing", "voicemail", voicemail.id)
    session.flush()


def note_text(session: Session, vault: Vault, sid: str, text: str) -> None:
    """The phone company's own transcript of a message; the first one stands."""
    voicemail = session.scalar(select(Voicemail).where(Voicemail.recording_sid == sid).with_for_update())
    if voicemail is not None and voicemail.text_vault_id is None and text.strip():
        voicemail.text_vault_id = vault.put(session, "voicemail_text", {"text": text})


def sound(session: Session, vault: Vault, voicemail_id: UUID, actor: Actor) -> bytes:
    """The message as MP3, for somebody who listens; audited. Raises NotFound when there is none (yet)."""
    voicemail = session.get(Voicemail, voicemail_id)
    if voicemail is None or voicemail.media_vault_id is None:
        raise NotFound("There is no sound of this message.")
    return vault.reveal_bytes(session, voicemail.media_vault_id, actor, "voicemail")


def text(session: Session, vault: Vault, voicemail: Voicemail, actor: Actor) -> str | None:
    """What the phone company understood of a message, for somebody who reads it; audited. None when there is none."""
    if voicemail.text_vault_id is None:
        return None
    return str(vault.reveal(session, voicemail.text_vault_id, actor, "voicemail")["text"])


def settle(session: Session, voicemail_id: UUID, user_id: UUID, result: str) -> None:
    """A person has listened and says what came of it, by RESULTS; its matter is closed. Twice is harmless.

    Raises InvalidInput, NotFound, and Conflict while the sound is still on its way.
    """
    if result not in RESULTS:
        raise InvalidInput("result", "Say what you did about the message.")
    pool.enter(session)
    voicemail = locked(session, voicemail_id)
    if not VOICEMAIL.allows(voicemail.state, "hear"):
        raise Conflict("The sound of this message is not here yet.")
    item = _item(session, voicemail)
    if voicemail.state == "heard" and item is None:
        return
    _move(voicemail, "hear")
    voicemail.heard_at, voicemail.heard_by = clock.now(), user_id
    actor = Actor.user(user_id)
    if item is not None:
        worklist.close(session, item.id, actor, result, user_id)
    record(session, actor, "voicemail:heard", "voicemail", voicemail.id, {"result": result})
    session.flush()


def sweep(session: Session) -> None:
    """Messages that never came to be, and those for which nobody could be told. Harmless any number of times."""
    pool.enter(session)
    over = (
        select(Voicemail)
        .join(Call, Call.id == Voicemail.call_id)
        .where(Voicemail.state == "recording", Call.ended_at <= clock.now() - SETTLE_AFTER)
        .limit(_MOST)
    )
    for voicemail in session.scalars(over).all():
        _move(voicemail, "find_empty")
    untold = select(Voicemail).where(
        Voicemail.state.in_(("left", "kept", "missing")),
        ~exists().where(WorklistItem.kind == KIND, WorklistItem.subject_id == cast(Voicemail.id, Text)),
    )
    for voicemail in session.scalars(untold.limit(_MOST)).all():
        _open_item(session, voicemail, session.get_one(Call, voicemail.call_id))
    session.flush()


def locked(session: Session, voicemail_id: UUID) -> Voicemail:
    """The message as it stands now, kept from others; raises NotFound."""
    voicemail = session.get(Voicemail, voicemail_id, with_for_update=True, populate_existing=True)
    if voicemail is None:
        raise NotFound("No such message.")
    return voicemail


def _open_item(session: Session, voicemail: Voicemail, call: Call) -> None:
    open_for_supervisors(
        session,
        kind=KIND,
        jurisdiction=voicemail.jurisdiction,
        subject_kind="voicemail",
        subject_id=voicemail.id,
        reason="message_left",
        due_in=HEAR_DANGER_WITHIN if call.lane == "danger" else HEAR_WITHIN,
        detail={"lane": call.lane, "language": voicemail.language, "caller": call.caller_kind},
    )


def _item(session: Session, voicemail: Voicemail) -> WorklistItem | None:
    return session.scalar(
        select(WorklistItem).where(
            WorklistItem.kind == KIND,
            WorklistItem.subject_id == str(voicemail.id),
            WorklistItem.closed_at.is_(None),
        )
    )


def _newest(session: Session, call_id: UUID) -> Voicemail | None:
    return session.scalar(
        select(Voicemail)
        .where(Voicemail.call_id == call_id)
        .order_by(Voicemail.started_at.desc(), Voicemail.id.desc())
        .limit(1)
    )


def _move(voicemail: Voicemail, event: str) -> None:
    if VOICEMAIL.allows(voicemail.state, event):
        voicemail.state = VOICEMAIL.next(voicemail.state, event)
