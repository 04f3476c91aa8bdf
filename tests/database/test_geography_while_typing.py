"""Towns offered while somebody types, and jurisdictions that are not one county of their own name."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from hotline.geography.addresses import Address
from hotline.geography.locate import locate
from hotline.geography.models import Place
from hotline.geography.service import load_areas
from hotline.geography.suggest import towns, towns_of_zip
from hotline.policy.loader import load_packs

SHELF = load_packs()
TODAY = date(2026, 3, 2)


@pytest.fixture
def kern(session: Session) -> Session:
    load_areas(session, SHELF, "kern")
    return session


def named(session: Session, typed: str) -> list[str]:
    return [town.name for town in towns(session, "kern", typed, TODAY)]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Dela", "Delano"),
        ("delnao", "Delano"),
        ("Buttnwillow", "Buttonwillow"),
        ("isabel", "Lake Isabella"),
        ("LÁMON", "Lamont"),
    ],
)
def test_a_town_is_offered_for_its_beginning_and_for_a_slip(kern: Session, typed: str, name: str) -> None:
    assert name in named(kern, typed)


@pytest.mark.parametrize("typed", ["", "d", "qqqqqq", "Delano", "'; drop table places"])
def test_nothing_is_offered_for_nothing_known_or_a_name_that_is_right(kern: Session, typed: str) -> None:
    assert named(kern, typed) == []


def test_what_is_offered_says_where_it_lies(kern: Session) -> None:
    (town, *_) = towns(kern, "kern", "Oilda", TODAY)
    assert (town.name, town.area) == ("Oildale", "Oildale")
    (outside, *_) = towns(kern, "kern", "Portervil", TODAY)
    assert (outside.name, outside.county) == ("Porterville", "tulare")


def test_a_zip_code_offers_its_towns_with_county_and_state(kern: Session) -> None:
    (town,) = towns_of_zip(kern, "kern", "93215", TODAY, {"kern"})
    assert (town.name, town.county, town.state, town.zip_code) == ("Delano", "kern", "CA", "93215")
    assert towns_of_zip(kern, "kern", "9321", TODAY, {"kern"}) == ()
    assert towns_of_zip(kern, "kern", "06103", TODAY, {"kern"})[0].state == "CT"


def test_a_jurisdiction_of_two_words_is_the_county_of_that_name(session: Session) -> None:
    session.add(_place("san-joaquin", "lodi", "Lodi", ["95240"]))
    session.flush()
    found = locate(session, "san-joaquin", "CA", Address(city="Lodi", zip_code="95240"), TODAY)
    assert (found.status, found.county) == ("found", "san_joaquin")
    assert "zip_elsewhere" not in {one.code for one in found.evidence}


def test_a_whole_state_tells_its_counties_apart(session: Session) -> None:
    session.add(_place("connecticut", "hartford", "Hartford", ["06103"]))
    session.flush()
    counties = {"hartford", "new_haven", "capitol"}
    found = locate(session, "connecticut", "CT", Address(city="Hartford"), TODAY, counties)
    assert found.status == "found"
    assert found.county in counties
    near = locate(session, "connecticut", "CT", Address(zip_code="06511"), TODAY, counties)
    assert (near.status, near.county) == ("unknown", "new_haven")
    away = locate(session, "connecticut", "CT", Address(city="Boston", county="suffolk"), TODAY, counties)
    assert (away.status, away.county) == ("unknown", None)
    county = locate(session, "connecticut", "CT", Address(county="suffolk"), TODAY, counties)
    assert (county.status, county.county) == ("outside", "suffolk")


def test_a_pack_says_its_counties() -> None:
    pack = SHELF.versions("kern")[-1]
    assert pack.counties == {"kern"}
    head = pack.head.model_copy(update={"jurisdiction": "san-joaquin"})
    assert pack.model_copy(update={"head": head}).counties == {"san_joaquin"}
    several = pack.head.model_copy(update={"counties": ("hartford", "new_haven")})
    assert pack.model_copy(update={"head": several}).counties == {"hartford", "new_haven"}


def _place(jurisdiction: str, key: str, name: str, zips: list[str]) -> Place:
    return Place(
        id=uuid4(),
        jurisdiction=jurisdiction,
        key=key,
        name=name,
        area_code="here",
        county=None,
        zips=zips,
        possibly=[],
    )
