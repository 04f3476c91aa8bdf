"""People made comparable: names, sounds, dates, addresses and the keys under which they are found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.matching import normalise
from hotline.matching.names import variants
from hotline.matching.normalise import Person, asked, birth_of, keys, name_parts, school_of, sounds, street_of


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("José Luis", ("jose", "luis")),
        ("de la Cruz-Hernández", ("cruz", "hernandez")),
        ("Muñoz y Pérez", ("munoz", "perez")),
        ("O'Neil", ("oneil",)),
        ("Mc Donald", ("mcdonald",)),
        ("Smith Jr.", ("smith",)),
        ("Unknown", ()),
        ("De", ("de",)),
        ("", ()),
    ],
)
def test_a_name_is_split_into_the_parts_that_tell_people_apart(typed: str, parts: tuple[str, ...]) -> None:
    assert name_parts(typed) == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hernandez", "ernandes"),
        ("jimenez", "gimenes"),
        ("gonzalez", "gonsales"),
        ("catherine", "katrin"),
        ("schmidt", "smit"),
        ("xavier", "javier"),
        ("vazquez", "basques"),
        ("yesenia", "jesenia"),
        ("philip", "filip"),
        ("wright", "rite"),
    ],
)
def test_names_that_sound_alike_in_either_language_share_a_sound(one: str, other: str) -> None:
    assert sounds(one) == sounds(other)


@pytest.mark.parametrize(("one", "other"), [("garcia", "lopez"), ("martin", "marino"), ("anna", "hector")])
def test_names_that_sound_different_do_not(one: str, other: str) -> None:
    assert sounds(one) != sounds(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("bob", "robert"), ("bill", "liam"), ("pepe", "jose"), ("chuy", "jesus"), ("lupe", "guadalupe")],
)
def test_short_forms_are_known_in_both_languages(one: str, other: str) -> None:
    assert variants(one, other) and variants(other, one)
    assert normalise.sounds_of_first(one) & normalise.sounds_of_first(other)


@pytest.mark.parametrize(
    ("typed", "birth"),
    [
        ("2015-03-04", "2015-03-04"),
        ("2015-03", "2015-03"),
        ("2015", "2015"),
        ("2015-02-30", "2015"),
        ("2015-13", "2015"),
        ("unknown", ""),
        ("1492-01-01", ""),
    ],
)
def test_a_partial_date_of_birth_stays_partial(typed: str, birth: str) -> None:
    assert birth_of(typed) == birth


def test_an_age_leaves_two_years_open_and_a_guess_more() -> None:
    on = date(2026, 3, 2)
    assert normalise.years_of(5, False, on) == (2020, 2021)
    assert normalise.years_of(5, True, on) == (2018, 2023)
    assert normalise.years_of(40, True, on) == (1977, 1994)


@pytest.mark.parametrize(
    ("typed", "house", "street"),
    [
        ("1204-B N. Chester Ave., Apt 3", "1204", "n chester av"),
        ("1204 North Chester Avenue #3", "1204", "n chester av"),
        ("0012 Oak Street", "12", "oak st"),
        ("5th St", "", "5th st"),
        ("Calle Real 12", "12", "st real"),
        ("", "", ""),
    ],
)
def test_an_address_is_a_house_and_a_street(typed: str, house: str, street: str) -> None:
    assert street_of(typed) == (house, street)


def test_a_school_is_the_words_that_tell_it_apart() -> None:
    assert school_of("Pine Elementary School, 3rd grade") == school_of("PINE (Grade 3)") == "pine"
    assert school_of("Escuela Primaria Benito Juárez") == "benito juarez"


CHILD = Person(
    first=("jose", "luis"),
    last=("cruz", "hernandez"),
    birth="2015-03-04",
    house="12",
    street="oak st",
    town="taft",
    zip="93268",
    school="pine",
)


@pytest.mark.parametrize(
    "told",
    [
        replace(CHILD, first=("pepe",)),
        replace(CHILD, last=("ernandes",)),
        replace(CHILD, first=CHILD.last, last=CHILD.first),
        replace(CHILD, birth="2015-04-03", first=("x",)),
        replace(CHILD, birth="2016-03-04", last=("x",), house="", street="", zip="", town="", school=""),
        Person(first=("jose",), years=(2013, 2016)),
        Person(last=("hernandez",), birth="2015"),
        Person(first=("z",), house="12", street="oak av", zip="93268"),
        Person(first=("luis",), school="pine"),
        Person(birth="2015-03-04"),
    ],
    ids=lambda person: f"{'-'.join(person.first + person.last)}-{person.birth}",
)
def test_who_is_told_with_a_slip_is_asked_for_under_a_key_that_they_have(told: Person) -> None:
    assert asked(told) & keys(CHILD)


def test_somebody_of_whom_only_one_name_was_stored_is_found_by_both() -> None:
    assert asked(CHILD) & keys(Person(first=("jose",), birth="2015"))


def test_strangers_share_no_key() -> None:
    other = Person(
        first=("emma",), last=("brooks",), birth="2011-09-17", house="88", street="elm rd", zip="93305"
    )
    assert not asked(CHILD) & keys(other)
    assert not asked(other) & keys(CHILD)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_slips_of_a_date_are_dates_and_not_the_date_itself(day: date) -> None:
    slips = normalise.slips(day.isoformat())
    assert slips
    for slip in slips:
        year, *numbers = slip.split()
        assert len(year) == 4 and len(numbers) == 2


@given(st.text(max_size=40))
def test_any_text_becomes_names_streets_and_sounds_without_failing(text: str) -> None:
    for part in name_parts(text):
        assert part and sounds(part)
    street_of(text)
    school_of(text)
    birth_of(text)
