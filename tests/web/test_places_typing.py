"""An address finds its place while it is typed: area, office, evidence, candidates; nothing of it in an address bar."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from sqlalchemy import func, select

from hotline.audit.record import Actor
from hotline.partners import service as partners
from hotline.reports.models import ReportAnswer
from tests.support.screener import Screener, another, data

HOME = "location/home"


def asked(screener: Screener, report: str, at: str = HOME, **parts: str) -> str:
    """What stands below the address while `parts` are typed."""
    answer = screener.client.post(f"{report}/place", data={"at": at, "form_token": screener.token, **parts})
    assert answer.status_code == 200, answer.text
    return str(data(answer)["html"])


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def candidates(html: str) -> dict[str, dict[str, Any]]:
    """What each button fills in, by its words."""
    buttons = re.findall(r'<button [^>]*name="fill" value="([^"]*)"[^>]*>([^<]*)</button>', html)
    return {unescape(label): json.loads(unescape(fill)) for fill, label in buttons}


def with_office(screener: Screener) -> None:
    with screener.desk.database.transaction() as session:
        office = partners.add_organization(
            session,
            Actor.system("test"),
            jurisdiction="kern",
            code="office",
            name="Office of Kern",
            kind="area_office",
        )
        partners.add_coverage(
            session, Actor.system("test"), office, service="emergency_response", area_code=None
        )


def test_a_town_says_its_area_its_office_and_why(screener: Screener) -> None:
    with_office(screener)
    said = words(asked(screener, screener.begin(), town="Oildale"))
    for part in (
        "Area found",
        "Oildale",
        "Office: Office of Kern",
        "Certain",
        "The town was named: Oildale.",
    ):
        assert part in said


CERTAINTIES: list[tuple[dict[str, str], str]] = [
    ({"town": "Oildale"}, "Certain."),
    ({"town": "Weldon"}, "Certain of the town; its area is to be verified with the agency."),
    ({"town": "Oildalle"}, "Likely"),
    ({"zip": "93263"}, "Likely"),
    ({"town": "Bakersfield"}, "Not certain"),
    ({"town": "Porterville"}, "Outside the county Tulare County Certain."),
    ({"town": "Nowhere in particular"}, "Not certain"),
]


def test_it_says_in_words_how_certain_it_is(screener: Screener) -> None:
    report = screener.begin()
    for parts, confidence in CERTAINTIES:
        assert confidence in words(asked(screener, report, **parts)), parts


def test_of_several_areas_each_is_a_button_that_fills_the_town(screener: Screener) -> None:
    report = screener.begin()
    found = candidates(asked(screener, report, town="Bakersfield"))
    assert set(found) == {"Southeast Bakersfield", "Oildale", "Bakersfield outside the named communities"}
    for label, fill in found.items():
        assert fill[f"{HOME}_town"] == label
        settled = words(asked(screener, report, town=fill[f"{HOME}_town"]))
        assert "Area found" in settled


def test_who_chooses_between_town_and_zip_drops_the_other(screener: Screener) -> None:
    report = screener.begin()
    found = candidates(asked(screener, report, town="Taft", zip="93203"))
    assert found["Taft"] == {f"{HOME}_town": "Taft", f"{HOME}_zip": ""}


def test_a_slip_of_the_hand_offers_the_town_with_its_county(screener: Screener) -> None:
    found = candidates(asked(screener, screener.begin(), town="Buton"))
    fill = next(fill for label, fill in found.items() if label.startswith("Buttonwillow"))
    assert fill == {f"{HOME}_town": "Buttonwillow", f"{HOME}_county": "kern"}


def test_a_zip_code_offers_town_and_county(screener: Screener) -> None:
    found = candidates(asked(screener, screener.begin(), zip="93215"))
    ((label, fill),) = found.items()
    assert label == "Delano (Rest of Kern County)"
    assert fill[f"{HOME}_town"] == "Delano"
    assert fill[f"{HOME}_county"] == "kern"


def test_a_county_that_the_form_does_not_list_is_another_one(screener: Screener) -> None:
    found = candidates(asked(screener, screener.begin(), zip="95202"))
    (fill,) = found.values()
    assert fill[f"{HOME}_county"] in ("other_county", "san_joaquin", "San Joaquin")


def test_nothing_typed_says_nothing(screener: Screener) -> None:
    report = screener.begin()
    assert words(asked(screener, report)).strip() == ""
    assert words(asked(screener, report, county="unknown")).strip() == ""


def test_whatever_is_typed_comes_back_in_no_form(screener: Screener) -> None:
    report = screener.begin()
    for typed in ("<script>alert(1)</script>", "'; DROP TABLE places; --", "x" * 5000, "\0", "🏠"):
        said = asked(screener, report, town=typed, zip=typed, county=typed, state=typed)
        assert typed not in said


def test_asking_stores_nothing_and_takes_no_address_in_its_own(screener: Screener) -> None:
    report = screener.begin()
    asked(screener, report, town="Oildale")
    with screener.desk.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(ReportAnswer)) == 0
    assert screener.client.get(f"{report}/place?town=Oildale").status_code == 405


def test_only_an_address_of_the_writers_own_form_is_looked_for(screener: Screener) -> None:
    report, other = screener.begin(), another(screener)
    for at in ("", "location", "nowhere/home", "../etc", "children/1", "location/home_town"):
        answer = screener.client.post(
            f"{report}/place", data={"at": at, "form_token": screener.token, "town": "Taft"}
        )
        assert answer.status_code == 404, at
    answer = other.client.post(
        f"{report}/place", data={"at": HOME, "form_token": other.token, "town": "Taft"}
    )
    assert answer.status_code == 404


def test_without_scripts_the_place_stands_there_after_saving(screener: Screener) -> None:
    report = screener.begin()
    screener.save(report, f"{HOME}_town", "Bakersfield")
    page = screener.get(report)
    assert 'data-place="location/home"' in page
    found = candidates(page)
    assert "Oildale" in found
    posted = {f"version:{HOME}_town": "1", f"{HOME}_town": "Bakersfield", "section": "location"}
    answer = screener.post(f"{report}/place/choose", fill=json.dumps(found["Oildale"]), **posted)
    assert str(answer.location).endswith("#section-location")
    page = screener.get(report)
    assert 'value="Oildale"' in page
    assert "Area found" in page


def test_what_is_no_candidate_is_refused(screener: Screener) -> None:
    report = screener.begin()
    for fill in ("", "[]", '{"a": 1}', "{"):
        assert screener.post(f"{report}/place/choose", fill=fill).status_code == 400


def test_it_speaks_spanish(screener: Screener) -> None:
    report = screener.begin()
    spanish = screener.desk.signed_in("screener", "es")
    answer = screener.desk.post(spanish, f"{report}/place", at=HOME, town="Bakersfield")
    assert "¿Quizás este lugar?" in unescape(str(data(answer)["html"]))
