"""The evidence that two descriptions are of one person: what adds to it, what takes away, and its bounds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.matching.normalise import Person
from hotline.matching.score import CODES, NOTHING_KNOWN, Frequencies, Reason, compare, score_of

CHILD = Person(
    first=("jose",),
    last=("cruz", "hernandez"),
    birth="2015-03-04",
    sex="male",
    house="12",
    street="oak st",
    town="taft",
    zip="93268",
    school="pine",
    phone="f1",
)

FIRST = ("jose", "pepe", "luis", "maria", "mary", "marie", "robert", "bob", "j", "hernandez")
LAST = ("hernandez", "ernandes", "hernandes", "smith", "smyth", "garcia", "jose", "li")
BIRTHS = ("", "2015", "2015-03", "2015-03-04", "2015-04-03", "2015-03-05", "2016-03-04", "1980-12-31", "2014")


def parts(names: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), max_size=3, unique=True).map(tuple)


people = st.builds(
    Person,
    first=parts(FIRST),
    last=parts(LAST),
    birth=st.sampled_from(BIRTHS),
    years=st.sampled_from((None, (2014, 2015), (2012, 2018), (1979, 1980))),
    sex=st.sampled_from(("", "female", "male")),
    house=st.sampled_from(("", "12", "21", "122")),
    street=st.sampled_from(("", "oak st", "oak av", "oka st", "elm rd")),
    town=st.sampled_from(("", "taft", "tafft", "delano")),
    zip=st.sampled_from(("", "93268", "93215")),
    school=st.sampled_from(("", "pine", "pine ridge", "oak")),
    phone=st.sampled_from(("", "f1", "f2")),
)
known = st.sampled_from((NOTHING_KNOWN, Frequencies({"jose": 0.05, "maria": 0.08}, {"garcia": 0.03}, 0.0002)))


@settings(max_examples=300)
@given(people, people, known, st.booleans())
def test_which_comes_first_makes_no_difference(
    one: Person, other: Person, shares: Frequencies, same_caller: bool
) -> None:
    ours = compare(one, other, shares, same_caller=same_caller)
    assert ours == compare(other, one, shares, same_caller=same_caller)
    assert 0 <= ours.score <= 100
    assert {reason.code for reason in ours.reasons} <= set(CODES)


@settings(max_examples=300)
@given(people, people, known)
def test_nobody_is_more_like_a_person_than_their_equal(
    one: Person, other: Person, shares: Frequencies
) -> None:
    assert compare(one, one, shares).bits >= compare(one, other, shares).bits - 1e-9


def _with(model: Person, person: Person, field: str) -> Person:
    """The person with one field of the model."""
    fields = {name: getattr(person, name) for name in Person.__slots__}
    return Person(**(fields | {field: getattr(model, field)}))


@settings(max_examples=300)
@given(
    people,
    people,
    people,
    st.sampled_from(("first", "last", "birth", "sex", "house", "zip", "school", "phone")),
)
def test_a_further_field_that_agrees_never_lowers_the_evidence(
    one: Person, other: Person, model: Person, field: str
) -> None:
    before = compare(_with(Person(), one, field), _with(Person(), other, field))
    after = compare(_with(model, one, field), _with(model, other, field))
    assert after.bits >= before.bits - 1e-9


@given(st.floats(min_value=-500, max_value=500), st.floats(min_value=0, max_value=100))
def test_a_score_grows_with_the_evidence_and_stays_between_0_and_100(bits: float, more: float) -> None:
    assert 0 <= score_of(bits) <= score_of(bits + more) <= 100


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (CHILD, "birth_equal"),
        (replace(CHILD, first=("pepe",)), "nickname"),
        (replace(CHILD, first=("josee",)), "first_similar"),
        (replace(CHILD, last=("hernandes",)), "last_similar"),
        (replace(CHILD, last=("hernandez",)), "last_in_part"),
        (replace(CHILD, last=("cruz", "hernandez")), "last_equal"),
        (replace(CHILD, first=CHILD.last, last=CHILD.first), "names_swapped"),
        (replace(CHILD, first=("emma",)), "first_differs"),
        (replace(CHILD, last=("brooks",)), "last_differs"),
        (replace(CHILD, birth="2015-04-03"), "birth_swapped"),
        (replace(CHILD, birth="2016-03-04"), "birth_slip"),
        (replace(CHILD, birth="2015-03"), "birth_agrees"),
        (replace(CHILD, birth="2015-03-22"), "birth_near"),
        (replace(CHILD, birth="2001-11-22"), "birth_differs"),
        (replace(CHILD, birth="", years=(2013, 2016)), "age_agrees"),
        (replace(CHILD, birth="", years=(1999, 2001)), "age_differs"),
        (replace(CHILD, sex="female"), "sex_differs"),
        (CHILD, "address_equal"),
        (replace(CHILD, house="13"), "address_similar"),
        (replace(CHILD, street="oakk st"), "address_similar"),
        (replace(CHILD, house="777"), "street_equal"),
        (replace(CHILD, street="elm rd", house="4"), "place_equal"),
        (CHILD, "school_equal"),
        (replace(CHILD, school="pine ridge"), "school_similar"),
        (CHILD, "phone_equal"),
    ],
)
def test_each_likeness_and_difference_is_told(told: Person, code: str) -> None:
    assert code in {reason.code for reason in compare(CHILD, told).reasons}


def test_the_same_caller_is_a_reason_and_some_evidence() -> None:
    alone, called = compare(CHILD, CHILD), compare(CHILD, CHILD, same_caller=True)
    assert called.bits > alone.bits
    assert Reason("same_caller") in called.reasons


def test_a_rare_name_says_more_than_a_common_one() -> None:
    shares = Frequencies({"maria": 0.08}, {"garcia": 0.03}, 0.0001)
    common = Person(first=("maria",), last=("garcia",))
    rare = Person(first=("ximena",), last=("zabaleta",))
    assert compare(common, common, shares).score < 40 < 60 < compare(rare, rare, shares).score


def test_two_common_names_alone_are_no_suggestion_but_with_a_birth_date_they_are() -> None:
    shares = Frequencies({"maria": 0.05}, {"garcia": 0.02}, 0.0005)
    one = Person(first=("maria",), last=("garcia",))
    assert compare(one, one, shares).score < 55
    born = replace(one, birth="2015-03-04")
    assert compare(born, born, shares).score > 70


def test_a_reason_comes_back_as_it_was_stored() -> None:
    reason = Reason("more_people", {"count": "2"})
    assert Reason.from_json(reason.to_json()) == reason
