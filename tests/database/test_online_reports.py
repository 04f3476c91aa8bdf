"""Online reports: sealed from the first word, sent once, taken by one screener, gone when they are too old."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.audit.models import AuditEntry
from hotline.base import clock as clocks
from hotline.base.clock import FrozenClock
from hotline.base.database import Database
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.outbox import OutboxRow
from hotline.online_reports import content, limits, queries, returning, service, sweeping, taking
from hotline.online_reports.models import OnlineReport, OnlineTally
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.reports.service import SaveConflict
from hotline.rosters.models import RosterEntry
from hotline.vault.models import VaultRecord
from hotline.worklist.models import WorklistItem
from screening_forms.errors import UnknownField, ValueProblem
from tests.support.kern import FORMS, PACKS, VAULT, on_ladder, person
from tests.support.reporter import CANARIES, NAME, NUMBER, STORY

PACK = PACKS.versions("kern")[-1]
ENOUGH = {
    "reporter/name": NAME,
    "reporter/phone": NUMBER,
    "children/1/age": "9",
    "narrative/story": STORY,
}


@dataclass
class Intake:
    """The public side of a hotline, and the screeners behind it."""

    session: Session
    screener: SignedIn
    colleague: SignedIn
    supervisor: SignedIn

    def begins(self) -> service.Begun:
        return service.begin(self.session, VAULT, FORMS, PACK, "education", "es")

    def saves(self, report: OnlineReport, path: str, raw: str | list[str], base: int = 0) -> reports.Answer:
        return service.save(self.session, VAULT, FORMS, PACKS, report.id, path, raw, base)

    def written(self, **more: str) -> OnlineReport:
        """A report that may be sent. `more`: answers by path, `decision__risk` for `decision/risk`."""
        report = self.begins().report
        for path, value in {**ENOUGH, **{key.replace("__", "/"): one for key, one in more.items()}}.items():
            self.saves(report, path, value)
        return report

    def sends(self, report: OnlineReport) -> OnlineReport:
        problems = service.send(self.session, VAULT, FORMS, PACKS, report.id)
        assert not [one for one in problems if one.blocking]
        return report

    def takes(self, report: OnlineReport, by: SignedIn) -> Report:
        return taking.take(self.session, VAULT, FORMS, report.id, by)

    def items(self) -> list[WorklistItem]:
        return list(self.session.scalars(select(WorklistItem).where(WorklistItem.closed_at.is_(None))))


def intake_in(session: Session) -> Intake:
    supervisor = person(session, "vera", "supervisor")
    on_ladder(session, "supervisors:kern", [supervisor])
    return Intake(session, person(session, "ana", "screener"), person(session, "sam", "screener"), supervisor)


@pytest.fixture
def intake(session: Session, clock: FrozenClock) -> Intake:
    return intake_in(session)


def audit_of(session: Session) -> list[str]:
    rows = session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_kind == "online_report").order_by(AuditEntry.id)
    )
    return list(rows)


def test_what_is_written_stands_in_the_vault_alone(intake: Intake) -> None:
    report = intake.sends(intake.written())
    kept = VAULT.use(intake.session, report.vault_id)
    assert kept["answers"]["reporter/name"]["value"] == NAME
    assert kept["answers"]["reporter/category"]["value"] == "education"
    intake.session.flush()
    tables = intake.session.scalars(
        text("select table_name from information_schema.tables where table_schema = 'public'")
    ).all()
    for table in tables:
        rows = intake.session.execute(text(f'select t::text from "{table}" t')).scalars().all()
        content_of = "\n".join(rows)
        assert [word for word in CANARIES if word in content_of or word.encode().hex() in content_of] == []


def test_only_hashes_of_its_two_secrets_are_stored(intake: Intake) -> None:
    begun = intake.begins()
    row = intake.session.execute(text("select t::text from online_reports t")).scalar_one()
    assert begun.code not in row and begun.code.replace("-", "") not in row and begun.token not in row


def test_a_field_is_saved_with_its_version_and_a_stale_save_is_seen(intake: Intake) -> None:
    report = intake.begins().report
    assert intake.saves(report, "children/1/age", "9").version == 1
    assert intake.saves(report, "children/1/age", "9").version == 1
    assert intake.saves(report, "children/1/age", "10", base=1).version == 2
    with pytest.raises(SaveConflict) as caught:
        intake.saves(report, "children/1/age", "11", base=1)
    assert caught.value.present.value == "10"


@pytest.mark.parametrize("path", ["decision/risk", "reporter/mandated", "no/such", "children/99/age", ""])
def test_what_the_reporter_is_not_asked_is_not_saved(intake: Intake, path: str) -> None:
    report = intake.begins().report
    with pytest.raises(UnknownField):
        intake.saves(report, path, "low")


@pytest.mark.parametrize("value", ["a\0b", "a\ud800b", "x" * 30_000], ids=["NUL", "half a sign", "too long"])
def test_what_cant_be_stored_is_refused_with_words(intake: Intake, value: str) -> None:
    with pytest.raises(ValueProblem):
        intake.saves(intake.begins().report, "narrative/story", value)


def test_letters_of_every_language_come_back_as_they_were(intake: Intake) -> None:
    report = intake.begins().report
    for path, name in {
        "children/1/first_name": "Nuñez Ntxhais 女 👧🏽",
        "children/1/last_name": "إلياس",
    }.items():
        intake.saves(report, path, name)
        assert content.written(intake.session, VAULT, report)[path].value == name


def test_nobody_writes_more_than_a_report_takes(intake: Intake) -> None:
    report = intake.begins().report
    kept = VAULT.use(intake.session, report.vault_id)
    for number in range(1, 51):
        filled = reports.Answer("ñ" * 3_990, 1)
        kept = content.with_answer(kept, f"children/{number}/injuries", filled)
    VAULT.replace(intake.session, report.vault_id, kept)
    assert intake.saves(report, "narrative/earlier", "ñ" * 480).version == 1
    with pytest.raises(ValueProblem):
        intake.saves(report, "narrative/strengths", "ñ" * 50)


def test_a_report_is_sent_once_and_is_the_work_of_a_named_person_at_once(intake: Intake) -> None:
    report = intake.written()
    intake.sends(report)
    number = report.confirmation
    intake.sends(report)
    assert (report.state, report.confirmation, report.danger) == ("sent", number, False)
    (item,) = intake.items()
    assert (item.kind, item.subject_id, item.owner_id) == (
        "online_report", str(report.id), intake.supervisor.user_id,
    )  # fmt: skip
    assert item.due_at - item.opened_at == timedelta(minutes=15)
    assert item.detail == {"reference": number, "language": "es"}
    jobs = intake.session.scalars(select(OutboxRow.job).where(OutboxRow.subject_id == str(item.id))).all()
    assert jobs == ["tell_owner"]
    assert audit_of(intake.session) == ["online:begun", "online:sent"]


def test_it_is_not_sent_without_what_the_pack_needs(intake: Intake) -> None:
    report = intake.begins().report
    problems = service.send(intake.session, VAULT, FORMS, PACKS, report.id)
    missing = {one.path for one in problems if one.blocking}
    assert missing == {"reporter/name", "reporter/phone", "narrative/story"}
    assert report.state == "writing" and intake.items() == []


def test_what_points_to_danger_is_told_sooner_and_apart(intake: Intake) -> None:
    report = intake.sends(intake.written(decision__immediate_danger="yes"))
    assert report.danger
    (item,) = intake.items()
    assert (item.kind, item.reason) == ("online_danger", "online_report_in_danger")
    assert item.due_at - item.opened_at == timedelta(minutes=5)


def test_danger_is_told_at_once_behind_a_crowd_of_others(intake: Intake, clock: FrozenClock) -> None:
    for _ in range(5):
        intake.sends(intake.written())
    intake.sends(intake.written(decision__without_caregiver="unknown"))
    now = clocks.now()
    told_now = intake.session.execute(
        select(WorklistItem.kind, OutboxRow.due_at)
        .join(OutboxRow, OutboxRow.subject_id == text("worklist_items.id::text"))
        .where(OutboxRow.job == "tell_owner")
    ).all()
    assert [due <= now for kind, due in told_now if kind == "online_danger"] == [True]
    # Three letters, then one a minute later about all the others.
    assert [due <= now for kind, due in told_now if kind == "online_report"].count(True) == 3
    assert len([one for one in told_now if one[0] == "online_report"]) == 4


def test_outside_the_hours_nothing_is_begun(intake: Intake, clock: FrozenClock) -> None:
    clock.advance(timedelta(hours=7))
    with pytest.raises(service.Closed):
        intake.begins()


def test_what_was_begun_is_taken_for_an_hour_after_closing_and_kept_for_later(
    intake: Intake, clock: FrozenClock
) -> None:
    early, late = intake.written(), intake.written()
    clock.advance(timedelta(hours=7, minutes=59))
    intake.sends(early)
    clock.advance(timedelta(minutes=1))
    with pytest.raises(service.Closed):
        service.send(intake.session, VAULT, FORMS, PACKS, late.id)
    assert late.state == "writing"
    intake.saves(late, "narrative/story", f"{STORY} Tonight.", base=1)
    clock.advance(timedelta(hours=14))
    intake.sends(late)


def test_danger_is_taken_at_any_hour(intake: Intake, clock: FrozenClock) -> None:
    report = intake.written(decision__immediate_danger="yes")
    clock.advance(timedelta(hours=12))
    assert intake.sends(report).danger


def test_the_code_leads_back_and_ends_the_other_browser(intake: Intake) -> None:
    begun = intake.begins()
    assert returning.in_browser(intake.session, VAULT, begun.token) is begun.report
    found = returning.resume(intake.session, VAULT, f" {begun.code.lower()} ")
    assert found is not None and found[0] is begun.report
    assert returning.in_browser(intake.session, VAULT, begun.token) is None
    assert returning.in_browser(intake.session, VAULT, found[1]) is begun.report
    assert audit_of(intake.session) == ["online:begun", "online:resumed"]


def test_a_browser_that_sits_idle_needs_the_code_again(intake: Intake, clock: FrozenClock) -> None:
    begun = intake.begins()
    for _ in range(3):
        clock.advance(timedelta(minutes=29))
        assert returning.in_browser(intake.session, VAULT, begun.token) is not None
    clock.advance(timedelta(minutes=30))
    assert returning.in_browser(intake.session, VAULT, begun.token) is None
    assert returning.resume(intake.session, VAULT, begun.code) is not None


def test_once_sent_the_code_opens_its_state_and_nothing_else(intake: Intake) -> None:
    begun = intake.begins()
    for path, value in ENOUGH.items():
        intake.saves(begun.report, path, value)
    intake.sends(begun.report)
    assert returning.resume(intake.session, VAULT, begun.code) is None
    number = str(begun.report.confirmation)
    assert returning.sent(intake.session, VAULT, number, begun.code) is begun.report
    for wrong in ("W-0000-0000", "", number[:-1]):
        assert returning.sent(intake.session, VAULT, wrong, begun.code) is None
    assert returning.sent(intake.session, VAULT, number, "0" * 16) is None
    with pytest.raises(Conflict):
        intake.saves(begun.report, "narrative/story", "Other words.", base=1)


def test_wrong_codes_are_counted_and_end_for_a_minute(intake: Intake, clock: FrozenClock) -> None:
    begun = intake.begins()
    for _ in range(limits.WRONG_CODE.most):
        assert returning.resume(intake.session, VAULT, "0" * 16) is None
    with pytest.raises(limits.TooMany):
        returning.resume(intake.session, VAULT, begun.code)
    clock.advance(timedelta(minutes=1))
    assert returning.resume(intake.session, VAULT, begun.code) is not None


def test_a_flood_of_new_reports_ends_and_those_begun_can_be_sent(intake: Intake, clock: FrozenClock) -> None:
    report = intake.written()
    for _ in range(limits.BEGUN.most - 1):
        intake.begins()
    with pytest.raises(limits.TooMany):
        intake.begins()
    intake.sends(report)
    clock.advance(limits.BEGUN.span)
    intake.begins()
    clock.advance(timedelta(days=2))
    sweeping.sweep(intake.session, VAULT, PACKS)
    assert intake.session.scalars(select(OnlineTally)).all() == []


def test_the_gate_takes_only_the_packs_categories(intake: Intake) -> None:
    with pytest.raises(InvalidInput):
        service.begin(intake.session, VAULT, FORMS, PACK, "curious", "en")


def test_what_was_not_sent_is_destroyed_when_it_is_too_old(intake: Intake, clock: FrozenClock) -> None:
    begun = intake.begins()
    intake.saves(begun.report, "reporter/name", NAME)
    clock.advance(timedelta(hours=72))
    assert returning.in_browser(intake.session, VAULT, begun.token) is None
    assert returning.resume(intake.session, VAULT, begun.code) is None
    with pytest.raises(NotFound):
        intake.saves(begun.report, "reporter/town", "Delano")
    sweeping.sweep(intake.session, VAULT, PACKS)
    sweeping.sweep(intake.session, VAULT, PACKS)
    record = intake.session.get_one(VaultRecord, begun.report.vault_id)
    assert begun.report.state == "expired"
    assert (record.sealed, record.wrapped_key) == (None, None) and record.destroyed_at is not None
    assert audit_of(intake.session).count("online:expired") == 1


def test_what_was_sent_never_expires(intake: Intake, clock: FrozenClock) -> None:
    report = intake.sends(intake.written())
    clock.advance(timedelta(days=30))
    sweeping.sweep(intake.session, VAULT, PACKS)
    assert report.state == "sent"
    assert VAULT.use(intake.session, report.vault_id)["answers"]["narrative/story"]["value"] == STORY


def test_its_writer_may_throw_it_away(intake: Intake) -> None:
    begun = intake.begins()
    service.throw_away(intake.session, VAULT, begun.report.id)
    service.throw_away(intake.session, VAULT, begun.report.id)
    assert begun.report.state == "expired"
    assert returning.resume(intake.session, VAULT, begun.code) is None


def test_taken_it_is_a_report_like_any_other_from_the_moment_of_sending(
    intake: Intake, clock: FrozenClock
) -> None:
    online = intake.sends(intake.written(location__home_town="Delano"))
    sent_at = online.sent_at
    clock.advance(timedelta(minutes=10))
    report = intake.takes(online, intake.screener)
    assert (report.channel, report.received_at, report.state) == ("online", sent_at, "draft")
    assert (report.screener_id, report.form_version) == (intake.screener.user_id, online.form_version)
    answers = reports.answers(intake.session, VAULT, report, intake.screener)
    expected = {**ENOUGH, "location/home_town": "Delano", "reporter/mandated": "yes"}
    assert {path: answers[path].value for path in expected} == expected
    identity = VAULT.use(intake.session, report.reporter_vault_id)
    assert identity["reporter/name"]["value"] == NAME and "narrative/story" not in identity
    assert not [
        path for path in reports.without_reporter(intake.session, VAULT, report) if "reporter/" in path
    ]
    assert content.written(intake.session, VAULT, online) == {}
    assert queries.of_report(intake.session, report.id) is online


def test_taking_twice_is_once_and_of_two_screeners_one_wins(intake: Intake) -> None:
    online = intake.sends(intake.written())
    report = intake.takes(online, intake.screener)
    assert intake.takes(online, intake.screener) is report
    with pytest.raises(taking.TakenAlready):
        intake.takes(online, intake.colleague)
    assert len(intake.session.scalars(select(Report)).all()) == 1


def test_nobody_takes_what_was_not_sent(intake: Intake) -> None:
    with pytest.raises(NotFound):
        intake.takes(intake.written(), intake.screener)


def test_its_matter_stays_with_the_taker_until_the_report_is_handed_in(intake: Intake) -> None:
    online = intake.sends(intake.written())
    report = intake.takes(online, intake.screener)
    sweeping.sweep(intake.session, VAULT, PACKS)
    (item,) = intake.items()
    assert item.owner_id == intake.screener.user_id and item.taken_at is not None
    assert not reports.submit(intake.session, VAULT, FORMS, report.id, intake.screener)
    sweeping.sweep(intake.session, VAULT, PACKS)
    assert [one for one in intake.items() if one.kind == "online_report"] == []


def test_with_an_empty_roster_it_is_kept_and_told_later(intake: Intake) -> None:
    for entry in intake.session.scalars(select(RosterEntry)):
        intake.session.delete(entry)
    intake.session.execute(text("update users set active = false"))
    report = intake.sends(intake.written())
    assert report.state == "sent" and intake.items() == []
    intake.session.execute(text("update users set active = true"))
    sweeping.sweep(intake.session, VAULT, PACKS)
    sweeping.sweep(intake.session, VAULT, PACKS)
    assert [one.subject_id for one in intake.items()] == [str(report.id)]


def test_the_list_puts_danger_first_and_names_nobody(intake: Intake, clock: FrozenClock) -> None:
    calm = intake.sends(intake.written())
    clock.advance(timedelta(minutes=1))
    danger = intake.sends(intake.written(decision__immediate_danger="yes"))
    found = queries.waiting(intake.session)
    assert [one.online_id for one in found] == [danger.id, calm.id]
    assert queries.in_line(intake.session) == queries.InLine(2, 1)
    shown = json.dumps([str(one) for one in found])
    assert [word for word in CANARIES if word in shown] == []


@contextmanager
def committed(database: Database) -> Iterator[Intake]:
    with database.transaction() as session:
        yield intake_in(session)


def test_two_screeners_who_press_together_get_one_report(database: Database, clock: FrozenClock) -> None:
    with committed(database) as intake:
        online_id = intake.sends(intake.written()).id
        first, second = intake.screener, intake.colleague
    with database.transaction() as session:
        taking.take(session, VAULT, FORMS, online_id, first)
        with database.transaction() as other:
            other.execute(text("set local lock_timeout = '50ms'"))
            with pytest.raises(Exception, match="lock"):
                taking.take(other, VAULT, FORMS, online_id, second)
    with database.transaction() as session, pytest.raises(taking.TakenAlready):
        taking.take(session, VAULT, FORMS, online_id, second)


def test_now_is_in_the_hours(clock: FrozenClock) -> None:
    assert clocks.now() == datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
