"""Earlier reports beside the form: found while typing, judged by a person, read without their reporter."""

from __future__ import annotations

import pytest

from hotline.matching.models import ReportLink
from hotline.reports import sealing
from tests.support.desk import CANARY
from tests.support.history import audited, indexed, parts, report_id, stored, submitted
from tests.support.screener import Screener, another


@pytest.fixture
def earlier(screener: Screener) -> str:
    """What a colleague took down before."""
    return submitted(another(screener))


@pytest.fixture
def draft(screener: Screener) -> str:
    """A report in which the same boy is named otherwise."""
    path = screener.begin()
    said = {"first_name": "Matteo", "last_name": "Quintanila", "birth_date": "4/3/2021"}
    for name, value in said.items():
        assert screener.save(path, f"children/1/{name}", value).status_code == 200
    return path


def state(screener: Screener, own: str, other: str) -> str | None:
    with screener.desk.database.transaction() as session:
        link = session.get(ReportLink, (report_id(own), report_id(other)))
        return link.state if link else None


def judged(screener: Screener, own: str, other: str, do: str) -> int:
    return screener.post(f"{own}/history/{report_id(other)}", do=do).status_code


def test_an_earlier_report_shows_beside_the_form_with_its_reasons(
    screener: Screener, earlier: str, draft: str
) -> None:
    panel = screener.get(f"{draft}/history")
    assert stored(screener, earlier).reference in panel
    assert "Mateo Quintanilla" in panel
    assert "last names are alike" in panel
    assert "dates of birth with day and month swapped" in panel
    assert "Searched on: Matteo Quintanila (Child 1); dates of birth." in panel
    assert CANARY not in panel
    assert 'id="history"' in screener.get(draft)


def test_the_panel_speaks_spanish(screener: Screener, earlier: str, draft: str) -> None:
    screener.post("/language", language="es")
    panel = screener.get(f"{draft}/history")
    assert "los apellidos se parecen" in panel
    assert "Reportes anteriores" in panel


def test_a_form_without_people_says_that_there_is_nothing_to_search_on(screener: Screener) -> None:
    panel = screener.get(f"{screener.begin()}/history")
    assert "Nothing to search on yet" in panel
    assert "None found." in panel


def test_a_person_judges_each_earlier_report_and_may_think_again(
    screener: Screener, earlier: str, draft: str
) -> None:
    for do, kept in (("confirm", "confirmed"), ("reject", "rejected"), ("attach", "same_incident")):
        assert judged(screener, draft, earlier, do) == 303
        assert state(screener, draft, earlier) == kept
        panel = screener.get(f"{draft}/history")
        assert ('<details id="rejected-priors">' in panel) is (do == "reject")
    assert "The same incident, another reporter" in panel


def test_an_earlier_report_is_read_without_its_reporter_and_the_look_is_audited(
    screener: Screener, earlier: str, draft: str
) -> None:
    page = screener.get(f"{draft}/priors/{report_id(earlier)}")
    assert "Mateo" in page
    assert "812 Jasmine Street" in page
    assert page.index("Danger for whoever goes there") < page.index("Who is who")
    assert CANARY not in page
    assert audited(screener, earlier)[-1] == ("report:opened", "prior")


def test_a_report_that_has_nothing_to_do_with_the_draft_stays_closed(
    screener: Screener, earlier: str
) -> None:
    own = screener.begin()
    missing = screener.client.get(f"{own}/priors/{report_id(own)}".replace(own[-4:], "0000"))
    for path in (f"{own}/priors/{report_id(earlier)}", earlier):
        refused = screener.client.get(path)
        assert (refused.status_code, missing.status_code) == (404, 404)
        assert "Mateo" not in refused.text
    assert judged(screener, own, earlier, "confirm") == 404
    assert state(screener, own, earlier) is None


