"""Reports without a call, files, incoming papers and written reports, by plain forms: who may, and what comes of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.attachments.models import Attachment
from hotline.audit.models import AuditEntry
from hotline.base import clock as clocks
from hotline.base.clock import FrozenClock
from hotline.dispatch.track import decide_report
from hotline.matching import service as matching
from hotline.reports import unfinished
from hotline.reports.models import Report
from hotline.reports.states import CHANNELS
from hotline.web.console.paper_views import WITHOUT_A_CALL
from hotline.web.papers import words
from hotline.web.shared import words as shared_words
from hotline.worklist.models import WorklistItem
from hotline.written_reports import papers, service
from hotline.written_reports.models import IncomingPaper, WrittenReport
from tests.support.kern import FORMS, PACKS, VAULT
from tests.support.pages import faults_of
from tests.support.screener import Screener

PDF = b"%PDF-1.4 \nthe letter Canary-letter-551"
NAME = "Canary-Maria.pdf"
REPORTER = {
    "reporter/name": "Rosalind Canarywing",
    "reporter/phone": "661-555-0188",
    "reporter/mandated": "yes",
}


def upload(
    screener: Screener, path: str, content: bytes = PDF, name: str = NAME, **fields: Any
) -> TestResponse:
    """Send a form with a file as a browser does."""
    parts = [
        f'--frontier\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in {"form_token": screener.token, **fields}.items()
    ]
    head = f'--frontier\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
    body = b"".join(
        [*parts, head.encode(), b"Content-Type: image/png\r\n\r\n", content, b"\r\n--frontier--\r\n"]
    )
    return screener.client.post(path, data=body, content_type="multipart/form-data; boundary=frontier")


def a_fax(screener: Screener, **fields: Any) -> UUID:
    """Somebody takes a fax in; its id."""
    before = all_papers(screener)
    answer = upload(screener, "/papers", jurisdiction="kern", channel="fax", **fields)
    assert answer.status_code == 303, answer.text
    (taken_in,) = all_papers(screener) - before
    return taken_in


def all_papers(screener: Screener) -> set[UUID]:
    with screener.desk.database.transaction() as session:
        return set(session.scalars(select(IncomingPaper.id)))


def found(screener: Screener, path: str) -> Report:
    with screener.desk.database.transaction() as session:
        return session.get_one(Report, UUID(path.rpartition("/")[2]))


def an_awaited_one(screener: Screener) -> WrittenReport:
    """A mandated reporter has called, and the report was decided."""
    path = screener.draft(**REPORTER, **{"children/1/first_name": "Mateo", "children/1/last_name": "Quispe"})
    screener.post(f"{path}/submit")
    report = found(screener, path)
    with screener.desk.database.transaction() as session:
        decide_report(session, VAULT, FORMS, PACKS, report.id)
        matching.index(session, VAULT, FORMS, report.id)
        return session.scalars(select(WrittenReport)).one()


def row(screener: Screener, written_id: UUID) -> WrittenReport:
    with screener.desk.database.transaction() as session:
        return session.get_one(WrittenReport, written_id)


def settled(screener: Screener, paper_id: UUID) -> IncomingPaper:
    with screener.desk.database.transaction() as session:
        return session.get_one(IncomingPaper, paper_id)


def looks(screener: Screener, action: str) -> list[dict[str, Any]]:
    with screener.desk.database.transaction() as session:
        return list(session.scalars(select(AuditEntry.detail).where(AuditEntry.action == action)))


@pytest.mark.parametrize("channel", WITHOUT_A_CALL)
def test_a_report_without_a_call_says_how_it_came_and_its_clock_starts_when_it_was_received(
    screener: Screener, channel: str
) -> None:
    answer = upload(
        screener, "/console/reports", jurisdiction="kern", channel=channel, received_at="2026-02-27T16:40"
    )
    report = found(screener, str(answer.location))
    assert (report.channel, report.received_at) == (channel, datetime(2026, 2, 28, 0, 40, tzinfo=UTC))
    page = screener.get(str(answer.location))
    assert str(shared_words.CHANNELS[channel]) in page and NAME in page
    assert str(shared_words.CHANNELS[channel]) in screener.get("/console")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-03-02T10:01", "future"),
        ("yesterday", "2026-03-02T09:15"),
        ("2025-03-09T02:30", "no such hour"),
        ("1999-01-01T00:00", "No rules of this county"),
    ],
    ids=["future", "words", "skipped-hour", "before-the-rules"],
)
def test_a_time_of_receipt_that_cannot_be_is_refused(screener: Screener, typed: str, said: str) -> None:
    answer = screener.post("/console/reports", jurisdiction="kern", channel="letter", received_at=typed)
    assert answer.status_code == 400
    assert said in answer.text
    with screener.desk.database.transaction() as session:
        assert session.scalars(select(Report)).all() == []


def test_an_hour_that_the_clocks_have_twice_is_the_first_of_them(screener: Screener) -> None:
    answer = screener.post("/console/reports", jurisdiction="kern", received_at="2025-11-02T01:30")
    assert found(screener, str(answer.location)).received_at == datetime(2025, 11, 2, 8, 30, tzinfo=UTC)


def test_a_letter_that_nobody_types_is_its_screeners_work_after_half_an_hour(
    screener: Screener, clock: FrozenClock
) -> None:
    upload(screener, "/console/reports", jurisdiction="kern", channel="letter")
    screener.begin()  # a visitor of whom nothing was written down
    clock.advance(timedelta(minutes=30))
    assert _swept(screener) == ["draft_left_alone"]


def _swept(screener: Screener) -> list[str]:
    with screener.desk.database.transaction() as session:
        unfinished.note_unfinished(session)
        return list(session.scalars(select(WorklistItem.reason).where(WorklistItem.closed_at.is_(None))))


def test_files_are_added_handed_out_to_be_saved_and_removed(screener: Screener) -> None:
    report = screener.begin()
    assert upload(screener, f"{report}/files").status_code == 303
    page = screener.get(report)
    link = re.search(rf'href="({report}/files/[0-9a-f-]+)"', page)
    assert link
    answer = screener.client.get(link[1])
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert screener.desk.signed_in("colleague").get(link[1]).status_code == 404
    assert screener.post(f"{link[1]}/remove").status_code == 303
    assert NAME not in screener.get(report)
    assert screener.client.get(link[1]).status_code == 404


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        pytest.param(b"PK\x03\x04", 415, "Only PDF, PNG, JPEG, TIFF", id="another-kind"),
        pytest.param(PDF + bytes(10 * 1024 * 1024), 413, "at most 10 MB", id="one-too-large"),
        pytest.param(PDF + bytes(26 * 1024 * 1024), 413, "At most 25 MB", id="all-too-large"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_with_what_to_do(
    screener: Screener, content: bytes, status: int, said: str
) -> None:
    report = screener.begin()
    answer = upload(screener, f"{report}/files", content)
    assert answer.status_code == status
    assert said in answer.text and "Canary" not in answer.text
    with screener.desk.database.transaction() as session:
        assert session.scalars(select(Attachment)).all() == []


def test_only_forms_with_files_may_be_large(screener: Screener) -> None:
    answer = upload(screener, f"{screener.begin()}/sections", PDF + bytes(3 * 1024 * 1024))
    assert answer.status_code == 413


def test_a_fax_is_taken_read_and_becomes_a_report_with_its_file(screener: Screener) -> None:
    paper_id = a_fax(screener, received_at="2026-03-02T08:00")
    assert "1 letter or fax waits to be read" in screener.get("/console")
    assert faults_of(screener.get("/papers"), "en") == []
    page = screener.get(f"/papers/{paper_id}")
    assert NAME in page and faults_of(page, "en") == []
    assert screener.client.get(re.findall(r'href="(/papers/[^"]+/files/[^"]+)"', page)[0]).data == PDF
    assert screener.post(f"/papers/{paper_id}/take").status_code == 303
    begun = screener.post(f"/papers/{paper_id}/begin")
    report = found(screener, str(begun.location))
    assert (report.channel, report.received_at) == ("fax", datetime(2026, 3, 2, 16, 0, tzinfo=UTC))
    page = screener.get(str(begun.location))
    assert NAME in page and "as it came in" in page and "Remove for good" not in page
    assert settled(screener, paper_id).outcome == "report_begun"
    again = screener.post(f"/papers/{paper_id}/begin")
    assert again.status_code == 409
    with screener.desk.database.transaction() as session:
        assert len(session.scalars(select(Report)).all()) == 1
    assert len(looks(screener, "paper:opened")) >= 1


def test_the_supervisor_finds_the_unread_fax_on_the_board(screener: Screener) -> None:
    paper_id = a_fax(screener)
    supervisor = screener.desk.signed_in("supervisor")
    board = supervisor.get("/board").text
    assert "A letter or a fax came in" in board
    item = re.search(r'href="(/board/items/[^"?]+)', board)
    assert item
    assert f"/papers/{paper_id}" in supervisor.get(item[1]).text


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"reporter": "canarywing rosalind"}, "same name of the reporter"),
        ({"phone": "(661) 555-0188"}, "same telephone of the reporter"),
        ({"child": "Mateo Quispe"}, "a child&#39;s name is alike"),
    ],
    ids=["reporter", "phone", "child"],
)
def test_a_paper_is_put_to_its_call_once_a_person_confirms(
    screener: Screener, clock: FrozenClock, asked: dict[str, str], fits: str
) -> None:
    awaited = an_awaited_one(screener)
    clock.advance(timedelta(minutes=20))
    paper_id = a_fax(screener)
    page = screener.post(f"/papers/{paper_id}/find", **asked).text
    assert fits in page
    assert "Canarywing" not in page.replace(asked.get("reporter", "-"), "")
    assert row(screener, awaited.id).state == "due"
    (searched,) = looks(screener, "paper:searched")
    assert searched == {"by": list(asked), "found": 1}
    assert screener.post(f"/papers/{paper_id}/match", written=str(awaited.id)).status_code == 303
    now = row(screener, awaited.id)
    assert (now.state, now.channel, now.paper_id) == ("received", "fax", paper_id)
    assert settled(screener, paper_id).report_id == awaited.report_id
    assert NAME in screener.get(f"/console/reports/{awaited.report_id}")


def test_a_paper_that_fits_no_call_says_so(screener: Screener) -> None:
    an_awaited_one(screener)
    paper_id = a_fax(screener)
    page = screener.post(f"/papers/{paper_id}/find", reporter="Otto Other", child="Zoe Zed").text
    assert "No call that still awaits a written report fits" in page


@pytest.mark.parametrize("odd", ["\0", "ñ\u0303\u202e", "'; --", "👩‍👩‍👧" * 90], ids=range(4))
def test_whatever_stands_on_a_paper_can_be_looked_for(screener: Screener, odd: str) -> None:
    paper_id = a_fax(screener)
    asked = dict.fromkeys(("reference", "reporter", "phone", "child", "birth"), odd)
    assert screener.post(f"/papers/{paper_id}/find", **asked).status_code == 200
    assert (
        screener.post(f"/papers/{paper_id}/settle", outcome="added_to_report", reference=odd).status_code
        == 400
    )


def test_a_paper_is_added_to_a_known_report_or_settled_without_one(screener: Screener) -> None:
    report = screener.draft()
    reference = found(screener, report).reference
    first, second = a_fax(screener), a_fax(screener)
    refused = screener.post(f"/papers/{first}/settle", outcome="added_to_report", reference="KERN-999999")
    assert refused.status_code == 400 and "No report of this county" in refused.text
    screener.post(f"/papers/{first}/settle", outcome="added_to_report", reference=reference.lower())
    screener.post(f"/papers/{second}/settle", outcome="unreadable")
    assert NAME in screener.get(report)
    assert [settled(screener, one).outcome for one in (first, second)] == ["added_to_report", "unreadable"]
    assert "Every letter and fax was read" in screener.get("/papers")


def test_due_and_overdue_written_reports_are_counted_and_listed_without_any_name(
    screener: Screener, clock: FrozenClock
) -> None:
    awaited = an_awaited_one(screener)
    page = screener.get("/papers")
    assert _counts(page) == [0, 1, 0]
    assert faults_of(page, "en") == [] and "Canary" not in page and "Mateo" not in page
    clock.advance(timedelta(hours=36))
    with screener.desk.database.transaction() as session:
        service.note_overdue(session)
    client = screener.desk.signed_in("coordinator")
    page = client.get("/papers").text
    assert _counts(page) == [1, 0, 0]
    screener.desk.post(
        client, f"/papers/written/{awaited.id}/waive", jurisdiction="kern", reason="reporter_refuses"
    )
    assert _counts(client.get("/papers").text) == [0, 0, 0]
    screener.client = screener.desk.signed_in("screener")
    screener.post(
        f"/papers/written/{awaited.id}/received", jurisdiction="kern", channel="walk_in", received_at=""
    )
    assert _counts(client.get("/papers").text) == [0, 0, 1]
    assert row(screener, awaited.id).received_at == clocks.now()


def _counts(page: str) -> list[int]:
    """Overdue, due, received."""
    part = page[page.index("paper-counts") :]
    return [int(one) for one in re.findall(r"<dd[^>]*>(\d+)</dd>", part[: part.index("</dl>")])]


def test_the_report_says_that_its_written_report_is_due_and_that_it_came(screener: Screener) -> None:
    awaited = an_awaited_one(screener)
    path = f"/console/reports/{awaited.report_id}"
    assert "SS 8572" in screener.get(path) and "Due:" in screener.get(path)
    screener.post(f"/papers/written/{awaited.id}/received", jurisdiction="kern", channel="letter")
    assert "Received:" in screener.get(path)


def test_a_screener_may_not_waive_a_written_report(screener: Screener) -> None:
    awaited = an_awaited_one(screener)
    answer = screener.post(f"/papers/written/{awaited.id}/waive", reason="other_reason")
    assert answer.status_code == 403
    assert "Wait no longer" not in screener.get("/papers")


@pytest.mark.parametrize("role", ["area_office", "partner", "auditor"])
def test_papers_are_not_everybodys(screener: Screener, role: str) -> None:
    paper_id = a_fax(screener)
    screener.desk.person(role)
    client: FlaskClient = screener.desk.signed_in(role)
    for path in ("/papers", f"/papers/{paper_id}"):
        assert client.get(path).status_code == 403


def test_every_code_has_its_words() -> None:
    assert set(words.OUTCOMES) == set(papers.OUTCOMES)
    assert set(words.WAIVERS) == set(service.WAIVERS)
    assert set(shared_words.CHANNELS) == set(CHANNELS)
    assert set(words.CHANNELS) <= set(CHANNELS)
