"""The call in a real browser: readable by everybody in every state, by keyboard, at high zoom, with its softphone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from hotline.base.config import Softphone
from hotline.calls import connecting
from hotline.calls.models import Call, CallLeg
from hotline.web.shared.core import Core
from tests.support.screener import Screener, another
from tests.support.site import enter, served
from tests.support.waiting import until

AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
AXE_RUN = "async () => (await axe.run(document)).violations.map(one => `${one.id}: ${one.nodes[0].target}`)"

LIBRARY = """
window.asked = [];
class Line extends EventTarget {
  constructor(params) { super(); this.params = params; window.line = this; }
  on(name, tell) { this.addEventListener(name, (event) => tell(event.detail)); }
  tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
  accept() { asked.push("accept"); }
  mute(on) { asked.push(`mute ${on}`); }
  disconnect() { asked.push("disconnect"); this.tell("disconnect"); }
}
window.Twilio = { Device: class extends Line {
  constructor(token) { super(); window.device = this; asked.push(`device ${token.split(".").length}`); }
  async register() { asked.push("register"); this.tell("registered"); }
  updateToken(token) { asked.push(`update ${token.split(".").length}`); }
  async connect({ params }) { asked.push(`connect ${params.leg}`); return new Line(params); }
} };
"""
"""A stand-in for the phone company's library: it notes what it is asked, and tells what the test wants."""


@dataclass
class Site:
    """A screener's hotline on a port, and a browser in which the screener has signed in."""

    screener: Screener
    url: str
    page: Page

    def open(self, path: str = "/console") -> None:
        self.page.goto(f"{self.url}{path}")

    def talks(self, call: Call | None = None) -> Call:
        """A call on which the screener talks, with the page of its report open."""
        call = call or self.screener.rings()
        self.screener.takes_calls()
        report = self.screener.accepts()
        self.screener.meets(call)
        self.open(report)
        expect(self.page.locator("#controls")).to_be_visible()
        return call

    def press(self, call: Call, act: str, **fields: str) -> None:
        """A button of the bar, from elsewhere."""
        assert self.screener.post(f"/console/calls/{call.id}/act", act=act, **fields).status_code == 303

    def leg(self, call: Call, kind: str) -> CallLeg:
        with self.screener.desk.database.transaction() as session:
            rows = session.scalars(select(CallLeg).where(CallLeg.call_id == call.id, CallLeg.kind == kind))
            found = list(rows)[-1]
            session.expunge(found)
            return found


@pytest.fixture
def site(screener: Screener, context: BrowserContext, page: Page) -> Iterator[Site]:
    parts: Core = screener.desk.app.extensions["hotline"]
    softphone = Softphone("twilio", "SK" + "1" * 32, "s" * 32, "AP" + "2" * 32)
    with served(screener.desk.app) as url:
        settings = replace(parts.settings, softphone=softphone, public_live_url=url)
        screener.desk.app.extensions["hotline"] = replace(parts, settings=settings)
        enter(context, screener.client, url)
        page.route(
            "**/twilio.min.js*", lambda route: route.fulfill(body=LIBRARY, content_type="text/javascript")
        )
        page.set_default_timeout(30_000)
        yield Site(screener, url, page)
        page.close()
    screener.desk.app.extensions["hotline"] = parts


def assert_readable(page: Page, state: str) -> None:
    page.evaluate(AXE)
    assert page.evaluate(AXE_RUN) == [], state


def test_axe_finds_nothing_in_any_state_of_a_call(site: Site) -> None:
    page, screener = site.page, site.screener
    screener.takes_calls()
    site.open("/console/telephone")
    assert_readable(page, "telephone")
    call = screener.rings()
    site.open()
    expect(page.locator("[data-offer]")).to_be_visible()
    assert_readable(page, "offer")
    site.talks(call)
    assert_readable(page, "talking")
    for key, title in (("l", "Law enforcement"), ("p", "Call somebody"), ("c", "Colleague, transfer")):
        page.keyboard.press(key)
        expect(page.locator("#call-panel-title")).to_contain_text(title)
        assert_readable(page, title)
        page.keyboard.press("Escape")
    site.press(call, "party", number="(661) 555-0164", purpose="medical_help")
    site.press(call, "hold")
    site.press(call, "mute")
    page.reload()
    expect(page.locator(".party")).to_be_visible()
    assert_readable(page, "held, muted, somebody is called")
    # With the browser as the telephone it would be back before anybody could look: no page may be open meanwhile.
    here = page.url
    page.goto("about:blank")
    screener.post("/console/telephone", telephone="desk", desk_number="(661) 555-0165")
    with screener.desk.database.transaction() as session:
        connecting.leave(session, call.id, site.leg(call, "screener").id)
    page.goto(here)
    expect(page.locator("#lost")).to_be_visible()
    assert_readable(page, "line cut")
    screener.hangs_up(call)
    page.reload()
    expect(page.locator("#disposition")).to_be_visible()
    assert_readable(page, "wrap-up")


