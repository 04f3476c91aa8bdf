"""Somebody who is asked before the decision: who, why, until when, and what the pack adds to the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.dispatch.track import decision_due
from hotline.policy.clocks import Clock
from hotline.policy.decide import GivenFact, decide
from hotline.policy.model import CollateralTime, Pack
from hotline.policy.words import Words
from hotline.reports import collaterals
from hotline.reports import service as reports
from hotline.reports.models import Collateral, Report
from hotline.worklist import ladder
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.kern import FORMS, PACKS, VAULT, Kern

WHO = "Mrs. Quennell, second grade, extension 12"
ONE_DAY_MORE = CollateralTime(
    id="test.collateral",
    sentence=Words(en="One business day more.", es="Un día hábil más."),
    source="110 CMR 4.21(3)",
    confidence="A",
    adds=Clock(business_days=1),
)


@pytest.fixture
def kern(session: Session, clock: FrozenClock) -> Kern:
    return county.build(session)


@pytest.fixture
def draft(session: Session, kern: Kern, clock: FrozenClock) -> Report:
    return reports.begin(
        session,
        VAULT,
        FORMS,
        kern.screener,
        jurisdiction="kern",
        form_id="california-report",
        received_at=clock(),
    )


def ask(session: Session, kern: Kern, draft: Report, **more: object) -> Collateral:
    given: dict[str, object] = {"who": WHO, "reason": "knows_child", "within": timedelta(hours=4)} | more
    return collaterals.ask(session, VAULT, draft.id, kern.screener, **given)  # type: ignore[arg-type]


def kern_with(more_time: CollateralTime | None) -> Pack:
    pack = PACKS.versions("kern")[-1]
    return pack.model_copy(update={"rules": pack.rules.model_copy(update={"collateral": more_time})})


def test_whom_one_waits_for_is_sealed_and_stands_on_the_writers_list(
    session: Session, kern: Kern, draft: Report
) -> None:
    row = ask(session, kern, draft)
    assert b"Quennell" not in row.sealed
    (awaited,) = collaterals.awaited_by(session, VAULT, [draft])
    assert (awaited.who, awaited.reason, awaited.due_at - awaited.opened_at) == (
        WHO,
        "knows_child",
        timedelta(hours=4),
    )
    item = session.scalars(select(WorklistItem).where(WorklistItem.kind == "collateral")).one()
    assert (item.owner_id, "Quennell" in str(item.detail)) == (kern.screener.user_id, False)


def test_an_answer_ends_the_waiting_once(session: Session, kern: Kern, draft: Report) -> None:
    row = ask(session, kern, draft)
    collaterals.settle(session, row.id, kern.screener, "answered")
    assert collaterals.awaited_by(session, VAULT, [draft]) == []
    assert session.scalars(select(WorklistItem)).one().resolution == "answered"
    with pytest.raises(Conflict):
        collaterals.settle(session, row.id, kern.screener, "answered")


def test_a_draft_that_became_no_report_waits_for_nobody(session: Session, kern: Kern, draft: Report) -> None:
    ask(session, kern, draft)
    reports.drop(session, VAULT, draft.id, kern.screener, "no_report")
    assert session.scalars(select(WorklistItem)).one().resolution == "no_longer_needed"


def test_a_late_answer_is_told_to_the_supervisors(
    session: Session, kern: Kern, draft: Report, clock: FrozenClock
) -> None:
    ask(session, kern, draft)
    clock.advance(timedelta(hours=3, minutes=59))
    assert ladder.pass_on(session) == 0
    clock.advance(timedelta(minutes=2))
    assert ladder.pass_on(session) == 1
    assert session.scalars(select(WorklistItem)).one().owner_id == kern.supervisor.user_id


@pytest.mark.parametrize(
    "wrong",
    [{"who": " "}, {"reason": "curiosity"}, {"within": timedelta(days=400)}],
    ids=lambda one: str(list(one)),
)
def test_what_is_not_said_is_not_taken(
    session: Session, kern: Kern, draft: Report, wrong: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput):
        ask(session, kern, draft, **wrong)


def test_only_the_writer_asks_and_only_before_the_report_is_submitted(
    session: Session, kern: Kern, draft: Report
) -> None:
    with pytest.raises(NotFound):
        collaterals.ask(
            session,
            VAULT,
            draft.id,
            kern.coordinators[0],
            who=WHO,
            reason="other",
            within=timedelta(hours=1),
        )
    submitted = county.submitted(session, kern, county.PATH_3)
    with pytest.raises(Conflict):
        ask(session, kern, submitted)


def test_a_pack_that_allows_it_gives_the_decision_a_business_day_once(
    session: Session, kern: Kern, draft: Report, clock: FrozenClock
) -> None:
    facts: dict[str, GivenFact] = {
        "meets_definition": True,
        "risk": "high",
        "child_in_immediate_danger": False,
        "child_without_caregiver": False,
        "caregiver_impaired_now": False,
        "injury_unexplained": False,
    }
    pack = kern_with(ONE_DAY_MORE)
    calm = decide(pack, facts, draft.received_at)
    before = decision_due(session, pack, draft, calm)
    assert before == datetime(2026, 3, 3, 18, 0, tzinfo=UTC)
    assert ask(session, kern, draft, more_time=ONE_DAY_MORE, decision_due=before).extends
    assert decision_due(session, pack, draft, calm) == datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
    assert not ask(session, kern, draft, more_time=ONE_DAY_MORE, decision_due=before).extends
    urgent = decide(pack, facts | {"child_in_immediate_danger": True}, draft.received_at)
    assert decision_due(session, pack, draft, urgent) == draft.received_at
    assert decision_due(session, kern_with(None), draft, calm) == before


def test_without_such_a_rule_or_after_the_clock_nothing_is_added(
    session: Session, kern: Kern, draft: Report, clock: FrozenClock
) -> None:
    due = clock() + timedelta(hours=24)
    assert not ask(session, kern, draft, decision_due=due).extends
    clock.advance(timedelta(hours=25))
    assert not ask(session, kern, draft, more_time=ONE_DAY_MORE, decision_due=due).extends
