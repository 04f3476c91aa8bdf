"""Who is offered which call: true for any line and any staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.calls import queueing
from hotline.calls.queueing import OnDuty, Pairing, Waiting, in_order, pair
from hotline.calls.states import LANES

START = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
LANGUAGES = ("en", "es", "hmn")
TEAMS = ("north", "south")
SKILLS = ("medical", "danger", "language:es", "language:en")

moments = st.integers(0, 600).map(lambda seconds: START + timedelta(seconds=seconds))
NOW = START + timedelta(seconds=600)


def numbered(kind: int, count: int) -> list[UUID]:
    return [UUID(int=kind * 1000 + number) for number in range(count)]


enough = settings(max_examples=60)
CALLS, PEOPLE = numbered(1, 8), numbered(2, 8)


@st.composite
def lines(draw: st.DrawFn) -> list[Waiting]:
    calls = draw(st.lists(st.sampled_from(CALLS), unique=True, max_size=5))
    return [
        Waiting(
            call,
            draw(st.sampled_from(LANGUAGES)),
            draw(st.sampled_from(LANES)),
            draw(moments),
            draw(st.booleans()),
            # Around the moments at which more people may be asked.
            NOW - timedelta(seconds=draw(st.sampled_from((0, 19, 20, 24, 25, 59, 60, 600)))),
            draw(st.sampled_from((None, *TEAMS))),
            draw(st.sampled_from((None, None, "medical"))),
            draw(st.sampled_from((None, None, *PEOPLE[:3]))),
            draw(st.booleans()),
        )
        for call in calls
    ]


@st.composite
def staffs(draw: st.DrawFn) -> list[OnDuty]:
    people = draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=5))
    return [
        OnDuty(
            person,
            draw(st.frozensets(st.sampled_from(LANGUAGES), min_size=1)),
            draw(moments),
            draw(st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3))),
            draw(st.frozensets(st.sampled_from(TEAMS))),
            draw(st.booleans()),
            draw(st.booleans() | st.just(True)),
        )
        for person in people
    ]


refusals = st.frozensets(st.tuples(st.sampled_from(CALLS), st.sampled_from(PEOPLE)))
Refusals = frozenset[tuple[UUID, UUID]]


def of_team(person: OnDuty, caller: Waiting) -> bool:
    return caller.team is None or person.teams in (frozenset(), {caller.team}, set(TEAMS))


def able(person: OnDuty, caller: Waiting) -> bool:
    skilled = caller.skill is None or caller.skill in person.skills
    return of_team(person, caller) and caller.language in person.languages and skilled


def by_call(pairings: list[Pairing]) -> dict[UUID, UUID]:
    return {pairing.call_id: pairing.user_id for pairing in pairings}


def rank(caller: Waiting) -> tuple[object, ...]:
    """Everything by which one caller goes before another, but the arrival."""
    return caller.behind, caller.returned_to_front, caller.lane


def asks_alike(one: Waiting, other: Waiting) -> bool:
    """Whether exactly the same people may be asked for both."""

    def needs(caller: Waiting) -> tuple[object, ...]:
        return caller.language, caller.team, caller.skill, caller.target_id, caller.waiting_since

    return needs(one) == needs(other)


class Left:
    """The offers of a snapshot one after the other, each with who was still free before it."""

    def __init__(self, line: list[Waiting], staff: list[OnDuty], refused: Refusals) -> None:
        self.callers = {caller.call_id: caller for caller in line}
        self.people = {person.user_id: person for person in staff}
        self.pairings = pair(line, staff, refused, now=NOW)
        self.steps: list[tuple[Waiting, OnDuty, list[OnDuty], str]] = []
        free = {person.user_id: person for person in staff if person.free}
        for pairing in self.pairings:
            caller, chosen = self.callers[pairing.call_id], self.people[pairing.user_id]
            self.steps.append((caller, chosen, list(free.values()), pairing.reason))
            del free[pairing.user_id]
        self.idle = list(free.values())


@enough
@given(lines(), staffs(), refusals)
def test_one_offer_per_caller_and_per_screener_and_only_to_who_is_free(
    line: list[Waiting], staff: list[OnDuty], refused: Refusals
) -> None:
    found = Left(line, staff, refused)
    assert len({pairing.call_id for pairing in found.pairings}) == len(found.pairings)
    assert len({pairing.user_id for pairing in found.pairings}) == len(found.pairings)
    assert all(found.people[pairing.user_id].free for pairing in found.pairings)


@enough
@given(lines(), staffs(), refusals)
def test_only_who_is_of_the_callers_team_is_asked(
    line: list[Waiting], staff: list[OnDuty], refused: Refusals
) -> None:
    for caller, chosen, _, _ in Left(line, staff, refused).steps:
        assert of_team(chosen, caller) or chosen.user_id == caller.target_id


@enough
@given(lines(), staffs(), refusals)
def test_somebody_with_the_language_and_the_skill_goes_before_anybody_without(
    line: list[Waiting], staff: list[OnDuty], refused: Refusals
) -> None:
    for caller, chosen, free, reason in Left(line, staff, refused).steps:
        if chosen.user_id == caller.target_id:
            continue
        if not able(chosen, caller):
            assert not any(able(person, caller) for person in free)
            waited = NOW - (caller.waiting_since or caller.queued_at)
            assert waited >= timedelta(seconds=25)
            if any(able(person, caller) for person in staff):
                assert waited >= timedelta(seconds=60)
        assert ("needs_interpreter" in reason) is (caller.language not in chosen.languages)


@enough
@given(lines(), staffs(), refusals)
def test_nobody_waits_while_a_screener_with_the_language_and_the_skill_is_free(
    line: list[Waiting], staff: list[OnDuty], refused: Refusals
) -> None:
    found = Left(line, staff, refused)
    served = by_call(found.pairings)
    for caller in line:
        if caller.call_id not in served and not caller.behind:
            assert not any(able(person, caller) and not person.last_resort for person in found.idle)


@enough
@given(lines(), staffs(), refusals)
def test_after_a_minute_nobody_with_a_sign_of_life_waits_while_anybody_of_the_team_is_free(
    line: list[Waiting], staff: list[OnDuty], refused: Refusals
) -> None:
    found = Left(line, staff, refused)
    served = by_call(found.pairings)
    for caller in line:
        waited = NOW - (caller.waiting_since or caller.queued_at)
        if caller.call_id not in served and not caller.behind and waited >= timedelta(seconds=60):
            assert not any(of_team(person, caller) for person in found.idle)


@enough
@given(lines(), staffs(), refusals)
def test_the_oldest_of_equal_urgency_is_never_passed_by_a_younger_one(
    line: list[Waiting], staff: list[OnDuty], refused: Refusals
) -> None:
    served = by_call(pair(line, staff, refused, now=NOW))
    ordered = in_order(line)
    for place, younger in enumerate(ordered):
        for older in ordered[:place]:
            if rank(older) == rank(younger) and asks_alike(older, younger) and younger.call_id in served:
                assert older.call_id in served


@enough
@given(lines())
def test_the_line_goes_by_sign_of_life_then_return_then_urgency_then_arrival(line: list[Waiting]) -> None:
    ranks = [
        (caller.behind, not caller.returned_to_front, LANES.index(caller.lane), caller.queued_at)
        for caller in in_order(line)
    ]
    assert ranks == sorted(ranks)


@enough
@given(lines(), staffs(), refusals, st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_the_rows(
    line: list[Waiting], staff: list[OnDuty], refused: Refusals, chance: Random
) -> None:
    first = pair(line, staff, refused, now=NOW)
    chance.shuffle(line)
    chance.shuffle(staff)
    assert pair(line, staff, refused, now=NOW) == first


@enough
@given(lines(), staffs(), refusals)
def test_who_refused_is_asked_again_only_when_nobody_else_with_the_language_and_skill_is_left(
    line: list[Waiting], staff: list[OnDuty], refused: Refusals
) -> None:
    for caller, chosen, free, reason in Left(line, staff, refused).steps:
        again = (caller.call_id, chosen.user_id) in refused and chosen.user_id != caller.target_id
        assert ("asked_again" in reason) is again
        if again:
            regular = [one for one in free if able(one, caller) and not one.last_resort]
            assert all((caller.call_id, one.user_id) in refused for one in regular)


@enough
@given(lines(), staffs())
def test_the_best_is_asked_first_and_among_equals_the_longest_idle(
    line: list[Waiting], staff: list[OnDuty]
) -> None:
    for caller, chosen, free, reason in Left(line, staff, frozenset()).steps:
        if chosen.user_id == caller.target_id or not able(chosen, caller):
            continue

        def order(person: OnDuty, caller: Waiting = caller) -> tuple[object, ...]:
            skill = person.skills[caller.skill] if caller.skill else 0
            speaks = person.skills.get(f"language:{caller.language}", 1)
            return -skill, -speaks, -person.skills.get(caller.lane, 0), person.idle_since

        group = [one for one in free if able(one, caller) and one.last_resort == chosen.last_resort]
        assert order(chosen) == min(map(order, group))
        longest = min(group, key=lambda person: (person.idle_since, person.user_id))
        assert reason.split()[0] == ("longest_idle" if chosen is longest else "best_level")


@enough
@given(lines(), staffs(), refusals)
def test_supervisors_are_the_last_resort(line: list[Waiting], staff: list[OnDuty], refused: Refusals) -> None:
    for caller, chosen, _, reason in Left(line, staff, refused).steps:
        asked_first = chosen.user_id == caller.target_id
        assert ("last_resort" in reason) is (chosen.last_resort)
        if not chosen.last_resort or asked_first:
            continue
        waited = NOW - (caller.waiting_since or caller.queued_at)
        regular = [person for person in staff if able(person, caller) and not person.last_resort]
        assert not regular or waited >= timedelta(seconds=20)


@enough
@given(lines(), staffs(), refusals)
def test_who_is_to_be_asked_first_is_asked_first_while_free(
    line: list[Waiting], staff: list[OnDuty], refused: Refusals
) -> None:
    for caller, chosen, free, _ in Left(line, staff, refused).steps:
        if any(person.user_id == caller.target_id for person in free):
            assert chosen.user_id == caller.target_id


@enough
@given(lines(), staffs(), refusals)
def test_a_flood_leaves_a_screener_free_for_a_caller_with_a_sign_of_life(
    line: list[Waiting], staff: list[OnDuty], refused: Refusals
) -> None:
    for caller, _, free, _ in Left(line, staff, refused).steps:
        if caller.behind and sum(able(person, caller) for person in staff) > 1:
            assert sum(able(person, caller) for person in free) > 1


@enough
@given(lines(), staffs(), refusals)
def test_callers_without_a_sign_of_life_take_nothing_from_the_others(
    line: list[Waiting], staff: list[OnDuty], refused: Refusals
) -> None:
    alone = [caller for caller in line if not caller.behind]
    together = by_call(pair(line, staff, refused, now=NOW))
    assert by_call(pair(alone, staff, refused, now=NOW)) == {
        call: user for call, user in together.items() if call in {caller.call_id for caller in alone}
    }


# The moments at which more people are asked

CALLER = Waiting(CALLS[0], "es", "general", START)
SPEAKS = OnDuty(PEOPLE[0], frozenset({"es"}), START)
OTHER = OnDuty(PEOPLE[1], frozenset({"en"}), START)
SUPERVISOR = OnDuty(PEOPLE[2], frozenset({"es"}), START, last_resort=True)


def asked(*staff: OnDuty, after: int, caller: Waiting = CALLER) -> list[tuple[UUID, str]]:
    pairings = pair([caller], staff, now=START + timedelta(seconds=after))
    return [(pairing.user_id, pairing.reason) for pairing in pairings]


def test_a_language_that_nobody_on_duty_has_gets_anybody_before_half_a_minute_is_over() -> None:
    assert asked(OTHER, after=24) == []
    ((user, reason),) = asked(OTHER, after=25)
    assert user == OTHER.user_id
    assert reason == "longest_idle language_not_matched:needs_interpreter lane:general"


def test_a_language_whose_speakers_are_busy_gets_anybody_after_a_minute() -> None:
    busy = replace(SPEAKS, free=False)
    assert asked(OTHER, busy, after=59) == []
    ((user, _),) = asked(OTHER, busy, after=60)
    assert user == OTHER.user_id


def test_a_supervisor_is_asked_at_once_only_when_no_screener_could_take_the_call() -> None:
    busy = replace(SPEAKS, free=False)
    assert asked(SUPERVISOR, busy, after=19) == []
    assert [user for user, _ in asked(SUPERVISOR, busy, after=20)] == [SUPERVISOR.user_id]
    assert [user for user, _ in asked(SUPERVISOR, OTHER, after=0)] == [SUPERVISOR.user_id]


def test_a_transferred_call_asks_the_person_named_and_tells_so() -> None:
    named = replace(CALLER, target_id=OTHER.user_id)
    assert asked(SPEAKS, OTHER, after=0, caller=named) == [
        (OTHER.user_id, "asked_first language_not_matched:needs_interpreter lane:general")
    ]
    assert [user for user, _ in asked(SPEAKS, replace(OTHER, free=False), after=0, caller=named)] == [
        SPEAKS.user_id
    ]


def test_another_teams_screener_is_never_asked_however_long_the_wait() -> None:
    north = replace(CALLER, team="north")
    southern = replace(SPEAKS, teams=frozenset({"south"}))
    assert asked(southern, after=100_000, caller=north) == []
    assert len(asked(replace(SPEAKS, teams=frozenset({"north"})), after=0, caller=north)) == 1
    assert len(asked(SPEAKS, after=0, caller=north)) == 1, "somebody without teams takes those of all"


def test_the_second_wait_of_a_caller_is_measured_from_its_own_beginning() -> None:
    again = replace(CALLER, waiting_since=START + timedelta(seconds=300))
    assert asked(OTHER, after=324, caller=again) == []
    assert len(asked(OTHER, after=325, caller=again)) == 1


def test_a_lane_of_another_release_is_served_first_rather_than_last() -> None:
    strange = Waiting(CALLS[0], "en", "unheard_of", START)
    plain = Waiting(CALLS[1], "en", "youth", START - timedelta(minutes=5))
    assert in_order([plain, strange])[0] is strange


def test_the_reason_tells_everything_that_decided() -> None:
    caller = Waiting(CALLS[0], "en", "danger", START, returned_to_front=True, team="north", skill="medical")
    first = OnDuty(PEOPLE[0], frozenset({"en"}), START, {"medical": 1})
    better = OnDuty(PEOPLE[1], frozenset({"en"}), START + timedelta(hours=1), {"medical": 2})
    (pairing,) = pair([caller], [first, better], {(CALLS[0], PEOPLE[0]), (CALLS[0], PEOPLE[1])}, now=START)
    assert pairing.user_id == better.user_id
    assert pairing.reason.split() == [
        "best_level",
        "speaks:en",
        "lane:danger",
        "skill:medical",
        "team:north",
        "caller_returned_to_front",
        "asked_again:nobody_else_left",
    ]


def test_at_least_one_of_several_screeners_is_spared_in_a_flood() -> None:
    assert queueing.SPARED == 4
    silent = [Waiting(call, "en", "general", START, behind=True) for call in CALLS]
    for staffed, given_away in ((1, 1), (2, 1), (4, 3), (8, 6)):
        staff = [OnDuty(person, frozenset({"en"}), START) for person in PEOPLE[:staffed]]
        assert len(pair(silent, staff, now=START)) == given_away
