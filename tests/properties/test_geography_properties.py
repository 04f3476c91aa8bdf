"""Finding a place, whatever is typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from hotline.geography.addresses import Address, county_code, place_key, zip_five
from hotline.geography.locate import Placement, locate
from hotline.geography.service import load_areas
from tests.support.kern import PACKS

PACK = PACKS.versions("kern")[-1]
NAMES = [name for place in PACK.areas.places for name in (place.name, *place.aliases)]
AREAS = {area.code for area in PACK.areas.areas}
TODAY = date(2026, 3, 2)
CALM = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

anything = st.one_of(
    st.text(max_size=60), st.sampled_from(NAMES), st.sampled_from(["Tulare", "Bakersfield", "Kern"])
)
PIECES = st.sampled_from(
    [
        "n",
        "w",
        "se",
        "so",
        "south",
        "east",
        "norte",
        "area",
        "town",
        "of",
        "side",
        "ca",
        "st",
        "mc",
        "mt",
        "hts",
        "oildale",
    ]
)
zips = st.one_of(
    st.text(max_size=12), st.from_regex(r"\A9[0-9]{4}\Z"), st.sampled_from(["93263", "93307", "93257"])
)


@pytest.fixture
def kern(session: Session) -> Session:
    load_areas(session, PACKS, "kern")
    return session


@example("N:W")
@example("area e")
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=5).map(" ".join)))
def test_a_key_of_a_key_is_itself(text: str) -> None:
    assert place_key(place_key(text)) == place_key(text)


@given(st.sampled_from(NAMES))
def test_capitals_spaces_and_stops_change_no_key(name: str) -> None:
    assert place_key(f"  {name.upper()}. ") == place_key(name)


@given(st.text(max_size=40))
def test_counties_and_zips_never_raise(text: str) -> None:
    county_code(text)
    digits = zip_five(text)
    assert digits is None or (len(digits) == 5 and digits.isascii() and digits.isdigit())


@CALM
@given(city=anything, zip_code=zips, county=anything, state=st.text(max_size=3))
def test_every_answer_is_one_area_of_the_pack_or_an_honest_doubt(
    kern: Session, city: str, zip_code: str, county: str, state: str
) -> None:
    placement = locate(kern, "kern", "CA", Address("", city, zip_code, county, state), TODAY)
    assert (placement.area_code is None) == (placement.status != "found")
    assert placement.area_code is None or placement.area_code in AREAS
    assert {one.area for one in placement.candidates} <= AREAS
    assert placement.status != "outside" or placement.county != "kern"
    assert Placement.from_json(placement.to_json()) == placement


@CALM
@given(name=st.sampled_from(NAMES), zip_code=zips)
def test_a_zip_never_moves_a_named_town_to_another_area(kern: Session, name: str, zip_code: str) -> None:
    alone = locate(kern, "kern", "CA", Address(city=name), TODAY)
    both = locate(kern, "kern", "CA", Address(city=name, zip_code=zip_code), TODAY)
    if both.status == "found":
        assert both.area_code == alone.area_code
    else:
        assert both.status == "ambiguous"
