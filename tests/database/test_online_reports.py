"""Online reports: sealed from the first word, sent once, told at once, taken by one screener."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hotline.base import clock as clocks
from hotline.base.clock import FrozenClock
from hotline.base.database import Database
from hotline.base.errors import InvalidInput, NotFound
from hotline.base.outbox import OutboxRow
from hotline.online_reports import content, queries, service, sweeping, taking
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.reports.service import SaveConflict
from hotline.rosters.models import RosterEntry
from hotline.worklist.models import WorklistItem
from screening_forms.errors import UnknownField, ValueProblem
from tests.support.intake import ENOUGH, PACK, Intake, audit_of, intake_in
from tests.support.kern import FORMS, PACKS, VAULT
from tests.support.reporter import CANARIES, NAME


@pytest.fixture
def intake(session: Session, clock: FrozenClock) -> Intake:
    return intake_in(session)


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


def test_the_gate_takes_only_the_packs_categories(intake: Intake) -> None:
    with pytest.raises(InvalidInput):
        service.begin(intake.session, VAULT, FORMS, PACK, "curious", "en")


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
