"""The form: saved as typed, judged so far, submitted once, and nothing typed is lost or believed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from markupsafe import escape
from sqlalchemy import func, select

from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.base.outbox import OutboxRow
from hotline.dispatch.models import Dispatch
from hotline.dispatch.service import acknowledge
from hotline.dispatch.track import decide_report
from hotline.reports.models import Report, ReportAnswer
from tests.support.kern import organization
from tests.support.screener import STORY, Screener, another, data

NAME = "children/1/first_name"
STORY_PATH = "narrative/story"
CANARY = "Quenby Canaryfeather"
ODD = {
    "accents": "Zoë Ñandú",
    "decomposed": "Zoë Ñandú",
    "right to left": "مرحبا שלום",
    "Hmong": "𞄀𞄄𞄰",
    "emoji": "👩‍👧 😀",
    "markup": '<script>alert(1)</script> "><img src=x onerror=alert(1)> {{ 7*7 }} ${7}',
    "quotes": "O'Brien; DROP TABLE reports;-- \"",
    "zero width": "a\u200bb\u202ec",
}
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "{{ config }}",
    "'-alert(1)-'",
)


def value_of(page: str, path: str) -> str:
    """The raw value of a text field in a page."""
    found = re.search(rf'name="{re.escape(path)}" value="([^"]*)"', page)
    assert found, path
    return found[1]


def test_each_field_is_saved_as_typed_with_its_version(screener: Screener) -> None:
    report = screener.begin()
    first = data(screener.save(report, NAME, "Ana"))
    assert (first["value"], first["version"]) == ("Ana", 1)
    assert data(screener.save(report, NAME, "Anabel", base=1))["version"] == 2
    assert value_of(screener.get(report), NAME) == "Anabel"


def test_saving_the_same_again_changes_nothing(screener: Screener) -> None:
    report = screener.begin()
    screener.save(report, NAME, "Ana")
    assert data(screener.save(report, NAME, "Ana", base=0))["version"] == 1


def test_a_reload_shows_everything_that_was_saved(screener: Screener) -> None:
    report = screener.draft(
        **{"reporter/name": CANARY, "reporter/mandated": "yes", "location/home_zip": "93215"}
    )
    page = screener.get(report)
    assert value_of(page, "reporter/name") == CANARY
    assert STORY[STORY_PATH] in page
    assert re.search(r'value="yes" checked|value="yes"[^>]* checked', page)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_letters_of_every_kind_are_stored_and_shown(screener: Screener, text: str) -> None:
    report = screener.begin()
    saved = data(screener.save(report, NAME, text))["value"]
    shown = value_of(screener.get(report), NAME)
    assert str(escape(saved)) == shown


@pytest.mark.parametrize("text", PAYLOADS)
def test_nothing_typed_becomes_part_of_a_page(screener: Screener, text: str) -> None:
    report = screener.draft(**{"reporter/name": text, NAME: text, "location/home_street": text})
    screener.save(report, STORY_PATH, text, base=1)
    draft = screener.get(report)
    parts = screener.client.get(f"{report}/form").text + screener.client.get(f"{report}/panel").text
    screener.post(f"{report}/submit")
    for page in (draft, parts, screener.get(report), screener.get("/console")):
        assert "<script>alert" not in page
        assert "<svg" not in page
        assert text not in page or text == "{{ config }}"


@pytest.mark.parametrize(
    ("text", "words"),
    [("a\0b", "can&#39;t be stored"), ("x" * 30_000, "30,000 characters long; 20,000 fit here")],
)
def test_what_can_not_be_stored_is_said_and_nothing_else_is_lost(
    screener: Screener, text: str, words: str
) -> None:
    report = screener.draft()
    answer = screener.save(report, STORY_PATH, text, base=1)
    assert answer.status_code == 422
    assert words.replace("&#39;", "'") in data(answer)["message"]
    assert STORY[STORY_PATH] in screener.get(report)


def test_a_megabyte_is_saved_by_no_field_and_three_by_no_door(screener: Screener) -> None:
    report = screener.draft()
    assert screener.save(report, STORY_PATH, "x" * 1_000_000, base=1).status_code == 422
    token = screener.token
    script = {"X-Script": "1"}
    fields = {"form_token": token, "path": STORY_PATH, "value": "x" * 3_000_000}
    large = screener.client.post(f"{report}/fields", data=fields, headers=script)
    assert large.status_code == 413
    assert "At most 2 MB" in data(large)["message"]
    page = screener.client.post(f"{report}/sections", data=fields)
    assert page.status_code == 413
    assert "Go back" in page.text


@pytest.mark.parametrize(
    "path", ["", "x", "children/name", "children/0/age", "reporter/1/name", "children/99/age"]
)
def test_a_field_that_the_form_has_not_is_not_found(screener: Screener, path: str) -> None:
    assert screener.save(screener.begin(), path, "x").status_code == 404


@pytest.mark.parametrize("base", ["", "-1", "x", "²", "9" * 5000, "1.0"])
def test_an_odd_version_is_taken_for_never_seen(screener: Screener, base: str) -> None:
    report = screener.begin()
    fields = {"path": NAME, "value": "Ana", "base_version": base, "form_token": screener.token}
    answer = screener.client.post(f"{report}/fields", data=fields)
    assert data(answer)["version"] == 1


def test_two_tabs_never_overwrite_each_other_unseen(screener: Screener) -> None:
    report = screener.begin()
    screener.save(report, NAME, "Ana")
    answer = screener.save(report, NAME, "Eva", base=0)
    assert answer.status_code == 409
    assert (data(answer)["value"], data(answer)["version"]) == ("Ana", 1)
    assert "Choose which of the two values stays" in data(answer)["message"]
    assert screener.save(report, NAME, "Eva", base=1).status_code == 200


def test_an_answer_that_asks_for_others_says_that_the_form_changes(screener: Screener) -> None:
    report = screener.begin()
    assert data(screener.save(report, "location/home_town", "Delano"))["parts"] == ["panel"]
    answer = data(screener.save(report, "reporter/mandated", "yes"))
    assert answer["parts"] == ["panel", "form"]
    assert "reporter/category" in screener.client.get(f"{report}/form").text
    screener.save(report, "reporter/mandated", "no", base=1)
    assert "reporter/category" not in screener.client.get(f"{report}/form").text


def test_what_the_rules_say_follows_each_answer(screener: Screener) -> None:
    report = screener.begin()
    assert "Area not known yet" in screener.client.get(f"{report}/panel").text
    screener.save(report, "location/home_town", "Delano")
    assert "Delano" in screener.client.get(f"{report}/panel").text
    before = screener.client.get(f"{report}/panel")
    screener.save(report, "decision/immediate_danger", "yes")
    after = screener.client.get(f"{report}/panel")
    assert "In danger right now" in before.text or "in danger right now?" in before.text
    assert "in danger right now?</li>" not in after.text


def test_an_unknown_zip_is_taken_with_a_warning(screener: Screener) -> None:
    report = screener.begin()
    assert screener.save(report, "location/home_zip", "00000").status_code == 200
    assert "No such ZIP code is known" in screener.client.get(f"{report}/panel").text


def test_what_looks_odd_is_said_beside_it_and_stops_nothing(screener: Screener) -> None:
    report = screener.draft(**{"children/1/age": "44"})
    assert "Older than 25. Is this person one of the children?" in screener.get(report)
    assert screener.post(f"{report}/submit").status_code == 303


# By buttons, without scripts


def posted(screener: Screener, report: str, section: str, **changes: str) -> dict[str, list[str]]:
    """What a browser posts for a section of the page, with some answers changed."""
    page = screener.get(report)
    form = page.partition(f'data-section="{section}"')[2].partition("</form>")[0]
    fields = {name: [value] for name, value in re.findall(r'name="(version:[^"]+)" value="(\d+)"', form)}
    for name in fields.copy():
        path = name.removeprefix("version:")
        text = re.search(rf'name="{re.escape(path)}" value="([^"]*)"', form)
        fields[path] = [text[1] if text else ""]
    fields |= {path: [value] for path, value in changes.items()}
    return fields | {"section": [section], "form_token": [screener.token]}


def save_section(screener: Screener, report: str, fields: dict[str, list[str]]) -> tuple[int, str, str]:
    answer = screener.client.post(f"{report}/sections", data=fields)
    return answer.status_code, str(answer.location), answer.text


def test_a_section_is_saved_by_its_button(screener: Screener) -> None:
    report = screener.begin()
    fields = posted(screener, report, "children", **{NAME: "Ana", "children/1/age": "4"})
    assert save_section(screener, report, fields)[:2] == (303, f"{report}#section-children")
    page = screener.get(report)
    assert (value_of(page, NAME), value_of(page, "children/1/age")) == ("Ana", "4")


def test_a_section_stores_no_answer_that_nobody_gave(screener: Screener) -> None:
    report = screener.begin()
    save_section(screener, report, posted(screener, report, "children", **{NAME: "Ana"}))
    with screener.desk.database.transaction() as session:
        assert session.scalars(select(ReportAnswer.path)).all() == [NAME]


def test_an_answer_can_be_taken_away_again(screener: Screener) -> None:
    report = screener.begin()
    screener.save(report, NAME, "Ana")
    save_section(screener, report, posted(screener, report, "children", **{NAME: ""}))
    assert value_of(screener.get(report), NAME) == ""


def test_one_wrong_answer_keeps_none_of_the_others_and_stays_on_the_page(screener: Screener) -> None:
    report = screener.begin()
    fields = posted(screener, report, "children", **{NAME: "Ana", "children/1/age": "many"})
    status, _, page = save_section(screener, report, fields)
    assert status == 422
    assert value_of(page, NAME) == "Ana"
    assert value_of(page, "children/1/age") == "many"
    assert "This is not a whole number" in page
    assert 'href="#f-children-1-age"' in page
    assert value_of(screener.get(report), NAME) == "Ana"


def test_another_child_is_added_by_a_button(screener: Screener) -> None:
    report = screener.begin()
    fields = posted(screener, report, "children", **{NAME: "Ana"})
    status, location, _ = save_section(screener, report, {**fields, "add": ["children"]})
    assert (status, location) == (303, f"{report}?least=children.2#section-children")
    assert 'name="children/2/first_name"' in screener.get(location.partition("#")[0])


@pytest.mark.parametrize(
    "least", ["children.99", "children.x", "nothing.3", "children.3.4", "children.-1", ""]
)
def test_an_odd_number_of_entries_is_harmless(screener: Screener, least: str) -> None:
    page = screener.get(f"{screener.begin()}?least={least}")
    assert page.count('class="usa-fieldset form-instance"') < 60


def test_a_conflict_without_scripts_shows_both_values(screener: Screener) -> None:
    report = screener.begin()
    stale = posted(screener, report, "children", **{NAME: "Eva"})
    screener.save(report, NAME, "Ana")
    status, _, page = save_section(screener, report, stale)
    assert status == 422
    assert value_of(page, NAME) == "Eva"
    assert "Somebody saved “Ana” here meanwhile" in page
    again = {**stale, f"version:{NAME}": ["1"]}
    assert save_section(screener, report, again)[0] == 303
    assert value_of(screener.get(report), NAME) == "Eva"


# Submitting


def test_a_report_without_its_story_is_not_submitted_and_says_where(screener: Screener) -> None:
    report = screener.begin()
    answer = screener.post(f"{report}/submit")
    assert answer.status_code == 422
    assert "1 answer needs you" in answer.text
    assert 'href="#f-narrative-story"' in answer.text
    assert 'id="f-narrative-story-problem"' in answer.text


def test_the_bar_on_a_refused_page_leads_back_to_the_report(screener: Screener) -> None:
    report = screener.begin()
    page = screener.post(f"{report}/submit").text
    assert f'data-url="/console/state?at={report}"' in page
    assert f'name="at" value="{report}"' in page


def test_submitting_twice_is_once(screener: Screener) -> None:
    report = screener.draft()
    for _ in range(3):
        assert screener.post(f"{report}/submit").location == report
    with screener.desk.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Report)) == 1
        jobs = session.scalars(select(OutboxRow.job).where(OutboxRow.job == "assign_track")).all()
        submitted = session.scalars(select(AuditEntry).where(AuditEntry.action == "report:submitted")).all()
    assert jobs == ["assign_track"]
    assert len(submitted) == 1


def test_a_submitted_report_takes_no_more_answers(screener: Screener) -> None:
    report = screener.draft()
    screener.post(f"{report}/submit")
    late = screener.save(report, NAME, "Ana")
    assert late.status_code == 409
    assert "submitted already" in late.text


def test_after_submitting_the_page_waits_and_then_tells_the_decision(
    screener: Screener, clock: FrozenClock
) -> None:
    report = screener.draft()
    screener.post(f"{report}/submit")
    assert "Being decided" in screener.get(report)
    assert 'data-seconds="2"' in screener.get(report)
    clock.advance(timedelta(minutes=5))
    parts = screener.desk.app.extensions["hotline"]
    with screener.desk.database.transaction() as session:
        row = session.scalars(select(Report)).one()
        decide_report(session, parts.vault, parts.forms, parts.packs, row.id)
    page = screener.get(report)
    assert "What the rules decided" in page
    assert STORY[STORY_PATH] in page
    # 24 hours from receipt, Tuesday 10:00 in Kern County, five minutes later
    assert "Tue, Mar 3, 10:00 AM" in page
    assert "(in 23 hours 55 minutes)" in page
    assert re.search(r'<cite class="source">\w', page)
    assert "KERN-000001" in screener.get("/console")


def test_the_screener_sees_who_has_the_report_and_when_they_acknowledged(
    screener: Screener, clock: FrozenClock
) -> None:
    parts = screener.desk.app.extensions["hotline"]
    with screener.desk.database.transaction() as session:
        _, (worker,) = organization(
            session, "office", "area_office", [("emergency_response", None)], ["olga"]
        )
    report = screener.draft()
    assert "to be chosen" not in screener.get(f"{report}/panel")
    screener.post(f"{report}/submit")
    with screener.desk.database.transaction() as session:
        row = session.scalars(select(Report)).one()
        decide_report(session, parts.vault, parts.forms, parts.packs, row.id)
    assert "Assigned, the notice is on its way" in screener.get(report)
    clock.advance(timedelta(minutes=3))
    with screener.desk.database.transaction() as session:
        acknowledge(session, session.scalars(select(Dispatch.id)).one(), worker)
    page = " ".join(screener.get(report).split())
    assert "<strong>Office</strong><br>Acknowledged," in page
    assert "Mon, Mar 2, 10:03 AM" in page


# Who sees what


def test_a_report_is_invisible_to_another_screener(screener: Screener) -> None:
    report = screener.draft()
    colleague = another(screener)
    for path in (report, f"{report}/form", f"{report}/panel"):
        assert colleague.client.get(path).status_code == 404
    assert colleague.save(report, NAME, "x").status_code == 404
    assert colleague.post(f"{report}/submit").status_code == 404
    assert colleague.post(f"{report}/sections").status_code == 404


def test_a_supervisor_reads_and_does_not_write(screener: Screener) -> None:
    report = screener.draft()
    supervisor = Screener(screener.desk, screener.desk.signed_in("supervisor"), "supervisor")
    page = supervisor.get(report)
    assert STORY[STORY_PATH] in page
    assert f'action="{report}/submit"' not in page
    assert supervisor.save(report, NAME, "x").status_code == 404


def test_the_reporter_is_told_to_nobody_but_who_may_know(screener: Screener) -> None:
    report = screener.draft(**{"reporter/name": CANARY, "reporter/phone": "661 555 0177"})
    for role in ("coordinator", "area_office", "partner", "auditor", "administrator"):
        screener.desk.person(role)
        client = screener.desk.signed_in(role)
        for path in (report, f"{report}/panel", "/console", "/board", "/portal", "/audit"):
            text = client.get(path).text
            assert CANARY not in text and "555 0177" not in text, (role, path)


def test_opening_a_report_is_written_down(screener: Screener) -> None:
    report = screener.draft()
    screener.get(report)
    with screener.desk.database.transaction() as session:
        looks = session.scalars(select(AuditEntry).where(AuditEntry.action == "report:opened")).all()
    assert [look.actor_id for look in looks] == [str(screener.user_id)]
