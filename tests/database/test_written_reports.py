"""Papers that come in, and the written report that a mandated reporter owes: nobody's work never, forgotten never."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hotline.attachments import service as attachments
from hotline.audit.models import AuditEntry
from hotline.audit.record import Actor
from hotline.base import clock as clocks
from hotline.base.clock import FrozenClock
from hotline.base.database import Database
from hotline.base.errors import Conflict, InvalidInput
from hotline.base.outbox import OutboxRow
from hotline.cli import main
from hotline.deadlines.models import Deadline
from hotline.dispatch.track import decide_report
from hotline.reports.models import Report
from hotline.rosters.models import RosterEntry
from hotline.worklist import ladder
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem
from hotline.written_reports import finding, papers, sweeping
from hotline.written_reports import service as written
from hotline.written_reports.models import IncomingPaper, WrittenReport
from tests.support.kern import FORMS, PACKS, PATH_3, VAULT, Kern, build, decided, submitted

REPORTER = {"reporter/name": "Rosálind Canary-Wing", "reporter/phone": "(661) 555-0188"}
MANDATED: dict[str, str | list[str]] = {**PATH_3, **REPORTER, "reporter/mandated": "yes"}
PAGES = [papers.Upload("fax.pdf", b"%PDF-1.4 page one")]
MACHINE = Actor.system("papers")


@pytest.fixture
def kern(session: Session, clock: FrozenClock) -> Kern:
    return build(session)


def a_fax(session: Session, key: str | None = None) -> IncomingPaper:
    return papers.register(
        session,
        VAULT,
        MACHINE,
        None,
        jurisdiction="kern",
        channel="fax",
        received_at=clocks.now(),
        files=PAGES,
        source_key=key,
    )


def owed(session: Session, kern: Kern) -> tuple[Report, WrittenReport]:
    """A mandated reporter has called, and the report was decided."""
    decision = decided(session, kern, MANDATED, town="Bakersfield")
    (row,) = written.of_report(session, decision.report_id)
    return session.get_one(Report, decision.report_id), row


def open_items(session: Session, kind: str) -> list[WorklistItem]:
    found = session.scalars(select(WorklistItem).where(WorklistItem.kind == kind))
    return [item for item in found if item.closed_at is None]


def clock_of(session: Session, report: Report) -> Deadline:
    return session.scalars(
        select(Deadline)
        .where(Deadline.kind == "obligation:kern.duty.written-report", Deadline.subject_id == str(report.id))
        .execution_options(populate_existing=True)
    ).one()


def test_an_unread_fax_goes_from_person_to_person_until_somebody_takes_it(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    fax = a_fax(session)
    (item,) = open_items(session, papers.KIND)
    assert (item.owner_id, item.reason) == (kern.supervisor.user_id, "fax_unread")
    assert item.due_at == clocks.now() + papers.READ_WITHIN
    for told in (1, 2, 3):
        notices = session.scalars(select(OutboxRow).where(OutboxRow.job == "tell_owner")).all()
        assert len(notices) == told
        clock.advance(worklist.TAKE_WITHIN)
        ladder.pass_on(session)
    papers.take(session, fax.id, kern.screener.user_id)
    clock.advance(worklist.TAKE_WITHIN)
    assert ladder.pass_on(session) == 0
    (waiting,) = papers.waiting(session, "kern")
    assert (waiting.paper.id, waiting.taken) == (fax.id, True)


def test_a_paper_that_its_taker_leaves_lying_is_told_to_a_supervisor_once(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    fax = a_fax(session)
    papers.take(session, fax.id, kern.screener.user_id)
    clock.advance(papers.READ_WITHIN - timedelta(seconds=1))
    sweeping.sweep(session)
    assert open_items(session, papers.LEFT_LYING) == []
    clock.advance(timedelta(seconds=1))
    for _ in range(2):
        sweeping.sweep(session)
    (item,) = open_items(session, papers.LEFT_LYING)
    assert (item.owner_id, item.subject_id) == (kern.supervisor.user_id, str(fax.id))
    papers.settle(session, fax.id, kern.screener.actor, kern.screener.user_id, "unreadable")
    assert open_items(session, papers.LEFT_LYING) == []
    sweeping.sweep(session)
    assert open_items(session, papers.LEFT_LYING) == []


def test_a_fax_that_a_server_tells_of_twice_is_one(session: Session, kern: Kern) -> None:
    assert a_fax(session, "F-1").id == a_fax(session, "F-1").id
    assert len(papers.waiting(session, "kern")) == 1
    a_fax(session, "F-2")
    assert len(papers.waiting(session, "kern")) == 2


def test_a_paper_that_came_while_nobody_was_on_duty_finds_its_person_later(
    session: Session, kern: Kern
) -> None:
    entries = session.scalars(select(RosterEntry)).all()
    for entry in entries:
        entry.until_at = clocks.now()
    for user in (kern.supervisor, *kern.coordinators):
        session.execute(text("update users set active = false where id = :id"), {"id": user.user_id})
    fax = a_fax(session)
    assert open_items(session, papers.KIND) == []
    for user in (kern.supervisor, *kern.coordinators):
        session.execute(text("update users set active = true where id = :id"), {"id": user.user_id})
    for _ in range(2):
        sweeping.sweep(session)
    (item,) = open_items(session, papers.KIND)
    assert item.subject_id == str(fax.id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"received_at": timedelta(minutes=1)}, "received_at"),
        ({"files": []}, "files"),
    ],
    ids=["channel", "future", "no-file"],
)
def test_what_cannot_be_a_paper_is_refused(
    session: Session, kern: Kern, change: dict[str, object], field: str
) -> None:
    given: dict[str, object] = {"channel": "letter", "received_at": timedelta(0), "files": PAGES, **change}
    ahead = given["received_at"]
    assert isinstance(ahead, timedelta)
    with pytest.raises(InvalidInput) as refused:
        papers.register(
            session,
            VAULT,
            MACHINE,
            None,
            jurisdiction="kern",
            channel=str(given["channel"]),
            received_at=clocks.now() + ahead,
            files=PAGES if given["files"] else [],
        )
    assert refused.value.field == field
    assert papers.waiting(session, "kern") == []


def test_a_paper_is_settled_once_and_its_files_go_with_it(session: Session, kern: Kern) -> None:
    fax = a_fax(session)
    report = submitted(session, kern, PATH_3)
    ana = kern.screener
    papers.settle(session, fax.id, ana.actor, ana.user_id, "added_to_report", report.id)
    (file,) = attachments.of(session, VAULT, report.id)
    assert file.from_paper
    assert open_items(session, papers.KIND) == []
    assert [paper.id for paper in papers.of_report(session, report.id)] == [fax.id]
    with pytest.raises(Conflict, match="settled"):
        papers.settle(session, fax.id, ana.actor, ana.user_id, "unreadable")


def test_a_file_of_a_paper_cannot_be_taken_off_the_report(session: Session, kern: Kern) -> None:
    fax, ana = a_fax(session), kern.screener
    report = submitted(session, kern, PATH_3)
    report.state = "draft"
    papers.settle(session, fax.id, ana.actor, ana.user_id, "report_begun", report.id)
    (file,) = attachments.of(session, VAULT, report.id)
    with pytest.raises(Conflict, match="stays with the report"):
        attachments.remove(session, VAULT, report.id, file.id, ana)


@pytest.mark.parametrize("outcome", ["report_begun", "burnt"])
def test_an_outcome_that_needs_a_report_or_is_none_is_refused(
    session: Session, kern: Kern, outcome: str
) -> None:
    fax = a_fax(session)
    with pytest.raises(InvalidInput):
        papers.settle(session, fax.id, kern.screener.actor, kern.screener.user_id, outcome)


def test_after_a_mandated_reporters_call_the_written_report_is_awaited_for_36_hours(
    session: Session, kern: Kern
) -> None:
    report, row = owed(session, kern)
    assert (row.state, row.due_at) == ("due", report.received_at + timedelta(hours=36))
    assert "SS 8572" in row.sentence["en"] and "SS 8572" in row.sentence["es"]
    assert written.counts(session, "kern") == written.Counts(1, 0, 0)


def test_nobody_else_owes_a_written_report(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_3, town="Bakersfield")
    assert written.of_report(session, decision.report_id) == []


def test_one_that_does_not_come_is_the_screeners_work_once(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    report, row = owed(session, kern)
    clock.advance(timedelta(hours=36) - timedelta(seconds=1))
    sweeping.sweep(session)
    assert open_items(session, written.KIND) == []
    clock.advance(timedelta(seconds=1))
    for _ in range(2):
        sweeping.sweep(session)
    (item,) = open_items(session, written.KIND)
    assert (item.owner_id, item.detail["reference"]) == (kern.screener.user_id, report.reference)
    assert written.counts(session, "kern") == written.Counts(0, 1, 0)
    (shown,) = written.rows(session, "kern", "due")
    assert shown.overdue
    ticking = clock_of(session, report)
    assert (ticking.breached_at, ticking.met_at) == (clocks.now(), None)
    assert row.overdue_at == clocks.now()


def test_when_it_comes_its_clock_is_met_and_the_paper_is_part_of_the_report(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    report, row = owed(session, kern)
    clock.advance(timedelta(hours=40))
    sweeping.sweep(session)
    fax = a_fax(session)
    written.receive(
        session, row.id, kern.screener, channel="fax", received_at=fax.received_at, paper_id=fax.id
    )
    assert (row.state, row.paper_id, row.settled_by) == ("received", fax.id, kern.screener.user_id)
    assert (fax.outcome, fax.report_id) == ("written_report", report.id)
    assert clock_of(session, report).met_at == clocks.now()
    assert open_items(session, written.KIND) == open_items(session, papers.KIND) == []
    assert len(attachments.of(session, VAULT, report.id)) == 1
    with pytest.raises(Conflict):
        written.receive(session, row.id, kern.screener, channel="letter", received_at=clocks.now())
    session.flush()
    told = session.scalars(select(AuditEntry).where(AuditEntry.action == "written:received")).one()
    assert told.detail["late"] is True


def test_a_waived_one_is_no_longer_awaited_but_may_still_come(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    report, row = owed(session, kern)
    with pytest.raises(InvalidInput):
        written.waive(session, row.id, kern.supervisor, "because")
    written.waive(session, row.id, kern.supervisor, "one_report_for_several")
    assert clock_of(session, report).called_off_at is not None
    clock.advance(timedelta(hours=40))
    sweeping.sweep(session)
    assert open_items(session, written.KIND) == []
    with pytest.raises(Conflict):
        written.waive(session, row.id, kern.supervisor, "other_reason")
    written.receive(session, row.id, kern.screener, channel="letter", received_at=clocks.now())
    assert (row.state, row.waiver) == ("received", None)


def test_decided_anew_the_clock_stays_and_what_is_no_longer_owed_is_not_awaited(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    report, row = owed(session, kern)
    due = row.due_at
    clock.advance(timedelta(hours=2))
    entry = VAULT.use(session, report.reporter_vault_id)
    changed = entry | {"reporter/mandated": {"value": "no", "version": 2}}
    VAULT.replace(session, report.reporter_vault_id, changed)
    report.state = "submitted"
    decide_report(session, VAULT, FORMS, PACKS, report.id)
    assert (row.state, row.waiver) == ("waived", "not_mandated")
    VAULT.replace(session, report.reporter_vault_id, entry)
    report.state = "submitted"
    decide_report(session, VAULT, FORMS, PACKS, report.id)
    assert (row.state, row.due_at) == ("due", due)


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        ({"reference": " {reference} "}, ("reference",)),
        ({"phone": "661.555.0188"}, ("reporter_phone",)),
        ({"phone": "+1 661 555 0188", "name": "WING, Rosalind Canary"}, ("reporter_phone", "reporter_name")),
        ({"name": "rosalind"}, ("part_of_reporter_name",)),
    ],
    ids=["reference", "phone", "phone-and-name", "part-of-a-name"],
)
def test_a_paper_finds_its_oral_report(
    session: Session, kern: Kern, said: dict[str, str], reasons: tuple[str, ...]
) -> None:
    report, row = owed(session, kern)
    decided(session, kern, MANDATED | {"reporter/name": "Otto Other", "reporter/phone": "661-555-0199"})
    asked = {name: value.format(reference=report.reference.lower()) for name, value in said.items()}
    (found,) = finding.candidates(session, VAULT, "kern", **asked)
    assert (found.written.id, found.report.id, found.reasons) == (row.id, report.id, reasons)


@pytest.mark.parametrize(
    "said", [{}, {"name": "R."}, {"phone": "12"}, {"reference": "KERN-999999"}], ids=range(4)
)
def test_what_says_too_little_finds_nothing(session: Session, kern: Kern, said: dict[str, str]) -> None:
    owed(session, kern)
    assert finding.candidates(session, VAULT, "kern", **said) == []


def test_the_reporters_name_and_number_stand_in_no_table(session: Session, kern: Kern) -> None:
    owed(session, kern)
    session.flush()
    rows = session.execute(text("select row_to_json(t)::text from written_reports t")).scalars().all()
    held = "\n".join(rows).lower()
    assert "canary" not in held and "rosalind" not in held and "5550188" not in held


def test_a_fax_server_puts_a_paper_on_a_desk_once(
    database: Database, environ: dict[str, str], tmp_path: Path
) -> None:
    fax = tmp_path / "Canary-name.pdf"
    fax.write_bytes(PAGES[0].content)
    given = [
        "papers",
        "add",
        str(fax),
        "--jurisdiction",
        "kern",
        "--channel",
        "fax",
        "--key",
        "F-9",
        "--json",
    ]
    with database.transaction() as session:
        build(session)
    said = [
        CliRunner().invoke(main, [*given, "--received-at", "2026-03-02T01:15"], env=environ) for _ in range(2)
    ]
    assert [answer.exit_code for answer in said] == [0, 0], said[0].output
    first, second = (json.loads(answer.stdout) for answer in said)
    assert first == second
    assert first["received_at"] == "2026-03-02T09:15:00+00:00"
    with database.transaction() as session:
        (waiting,) = papers.waiting(session, "kern")
        assert str(waiting.paper.id) == first["paper"]
        assert waiting.item is not None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["--jurisdiction", "atlantis"], "no rules for 'atlantis'"),
        (["--received-at", "yesterday"], "2026-03-02T09:15"),
        (["--received-at", "2999-01-01T00:00"], "future"),
        (["--dry-run"], "Nothing was written"),
    ],
    ids=["jurisdiction", "time", "future", "dry-run"],
)
def test_the_command_says_what_is_wrong_and_writes_nothing(
    database: Database, environ: dict[str, str], tmp_path: Path, change: list[str], said: str
) -> None:
    fax = tmp_path / "fax.pdf"
    fax.write_bytes(PAGES[0].content)
    given = ["papers", "add", str(fax), "--jurisdiction", "kern", "--channel", "fax", *change]
    answer = CliRunner().invoke(main, given, env=environ)
    assert said in answer.output
    with database.transaction() as session:
        assert session.scalars(select(IncomingPaper)).all() == []
