"""Filling the report's form as a person without script does: section by section, by its buttons."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.demo.day.pages import Browser, Form, Page, PageProblem, Value

ROUNDS = 12
"""Questions that appear only after others are answered, and further children, need another round each."""


def fill(browser: Browser, page: Page, answers: Mapping[str, Value], among: str = "/sections/") -> Page:
    """Save every answer in its section; the page as it stands then. Raises PageProblem when one finds no field."""
    for _ in range(ROUNDS):
        changed = False
        for section in [form.action for form in page.forms if among in form.action]:
            form = next((one for one in page.forms if one.action == section), None)
            if form is None:
                continue
            wanted = to_change(form, answers)
            if wanted:
                page, changed = browser.send(form, wanted), True
                if page.status >= 400:
                    raise PageProblem(f"{section} was not saved (status {page.status}).")
        if not changed:
            break
    lost = sorted(path for path in answers if not any(form.has(path) for form in page.forms))
    if lost:
        raise PageProblem(f"The form has no field for {', '.join(lost)}.")
    return page


def to_change(form: Form, answers: Mapping[str, Value]) -> dict[str, Value]:
    """The answers that have a field in this form and do not stand in it yet."""
    return {
        path: value
        for path, value in answers.items()
        if form.has(path) and _marked(form.values.get(path, [])) != _marked(value)
    }


def _marked(value: Value) -> list[str]:
    return sorted(one for one in ([value] if isinstance(value, str) else value) if one)
