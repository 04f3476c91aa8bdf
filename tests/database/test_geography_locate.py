"""Finding the area of an address, on the real Kern pack."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.geography.addresses import Address
from hotline.geography.locate import Placement, locate
from hotline.geography.models import Area, Place
from hotline.geography.service import load_areas
from hotline.policy.loader import load_packs

SHELF = load_packs()
TODAY = date(2026, 3, 2)
BAKERSFIELD = {"se-bakersfield", "oildale", "bakersfield"}


@pytest.fixture
def kern(session: Session) -> Session:
    load_areas(session, SHELF, "kern")
    return session


def place(
    session: Session, city: str = "", zip_code: str = "", county: str = "", on: date = TODAY
) -> Placement:
    return locate(session, "kern", "CA", Address(city=city, zip_code=zip_code, county=county), on)


def codes(placement: Placement) -> set[str]:
    return {one.code for one in placement.evidence}


def candidates(placement: Placement) -> set[str]:
    return {one.area for one in placement.candidates}


def test_loading_the_areas_again_changes_nothing(kern: Session) -> None:
    def rows() -> list[tuple[object, ...]]:
        columns = (Place.id, Place.key, Place.area_code, Place.zips, Place.from_date, Place.until_date)
        return [tuple(row) for row in kern.execute(select(*columns).order_by(Place.id))]

    before = rows()
    load_areas(kern, SHELF, "kern")
    assert rows() == before
    assert kern.scalar(select(func.count()).select_from(Area)) == 13


@pytest.mark.parametrize(
    ("city", "area"),
    [
        ("Shafter", "shafter"),
        ("shafter, CA", "shafter"),
        ("Oildale", "oildale"),
        ("SE Bakersfield", "se-bakersfield"),
        ("Mc Farland", "rest-of-kern"),
        ("Frazier Park", "rest-of-kern"),
        ("North Kern", "north-kern"),
    ],
)
def test_a_town_or_community_decides(kern: Session, city: str, area: str) -> None:
    placement = place(kern, city)
    assert (placement.status, placement.area_code, placement.county) == ("found", area, "kern")
    assert "town_named" in codes(placement)


def test_bakersfield_alone_is_ambiguous_and_names_its_candidates(kern: Session) -> None:
    placement = place(kern, "Bakersfield")
    assert (placement.status, placement.area_code, placement.county) == ("ambiguous", None, "kern")
    assert candidates(placement) == BAKERSFIELD


def test_a_zip_gives_a_town_at_most(kern: Session) -> None:
    placement = place(kern, "Bakersfield", "93307")
    assert placement.status == "ambiguous"
    assert candidates(placement) == BAKERSFIELD
    assert place(kern, zip_code="93307").status == "ambiguous"


def test_a_zip_of_one_town_finds_that_town(kern: Session) -> None:
    placement = place(kern, zip_code="93263-1234")
    assert (placement.status, placement.area_code, placement.place) == ("found", "shafter", "Shafter")
    assert codes(placement) == {"zip_names_town"}


def test_a_misspelt_town_is_recognised_when_no_other_is_near(kern: Session) -> None:
    placement = place(kern, "Buttonwilow")
    assert (placement.status, placement.area_code) == ("found", "buttonwillow")
    assert codes(placement) == {"town_spelled_like"}


@pytest.mark.parametrize("city", ["Xanadu", "Tft", "南", "x" * 5000, "'; drop table places; --"])
def test_a_name_that_leads_nowhere_is_unknown(kern: Session, city: str) -> None:
    placement = place(kern, city)
    assert (placement.status, placement.area_code, placement.county) == ("unknown", None, None)


def test_a_town_that_exists_elsewhere_is_never_corrected_to_one_of_ours(kern: Session) -> None:
    placement = place(kern, "Larkspur")
    assert (placement.status, placement.county) == ("outside", "marin")


def test_a_neighbouring_town_is_outside_with_its_county(kern: Session) -> None:
    placement = place(kern, "Porterville")
    assert (placement.status, placement.county) == ("outside", "tulare")


def test_a_zip_of_another_county_is_outside_with_that_county(kern: Session) -> None:
    placement = place(kern, zip_code="93257")
    assert (placement.status, placement.county) == ("outside", "tulare")


def test_a_zip_of_another_state_is_outside(kern: Session) -> None:
    placement = place(kern, zip_code="10001")
    assert (placement.status, placement.county) == ("outside", None)


def test_a_town_and_a_zip_that_contradict_each_other_are_left_to_a_person(kern: Session) -> None:
    placement = place(kern, "Shafter", "93241")
    assert placement.status == "ambiguous"
    assert {"shafter", "lamont"} <= candidates(placement)
    assert "zip_disagrees" in codes(placement)


def test_a_town_with_a_zip_of_another_county_is_left_to_a_person(kern: Session) -> None:
    placement = place(kern, "Shafter", "93257")
    assert (placement.status, placement.county) == ("ambiguous", None)
    assert "shafter" in candidates(placement)


def test_a_named_town_with_an_unknown_zip_is_found_and_the_zip_is_flagged(kern: Session) -> None:
    placement = place(kern, "Shafter", "00001")
    assert (placement.status, placement.area_code) == ("found", "shafter")
    assert "zip_unknown" in codes(placement)


def test_an_unknown_zip_alone_is_unknown_and_says_so(kern: Session) -> None:
    placement = place(kern, zip_code="00001")
    assert placement.status == "unknown"
    assert codes(placement) == {"zip_unknown"}


def test_a_malformed_zip_is_flagged(kern: Session) -> None:
    assert codes(place(kern, zip_code="9326")) == {"zip_malformed"}


def test_an_unreadable_town_is_not_settled_by_its_zip(kern: Session) -> None:
    placement = place(kern, "Qwertyville", "93263")
    assert placement.status == "ambiguous"
    assert "shafter" in candidates(placement)


def test_a_county_alone_tells_where_but_not_which_area(kern: Session) -> None:
    assert place(kern, county="Kern County").county == "kern"
    assert place(kern, county="Kern County").status == "unknown"
    assert place(kern, county="Tulare County").status == "outside"


def test_a_town_of_ours_in_another_county_by_the_caller_is_left_to_a_person(kern: Session) -> None:
    placement = place(kern, "Taft", county="Tulare")
    assert placement.status == "ambiguous"
    assert "county_disagrees" in codes(placement)


def test_another_state_is_outside(kern: Session) -> None:
    placement = locate(kern, "kern", "CA", Address(city="Taft", state="TN"), TODAY)
    assert placement.status == "outside"


def test_an_empty_address_is_unknown(kern: Session) -> None:
    placement = place(kern)
    assert (placement.status, codes(placement)) == ("unknown", {"nothing_given"})


def test_a_boundary_that_nobody_published_is_a_hint_and_no_answer(kern: Session) -> None:
    placement = place(kern, "Delano")
    assert (placement.status, placement.area_code) == ("found", "rest-of-kern")
    assert candidates(placement) == {"north-kern"}


def test_the_areas_of_the_day_on_which_the_report_came_in_count(kern: Session) -> None:
    assert place(kern, "Arvin", on=date(2009, 6, 1)).area_code == "rest-of-kern"
    assert place(kern, "Arvin", on=date(2010, 10, 28)).area_code == "arvin"


def test_a_placement_survives_being_stored(kern: Session) -> None:
    placement = place(kern, "Bakersfield", "93307")
    assert Placement.from_json(placement.to_json()) == placement


def test_what_was_typed_is_nowhere_in_the_answer(kern: Session) -> None:
    placement = place(kern, "Zanzibarville", "93263")
    assert "anzibar" not in str(placement.to_json())
    assert "93263" not in str(placement.to_json())
