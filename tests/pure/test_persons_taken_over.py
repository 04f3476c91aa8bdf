"""What comes along with a person of an earlier report: what lasts, and no guess against a verified date."""

from __future__ import annotations

import pytest

from hotline.reports.persons import taken_over
from screening_forms.loader import load_forms
from screening_forms.model import Section, Value

FORMS = load_forms()
VERIFIED: dict[str, Value] = {"birth_date": "2016-05-04", "age_verified": "yes"}


def section(name: str, version: int = 2) -> Section:
    return FORMS.get("california-report", version).section(name)


def test_who_somebody_is_comes_along_and_what_happened_to_them_does_not() -> None:
    found: dict[str, Value] = {
        "first_name": "Luz",
        "last_name": "Ibarra",
        "birth_date": "2016-05-04",
        "sex": "female",
        "school": "Pine Elementary",
        "injuries": "a burn",
        "roles": ["victim"],
        "foster_care": "yes",
        "relationship": "stepdaughter",
    }
    assert taken_over(section("children"), found, {}) == {
        "first_name": "Luz",
        "last_name": "Ibarra",
        "birth_date": "2016-05-04",
        "sex": "female",
        "school": "Pine Elementary",
    }


def test_an_estimated_age_never_stands_against_a_verified_birth_date() -> None:
    found: dict[str, Value] = {"first_name": "Luz", "age": "6", "age_estimated": "yes"}
    assert taken_over(section("children"), found, VERIFIED) == {"first_name": "Luz"}
    assert taken_over(section("children"), {**found, "birth_date": "2018"}, VERIFIED) == {"first_name": "Luz"}


def test_a_verified_birth_date_comes_as_verified_and_brings_no_age() -> None:
    found: dict[str, Value] = {**VERIFIED, "age": "7"}
    assert taken_over(section("children"), found, {}) == VERIFIED
    assert "age_verified" not in taken_over(section("children"), {"birth_date": "2016-05-04"}, {})


@pytest.mark.parametrize("version", [1, 2])
def test_an_age_without_a_date_grows_older_and_is_a_guess(version: int) -> None:
    taken = taken_over(section("children", version), {"age": "7"}, {}, years=2)
    assert taken == {"age": "9", "age_estimated": "yes"}


@pytest.mark.parametrize("present", [{"age": "8"}, {"age": "8", "age_estimated": "yes"}])
def test_an_age_that_is_there_stays(present: dict[str, Value]) -> None:
    assert taken_over(section("children"), {"age": "7", "age_estimated": "yes"}, present) == {}


def test_adding_again_overwrites_nothing_but_not_known() -> None:
    present: dict[str, Value] = {"first_name": "Lucía", "last_name": "unknown", "sex": "unknown"}
    found: dict[str, Value] = {"first_name": "Luz", "last_name": "Ibarra", "sex": "female"}
    again = taken_over(section("children"), found, present)
    assert again == {"last_name": "Ibarra", "sex": "female"}
    assert taken_over(section("children"), found, {**present, **again}) == {}


def test_what_is_not_known_there_is_not_written_here() -> None:
    assert taken_over(section("children"), {"first_name": "unknown", "sex": "unknown", "age": "?"}, {}) == {}


def test_what_the_form_does_not_offer_is_left_out() -> None:
    found: dict[str, Value] = {"first_name": "Luz", "sex": "f", "phone": "6615550142"}
    assert taken_over(section("children"), found, {}) == {"first_name": "Luz"}
    assert taken_over(section("caregivers"), found, {})["phone"] == "6615550142"
