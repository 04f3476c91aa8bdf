"""Filling the report's form as a person without script does: section by section, by its buttons."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.demo.day.pages import Browser, Form, Page, PageProblem, Value

ROUNDS = 12
"""Questions that appear only after others are answered, and further children, need another round each."""


def fill(browser: Browser, page: Page, answers: Mapping[str, Value]) -> Page:
    """Save every answer in its section; the page as it stands then. Raises PageProblem when one could not be saved."""
    for _ in range(ROUNDS):
        changed = False
        for section in [name for form in page.forms for name in form.values.get("section", [])]:
            form = _section(page, section)
            wanted = to_change(form, answers) if form is not None else {}
            if form is not None and wanted:
                page, changed = browser.send(form, wanted, button="save"), True
                if page.status >= 400:
                    raise PageProblem(f"The section '{section}' was not saved (status {page.status}).")
        if not changed:
            break
    lost = [path for path in answers if not any(path in _saved(form, answers) for form in page.forms)]
    if lost:
        raise PageProblem(f"The form did not take {', '.join(sorted(lost))}.")
    return page


def _section(page: Page, name: str) -> Form | None:
    return next((form for form in page.forms if form.values.get("section") == [name]), None)


def _saved(form: Form, answers: Mapping[str, Value]) -> set[str]:
    open_ = to_change(form, answers)
    return {path for path in answers if form.has(path) and path not in open_}


def to_change(form: Form, answers: Mapping[str, Value]) -> dict[str, Value]:
    """The answers that have a field in this form and do not stand in it yet."""
    return {
        path: value
        for path, value in answers.items()
        if form.has(path) and _marked(form.values.get(path, [])) != _marked(value)
    }


def _marked(value: Value) -> list[str]:
    return sorted(one for one in ([value] if isinstance(value, str) else value) if one)
