"""Who is offered which call: true for any line and any staff."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hotline.calls.queueing import Free, Pairing, Waiting, in_order, pair
from hotline.calls.states import LANES

START = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
LANGUAGES = ("en", "es", "hmn")

moments = st.integers(0, 600).map(lambda seconds: START + timedelta(seconds=seconds))


def numbered(kind: int, count: int) -> list[UUID]:
    return [UUID(int=kind * 1000 + number) for number in range(count)]


CALLS, PEOPLE = numbered(1, 8), numbered(2, 8)


@st.composite
def lines(draw: st.DrawFn) -> list[Waiting]:
    calls = draw(st.lists(st.sampled_from(CALLS), unique=True))
    return [
        Waiting(
            call,
            draw(st.sampled_from(LANGUAGES)),
            draw(st.sampled_from(LANES)),
            draw(moments),
            draw(st.booleans()),
        )
        for call in calls
    ]


@st.composite
def staffs(draw: st.DrawFn) -> list[Free]:
    people = draw(st.lists(st.sampled_from(PEOPLE), unique=True))
    return [
        Free(person, draw(st.frozensets(st.sampled_from(LANGUAGES), min_size=1)), draw(moments))
        for person in people
    ]


refusals = st.frozensets(st.tuples(st.sampled_from(CALLS), st.sampled_from(PEOPLE)))


def by_call(pairings: list[Pairing]) -> dict[UUID, UUID]:
    return {pairing.call_id: pairing.user_id for pairing in pairings}


@given(lines(), staffs(), refusals)
def test_one_offer_per_caller_and_per_screener(
    line: list[Waiting], staff: list[Free], refused: frozenset[tuple[UUID, UUID]]
) -> None:
    pairings = pair(line, staff, refused)
    assert len({pairing.call_id for pairing in pairings}) == len(pairings)
    assert len({pairing.user_id for pairing in pairings}) == len(pairings)


@given(lines(), staffs(), refusals)
def test_every_screener_offered_speaks_the_callers_language(
    line: list[Waiting], staff: list[Free], refused: frozenset[tuple[UUID, UUID]]
) -> None:
    languages = {caller.call_id: caller.language for caller in line}
    speaks = {screener.user_id: screener.languages for screener in staff}
    for call_id, user_id in by_call(pair(line, staff, refused)).items():
        assert languages[call_id] in speaks[user_id]


@given(lines(), staffs(), refusals)
def test_nobody_waits_while_somebody_free_speaks_the_language(
    line: list[Waiting], staff: list[Free], refused: frozenset[tuple[UUID, UUID]]
) -> None:
    pairs = by_call(pair(line, staff, refused))
    idle = [screener for screener in staff if screener.user_id not in pairs.values()]
    for caller in line:
        if caller.call_id not in pairs:
            assert not any(caller.language in screener.languages for screener in idle)


@given(lines(), staffs(), refusals)
def test_an_earlier_caller_is_not_passed_by_a_later_one_of_the_same_language(
    line: list[Waiting], staff: list[Free], refused: frozenset[tuple[UUID, UUID]]
) -> None:
    pairs = by_call(pair(line, staff, refused))
    for language in LANGUAGES:
        served = [caller.call_id in pairs for caller in in_order(line) if caller.language == language]
        assert served == sorted(served, reverse=True)


@given(lines())
def test_the_line_goes_by_return_then_urgency_then_arrival(line: list[Waiting]) -> None:
    ranks = [
        (not caller.returned_to_front, LANES.index(caller.lane), caller.queued_at)
        for caller in in_order(line)
    ]
    assert ranks == sorted(ranks)


@given(lines(), staffs(), refusals)
def test_the_answer_does_not_depend_on_the_order_of_the_snapshot(
    line: list[Waiting], staff: list[Free], refused: frozenset[tuple[UUID, UUID]]
) -> None:
    assert pair(line, staff, refused) == pair(line[::-1], staff[::-1], refused)


@given(lines(), staffs(), refusals)
def test_who_refused_is_asked_again_only_when_nobody_else_is_free(
    line: list[Waiting], staff: list[Free], refused: frozenset[tuple[UUID, UUID]]
) -> None:
    left = {screener.user_id: screener for screener in staff}
    pairs = by_call(pair(line, staff, refused))
    for caller in in_order(line):
        chosen = pairs.get(caller.call_id)
        if chosen is None:
            continue
        able = [screener for screener in left.values() if caller.language in screener.languages]
        fresh = [screener for screener in able if (caller.call_id, screener.user_id) not in refused]
        assert chosen in {screener.user_id for screener in fresh or able}
        del left[chosen]


@given(lines(), staffs())
def test_the_longest_idle_is_asked_first(line: list[Waiting], staff: list[Free]) -> None:
    left = {screener.user_id: screener for screener in staff}
    pairs = by_call(pair(line, staff))
    for caller in in_order(line):
        chosen = pairs.get(caller.call_id)
        if chosen is not None:
            able = [screener for screener in left.values() if caller.language in screener.languages]
            assert left[chosen].idle_since == min(screener.idle_since for screener in able)
            del left[chosen]


def test_a_lane_of_another_release_is_served_first_rather_than_last() -> None:
    strange = Waiting(CALLS[0], "en", "unheard_of", START)
    plain = Waiting(CALLS[1], "en", "youth", START - timedelta(minutes=5))
    assert in_order([plain, strange])[0] is strange


def test_the_reason_tells_that_a_screener_is_asked_again() -> None:
    caller = Waiting(CALLS[0], "en", "danger", START, returned_to_front=True)
    staff = [Free(PEOPLE[0], frozenset({"en"}), START)]
    (pairing,) = pair([caller], staff, {(CALLS[0], PEOPLE[0])})
    assert pairing.reason.split() == [
        "longest_idle",
        "speaks:en",
        "lane:danger",
        "caller_returned_to_front",
        "asked_again:nobody_else_left",
    ]
