"""The screener's own lists, the clock of a draft, whom they wait for, and a supervisor's question, in the console."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

from sqlalchemy import select

from hotline.accounts.service import SignedIn
from hotline.base.clock import FrozenClock
from hotline.dispatch.queries import latest_decision
from hotline.dispatch.track import decide_report
from hotline.reports.models import Collateral, Report
from hotline.reviews import service as reviews
from hotline.worklist.models import WorklistItem
from tests.support.kern import FORMS, PACKS, PATH_1, PATH_3
from tests.support.screener import Screener

QUESTION = "Did the neighbor see the bruise herself?"
WHO = "Mr. Quennell, school nurse, extension 12"


def written(screener: Screener, answers: dict[str, str | list[str]]) -> str:
    """A draft with these answers; the path of its page."""
    report = screener.begin()
    for path, value in answers.items():
        values = value if isinstance(value, list) else [value]
        assert screener.save(report, path, *values).status_code == 200
    return report


def decided(screener: Screener, path: str) -> None:
    with screener.desk.database.transaction() as session:
        report_id = session.scalars(select(Report.id).where(Report.id == path.rpartition("/")[2])).one()
        decide_report(session, screener.desk.vault, FORMS, PACKS, report_id)


def asked_back(screener: Screener, path: str) -> None:
    """The rules have decided, and the supervisor asks."""
    decided(screener, path)
    supervisor = SignedIn(
        screener.desk.people["supervisor"], "Vera", ("supervisor",), None, "en", "form-token"
    )
    with screener.desk.database.transaction() as session:
        report_id = session.scalars(select(Report.id).where(Report.id == path.rpartition("/")[2])).one()
        decision = latest_decision(session, report_id)
        assert decision is not None
        reviews.send_back(session, screener.desk.vault, PACKS, decision.id, supervisor, QUESTION)


def part(page: str, heading: str) -> str:
    """The section of that heading."""
    return unescape(page).partition(f"{heading} ")[2].partition("</section>")[0]


def test_drafts_stand_in_the_order_of_their_clocks_with_clock_and_words(screener: Screener) -> None:
    calm = written(screener, PATH_3)
    open_ended = written(screener, PATH_1)
    drafts = part(screener.get("/console/lists"), "My drafts")
    assert drafts.index(calm) < drafts.index(open_ended)
    assert "Tue, Mar 3, 10:00 AM" in drafts and "(in 1 day)" in drafts
    assert 'tag">2<' in drafts


def test_a_draft_that_allows_no_time_says_at_once(screener: Screener) -> None:
    written(screener, {**PATH_3, "decision/immediate_danger": "yes"})
    assert "at once" in part(screener.get("/console"), "My drafts")


def test_the_clock_of_a_draft_follows_its_answers(screener: Screener, clock: FrozenClock) -> None:
    report = written(screener, PATH_3)
    assert "Tue, Mar 3, 10:00 AM" in screener.get(f"{report}/clock")
    clock.advance(timedelta(minutes=25))
    assert "in 23 hours 35 minutes" in screener.get(f"{report}/clock")
    screener.save(report, "decision/immediate_danger", "yes", base=1)
    assert "at once" in screener.get(f"{report}/clock")


def test_a_question_stands_on_top_of_the_report_and_in_the_list(screener: Screener) -> None:
    report = written(screener, {**PATH_1, "location/home_town": "Lamont"})
    assert screener.post(f"{report}/submit").status_code == 303
    asked_back(screener, report)
    assert QUESTION in part(screener.get("/console"), "Returned to me")
    page = unescape(screener.get(report))
    assert page.index(QUESTION) < page.index("Children")
    assert "Answer the question by" in page
    assert screener.save(report, "narrative/story", "She saw it herself.", base=1).status_code == 200
    assert screener.post(f"{report}/submit").status_code == 303
    assert "Returned to me" not in screener.get("/console")
    after = unescape(screener.get(report))
    assert QUESTION in after, "what was asked stays with the report"
    assert "Answer the question by" not in after


def test_what_became_of_a_report_says_who_has_it(screener: Screener) -> None:
    report = written(screener, {**PATH_3, "location/home_town": "Shafter"})
    screener.post(f"{report}/submit")
    outcomes = part(screener.get("/console"), "What became of my reports")
    assert "Being decided" in outcomes
    decided(screener, report)
    outcomes = part(screener.get("/console"), "What became of my reports")
    assert "Path 3" in outcomes
    assert "First visit" in outcomes


def test_somebody_who_is_asked_stands_on_the_list_until_it_is_settled(
    screener: Screener, clock: FrozenClock
) -> None:
    report = written(screener, PATH_3)
    assert screener.post(f"{report}/collaterals", who=WHO, reason="saw_injury", within="4").status_code == 303
    row = part(screener.get("/console"), "Whom I wait for")
    assert WHO in row and "Saw the injury" in row and "Mon, Mar 2, 2:00 PM" in row
    clock.advance(timedelta(hours=4, minutes=1))
    screener.client = screener.desk.signed_in("screener")
    assert "Late" in part(screener.get("/console"), "Whom I wait for")
    with screener.desk.database.transaction() as session:
        collateral = session.scalars(select(Collateral.id)).one()
    settled = screener.post(f"{report}/collaterals/settle", collateral=str(collateral), result="answered")
    assert settled.status_code == 303
    assert "Whom I wait for" not in screener.get("/console")
    assert WHO in unescape(screener.get(report))
    with screener.desk.database.transaction() as session:
        assert session.scalars(select(WorklistItem.resolution)).all() == ["answered"]


def test_a_colleague_sees_and_settles_nothing_of_it(screener: Screener) -> None:
    report = written(screener, PATH_3)
    screener.post(f"{report}/collaterals", who=WHO, reason="saw_injury", within="4")
    with screener.desk.database.transaction() as session:
        collateral = session.scalars(select(Collateral.id)).one()
    other = Screener(screener.desk, screener.desk.signed_in("colleague"), "colleague")
    assert WHO not in unescape(other.get("/console"))
    assert other.client.get(f"{report}/clock").status_code == 404
    refused = other.post(f"{report}/collaterals/settle", collateral=str(collateral), result="answered")
    assert refused.status_code == 404
    assert other.post(f"{report}/collaterals", who=WHO, reason="other", within="4").status_code == 404


def test_what_is_missing_is_said(screener: Screener) -> None:
    report = written(screener, PATH_3)
    assert screener.post(f"{report}/collaterals", who=" ", reason="other", within="4").status_code == 400
    assert screener.post(f"{report}/collaterals", who=WHO, reason="other", within="9").status_code == 400
