"""Every page of every desk in a browser: nothing in anybody's way, in both languages, large, nothing from elsewhere.

English is looked at on a usual screen, Spanish at 200 % (half as many pixels, each twice as large).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from io import BytesIO
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Request
from sqlalchemy import select

from hotline.base.clock import FrozenClock
from hotline.base.config import Settings
from hotline.callbacks import service as callbacks
from hotline.callbacks import sweeping
from hotline.calls import pool
from hotline.calls.models import Call
from hotline.dispatch.models import Dispatch
from hotline.dispatch.track import decide_report
from hotline.reports.models import Report
from hotline.voicemails import service as voicemails
from hotline.web.shared.core import Core
from hotline.web.shared.gate import GATE
from hotline.worklist.models import WorklistItem
from hotline.written_reports.models import IncomingPaper
from tests.support import kern as county
from tests.support.browsing import barriers
from tests.support.calls import Hotline, add_line, sid
from tests.support.desk import Desk
from tests.support.history import indexed, submitted
from tests.support.kern import EMERGENCY, Kern
from tests.support.reporter import Reporter
from tests.support.screener import Screener
from tests.support.site import served

NO_PAGES = {
    "static": "files",
    "health.healthz": "for machines",
    "health.readyz": "for machines",
    "signin.home": "leads on to the desk of the role",
    "signin.present": "data for scripts",
    "console.state": "a part of the console's pages",
    "console.incoming": "a part of all other pages",
    "console.own_lists": "a part of the console",
    "console.softphone_token": "data for scripts",
    "console.transcript": "a part of the report's page",
    "console.form": "a part of the report's page",
    "console.panel": "a part of the report's page",
    "console.history": "a part of the report's page",
    "console.who": "a part of the report's page",
    "console.clock": "a part of the report's page",
    "console.file": "a file",
    "console.pdf": "a file",
    "papers.file": "a file",
    "board.rows": "a part of the board",
    "reviews.rows": "a part of the list",
    "supervision.now": "a part of the line's page",
    "supervision.today": "a part of the line's page",
    "portal.rows": "a part of the inbox",
    "returns.sound": "a sound",
    "supervision.recording": "a sound",
    "intake.report": "leads on to the first section",
}
"""Addresses that are read but are no page, and what they are."""

PDF = b"%PDF-1.4 \na letter"


@dataclass
class Site:
    """The application on a port, with a county behind it, and what there is to be seen."""

    desk: Desk
    kern: Kern
    url: str
    screener: Screener
    reporter: Reporter
    call: Call
    draft: str
    prior: str
    decided: str
    dispatch: Dispatch
    item: WorklistItem
    message: UUID
    paper: UUID

    def cookies(self, person: str | UUID, language: str) -> FlaskClient:
        """A browser without scripts in which that person has signed in."""
        return self.desk.signed_in(person, language)


Visit = tuple[str, str | UUID | None, Callable[[Site], str]]
"""Endpoint, who looks (None: anybody), and the address."""

VISITS: list[Visit] = [
    ("signin.form", None, lambda site: "/sign-in"),
    ("console.window", "screener", lambda site: "/console"),
    ("console.telephone", "screener", lambda site: "/console/telephone"),
    ("console.report", "screener", lambda site: site.draft),
    ("console.report", "screener", lambda site: site.decided),
    ("console.call_panel", "screener", lambda site: f"/console/calls/{site.call.id}/with/people"),
    ("console.call_panel", "screener", lambda site: f"/console/calls/{site.call.id}/with/law-enforcement"),
    ("console.call_panel", "screener", lambda site: f"/console/calls/{site.call.id}/with/colleagues"),
    ("console.number", "screener", lambda site: f"/console/calls/{site.call.id}/number"),
    ("console.prior", "screener", lambda site: f"{site.draft}/priors/{site.prior.rpartition('/')[2]}"),
    ("console.people", "screener", lambda site: f"{site.draft}/people"),
    ("console.open_directory", "screener", lambda site: "/console/directory"),
    ("console.online_reports", "screener", lambda site: "/console/online"),
    ("console.print_page", "screener", lambda site: f"{site.decided}/print"),
    ("returns.window", "screener", lambda site: "/returns"),
    ("returns.message", "screener", lambda site: f"/returns/messages/{site.message}"),
    ("papers.window", "supervisor", lambda site: "/papers"),
    ("papers.paper", "supervisor", lambda site: f"/papers/{site.paper}"),
    ("reviews.window", "supervisor", lambda site: "/reviews"),
    ("reviews.page", "supervisor", lambda site: f"/reviews/{site.decided.rpartition('/')[2]}"),
    ("supervision.line", "supervisor", lambda site: "/supervision"),
    ("supervision.person_page", "supervisor", lambda site: f"/supervision/people/{site.screener.user_id}"),
    ("board.board", "coordinator", lambda site: "/board"),
    ("board.dispatch_page", "coordinator", lambda site: f"/board/dispatches/{site.dispatch.id}"),
    ("board.item_page", "coordinator", lambda site: f"/board/items/{site.item.id}"),
    ("portal.inbox", "office", lambda site: "/portal"),
    ("portal.packet", "office", lambda site: f"/portal/dispatches/{site.dispatch.id}"),
    ("audit.trail", "auditor", lambda site: "/audit"),
    ("intake.start", None, lambda site: "/online"),
    ("intake.gate", None, lambda site: "/online/begin/kern"),
    ("intake.danger", None, lambda site: "/online/danger"),
    ("intake.resume", None, lambda site: "/online/resume"),
    ("intake.status", None, lambda site: "/online/status"),
    ("intake.section", "reporter", lambda site: "/online/report/reporter"),
    ("intake.section", "reporter", lambda site: "/online/report/children"),
    ("intake.review", "reporter", lambda site: "/online/review"),
    ("intake.sent", "reporter", lambda site: "/online/sent"),
]


@pytest.fixture
def site(settings: Settings, clock: FrozenClock) -> Iterator[Site]:
    with Desk.opened(settings) as desk:
        with desk.database.transaction() as session:
            kern = county.build(session)
            add_line(session)
        for role in ("supervisor", "coordinator", "auditor"):
            desk.person(role)
        desk.people["office"] = kern.office[0].user_id
        with served(desk.app) as url:
            parts: Core = desk.app.extensions["hotline"]
            settings = replace(parts.settings, public_live_url=url)
            desk.app.extensions["hotline"] = replace(parts, settings=settings)
            yield furnished(desk, kern, url, clock())


def furnished(desk: Desk, kern: Kern, url: str, now: datetime) -> Site:
    """A day's work: a talk, a draft with an earlier report beside it, decided reports, a message, a fax."""
    screener = Screener(desk, desk.signed_in("screener"))
    prior = submitted(screener)
    decided = screener.draft(**{"decision/meets_definition": "no", "decision/risk": "low"})
    screener.post(f"{decided}/submit")
    parts = desk.app.extensions["hotline"]
    with desk.database.transaction() as session:
        report = session.get_one(Report, UUID(decided.rpartition("/")[2]))
        decide_report(session, parts.vault, parts.forms, parts.packs, report.id)
    screener.takes_calls()
    call = screener.rings()
    draft = screener.accepts()
    screener.meets(call)
    screener.save(draft, "children/1/first_name", "Mateo")
    screener.save(draft, "children/1/last_name", "Quintanilla")
    indexed(screener, draft)
    with desk.database.transaction() as session:
        report_id = county.decided(session, kern, EMERGENCY, town="Shafter").report_id
        dispatch = session.scalars(select(Dispatch).where(Dispatch.report_id == report_id)).first()
        waiting = Hotline(session).waits("mandated")
        callbacks.ask(session, desk.vault, waiting.id, safe=True)
        sweeping.sweep(session)
        left = Hotline(session).waits(language="es")
        pool.move_call(left, "to_voicemail")
        message = voicemails.left(session, left.id, sid("RE"), 20, now)
        item = session.scalars(select(WorklistItem)).first()
    assert dispatch is not None and message is not None and item is not None
    fax = screener.post("/papers", jurisdiction="kern", channel="fax", files=(BytesIO(PDF), "fax.pdf"))
    assert fax.status_code == 303, fax.text
    with desk.database.transaction() as session:
        paper = session.scalars(select(IncomingPaper.id)).one()
    reporter = Reporter.at(desk.app, desk.database)
    reporter.begins()
    reporter.writes_enough()
    return Site(
        desk, kern, url, screener, reporter, call, draft, prior, decided, dispatch, item, message.id, paper
    )


