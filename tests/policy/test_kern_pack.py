"""The packs of Kern County: their worked cases, their versions, their places."""

import datetime

import pytest

from hotline.policy.errors import NoPackInForce
from hotline.policy.examples import Example, load_examples, run_examples
from hotline.policy.loader import load_packs
from hotline.policy.model import Pack

SHELF = load_packs()
CASES = [(pack, example) for pack in SHELF.packs for example in load_examples(pack)]


@pytest.mark.parametrize(
    ("pack", "example"), CASES, ids=[f"{pack.jurisdiction}-{pack.version}-{case.id}" for pack, case in CASES]
)
def test_every_worked_case_comes_out_as_written(pack: Pack, example: Example) -> None:
    outcome = next(done for done in run_examples(pack) if done.example.id == example.id)
    assert outcome.differences == ()


def test_the_pack_in_force_at_receipt_by_the_local_date_judges() -> None:
    # 06:30 UTC on 28 October is still the 27th in California
    before = datetime.datetime(2010, 10, 28, 6, 30, tzinfo=datetime.UTC)
    assert SHELF.in_force("kern", before).version == "2007-02-01"
    assert SHELF.in_force("kern", before + datetime.timedelta(hours=1)).version == "2010-10-28"
    assert SHELF.in_force("kern", datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)).version == "2010-10-28"


def test_before_the_first_pack_there_is_none_in_force() -> None:
    with pytest.raises(NoPackInForce, match="2007-02-01"):
        SHELF.in_force("kern", datetime.datetime(2006, 1, 1, tzinfo=datetime.UTC))
    with pytest.raises(NoPackInForce):
        SHELF.in_force("elsewhere", datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    with pytest.raises(NoPackInForce):
        SHELF.get("kern", "1999-01-01")


def test_both_versions_share_rules_but_not_their_digest() -> None:
    old, new = SHELF.versions("kern")
    assert old.rules == new.rules
    assert old.digest != new.digest


@pytest.mark.parametrize(
    ("town", "area"),
    [
        ("lamont", "lamont"),
        ("Kernville", "kern-river-valley"),
        ("INYOKERN", "ridgecrest"),
        ("Rosamond", "east-kern"),
        ("Oildale", "oildale"),
        ("Delano", "rest-of-kern"),
        ("Frazier  Park", "rest-of-kern"),
        ("Mc Farland", "rest-of-kern"),
    ],
)
def test_a_town_lies_in_its_community(town: str, area: str) -> None:
    place = SHELF.get("kern", "2010-10-28").areas.place(town)
    assert place is not None and place.area == area


def test_bakersfield_alone_is_ambiguous() -> None:
    place = SHELF.get("kern", "2010-10-28").areas.place("Bakersfield")
    assert place is not None and place.area is None
    assert set(place.ambiguous) == {"se-bakersfield", "oildale", "bakersfield"}


def test_communities_are_found_by_their_other_names() -> None:
    book = SHELF.get("kern", "2010-10-28").areas
    found = [book.area_called(name) for name in ("Kern River Valley", "indian wells valley", "East Kern")]
    assert [area.code if area else None for area in found] == ["kern-river-valley", "ridgecrest", "east-kern"]


def test_a_town_of_another_county_is_no_place_of_kern() -> None:
    book = SHELF.get("kern", "2010-10-28").areas
    assert book.place("Porterville") is None
    assert [town.county for town in book.neighbours if town.name == "Porterville"] == ["Tulare"]


@pytest.mark.parametrize(
    ("area", "service", "on", "is_open"),
    [
        ("shafter", "path_2", datetime.date(2007, 1, 31), False),
        ("shafter", "path_2", datetime.date(2007, 2, 1), True),
        ("lamont", "path_1", datetime.date(2010, 10, 28), True),
        ("rest-of-kern", "path_1", datetime.date(2026, 1, 1), False),
        ("rest-of-kern", "path_2", datetime.date(2026, 1, 1), False),
        ("ridgecrest", "path_1", datetime.date(2026, 1, 1), False),
    ],
)
def test_a_service_is_open_only_where_and_since_when_it_was_published(
    area: str, service: str, on: datetime.date, is_open: bool
) -> None:
    assert (SHELF.get("kern", "2010-10-28").coverage.open_in(area, service, on) is not None) is is_open


def test_what_a_later_text_was_needed_for_is_marked_for_verification() -> None:
    rules = SHELF.get("kern", "2010-10-28").rules
    confidence = {entry.id: entry.confidence for _, entry in rules.all_sourced()}
    path_3 = [rule.id for rule in rules.track.rules if rule.outcome == "path_3"]
    assert path_3 and all(confidence[id_] == "B" for id_ in path_3)
    assert confidence["kern.disposition.duplicate"] == "A"


def test_no_word_in_the_pack_is_left_to_memory() -> None:
    for _, entry in SHELF.get("kern", "2010-10-28").rules.all_sourced():
        assert "memory" not in entry.source
