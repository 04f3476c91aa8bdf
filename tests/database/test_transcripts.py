"""The live transcript: pieces out of order, guesses and words, and who may read them."""

from __future__ import annotations

import random
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, NotFound
from hotline.calls.models import Call
from hotline.recordings import queries, service, transcripts
from hotline.recordings.models import Transcription, TranscriptPiece
from hotline.vault.models import VaultRecord
from tests.support.calls import VAULT, Hotline, add_line, add_person, add_supervisor, sid
from tests.support.listening import kern_packs, open_ears, packs_with

KERN = kern_packs()
SECRET = "my neighbor Rosalind Canarywing"


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    add_line(session)
    add_supervisor(session)
    open_ears(session)
    return Hotline(session)


@pytest.fixture
def ann(hotline: Hotline) -> UUID:
    return hotline.screener("ann")


@pytest.fixture
def call(hotline: Hotline, ann: UUID) -> Call:
    """A Spanish call whose caller has agreed."""
    bea = hotline.screener("bea", "es")
    call = hotline.talks(bea, language="es")
    service.record_consent(hotline.session, call.id, bea, True)
    return call


@pytest.fixture
def written(hotline: Hotline, call: Call) -> Transcription:
    """Its transcript, which the phone company has begun."""
    found = service.start_transcript(hotline.session, KERN, call.id, _screener(call))
    return transcripts.told(hotline.session, found.id, "begun", sid=sid("GT"))


def _screener(call: Call) -> UUID:
    assert call.screener_id is not None
    return call.screener_id


def piece(
    session: Session,
    written: Transcription,
    sequence: int,
    text: str,
    *,
    final: bool = True,
    track: str = "caller",
) -> None:
    transcripts.heard(session, VAULT, written.id, sequence=sequence, track=track, final=final, text=text)


def shown(session: Session, call: Call) -> list[str]:
    return [line.text for line in queries.transcript(session, VAULT, call.id, _screener(call))]


def test_the_transcript_is_in_the_language_of_the_call_and_needs_consent(
    hotline: Hotline, ann: UUID, written: Transcription
) -> None:
    assert written.language == "es"
    call = hotline.talks(ann)
    with pytest.raises(Conflict, match="Ask the caller first"):
        service.start_transcript(hotline.session, KERN, call.id, ann)
    assert (
        service.start_transcript(hotline.session, packs_with("one_party"), call.id, ann).consent
        == "one_party"
    )


def test_words_are_shown_in_the_order_in_which_they_were_said(
    hotline: Hotline, call: Call, written: Transcription
) -> None:
    for sequence in (7, 3, 5, 3, 9, 7):
        piece(hotline.session, written, sequence, f"word {sequence}")
    assert shown(hotline.session, call) == ["word 3", "word 5", "word 7", "word 9"]


def test_a_guess_is_replaced_by_the_next_guess_and_by_the_words(
    hotline: Hotline, call: Call, written: Transcription
) -> None:
    session = hotline.session
    piece(session, written, 2, "The child", final=False)
    piece(session, written, 3, "The child is three", final=False)
    assert shown(session, call) == ["The child is three"]
    piece(session, written, 2, "The child", final=False)
    assert shown(session, call) == ["The child is three"]
    piece(session, written, 4, "The child is three years old")
    piece(session, written, 3, "The child is three", final=False)
    assert shown(session, call) == ["The child is three years old"]


def test_a_guess_of_one_voice_stays_while_another_goes_on(
    hotline: Hotline, call: Call, written: Transcription
) -> None:
    piece(hotline.session, written, 2, "Where", final=False, track="others")
    piece(hotline.session, written, 3, "On Elm Street")
    lines = queries.transcript(hotline.session, VAULT, call.id, _screener(call))
    assert [(line.track, line.final) for line in lines] == [("others", False), ("caller", True)]


@pytest.mark.parametrize("seed", range(8))
def test_in_whatever_order_pieces_come_all_words_are_shown_once_and_no_old_guess(
    hotline: Hotline, call: Call, written: Transcription, seed: int
) -> None:
    told = [(2 * n, f"guess {n}", False) for n in range(1, 9)] + [
        (2 * n + 1, f"words {n}", True) for n in range(1, 9)
    ]
    told += told[::3]
    random.Random(seed).shuffle(told)
    for sequence, text, final in told:
        piece(hotline.session, written, sequence, text, final=final)
    assert shown(hotline.session, call) == [f"words {n}" for n in range(1, 9)]


def test_what_is_said_on_hold_or_after_a_refusal_is_not_kept(
    hotline: Hotline, call: Call, written: Transcription
) -> None:
    hotline.leg(call, "caller").held = True
    hotline.session.flush()
    piece(hotline.session, written, 2, "alone")
    hotline.leg(call, "caller").held = False
    hotline.session.flush()
    piece(hotline.session, written, 3, "together")
    service.record_consent(hotline.session, call.id, _screener(call), False)
    piece(hotline.session, written, 4, "too late")
    assert shown(hotline.session, call) == ["together"]
    assert written.wanted == "stopped"


def test_the_last_words_may_come_after_the_end_of_the_call(
    hotline: Hotline, call: Call, written: Transcription
) -> None:
    hotline.hangs_up(call)
    piece(hotline.session, written, 5, "Goodbye")
    assert shown(hotline.session, call) == ["Goodbye"]


def test_the_words_are_sealed_and_nowhere_else(hotline: Hotline, call: Call, written: Transcription) -> None:
    piece(hotline.session, written, 2, SECRET)
    found = hotline.session.scalars(select(TranscriptPiece)).one()
    sealed = hotline.session.get_one(VaultRecord, found.vault_id)
    assert sealed.kind == "transcript"
    assert b"Canarywing" not in (sealed.sealed or b"")
    assert "Canarywing" not in str([row.detail for row in hotline.session.scalars(select(AuditEntry))])


def test_only_the_screener_reads_it_and_each_reader_is_audited_once(
    hotline: Hotline, call: Call, written: Transcription
) -> None:
    session = hotline.session
    piece(session, written, 2, "Hello")
    with pytest.raises(NotFound):
        queries.transcript(session, VAULT, call.id, add_person(session, "carl"))
    for _ in range(3):
        shown(session, call)
    read = session.scalars(select(AuditEntry).where(AuditEntry.action == "transcript:read")).all()
    assert [(row.actor_id, row.subject_id) for row in read] == [(str(_screener(call)), str(call.id))]


def test_a_transcript_that_breaks_off_says_so_and_can_be_begun_again(
    hotline: Hotline, call: Call, written: Transcription
) -> None:
    transcripts.failed(hotline.session, written.id, "transcript_error")
    view = queries.view(hotline.session, KERN, call.id)
    assert (view.transcript_state, view.transcript_failure) == ("failed", "transcript_error")
    again = service.start_transcript(hotline.session, KERN, call.id, _screener(call))
    assert again.id != written.id
