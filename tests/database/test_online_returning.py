"""Online reports over time: hours, coming back by the code, limits, and what is destroyed when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, NotFound
from hotline.online_reports import limits, returning, service, sweeping
from hotline.online_reports.models import OnlineTally
from hotline.vault.models import VaultRecord
from tests.support.intake import ENOUGH, Intake, audit_of, intake_in
from tests.support.kern import FORMS, PACKS, VAULT
from tests.support.reporter import NAME, STORY


@pytest.fixture
def intake(session: Session, clock: FrozenClock) -> Intake:
    return intake_in(session)


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
