"""What a screener does with a live call: each control is a button of a plain form, each longer choice a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from hotline.base.errors import InvalidInput, NotFound
from hotline.base.ids import parse_id
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.contacts import service as contacts
from hotline.contacts.models import Contact
from hotline.lines import teams
from hotline.lines.models import Line
from hotline.reports import queries
from hotline.telephony.numbers import readable
from hotline.web.console.blueprint import blueprint
from hotline.web.console.call_bar import bar, notice
from hotline.web.console.call_views import back
from hotline.web.console.drafts import so_far
from hotline.web.console.read_aloud import places
from hotline.web.shared import call_words, words
from hotline.web.shared.answers import safe_path, wants_data
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import language_names
from hotline.web.shared.partials import part

Fields = MultiDict[str, str]
Act = Callable[[Session, UUID, UUID, Fields], object]

INTERPRETED = frozenset(
    {"ar", "es", "fa", "fr", "hmn", "ht", "hy", "km", "ko", "lo", "pa", "pt", "ru", "so", "tl", "uk", "vi"}
    | {"yue", "zh"}
)
"""Languages to choose from where an interpreter service takes any: those heard most in American homes."""


def _leg(fields: Fields) -> UUID | None:
    return parse_id(fields["leg"]) if fields.get("leg") else None


def _one_leg(fields: Fields) -> UUID:
    leg_id = _leg(fields)
    if leg_id is None:
        raise InvalidInput("leg", "Choose one of the people on the call.")
    return leg_id


def _chosen(fields: Fields, name: str) -> UUID:
    if not fields.get(name):
        raise InvalidInput(name, "Choose to whom the call goes.")
    return parse_id(fields[name])


def _hand_on(session: Session, call_id: UUID, user_id: UUID, fields: Fields) -> None:
    """Where a caller is sent on to: `person:<id>`, `team:<name>` or `language:<code>`."""
    kind, _, value = fields.get("to", "").partition(":")
    if kind == "person" and value:
        calls.hand_on(session, call_id, user_id, to_user_id=parse_id(value))
    elif kind == "team" and value:
        calls.hand_on(session, call_id, user_id, team=value)
    elif kind == "language" and value:
        calls.hand_on(session, call_id, user_id, language=value)
    else:
        raise InvalidInput("to", "Choose to whom the call goes.")


ACTS: Mapping[str, Act] = {
    "hold": lambda s, call, me, fields: calls.hold(s, call, me, _leg(fields)),
    "unhold": lambda s, call, me, fields: calls.unhold(s, call, me, _leg(fields)),
    "mute": lambda s, call, me, fields: calls.mute(s, call, me, _leg(fields)),
    "unmute": lambda s, call, me, fields: calls.unmute(s, call, me, _leg(fields)),
    "interpreter": lambda s, call, me, fields: calls.add_interpreter(
        s, call, me, fields.get("language") or None
    ),
    "law-enforcement": lambda s, call, me, fields: calls.add_law_enforcement(
        s, call, me, _chosen(fields, "contact")
    ),
    "party": lambda s, call, me, fields: calls.add_party(
        s, core().vault, call, me, fields.get("number", ""), fields.get("purpose", "")
    ),
    "retry": lambda s, call, me, fields: calls.retry_party(s, call, me, _one_leg(fields)),
    "remove": lambda s, call, me, fields: calls.remove_party(s, call, me, _one_leg(fields)),
    "consult": lambda s, call, me, fields: calls.consult(s, call, me, _chosen(fields, "colleague")),
    "end-consult": lambda s, call, me, _: calls.end_consult(s, call, me),
    "leave-consult": lambda s, call, me, _: calls.leave_consult(s, call, me),
    "hand-over": lambda s, call, me, _: calls.hand_over(s, call, me),
    "hand-on": _hand_on,
}
"""Value of the button -> what it does."""


@blueprint.post("/calls/<uuid:call_id>/act")
def act(call_id: UUID) -> Response:
    """Steer the call. The button's value may name a leg: `hold/<leg>`."""
    name, _, leg = request.form.get("act", "").partition("/")
    fields = MultiDict(request.form)
    if leg:
        fields["leg"] = leg
    if name not in ACTS:
        raise InvalidInput("act", "Use the buttons of the page.")
    with transaction() as session:
        ACTS[name](session, call_id, person().user_id, fields)
    return back()


def _law_enforcement(session: Session, call: Call) -> dict[str, Any]:
    """The agency for the child's place, and the addresses to read aloud, as far as the form has them."""
    report = next(iter(queries.of_call(session, call.id)), None)
    area = (
        so_far(session, report).placement.area_code
        if report is not None and report.state == "draft"
        else None
    )
    return {
        "places": places(session, report) if report is not None else [],
        "agencies": contacts.law_enforcement(session, call.jurisdiction, area),
        "readable": readable,
    }


def _people(session: Session, call: Call) -> dict[str, Any]:
    """Any other number, and an interpreter for another language."""
    services = session.scalars(
        select(Contact.language).where(
            Contact.kind == "interpreter", Contact.jurisdiction == call.jurisdiction, Contact.active
        )
    ).all()
    spoken = {code for code in services if code is not None}
    return {"languages": language_names({*spoken, *INTERPRETED} if None in services else spoken)}


def _colleagues(session: Session, call: Call) -> dict[str, Any]:
    """Whom a screener may ask in, and where a caller may be sent on to."""
    spoken = session.get_one(Line, call.line_id).languages
    return {
        "colleagues": calls.colleagues(session, person().user_id, call.jurisdiction),
        "teams": [team for team in teams.known(session) if team != call.team],
        "languages": language_names(code for code in spoken if code != call.language),
    }


PANELS: Mapping[str, tuple[str, Callable[[Session, Call], dict[str, Any]]]] = {
    "law-enforcement": ("console/call_law.html", _law_enforcement),
    "people": ("console/call_people.html", _people),
    "colleagues": ("console/call_colleagues.html", _colleagues),
}
"""Name in the address -> template, and what it shows."""


@blueprint.get("/calls/<uuid:call_id>/with/<name>")
def call_panel(call_id: UUID, name: str) -> Response | str:
    """A longer choice about a live call: a page of its own, or its part for the bar of a page with scripts."""
    if name not in PANELS:
        raise NotFound("There is nothing here.")
    template, content = PANELS[name]
    at = safe_path(request.args.get("at"), url_for("console.window"))
    with transaction() as session:
        call = _live_call(session, call_id)
        shown = render_template(
            template,
            at=at,
            words=words,
            call_words=call_words,
            call=call,
            control=calls.control_view(session, call_id, person().user_id),
            **content(session, call),
        )
    if wants_data():
        return part(shown)
    return render_template(
        "console/call_page.html", at=at, bar=bar(at, standing=True), shown=shown, notice=notice()
    )


def _live_call(session: Session, call_id: UUID) -> Call:
    call = session.scalar(
        select(Call).where(Call.id == call_id, Call.screener_id == person().user_id, Call.ended_at.is_(None))
    )
    if call is None:
        raise NotFound("This call has ended, or it is not yours.")
    return call
