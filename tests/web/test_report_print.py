"""A report on paper: the same in the browser and as PDF, in both languages, audited, and never with its reporter."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.dispatch.queries import latest_decision
from hotline.dispatch.track import decide_report
from hotline.policy.decision import Decision
from hotline.printing.lettering import MISSING
from tests.support.kern import FORMS, PACKS, PATH_3, VAULT
from tests.support.pages import faults_of
from tests.support.screener import Screener

CANARY = "Rosalind Canarywing"
REPORTER = {
    "reporter/name": CANARY,
    "reporter/phone": "661-555-0188",
    "reporter/mandated": "yes",
    "reporter/agency": "Canary School",
}
STORY = "Mateo Ñandú was alone at night. <script>alert(1)</script> file:///etc/passwd الطفل وحده"


@pytest.fixture
def report(screener: Screener) -> str:
    """The path of a report that was taken down, submitted and decided."""
    path = screener.begin()
    answers: dict[str, Any] = {**PATH_3, **REPORTER, "narrative/story": STORY, "location/home_town": "Delano"}
    for name, value in answers.items():
        values = value if isinstance(value, list) else [value]
        assert screener.save(path, name, *values).status_code == 200
    assert screener.post(f"{path}/submit").status_code == 303
    with screener.desk.database.transaction() as session:
        decide_report(session, VAULT, FORMS, PACKS, UUID(path.rpartition("/")[2]))
    return path


def decision(screener: Screener, report: str) -> Decision:
    with screener.desk.database.transaction() as session:
        made = latest_decision(session, UUID(report.rpartition("/")[2]))
        assert made is not None
        return Decision.from_json(made.result)


def read(screener: Screener, report: str) -> tuple[PdfReader, str]:
    """The PDF and the text of its pages, line breaks as spaces."""
    answer = screener.client.get(f"{report}/report.pdf")
    assert answer.status_code == 200
    reader = PdfReader(BytesIO(answer.data))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_pdf_holds_the_report_its_decision_with_reasons_and_what_is_owed(
    screener: Screener, report: str
) -> None:
    reader, text = read(screener, report)
    assert reader.pages[0].mediabox[2:] == [612, 792]
    for said in (
        "KERN-000001",
        "CONFIDENTIAL",
        "Mateo Ñandú was alone",
        "What the rules decided",
        "Why",
    ):
        assert said in text
    for reason in decision(screener, report).reasons:
        assert reason.sentence.en in text and reason.source in text
    assert "SS 8572" in text and "by Sam Screener" in text
    assert f"Page 1 of {len(reader.pages)}" in text


def test_the_reporter_is_in_neither_text_nor_properties_nor_bytes(screener: Screener, report: str) -> None:
    reader, text = read(screener, report)
    page = screener.get(f"{report}/print")
    raw = screener.client.get(f"{report}/report.pdf").data
    for canary in ("Canary", "Rosalind", "555-0188", "5550188"):
        assert canary not in text + page + str(reader.metadata) + str(reader.xmp_metadata)
        assert canary.encode() not in raw and canary.encode("utf-16-be") not in raw
    assert reader.metadata is not None
    assert set(reader.metadata) == {"/Title", "/Producer", "/CreationDate"}
    assert reader.metadata.title == "KERN-000001"


def test_nothing_in_the_file_points_anywhere(screener: Screener, report: str) -> None:
    raw = screener.client.get(f"{report}/report.pdf").data
    for word in (b"/URI", b"/Launch", b"/GoToR", b"/JavaScript", b"/EmbeddedFile", b"/XObject"):
        assert word not in raw


def test_the_page_for_the_printer_says_the_same_and_escapes_what_was_told(
    screener: Screener, report: str
) -> None:
    page = screener.get(f"{report}/print")
    assert "KERN-000001" in page and "SS 8572" in page and "الطفل وحده" in page
    assert "&lt;script&gt;" in page and "<script>alert" not in page
    assert faults_of(page, "en") == []


def test_it_is_printed_in_the_language_of_whoever_prints_it(screener: Screener, report: str) -> None:
    screener.client = screener.desk.signed_in("screener", language="es")
    reader, text = read(screener, report)
    assert "CONFIDENCIAL" in text and f"Página 1 de {len(reader.pages)}" in text
    assert str(reader.root_object["/Lang"]) == "es"
    assert faults_of(screener.get(f"{report}/print"), "es") == []


def test_every_printing_is_audited(screener: Screener, report: str) -> None:
    screener.get(f"{report}/print")
    read(screener, report)
    with screener.desk.database.transaction() as session:
        done = session.scalars(select(AuditEntry).where(AuditEntry.action == "report:printed")).all()
    assert [entry.detail for entry in done] == [{"as": "page"}, {"as": "pdf"}]


def test_whoever_may_not_open_the_report_may_not_print_it(screener: Screener, report: str) -> None:
    stranger = screener.desk.signed_in("colleague")
    assert stranger.get(f"{report}/print").status_code == 404
    assert stranger.get(f"{report}/report.pdf").status_code == 404


def test_a_draft_can_be_printed_as_far_as_it_is(screener: Screener) -> None:
    path = screener.begin()
    screener.save(path, "narrative/story", "So far this 孩子.")
    _, text = read(screener, path)
    assert f"So far this {MISSING * 2}." in text and "2 signs can't be shown" in text
    assert "So far this 孩子." in screener.get(f"{path}/print")
