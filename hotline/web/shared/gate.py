"""The one gate before every view: who may enter is written here, and nowhere else.

An endpoint without a row is refused for everybody. What a person may see of a record (own call, own office) is
decided where the record is fetched.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from flask import Flask, Request, g, redirect, request, url_for
from werkzeug.wrappers import Response

from hotline.accounts import service as accounts
from hotline.accounts.permissions import PERMISSIONS
from hotline.base.errors import NotPermitted
from hotline.web.shared.answers import wants_data
from hotline.web.shared.cookies import session_token
from hotline.web.shared.core import core
from hotline.web.shared.uploads import make_room

OPEN = "open to everybody"

GATE: dict[str, str] = {
    "static": OPEN,
    "health.healthz": OPEN,
    "health.readyz": OPEN,
    "signin.home": "account:own",
    "signin.form": OPEN,
    "signin.enter": OPEN,
    "signin.leave": "account:own",
    "signin.choose_language": OPEN,
    "signin.present": "account:own",
    "console.window": "calls:take",
    "console.state": "calls:take",
    "console.presence": "calls:take",
    "console.answer_offer": "calls:take",
    "console.hang_up": "calls:take",
    "console.finish": "calls:take",
    "console.act": "calls:take",
    "console.call_panel": "calls:take",
    "console.softphone_token": "calls:take",
    "console.telephone": "calls:take",
    "console.set_telephone": "calls:take",
    "console.softphone_state": "calls:take",
    "console.set_after_call": "calls:take",
    "console.come_back": "calls:take",
    "console.consent": "calls:take",
    "console.recording": "calls:take",
    "console.change_transcript": "calls:take",
    "console.transcript": "calls:take",
    "console.incoming": "calls:take",
    "console.number": "caller:reveal",
    "console.reveal_number": "caller:reveal",
    "console.attach_call": "reports:write",
    "console.history": "reports:write",
    "console.who": "reports:write",
    "console.decide_prior": "reports:write",
    "console.prior": "reports:write",
    "console.people": "reports:write",
    "console.search_people": "reports:write",
    "console.add_person": "reports:write",
    "console.seal": "reports:write",
    "console.give_reason": "reports:write",
    "console.add_to_report": "reports:write",
    "console.another_report": "reports:write",
    "console.begin": "reports:write",
    "console.add_files": "reports:write",
    "console.file": "reports:read",
    "console.remove_file": "reports:write",
    "console.print_page": "reports:read",
    "console.pdf": "reports:read",
    "console.report": "reports:write",
    "console.form": "reports:write",
    "console.panel": "reports:write",
    "console.open_directory": "directory:use",
    "console.search_directory": "directory:use",
    "console.refer": "directory:use",
    "console.place": "reports:write",
    "console.choose_place": "reports:write",
    "console.save_field": "reports:write",
    "console.save_section": "reports:write",
    "console.submit": "reports:write",
    "console.own_lists": "calls:take",
    "console.clock": "reports:write",
    "console.ask": "reports:write",
    "console.settle_collateral": "reports:write",
    "returns.window": "calls:place",
    "returns.call_back": "calls:place",
    "returns.close_callback": "calls:place",
    "returns.message": "calls:place",
    "returns.sound": "calls:place",
    "returns.settle": "calls:place",
    "returns.report_from": "reports:write",
    "returns.call_leaver": "calls:place",
    "returns.place_call": "calls:place",
    "papers.window": "papers:read",
    "papers.register": "papers:work",
    "papers.paper": "papers:read",
    "papers.file": "papers:read",
    "papers.take": "papers:work",
    "papers.begin": "reports:write",
    "papers.find": "papers:work",
    "papers.match": "papers:work",
    "papers.settle": "papers:work",
    "papers.received": "papers:work",
    "papers.waive": "papers:waive",
    "board.board": "board:read",
    "board.rows": "board:read",
    "board.dispatch_page": "board:read",
    "board.item_page": "board:read",
    "board.take_over": "dispatch:manage",
    "board.reassign": "dispatch:manage",
    "board.take_item": "worklist:work",
    "board.settle_item": "worklist:work",
    "board.assign_item": "worklist:work",
    "board.close_item": "worklist:work",
    "reviews.window": "reviews:decide",
    "reviews.rows": "reviews:decide",
    "reviews.page": "reviews:decide",
    "reviews.take": "reviews:decide",
    "reviews.approve": "reviews:decide",
    "reviews.send_back": "reviews:decide",
    "reviews.take_writing": "reviews:decide",
    "reviews.override": "reviews:decide",
    "reviews.settle": "reviews:decide",
    "supervision.line": "calls:supervise",
    "supervision.now": "calls:supervise",
    "supervision.today": "calls:supervise",
    "supervision.person_page": "calls:supervise",
    "supervision.move_queue": "calls:supervise",
    "supervision.take_back": "calls:supervise",
    "supervision.guard": "calls:supervise",
    "supervision.flag": "calls:supervise",
    "supervision.lift": "calls:supervise",
    "supervision.set_away": "calls:supervise",
    "supervision.monitor": "calls:monitor",
    "supervision.recording": "recordings:hear",
    "supervision.staff": "calls:supervise",
    "portal.inbox": "portal:read",
    "portal.rows": "portal:read",
    "portal.packet": "portal:read",
    "portal.acknowledge": "dispatch:acknowledge",
    "intake.start": OPEN,
    "intake.gate": OPEN,
    "intake.begin": OPEN,
    "intake.report": OPEN,
    "intake.section": OPEN,
    "intake.save_section": OPEN,
    "intake.save_field": OPEN,
    "intake.danger": OPEN,
    "intake.review": OPEN,
    "intake.send": OPEN,
    "intake.sent": OPEN,
    "intake.leave": OPEN,
    "intake.discard": OPEN,
    "intake.resume": OPEN,
    "intake.reopen": OPEN,
    "intake.status": OPEN,
    "intake.tell": OPEN,
    "intake.choose_language": OPEN,
    "console.online_reports": "reports:write",
    "console.take_online": "reports:write",
    "audit.trail": "audit:read",
    "audit.check_chain": "audit:read",
}
"""Endpoint -> permission of `accounts.permissions`, or OPEN."""

PASSIVE = frozenset(
    {
        "signin.present",
        "console.state",
        "console.incoming",
        "console.history",
        "console.who",
        "console.softphone_token",
        "console.transcript",
        "console.form",
        "console.panel",
        "console.own_lists",
        "console.clock",
        "board.rows",
        "reviews.rows",
        "supervision.now",
        "supervision.today",
        "portal.rows",
    }
)
"""Endpoints that scripts poll: asking them is not a sign that somebody sits there, so the session grows older."""

IMPERSONAL = frozenset({"static", "health.healthz", "health.readyz"})
"""Endpoints that answer everybody alike, with or without a database."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInNeeded(NotPermitted):
    """Nobody is signed in, or the session has ended."""


