"""Place names, counties and ZIP codes as people type them."""

from __future__ import annotations

import pytest

from hotline.geography.addresses import Address, county_code, place_key, zip_five


@pytest.mark.parametrize(
    "typed",
    ["Southeast Bakersfield", "SE Bakersfield", "S.E. Bakersfield", "south east bakersfield", "Bakersfield (SE)",
     "SOUTHEAST BAKERSFIELD, CA", "Sureste de Bakersfield"],
)  # fmt: skip
def test_every_way_to_write_a_community_has_one_key(typed: str) -> None:
    assert place_key(typed) == "southeast bakersfield"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("City of Shafter", "shafter"),
        ("Ciudad de Shafter", "shafter"),
        ("Mc Farland", "mcfarland"),
        ("Wofford Hts.", "wofford heights"),
        ("California City", "california city"),
        ("St. Helena", "saint helena"),
        ("O’Neals", "oneals"),
        ("Ñuñoa", "nunoa"),
        ("", ""),
        ("…", ""),
    ],
)
def test_a_name_loses_what_does_not_tell_places_apart(typed: str, key: str) -> None:
    assert place_key(typed) == key


@pytest.mark.parametrize("typed", ["Kern", "Kern County", "KERN CO.", "Condado de Kern", "kern county, CA"])
def test_a_county_is_written_as_the_rules_write_it(typed: str) -> None:
    assert county_code(typed) == "kern"


def test_a_county_of_two_words_is_joined() -> None:
    assert county_code("Condado de Los Ángeles") == "los_angeles"


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("93263", "93263"),
        (" 93263-0042 ", "93263"),
        ("932630042", "93263"),
        ("9326", None),
        ("٩٣٢٦٣", None),
        ("", None),
    ],
)
def test_a_zip_code_is_five_plain_digits(typed: str, digits: str | None) -> None:
    assert zip_five(typed) == digits


def test_an_address_takes_what_is_there_and_ignores_the_rest() -> None:
    address = Address.from_parts({"city": " Shafter ", "zip": None, "street": "1 Elm", "unit": 4})
    assert address == Address(street="1 Elm", city="Shafter")


def test_a_street_alone_places_nothing() -> None:
    assert Address(street="1 Elm").is_empty
