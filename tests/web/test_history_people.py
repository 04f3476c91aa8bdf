"""Search before add: people of earlier reports come into the form with one action, and nobody is guessed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hotline.reports import service as reports
from tests.support.calls import CALLER
from tests.support.history import audited, indexed, parts, stored, submitted
from tests.support.screener import Screener, another

ASKED = {"first": "Mateo", "last": "Quintanilla", "birth": "3/4/2021"}


@pytest.fixture
def earlier(screener: Screener) -> str:
    return submitted(
        another(screener), **{"children/1/school": "Pine Elementary", "children/1/injuries": "burn"}
    )


def answers(screener: Screener, path: str) -> dict[str, Any]:
    with screener.desk.database.transaction() as session:
        return reports.without_reporter(session, parts(screener).vault, stored(screener, path))


def found(screener: Screener, draft: str, **asked: str) -> list[str]:
    page = screener.post(f"{draft}/people", **(asked or ASKED)).text
    return re.findall(r'hidden" name="person" value="([^"]+)"', page)


def test_a_person_is_found_by_name_and_added_with_one_action(screener: Screener, earlier: str) -> None:
    draft = screener.begin()
    (person,) = found(screener, draft)
    added = screener.post(f"{draft}/people/add", person=person, entry="children", **ASKED)
    assert added.status_code == 303
    assert added.location.endswith("?least=children.1#f-children-1-first_name")
    got = answers(screener, draft)
    assert got == {
        "children/1/first_name": "Mateo",
        "children/1/last_name": "Quintanilla",
        "children/1/birth_date": "2021-03-04",
        "children/1/school": "Pine Elementary",
    }
    assert audited(screener, earlier)[-1] == ("report:opened", "person")
    assert ("person:taken_over", None) in audited(screener, draft)


def test_what_is_searched_for_is_in_no_address(screener: Screener, earlier: str) -> None:
    draft = screener.begin()
    page = screener.post(f"{draft}/people", **ASKED)
    assert page.status_code == 200
    assert not re.search(r'(href|action)="[^"]*(Mateo|Quintanilla)', page.text)


def test_each_way_of_asking_finds_the_boy(screener: Screener, earlier: str) -> None:
    draft = screener.begin()
    for asked in (
        {"first": "Matteo", "last": "Quintanila"},
        {"last": "Quintanilla", "birth": "2021"},
        {"first": "Mateo", "street": "812 Jasmine St", "town": "Delano"},
        {"first": "Mateo", "school": "Pine"},
    ):
        assert len(found(screener, draft, **asked)) == 1, asked


def test_somebody_who_was_not_found_is_not_read_by_guessing(screener: Screener, earlier: str) -> None:
    draft = screener.begin()
    (person,) = found(screener, draft)
    guessed = screener.post(
        f"{draft}/people/add", person=person, entry="children", first="Zoe", last="Abernathy"
    )
    assert guessed.status_code == 404
    assert answers(screener, draft) == {}


def test_adding_to_somebody_who_is_there_keeps_what_is_known(screener: Screener, earlier: str) -> None:
    draft = screener.begin()
    screener.save(draft, "children/1/first_name", "Matty")
    screener.save(draft, "children/1/birth_date", "2021-04-03")
    (person,) = found(screener, draft)
    screener.post(f"{draft}/people/add", person=person, entry="children/1", **ASKED)
    got = answers(screener, draft)
    assert (got["children/1/first_name"], got["children/1/birth_date"]) == ("Matty", "2021-04-03")
    assert got["children/1/last_name"] == "Quintanilla"


def test_somebody_new_comes_with_what_was_typed_and_an_unknown_person_is_known_to_be_there(
    screener: Screener,
) -> None:
    draft = screener.begin()
    screener.post(f"{draft}/people/add", entry="caregivers", first="Iris", last="Vane", birth="1990")
    screener.post(f"{draft}/people/add", entry="caregivers")
    assert answers(screener, draft) == {
        "caregivers/1/first_name": "Iris",
        "caregivers/1/last_name": "Vane",
        "caregivers/1/birth_date": "1990",
        "caregivers/2/first_name": "unknown",
    }
    assert "Name not known" in screener.get(f"{draft}/who")


def test_people_of_a_sealed_report_are_not_named(screener: Screener, earlier: str) -> None:
    another(screener).post(f"{earlier}/seal", do="seal", why="She works here.")
    draft = screener.begin()
    page = screener.post(f"{draft}/people", **ASKED).text
    assert stored(screener, earlier).reference in page
    assert "Ask Susana Supervisor about it." in page
    assert 'type="hidden" name="person"' not in page


def test_people_of_reports_from_this_number_are_found(screener: Screener) -> None:
    screener.takes_calls()
    first = screener.rings(number=CALLER)
    own = screener.accepts()
    screener.meets(first)
    for path, value in {"children/1/first_name": "Mateo", "children/1/age": "4"}.items():
        screener.save(own, path, value)
    screener.save(own, "location/home_town", "Delano")
    screener.save(own, "narrative/story", "The boy was alone.")
    assert screener.post(f"{own}/submit").status_code == 303
    indexed(screener, own)
    screener.hangs_up(first)
    screener.post(f"/console/calls/{first.id}/finish", disposition="report")
    screener.takes_calls()
    screener.rings(number=CALLER)
    draft = screener.accepts()
    assert len(found(screener, draft, number="yes")) == 1


def test_nobody_searches_from_somebody_elses_report(screener: Screener, earlier: str) -> None:
    draft = screener.begin()
    other = another(screener)
    assert other.client.get(f"{draft}/people").status_code == 404
    assert other.post(f"{draft}/people", **ASKED).status_code == 404
    assert other.post(f"{draft}/people/add", entry="children", **ASKED).status_code == 404


def test_a_submitted_report_takes_nobody_in(screener: Screener) -> None:
    own = submitted(screener)
    assert screener.post(f"{own}/people/add", entry="children", **ASKED).status_code == 409