class ForeignForm(NotPermitted):
    """The form was not one of ours, or is older than the session."""


def guard(app: Flask) -> None:
    """Put the gate before every view of `app`; raises KeyError when a row names no permission."""
    for permission in GATE.values():
        if permission != OPEN:
            PERMISSIONS[permission]
    app.before_request(_pass)


def _pass() -> Response | None:
    if request.endpoint is None:
        return None  # nothing there: Flask answers 404 or 405
    make_room(request)
    g.person = _person(request)
    permission = GATE.get(request.endpoint)
    if permission is None:
        raise NotPermitted("This page is open to nobody.")
    if request.method not in READING:
        _check_origin(request)
    if permission == OPEN:
        # Signing in replaces the session that a stale page may still name.
        if g.person is not None and request.method not in READING and request.endpoint != "signin.enter":
            _check_form_token(request, g.person.form_token)
        return None
    if g.person is None:
        if request.method in READING and not wants_data():
            return redirect(url_for("signin.form", next=_here(request)), 303)
        raise SignInNeeded(
            "Your session has ended. Sign in again; what you typed is still on the page before."
        )
    accounts.require(g.person, permission)
    if request.method not in READING:
        _check_form_token(request, g.person.form_token)
    return None


def _person(asked: Request) -> accounts.SignedIn | None:
    token = session_token(asked)
    if token is None or asked.endpoint in IMPERSONAL:
        return None
    with core().database.question() as session:
        return accounts.who(session, token, touch=asked.endpoint not in PASSIVE)


def _check_origin(asked: Request) -> None:
    """Browsers say which site a form comes from; ours come from ours."""
    origin = asked.headers.get("Origin")
    settings = core().settings
    addresses = (settings.public_web_url, settings.public_intake_url, asked.host_url)
    ours = {_origin(address) for address in addresses if address}
    if asked.headers.get("Sec-Fetch-Site") == "cross-site" or (origin is not None and origin not in ours):
        raise ForeignForm("This form was sent by another site. Nothing was done.")


def _check_form_token(asked: Request, expected: str) -> None:
    given = asked.headers.get("X-Form-Token") or asked.form.get("form_token", "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise ForeignForm(
            "This page is from an earlier session. Nothing was done: reload the page, then try again."
        )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _here(asked: Request) -> str:
    return asked.full_path.rstrip("?")
