"""Availability, offers, the call bar and the end of a call, by buttons alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.base.clock import FrozenClock
from hotline.calls import service as calls
from hotline.calls.models import Call, Offer, Presence
from hotline.reports.models import Report
from tests.support.screener import STORY, Screener, another


def presence(screener: Screener) -> str:
    with screener.desk.database.transaction() as session:
        return calls.presence_of(session, screener.user_id).state


def test_a_screener_comes_on_duty_goes_away_and_leaves(screener: Screener) -> None:
    assert "Not on duty" in screener.get("/console")
    screener.post("/console/presence", state="available")
    assert presence(screener) == "available"
    screener.post("/console/presence", state="away", reason="meal")
    assert "Away: Meal" in screener.get("/console")
    screener.post("/console/presence", state="offline")
    assert presence(screener) == "offline"


def test_the_button_leads_back_to_the_page_on_which_it_stood(screener: Screener) -> None:
    report = screener.begin()
    assert f'name="at" value="{report}"' in screener.get(report)
    assert screener.post("/console/presence", state="available", at=report).location == report


@pytest.mark.parametrize("at", ["//evil.example", "https://evil.example/", "/a\\b\r\nX: y"])
def test_the_way_back_stays_on_this_site(screener: Screener, at: str) -> None:
    assert screener.post("/console/presence", state="available", at=at).location == "/console"


def test_an_unknown_state_is_refused_in_words(screener: Screener) -> None:
    answer = screener.post("/console/presence", state="asleep")
    assert answer.status_code == 400
    assert "Choose whether you take calls." in answer.text


def test_an_offer_tells_language_urgency_and_wait_and_no_number(
    screener: Screener, clock: FrozenClock
) -> None:
    screener.rings(lane="danger", number="+16615550142")
    clock.advance(timedelta(seconds=70))
    screener.takes_calls()
    page = screener.get("/console")
    assert "Incoming call" in page
    assert "Danger right now" in page
    assert "1:10" in page
    assert "5550142" not in page and "0142" not in page
    assert (
        'role="alert" class="usa-sr-only" id="offer-said">Incoming call: English, Danger right now.' in page
    )


def test_the_part_that_is_polled_stays_the_same_while_only_time_passes(
    screener: Screener, clock: FrozenClock
) -> None:
    screener.takes_calls()
    call = screener.rings()
    screener.accepts()
    screener.meets(call)
    first = screener.client.get("/console/state?at=/console")
    clock.advance(timedelta(seconds=5))
    again = screener.client.get(
        "/console/state?at=/console", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert again.data == b""
    assert 'data-since="2026-03-02T18:00:00+00:00"' in first.text


@pytest.mark.parametrize("asked", ["/console/state", "/console"])
def test_whatever_a_console_asks_for_is_a_sign_that_it_is_open(
    screener: Screener, clock: FrozenClock, asked: str
) -> None:
    screener.takes_calls()
    clock.advance(timedelta(seconds=40))
    screener.client.get(asked)
    with screener.desk.database.transaction() as session:
        assert session.get_one(Presence, screener.user_id).seen_at == clock.advance(timedelta())


def test_accepting_begins_a_report_that_starts_at_the_ring(screener: Screener, clock: FrozenClock) -> None:
    screener.takes_calls()
    call = screener.rings()
    clock.advance(timedelta(seconds=9))
    report = screener.accepts()
    page = screener.get(report)
    assert "Report KERN-000001" in page
    with screener.desk.database.transaction() as session:
        row = session.scalars(select(Report)).one()
        assert (row.call_id, row.received_at, row.screener_id) == (
            call.id,
            call.received_at,
            screener.user_id,
        )


def test_accepting_twice_opens_the_same_report(screener: Screener) -> None:
    screener.takes_calls()
    screener.rings()
    path = screener.offer_path()
    first = screener.post(path, answer="accept").location
    assert screener.post(path, answer="accept").location == first
    with screener.desk.database.transaction() as session:
        assert len(session.scalars(select(Report)).all()) == 1


def test_an_offer_that_is_gone_says_so_on_the_page(screener: Screener, clock: FrozenClock) -> None:
    screener.takes_calls()
    call = screener.rings()
    path = screener.offer_path()
    screener.hangs_up(call)
    answer = screener.post(path, answer="accept", at="/console")
    assert answer.location == "/console?notice=offer_gone"
    assert "That call is no longer yours" in screener.get(str(answer.location))
    with screener.desk.database.transaction() as session:
        assert session.scalar(select(Report)) is None


def test_nobody_takes_an_offer_made_to_somebody_else(screener: Screener) -> None:
    screener.takes_calls()
    screener.rings()
    path = screener.offer_path()
    assert another(screener).post(path, answer="accept").status_code == 404


def test_a_declined_call_goes_to_the_next_with_the_reason_kept(screener: Screener) -> None:
    screener.takes_calls()
    screener.rings()
    colleague = another(screener)
    colleague.takes_calls()
    screener.post(screener.offer_path(), answer="decline", reason="conflict_of_interest")
    with screener.desk.database.transaction() as session:
        first = session.scalar(select(Offer).where(Offer.screener_id == screener.user_id))
        assert first is not None and (first.state, first.reason) == ("declined", "conflict_of_interest")
    assert colleague.offer_path()


def test_a_made_up_reason_is_not_written_down(screener: Screener) -> None:
    screener.takes_calls()
    screener.rings()
    screener.post(screener.offer_path(), answer="decline", reason="<script>")
    with screener.desk.database.transaction() as session:
        assert session.scalars(select(Offer.reason)).first() == "not_ready"


def in_wrap_up(screener: Screener) -> tuple[Call, str]:
    screener.takes_calls()
    call = screener.rings()
    report = screener.accepts()
    screener.meets(call)
    screener.hangs_up(call)
    return call, report


def test_the_bar_follows_the_call(screener: Screener) -> None:
    screener.takes_calls()
    call = screener.rings()
    report = screener.accepts()
    assert "Connecting" in screener.get(report)
    screener.meets(call)
    assert '<h2 id="call-title">On a call</h2>' in screener.get(report)
    assert screener.post(f"/console/calls/{call.id}/hang-up", at=report).location == report
    screener.hangs_up(call)
    assert "What was the call about?" in screener.get(report)


def test_a_call_without_a_report_ends_with_what_it_was_about(screener: Screener) -> None:
    call, _ = in_wrap_up(screener)
    screener.post(f"/console/calls/{call.id}/finish", disposition="wrong_number")
    assert presence(screener) == "available"


def test_a_call_is_a_report_only_once_the_report_is_submitted(screener: Screener) -> None:
    call, report = in_wrap_up(screener)
    answer = screener.post(f"/console/calls/{call.id}/finish", disposition="report", at=report)
    assert answer.location == f"{report}?notice=report_first"
    assert "Submit the report of this call first" in screener.get(str(answer.location))
    assert presence(screener) == "wrap_up"
    for path, value in STORY.items():
        screener.save(report, path, value)
    screener.post(f"{report}/submit")
    screener.post(f"/console/calls/{call.id}/finish", disposition="report", at=report)
    assert presence(screener) == "available"


def test_a_call_that_goes_on_is_not_finished(screener: Screener) -> None:
    screener.takes_calls()
    call = screener.rings()
    screener.accepts()
    answer = screener.post(f"/console/calls/{call.id}/finish", disposition="prank")
    assert answer.location == "/console?notice=call_open"


@pytest.mark.parametrize("disposition", ["", "done", "<script>"])
def test_a_call_ends_only_in_a_lawful_way(screener: Screener, disposition: str) -> None:
    call, _ = in_wrap_up(screener)
    answer = screener.post(f"/console/calls/{call.id}/finish", disposition=disposition)
    assert answer.status_code == 400
    assert presence(screener) == "wrap_up"


def test_nobody_goes_away_during_a_call(screener: Screener) -> None:
    screener.takes_calls()
    screener.rings()
    screener.accepts()
    assert screener.post("/console/presence", state="away").location == "/console?notice=call_open"


def test_a_new_call_waits_for_the_wrap_up(screener: Screener) -> None:
    in_wrap_up(screener)
    assert screener.post("/console/presence", state="available").location == "/console?notice=unfinished"


@pytest.mark.parametrize("button", ["hang-up", "finish"])
def test_nobody_touches_a_call_of_somebody_else(screener: Screener, button: str) -> None:
    call, _ = in_wrap_up(screener)
    answer = another(screener).post(f"/console/calls/{call.id}/{button}", disposition="prank")
    assert answer.status_code == 404