def test_nobody_judges_or_reads_from_somebody_elses_draft(
    screener: Screener, earlier: str, draft: str
) -> None:
    other = another(screener, "colleague")
    assert judged(other, draft, earlier, "confirm") == 404
    assert other.client.get(f"{draft}/history").status_code == 404
    assert other.client.get(f"{draft}/priors/{report_id(earlier)}").status_code == 404


def test_of_a_sealed_report_only_the_reference_is_told_and_whom_to_ask(
    screener: Screener, earlier: str, draft: str
) -> None:
    colleague = another(screener)
    assert colleague.post(f"{earlier}/seal", do="seal", why="She works here.").status_code == 303
    panel = screener.get(f"{draft}/history")
    assert stored(screener, earlier).reference in panel
    assert "Ask Susana Supervisor about it." in panel
    for told in ("Mateo Quintanilla", "Jasmine", f"/priors/{report_id(earlier)}", "date of birth with"):
        assert told not in panel
    assert screener.client.get(f"{draft}/priors/{report_id(earlier)}").status_code == 404
    assert judged(screener, draft, earlier, "confirm") == 404


def test_a_report_that_somebody_is_still_writing_is_told_by_reference(screener: Screener, draft: str) -> None:
    colleague = another(screener)
    theirs = colleague.draft(**{"children/1/first_name": "Mateo", "children/1/last_name": "Quintanilla"})
    indexed(colleague, theirs)
    assert colleague.save(theirs, "children/1/birth_date", "03/04/2021").status_code == 200
    indexed(colleague, theirs)
    panel = screener.get(f"{draft}/history")
    assert stored(screener, theirs).reference in panel
    assert "It is being written now." in panel
    assert "Mateo Quintanilla" not in panel


def test_a_supervisor_opens_a_sealed_report_after_writing_why(screener: Screener, earlier: str) -> None:
    another(screener).post(f"{earlier}/seal", do="seal", why="She works here.")
    supervisor = another(screener, "supervisor")
    asked = supervisor.client.get(earlier)
    assert asked.status_code == 403
    assert "Mateo" not in asked.text
    empty = supervisor.post(f"{earlier}/reason", why=" ", at=earlier)
    assert (empty.status_code, "in your own words" in empty.text) == (400, True)
    given = supervisor.post(f"{earlier}/reason", why="The mother complains.", at=earlier)
    assert (given.status_code, given.location) == (303, earlier)
    page = supervisor.get(earlier)
    assert "The mother complains." in page
    assert "She works here." in page
    assert screener.post(f"{earlier}/reason", why="Me too", at=earlier).status_code == 404


def test_a_seal_needs_a_reason_and_is_lifted_with_one(screener: Screener, earlier: str) -> None:
    colleague = another(screener)
    assert colleague.post(f"{earlier}/seal", do="seal", why="").status_code == 400
    assert screener.post(f"{earlier}/seal", do="seal", why="No").status_code == 404
    colleague.post(f"{earlier}/seal", do="seal", why="She works here.")
    assert colleague.post(f"{earlier}/seal", do="unseal", why="She left.").status_code == 303
    assert stored(screener, earlier).restriction is None
    with screener.desk.database.transaction() as session:
        kept = sealing.reasons(session, parts(screener).vault, stored(screener, earlier))
    assert sorted(one.text for one in kept) == ["She left.", "She works here."]


def test_dangers_and_who_is_who_stand_on_top_of_the_report(screener: Screener) -> None:
    draft = screener.draft(**{"children/1/first_name": "Luz", "decision/indian_child": "unknown"})
    assert 'id="dangers"' not in screener.get(draft)
    screener.save(draft, "location/visit_dangers", "dogs", "weapons")
    screener.save(draft, "caregivers/1/first_name", "Rosa")
    screener.save(draft, "caregivers/1/suspected", "yes")
    screener.save(draft, "children/1/age_estimated", "yes")
    box = screener.get(f"{draft}/who")
    for said in ("Danger for whoever goes there", "Luz", "Rosa", "suspected", "estimated", "Not known"):
        assert said in box, said
    page = screener.get(draft)
    assert page.index('id="dangers"') < page.index('id="section-children"')
