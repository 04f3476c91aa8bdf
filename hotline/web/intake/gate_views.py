"""The way in: which county, who may write, and the questions that lead to the telephone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.online_reports import service as online
from hotline.policy.errors import NoPackInForce
from hotline.policy.model import Pack
from hotline.policy.online import Online, is_open, next_opening
from hotline.web.intake import telephone, visitors
from hotline.web.intake.blueprint import blueprint
from hotline.web.intake.telephone import Telephone
from hotline.web.shared.answers import safe_path
from hotline.web.shared.cookies import set_language
from hotline.web.shared.core import core, transaction
from hotline.web.shared.language import LANGUAGES, gettext, language

NONE = "none"
"""The answer of somebody who is of no category."""


@dataclass(frozen=True)
class County:
    """One jurisdiction on the start page."""

    code: str
    name: str
    is_open: bool
    hours: str
    verify: bool
    opens: datetime | None
    zone: str
    telephone: Telephone | None


@blueprint.get("")
def start() -> str:
    """Where to report: the counties that take reports online, and when."""
    with transaction() as session:
        counties = [_county(pack, telephone.of(session, pack)) for pack in _offering()]
        here = visitors.present(session)
        goes_on = here is not None and here.state == "writing"
    phone = counties[0].telephone if len(counties) == 1 else None
    return render_template("intake/start.html", counties=counties, goes_on=goes_on, phone=phone)


@blueprint.get("/begin/<jurisdiction>")
def gate(jurisdiction: str) -> str:
    """The questions before the form; outside the hours when it opens, and the number."""
    return _gate(_pack(jurisdiction), {})


@blueprint.post("/begin/<jurisdiction>")
def begin(jurisdiction: str) -> Response | tuple[str, int]:
    """Through the gate to the form, or to the telephone. Nothing is kept of an answer that leads to the telephone."""
    pack = _pack(jurisdiction)
    section = online.section_of(pack)
    answers = {one.id: request.form.get(f"gate-{one.id}", "") for one in section.gate}
    category = request.form.get("category", "")
    if any(answer in ("yes", "unknown") for answer in answers.values()):
        return _call(pack, "danger"), 200
    if category == NONE:
        return _call(pack, "not_for_you"), 200
    if section.must_call(answers) or section.category(category) is None:
        said = {"category": category, **{f"gate-{name}": value for name, value in answers.items()}}
        return _gate(pack, said, gettext("Answer every question. Then you can go on.")), 422
    try:
        with transaction() as session:
            begun = online.begin(session, core().vault, core().forms, pack, category, language())
            phone = telephone.of(session, pack)
    except (Conflict, InvalidInput) as refusal:
        return _gate(pack, {}, gettext(refusal.message)), 409
    page = render_template(
        "intake/code.html", code=begun.code, report=begun.report, zone=_zone(pack), phone=phone
    )
    answer = make_response(page)
    visitors.remember(answer, begun.token)
    return answer


@blueprint.post("/language")
def choose_language() -> Response:
    """Show the public pages in another language until the browser is closed."""
    answer = redirect(safe_path(request.form.get("next"), url_for("intake.start")), 303)
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        set_language(answer, wanted, secure=visitors.secure(), keep=False)
    return answer


def _gate(pack: Pack, said: dict[str, str], problem: str | None = None) -> str:
    section, now = online.section_of(pack), clock.now()
    with transaction() as session:
        phone = telephone.of(session, pack, with_wait=True)
    return render_template(
        "intake/gate.html",
        county=_county(pack, phone),
        online=section,
        is_open=is_open(section.hours, pack.rules.calendar, now),
        phone=phone,
        said=said,
        no_category=NONE,
        problem=problem,
    )


def _call(pack: Pack, why: str) -> str:
    with transaction() as session:
        phone = telephone.of(session, pack, with_wait=True)
    return render_template("intake/call.html", why=why, phone=phone, kept=False, pack=pack)


def _county(pack: Pack, phone: Telephone | None) -> County:
    section, calendar, now = online.section_of(pack), pack.rules.calendar, clock.now()
    return County(
        code=pack.jurisdiction,
        name=pack.head.name.in_(language()),
        is_open=is_open(section.hours, calendar, now),
        hours=section.hours.sentence.in_(language()),
        verify=section.hours.confidence == "B",
        opens=next_opening(section.hours, calendar, now),
        zone=calendar.time_zone,
        telephone=phone,
    )


def _offering() -> list[Pack]:
    found = []
    for code in core().packs.jurisdictions():
        # A jurisdiction may be prepared before its first rules are in force.
        with suppress(NoPackInForce):
            found.append(core().packs.in_force(code, clock.now()))
    return [pack for pack in found if _offers(pack.rules.online)]


def _offers(section: Online | None) -> bool:
    return section is not None and section.offered


def _pack(jurisdiction: str) -> Pack:
    pack = next((one for one in _offering() if one.jurisdiction == jurisdiction), None)
    if pack is None:
        raise NotFound("Reports are not taken online here.")
    return pack


def _zone(pack: Pack) -> str:
    return pack.rules.calendar.time_zone
