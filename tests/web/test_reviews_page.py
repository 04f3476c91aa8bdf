"""The supervisors' page of reviews: what it shows to whom, and what can be done there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.engine import Connection
from werkzeug.test import TestResponse

from hotline.base.clock import FrozenClock
from hotline.dispatch.models import TrackDecision
from hotline.dispatch.queries import latest_decision
from hotline.policy.decision import Decision
from hotline.reports.models import Report
from hotline.reviews.states import ACTS, REVIEW
from hotline.web.reviews import words
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.coordinator import CoordinatorDesk
from tests.support.desk import CANARY, Desk
from tests.support.kern import EMERGENCY, PATH_1, PATH_2, PATH_3, Kern

LAW = PATH_3 | {
    "decision/meets_definition": "no",
    "decision/suspect_is_caregiver": "no",
    "decision/caregiver_protects": "yes",
}


class Reviews(CoordinatorDesk):
    """A supervisor's browser, and a second one's."""

    def other(self) -> FlaskClient:
        with self.desk.database.transaction() as session:
            second = county.person(session, "wanda", "supervisor")
        return self.desk.signed_in(second.user_id)

    def review(self, decision: TrackDecision) -> str:
        return self.page(f"/reviews/{decision.report_id}")

    def press(
        self, decision: TrackDecision, act: str, client: FlaskClient | None = None, **fields: str
    ) -> TestResponse:
        path = f"/reviews/{decision.report_id}/{act}"
        return self.desk.post(client or self.client, path, decision=str(decision.id), **fields)

    def state(self, decision: TrackDecision) -> str:
        with self.desk.database.transaction() as session:
            return session.get_one(Report, decision.report_id).state

    def holding(self, decision: TrackDecision) -> Decision:
        with self.desk.database.transaction() as session:
            found = latest_decision(session, decision.report_id)
            assert found is not None
            return Decision.from_json(found.result)


@pytest.fixture
def reviews(county_here: tuple[Connection, Kern], clock: FrozenClock) -> Iterator[Reviews]:
    connection, kern = county_here
    with Desk.within(connection) as desk:
        yield Reviews(desk, kern, desk.signed_in(kern.supervisor.user_id))


def test_the_list_says_why_and_until_when_in_clock_and_words(reviews: Reviews) -> None:
    reviews.decided(PATH_2, "Shafter")
    reviews.decided(LAW)
    body = reviews.page("/reviews/rows").partition("<tbody>")[2]
    first, second = body.split('<tr id="')[1:]
    assert "Review beside the response" in first + second
    assert "Waits for your agreement" in first + second
    assert "(in 1 day)" in first and "Tue, Mar 3, 10:00 AM" in first
    assert "Ana" in first
    assert CANARY not in body


def test_a_review_shows_the_report_and_the_reasons_without_the_reporter(reviews: Reviews) -> None:
    decision = reviews.decided(LAW)
    page = reviews.review(decision)
    assert "A neighbor called about the children." in page
    assert "A supervisor agrees before a report is left to law enforcement alone." in page
    assert "to be verified with the agency" in page
    assert CANARY not in page


@pytest.mark.parametrize("role", ["screener", "coordinator", "area_office"])
def test_nobody_but_a_supervisor_enters(reviews: Reviews, role: str) -> None:
    people = {
        "screener": reviews.kern.screener,
        "coordinator": reviews.kern.coordinators[0],
        "area_office": reviews.kern.office[0],
    }
    decision = reviews.decided(LAW)
    client = reviews.desk.signed_in(people[role].user_id)
    assert client.get("/reviews").status_code == 403
    assert client.get(f"/reviews/{decision.report_id}").status_code == 403
    assert reviews.press(decision, "approve", client).status_code == 403
    assert reviews.state(decision) == "waiting"


def test_agreeing_lets_a_held_decision_take_effect(reviews: Reviews) -> None:
    decision = reviews.decided(LAW)
    answer = reviews.press(decision, "approve", note="")
    assert answer.status_code == 303
    assert reviews.state(decision) == "closed"
    assert "You agreed to the decision." in reviews.page(str(answer.location))
    assert "Nothing waits for a supervisor." in reviews.page("/reviews/rows")


def test_a_question_returns_the_report_and_keeps_what_was_typed_when_it_is_refused(reviews: Reviews) -> None:
    decision = reviews.decided(PATH_1, "Lamont")
    assert reviews.press(decision, "return", question=" ").status_code == 400
    assert reviews.press(decision, "return", question="Which school?").status_code == 303
    again = reviews.press(decision, "return", question="And which teacher?")
    assert again.status_code == 409
    assert "And which teacher?" not in unescape(again.text), "a returned report offers no second question"
    page = reviews.review(decision)
    assert "Which school?" in page
    assert "Its writer has it." in page
    assert reviews.state(decision) == "returned"


def test_a_mandatory_path_shows_no_control_and_says_the_rule(reviews: Reviews) -> None:
    decision = reviews.decided(EMERGENCY, "Shafter")
    page = reviews.review(decision)
    rule = "The child is, or may be, unsafe now, so a social worker meets the family (Path 3)."
    assert f"This path is set by the rules and can't be changed: {rule}" in page
    assert 'name="override"' not in page
    answer = reviews.press(decision, "override", override="kern.override.path-3-down", reason="Calm now.")
    assert answer.status_code == 409
    assert rule in unescape(answer.text)
    assert "Calm now." not in unescape(answer.text).partition("What you can do")[2]


def test_a_lesser_path_takes_two_browsers(reviews: Reviews) -> None:
    decision = reviews.decided(PATH_3 | {"decision/risk": "low"}, "Shafter")
    assert "needs a second person" in reviews.review(decision)
    answer = reviews.press(
        decision, "override", override="kern.override.path-3-down", reason="A partner knows them."
    )
    assert "done=proposed" in str(answer.location)
    own = reviews.press(decision, "settle", answer="confirm")
    assert own.status_code == 403
    assert "A second person has to agree: you were the first." in unescape(own.text)
    second = reviews.other()
    assert "A partner knows them." in unescape(second.get(f"/reviews/{decision.report_id}").text)
    assert reviews.press(decision, "settle", second, answer="confirm").status_code == 303
    assert reviews.holding(decision).track == "path_2"


def test_a_report_that_was_evaluated_out_can_be_taken_up(reviews: Reviews) -> None:
    decision = reviews.decided(PATH_1, "Lamont")
    answer = reviews.press(
        decision, "override", override="kern.override.path-1-up", reason="The third call this month."
    )
    assert answer.status_code == 303
    page = reviews.page(str(answer.location))
    assert "The other path holds now" in page
    assert "The third call this month." in page
    assert reviews.holding(decision).track == "path_3"


def test_taking_care_of_it_stops_the_calling_of_others(reviews: Reviews) -> None:
    decision = reviews.decided(LAW)
    with reviews.desk.database.transaction() as session:
        item_id = session.scalars(
            select(WorklistItem.id).where(WorklistItem.subject_id == str(decision.report_id))
        ).one()
    assert reviews.press(decision, "take", item=str(item_id)).status_code == 303
    with reviews.desk.database.transaction() as session:
        item = session.get_one(WorklistItem, item_id)
        assert (item.owner_id, item.taken_at is not None) == (reviews.kern.supervisor.user_id, True)


def test_reviews_stay_off_the_board_until_they_are_late(reviews: Reviews, clock: FrozenClock) -> None:
    reviews.decided(LAW)
    assert "A report waits for a supervisor's review" not in reviews.page("/board/rows?show=open")
    clock.advance(timedelta(hours=25))
    reviews.client = reviews.desk.signed_in(reviews.kern.supervisor.user_id)
    assert "A report waits for a supervisor's review" in reviews.page("/board/rows?show=open")
    with reviews.desk.database.transaction() as session:
        item_id = session.scalars(select(WorklistItem.id).where(WorklistItem.kind == "review_held")).one()
    matter = reviews.page(f"/board/items/{item_id}")
    assert "Open the review" in matter
    assert "Close without dispatch" not in matter, "there is one door only"


def test_every_state_and_act_has_its_words() -> None:
    assert set(words.STATES) == set(REVIEW.states)
    assert set(words.ACTS) == set(ACTS)