def test_every_address_that_is_read_is_a_page_here_or_known_to_be_none(site: Site) -> None:
    read = {rule.endpoint for rule in site.desk.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert read & GATE.keys() == {endpoint for endpoint, _, _ in VISITS} | NO_PAGES.keys()


@pytest.mark.parametrize(("language", "pixels"), [("en", 1), ("es", 2)])
def test_nothing_stands_in_anybodys_way_on_any_page(
    site: Site, browser: Browser, language: str, pixels: int
) -> None:
    found: dict[str, list[str]] = {}
    for who in sorted({str(person) for _, person, _ in VISITS}):
        context = browser.new_context(
            viewport={"width": 1280 // pixels, "height": 900 // pixels}, device_scale_factor=pixels
        )
        page = context.new_page()
        asked: list[str] = []
        page.on("request", partial(note, asked))
        enter(site, page, who, language)
        for _, person, address in VISITS:
            if str(person) == who:
                path = address(site)
                answer = page.goto(site.url + path)
                faults = [*barriers(page), *sideways(page), *elsewhere(asked, site.url)]
                if answer is None or answer.status != 200:
                    faults.append(f"status {answer and answer.status}")
                if page.evaluate("document.documentElement.lang") != language:
                    faults.append("another language")
                asked.clear()
                if faults:
                    found[re.sub(r"[0-9a-f-]{36}", "<id>", path)] = faults
        context.close()
    assert found == {}


def note(asked: list[str], request: Request) -> None:
    asked.append(request.url)


def enter(site: Site, page: Page, who: str, language: str) -> None:
    """Become that person, in that language."""
    if who == "reporter":
        cookies = site.reporter.client._cookies.values()  # type: ignore[union-attr]
        page.context.add_cookies([{"name": one.key, "value": one.value, "url": site.url} for one in cookies])
    elif who != "None":
        cookie = site.cookies(who, language).get_cookie("hotline_session")
        assert cookie is not None
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])
    page.context.add_cookies([{"name": "hotline_language", "value": language, "url": site.url}])


_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const found = [...document.body.querySelectorAll("*")].filter(one => one.getBoundingClientRect().right > room);
  return found.map(one => `${one.tagName} ${one.id} ${one.className}`);
}"""


def sideways(page: Page) -> list[str]:
    """Whether the page must be moved sideways to be read."""
    wide: list[str] = page.evaluate(_TOO_WIDE)
    return [f"too wide: {one}" for one in wide]


def elsewhere(asked: list[str], url: str) -> list[str]:
    """What was asked of other machines."""
    here = urlsplit(url).hostname
    return sorted({f"asks {urlsplit(one).hostname}" for one in asked if urlsplit(one).hostname != here})
