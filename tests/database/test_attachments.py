"""Files on a report: sealed, of a known kind, removable while they are not what was received."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.attachments import kinds
from hotline.attachments import service as attachments
from hotline.attachments.models import Attachment
from hotline.audit.models import AuditEntry
from hotline.base import clock as clocks
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, NotFound
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.vault.models import VaultRecord
from tests.support.kern import FORMS, VAULT, person

PDF = b"%PDF-1.7\n Canary-content-7719 \n%%EOF"
NAME = "Canary-Maria-Lopez.pdf"


@pytest.fixture
def screener(session: Session, clock: FrozenClock) -> SignedIn:
    return person(session, "ana", "screener")


@pytest.fixture
def report(session: Session, screener: SignedIn) -> Report:
    return reports.begin(
        session,
        VAULT,
        FORMS,
        screener,
        jurisdiction="kern",
        form_id="california-report",
        received_at=clocks.now(),
        channel="letter",
    )


def everything(session: Session) -> str:
    """All that the tables hold of files, vault and audit, as text."""
    tables = ("attachments", "vault_records", "audit_entries", "outbox")
    rows = (
        session.execute(text(f"select row_to_json(t)::text from {table} t")).scalars() for table in tables
    )
    return "\n".join(line for found in rows for line in found)


def test_a_file_comes_back_as_it_was_and_nothing_of_it_is_readable_in_the_tables(
    session: Session, report: Report, screener: SignedIn
) -> None:
    added = attachments.add(session, VAULT, report.id, screener, NAME, PDF)
    (listed,) = attachments.of(session, VAULT, report.id)
    assert (listed.name, listed.media_type, listed.size) == (NAME, "application/pdf", len(PDF))
    found = attachments.read(session, VAULT, report.id, added, screener)
    assert (found.name, found.media_type, found.content) == (NAME, "application/pdf", PDF)
    session.flush()
    held = everything(session)
    assert "Canary" not in held
    assert PDF.hex() not in held


def test_adding_and_opening_are_audited(session: Session, report: Report, screener: SignedIn) -> None:
    added = attachments.add(session, VAULT, report.id, screener, NAME, PDF)
    attachments.read(session, VAULT, report.id, added, screener)
    session.flush()
    done = [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert done[-3:] == ["file:added", "report:opened", "vault:revealed"]


def test_whoever_may_not_open_the_report_gets_no_file(
    session: Session, report: Report, screener: SignedIn
) -> None:
    added = attachments.add(session, VAULT, report.id, screener, NAME, PDF)
    stranger = person(session, "boris", "screener")
    with pytest.raises(NotFound):
        attachments.read(session, VAULT, report.id, added, stranger)
    with pytest.raises(NotFound):
        attachments.add(session, VAULT, report.id, stranger, NAME, PDF)
    with pytest.raises(NotFound):
        attachments.remove(session, VAULT, report.id, added, stranger)


def test_a_file_is_not_handed_out_under_another_report(
    session: Session, report: Report, screener: SignedIn
) -> None:
    added = attachments.add(session, VAULT, report.id, screener, NAME, PDF)
    other = reports.begin(
        session,
        VAULT,
        FORMS,
        screener,
        jurisdiction="kern",
        form_id="california-report",
        received_at=clocks.now(),
    )
    with pytest.raises(NotFound):
        attachments.read(session, VAULT, other.id, added, screener)


def test_a_removed_file_is_gone_for_good_and_twice_is_harmless(
    session: Session, report: Report, screener: SignedIn
) -> None:
    added = attachments.add(session, VAULT, report.id, screener, NAME, PDF)
    for _ in range(2):
        attachments.remove(session, VAULT, report.id, added, screener)
    assert attachments.of(session, VAULT, report.id) == []
    row = session.get_one(Attachment, added)
    for record_id in (row.content_vault_id, row.name_vault_id):
        record = session.get_one(VaultRecord, record_id)
        assert (record.wrapped_key, record.sealed) == (None, None)
    with pytest.raises(NotFound):
        attachments.read(session, VAULT, report.id, added, screener)


def test_a_submitted_report_takes_no_file_and_loses_none(
    session: Session, report: Report, screener: SignedIn
) -> None:
    added = attachments.add(session, VAULT, report.id, screener, NAME, PDF)
    report.state = "submitted"
    with pytest.raises(Conflict):
        attachments.add(session, VAULT, report.id, screener, NAME, PDF)
    with pytest.raises(Conflict):
        attachments.remove(session, VAULT, report.id, added, screener)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(PDF, "application/pdf", id="pdf"),
        pytest.param(b"\x1b%-12345X@PJL\n%PDF-1.4", "application/pdf", id="pdf-behind-a-fax-header"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "image/png", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg", id="jpeg"),
        pytest.param(b"II*\0\x08\0\0\0", "image/tiff", id="tiff"),
        pytest.param(b"MM\0*\0\0\0\x08", "image/tiff", id="tiff-other-end"),
        pytest.param("¿Dónde está el niño?\r\n".encode(), "text/plain", id="text"),
        pytest.param(b"<html><script>", "text/plain", id="html-is-only-text"),
        pytest.param(b"PK\x03\x04 zip", None, id="zip"),
        pytest.param(b"MZ\x90\0", None, id="program"),
        pytest.param(b"GIF89a\x01\0", None, id="gif"),
        pytest.param("text".encode("utf-16"), None, id="utf-16"),
        pytest.param(b"a\0b", None, id="nul"),
        pytest.param(b"caf\xe9", None, id="latin-1"),
        pytest.param(b"", None, id="empty"),
        pytest.param(b" \n", None, id="blank"),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, kind: str | None) -> None:
    assert kinds.media_type(content) == kind


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("scan.PDF", "scan.pdf"),
        ("C:\\Users\\me\\letter.docx", "letter.docx.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("exe\u202efdp.pdf", "exefdp.pdf"),
        ("a\nb\tc.pdf", "a b c.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("ñ" * 300, "ñ" * 116 + ".pdf"),
        ("\ud800x.pdf", "x.pdf"),
    ],
    ids=range(9),
)
def test_a_name_is_safe_to_show_and_to_save_under(name: str, shown: str) -> None:
    assert kinds.clean_name(name, "application/pdf") == shown


def test_what_is_too_large_or_of_another_kind_is_refused_with_what_to_do(
    session: Session, report: Report, screener: SignedIn
) -> None:
    with pytest.raises(attachments.TooLarge, match="10 MB"):
        attachments.add(session, VAULT, report.id, screener, NAME, PDF + bytes(attachments.LARGEST))
    with pytest.raises(attachments.WrongKind, match="PDF, PNG, JPEG, TIFF"):
        attachments.add(session, VAULT, report.id, screener, "letter.docx", b"PK\x03\x04")
    assert attachments.of(session, VAULT, report.id) == []


def test_there_is_an_end_to_the_number_of_files(
    session: Session, report: Report, screener: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST", 2)
    for _ in range(2):
        attachments.add(session, VAULT, report.id, screener, NAME, PDF)
    with pytest.raises(attachments.TooLarge):
        attachments.add(session, VAULT, report.id, screener, NAME, PDF)
