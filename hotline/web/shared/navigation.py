"""The menu, and where each role lands after sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from hotline.accounts.service import SignedIn
from hotline.web.shared.gate import GATE
from hotline.web.shared.language import gettext, later


@dataclass(frozen=True)
class Entry:
    """A page of the menu; whoever passes the gate to `endpoint` sees it."""

    endpoint: str
    words: str


MENU = (
    Entry("console.window", later("Console")),
    Entry("returns.window", later("Callbacks and messages")),
    Entry("papers.window", later("Letters and faxes")),
    Entry("board.board", later("Board")),
    Entry("reviews.window", later("Reviews")),
    Entry("supervision.line", later("Supervision")),
    Entry("portal.inbox", later("Reports for you")),
    Entry("audit.trail", later("Audit")),
)

LANDINGS = (
    ("screener", "/console"),
    ("coordinator", "/board"),
    ("supervisor", "/board"),
    ("area_office", "/portal"),
    ("on_call", "/portal"),
    ("partner", "/portal"),
    ("auditor", "/audit"),
    ("administrator", "/audit"),
)
"""The first role that a person has decides where they land."""


def landing(person: SignedIn) -> str:
    """Path of the page on which the person starts."""
    return next(path for role, path in LANDINGS if role in person.roles)


def menu(person: SignedIn | None) -> list[dict[str, object]]:
    """The pages that the person may open: `href`, `words` and whether it is the `current` one."""
    if person is None:
        return []
    return [
        {
            "href": url_for(entry.endpoint),
            "words": gettext(entry.words),
            "current": request.blueprint == entry.endpoint.split(".")[0],
        }
        for entry in MENU
        if entry.endpoint in current_app.view_functions
        and person.may(GATE.get(entry.endpoint, "account:own"))
    ]