def test_a_consult_is_readable_on_both_sides(site: Site) -> None:
    call = site.talks()
    colleague = another(site.screener)
    colleague.takes_calls()
    site.press(call, "consult", colleague=str(colleague.user_id))
    report = colleague.accepts()
    with site.screener.desk.database.transaction() as session:
        connecting.join(session, call.id, site.leg(call, "consult").id)
    site.page.reload()
    expect(site.page.locator("#hand-over")).to_be_visible()
    assert_readable(site.page, "consulting")
    cookie = colleague.client.get_cookie("hotline_session")
    assert cookie is not None
    # A page of the one person, asked on as the other, would go elsewhere by itself.
    site.page.goto("about:blank")
    site.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])
    site.open(report)
    expect(site.page.locator("#leave-consult")).to_be_visible()
    assert_readable(site.page, "helping")


def test_a_control_keeps_the_focus_and_what_is_being_typed(site: Site) -> None:
    site.talks()
    page = site.page
    story = page.locator('[name="narrative/story"]')
    story.fill("The neighbor hears them")
    hold = page.locator("#hold-caller")
    hold.focus()
    page.keyboard.press("Enter")
    expect(hold).to_contain_text("Take the caller back")
    expect(hold).to_be_focused()
    expect(page.locator("#call-said")).to_contain_text("Caller on hold")
    expect(story).to_have_value("The neighbor hears them")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("h")
    expect(page.locator("#state-caller")).to_have_text("Caller on the line")
    page.keyboard.press("c")
    expect(page.locator("#call-panel-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#colleagues")).to_be_focused()
    expect(page.locator("#call-panel")).to_be_hidden()


def test_what_is_refused_is_said_on_the_page(site: Site) -> None:
    site.talks()
    page = site.page
    page.keyboard.press("p")
    page.locator("#party-number").fill("911")
    page.locator("#party-purpose").select_option("other")
    page.locator("#call-panel button[value=party]").click()
    expect(page.locator("#act-said")).to_contain_text("911")
    expect(page.locator("#party-number")).to_have_value("911")


def test_at_200_percent_nothing_runs_out_of_the_page(site: Site) -> None:
    call = site.talks()
    site.press(call, "party", number="(661) 555-0164", purpose="person_with_knowledge")
    page = site.page
    page.set_viewport_size({"width": 640, "height": 450})
    page.reload()
    for key in ("", "l", "p", "c"):
        if key:
            page.keyboard.press(key)
            expect(page.locator("#call-panel-title")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), key
        page.keyboard.press("Escape")


def test_the_phone_companys_softphone_dials_in_for_the_leg_and_explains_itself(site: Site) -> None:
    page = site.page
    call = site.talks()
    site.press(call, "mute")
    with site.screener.desk.database.transaction() as session:
        connecting.leave(session, call.id, site.leg(call, "screener").id)
    page.reload()
    # The line was cut: the page asks for another leg and dials in for it.
    said = page.locator("#softphone-state")
    until(lambda: any(one.startswith("connect") for one in page.evaluate("asked")), 10)
    leg = site.leg(call, "screener")
    assert leg.state == "wanted"
    assert page.evaluate("asked.slice(0, 3)") == ["device 3", "register", f"connect {leg.id}"]
    page.evaluate("line.tell('accept')")
    expect(said).to_have_text("Telephone: line open")
    page.evaluate("device.tell('tokenWillExpire')")
    until(lambda: "update 3" in page.evaluate("asked"), 10)
    with site.screener.desk.database.transaction() as session:
        connecting.leg_progress(session, call.id, leg.id, "answer", "CA" + "5" * 32)
        connecting.join(session, call.id, leg.id)
    page.keyboard.press("m")
    until(lambda: "mute true" in page.evaluate("asked"), 10)
    page.evaluate("device.tell('error', { code: 31401 })")
    expect(said).to_contain_text("may not use the microphone")
    page.evaluate("line.tell('disconnect')")
    expect(said).to_have_text("Telephone ready")
