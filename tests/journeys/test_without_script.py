"""The whole of a screener's work in a browser without scripts: by buttons, saved per section."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from hotline.base.database import Database
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import PhoneCompany
from tests.support.browsing import sign_in
from tests.support.cases import load_case
from tests.support.journeys import call_in, call_of, decision_of, report_of, screeners, told
from tests.support.waiting import until


def reload_until(page: Page, what: str, seconds: float = 15) -> None:
    """Without scripts a person reloads the page to see what is new."""
    until(lambda: page.locator(what).count() > 0, seconds, also=lambda: page.reload() and None)


def save_section(page: Page, section: str) -> None:
    """Press the button at the end of a section; the page comes back at that section."""
    page.locator(f"#section-{section} .form-section__buttons button[name=save]").click()
    page.wait_for_url(f"**#section-{section}")


def test_a_call_is_taken_and_its_report_submitted_without_scripts(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    case = load_case("CA-02")
    page = opened(java_script_enabled=False)
    sign_in(page, stack, screeners(stack, stack_database, "en")[0])
    page.locator("#come button").click()
    caller = call_in(phones, case)
    reload_until(page, "[data-offer]")
    page.locator("#accept").click()
    page.wait_for_url("**/console/reports/*")
    caller.wait_for_talk()
    reload_until(page, "#call-title:has-text('On a call')")

    sections = list(dict.fromkeys(path.split("/")[0] for path in case.answers))
    for section in sections:
        answers = {path: value for path, value in case.answers.items() if path.split("/")[0] == section}
        while answers:
            shown = [path for path in answers if page.locator(f'[name="{path}"]:not([type=hidden])').count()]
            if not shown:
                # One more child: asked for by the button of its section.
                page.locator(f"#section-{section} button[name=add]").click()
                continue
            for path in shown:
                write(page, path, answers.pop(path))
            # Questions that depend on these answers appear with the saved section.
            save_section(page, section)
    reference = page.locator("h1").inner_text().split()[-1]

    page.locator("form[action*='/hang-up'] button").click()
    caller.wait_for_end()
    page.locator("form.submit button").click()
    expect(page.locator("#wrong")).to_have_count(0)
    reload_until(page, "#panel-title:has-text('What the rules decided')")
    assert "Path 2" in page.locator("#rules").inner_text()
    page.locator("select[name=disposition]").select_option("report")
    page.locator("form[action*='/finish'] button:not([name])").click()
    reload_until(page, "#go-away")

    assert decision_of(stack_database, reference).outcome == "dispatched"
    assert len(told(stack, stack_database, reference)) == 2
    assert call_of(stack_database, caller).disposition == "report"
    assert report_of(stack_database, reference).call_id == call_of(stack_database, caller).id


def write(page: Page, path: str, value: str | list[str]) -> None:
    """Answer one question with the controls that every browser has."""
    field = page.locator(f'[name="{path}"]:not([type=hidden])')
    kind = field.first.get_attribute("type")
    if kind in ("radio", "checkbox"):
        for one in [value] if isinstance(value, str) else value:
            control = page.locator(f'[name="{path}"][value="{one}"]')
            page.locator(f'label[for="{control.get_attribute("id")}"]').click()
    elif page.locator(f'select[name="{path}"]').count():
        field.first.select_option(str(value))
    else:
        field.first.fill(str(value))
