"""Requests of the phone company, read strictly."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.events import BadRequest, CallEvent, read

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
ACCOUNT = "AC" + "0" * 32
CALL = "CA" + "1" * 32
FORM = [("AccountSid", ACCOUNT), ("CallSid", CALL), ("From", "+16615550142"), ("To", "+16615550100")]


def event(
    page: str, *more: tuple[str, str], token: str | None = None, query: tuple[tuple[str, str], ...] = ()
) -> CallEvent:
    return read(page, [*FORM, *more], query, token, ACCOUNT, NOW)


def test_a_status_is_known_again_by_call_and_status() -> None:
    first = event("call-status", ("CallStatus", "completed"), ("Timestamp", "now"), token="a")
    again = event("call-status", ("CallStatus", "completed"), ("Timestamp", "later"), token="b")
    assert first.key == again.key == f"status:{CALL}:completed"
    assert first.call_is_over


def test_news_of_a_room_is_known_again_by_its_count() -> None:
    room = (("ConferenceSid", "CF" + "2" * 32), ("SequenceNumber", "7"), ("FriendlyName", "room-" + "3" * 32))
    news = event("conference", *room)
    assert (news.key, news.sequence) == ("conference:CF" + "2" * 32 + ":7", 7)


def test_a_page_is_known_again_by_its_token_or_else_by_what_it_says() -> None:
    assert event("menu", ("Digits", "1"), token="t").key == event("menu", ("Digits", "2"), token="t").key
    assert event("menu", ("Digits", "1")).key == event("menu", ("Digits", "1")).key
    assert event("menu", ("Digits", "1")).key != event("menu", ("Digits", "2")).key
    assert event("menu").key != event("menu", query=(("tries", "1"),)).key
    assert event("menu", token="x" * 500).key == event("menu").key


@pytest.mark.parametrize("value", ["x", "12345678901234567890123", "1 or 1=1"])
def test_keys_that_no_telephone_has_were_not_pressed(value: str) -> None:
    assert event("menu", ("Digits", value)).digits is None


def test_only_what_is_asked_for_is_kept() -> None:
    kept = event("menu", ("CallerName", "Maria Example"), ("FromCity", "BAKERSFIELD"), query=(("x", "y"),))
    assert set(kept.form) == {"AccountSid", "CallSid", "From", "To"}
    assert kept.query == {}


def test_a_number_never_shows_itself() -> None:
    assert "5550142" not in repr(event("incoming"))


def test_an_event_survives_the_spool() -> None:
    first = event("menu", ("Digits", "1"), query=(("language", "es"), ("tries", "3")))
    assert CallEvent.from_json(first.to_json()) == first
    assert (first.language, first.tries) == ("es", 3)


@given(
    st.sampled_from(["incoming", "menu", "call-status", "conference", "screener"]),
    st.lists(st.tuples(st.text(max_size=20) | st.sampled_from(["CallSid", "Digits", "From"]), st.text())),
    st.lists(st.tuples(st.sampled_from(["leg", "tries", "language"]), st.text())),
    st.none() | st.text(),
)
def test_anything_is_an_event_or_a_bad_request(
    page: str, form: list[tuple[str, str]], query: list[tuple[str, str]], token: str | None
) -> None:
    try:
        read(page, [("AccountSid", ACCOUNT), *form], query, token, ACCOUNT, NOW)
    except BadRequest as fault:
        assert fault.status in (400, 403)
