"""Earlier reports beside the form: judged by a person, opened to be read, and calls attached to them."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import parse_id
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.matching import service as matching
from hotline.policy.explain import explain
from hotline.reports import access, additions, attaching, queries
from hotline.reports.models import Report
from hotline.reports.states import WRITABLE
from hotline.web.console import drafts, history_panel
from hotline.web.console.blueprint import blueprint
from hotline.web.console.call_bar import bar, notice
from hotline.web.console.call_views import back
from hotline.web.console.people_overview import overview, read_only
from hotline.web.shared import words
from hotline.web.shared.answers import wants_data
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import language
from hotline.web.shared.partials import part

_JUDGEMENTS = {"confirm": matching.confirm, "reject": matching.reject, "attach": matching.attach}


@blueprint.get("/reports/<uuid:report_id>/history")
def history(report_id: UUID) -> Response:
    """The panel again, asked for after a saved answer about a person, an address or a school."""
    with transaction() as session:
        return part(history_panel.render(session, access.own_draft(session, report_id, person())))


@blueprint.get("/reports/<uuid:report_id>/who")
def who(report_id: UUID) -> Response:
    """Who is who in a draft, and its dangers, asked for after a saved answer about a person or a danger."""
    with transaction() as session:
        found = read_only(session, access.own_draft(session, report_id, person()))
    return part(render_template("console/who.html", overview=overview(found), linked=True))


@blueprint.post("/reports/<uuid:report_id>/history/<uuid:other_id>")
def decide_prior(report_id: UUID, other_id: UUID) -> Response:
    """Say that an earlier report is about the same people, about others, or of the same incident."""
    judge = _JUDGEMENTS.get(request.form.get("do", ""))
    if judge is None:
        raise InvalidInput("do", "Use the buttons of the page.")
    with transaction() as session:
        own = access.own_draft(session, report_id, person())
        other = session.get(Report, other_id)
        if other is None or not access.may_read(
            session, other, person(), related=is_related(session, own, other)
        ):
            raise NotFound("There is no such report, or it is not yours to see.")
        judge(session, own.id, other.id, person())
    if wants_data():
        return jsonify(message=None)
    return redirect(url_for("console.report", report_id=report_id, _anchor="history"), 303)


@blueprint.get("/reports/<uuid:report_id>/priors/<uuid:other_id>")
def prior(report_id: UUID, other_id: UUID) -> str:
    """An earlier report, to be read from a report of one's own: all but its reporter. The look is audited."""
    me = person()
    with transaction() as session:
        own, other = session.get(Report, report_id), session.get(Report, other_id)
        if own is None or other is None or not access.may_read(session, own, me):
            raise NotFound("There is no such report, or it is not yours to see.")
        mine = access.is_its_screener(session, own, me)
        related = mine and is_related(session, own, other)
        other = access.open_report(session, other_id, me, reason="prior", related=related)
        shown = read_only(session, other)
        talk = calls.current_call(session, me.user_id)
        about = talk is not None and talk.call_id == own.call_id and mine and other.state not in WRITABLE
        decided = drafts.decided(session, other)
        pack = drafts.pack_of(other)
        return render_template(
            "console/prior.html",
            at=url_for("console.prior", report_id=report_id, other_id=other_id),
            bar=bar(url_for("console.prior", report_id=report_id, other_id=other_id), standing=True),
            own=own,
            report=other,
            form=shown,
            overview=overview(shown),
            added=additions.of(session, core().vault, other),
            decision=decided[0] if decided else None,
            said=explain(decided[0], language(), pack) if decided else None,
            zone=pack.rules.calendar.time_zone,
            call_id=own.call_id if about else None,
            notice=notice(),
            words=words,
        )


@blueprint.post("/calls/<uuid:call_id>/attach")
def attach_call(call_id: UUID) -> Response:
    """The present call is about an earlier report: on to that one, where what is new can be added."""
    wanted, me = parse_id(request.form.get("report", "")), person()
    try:
        with transaction() as session:
            call, other = session.get(Call, call_id), session.get(Report, wanted)
            if call is None or other is None:
                raise NotFound("There is no such report, or it is not yours to see.")
            related = other.id in _of_number(session, call) or any(
                is_related(session, own, other) for own in queries.of_call(session, call_id)
            )
            attaching.attach_call(session, core().vault, call_id, wanted, me, related=related)
    except Conflict:
        return back("attached")
    return redirect(url_for("console.report", report_id=wanted, _anchor="additions"), 303)


def is_related(session: Session, own: Report, other: Report) -> bool:
    """Whether the search, a person or the telephone number says that the two reports concern the same people."""
    call = session.get(Call, own.call_id) if own.call_id else None
    if call is not None and other.id in _of_number(session, call):
        return True
    found = matching.for_report(session, core().vault, core().forms, own)
    return other.id in {one.report_id for one in found}


def _of_number(session: Session, call: Call) -> set[UUID]:
    return {one.report_id for one in matching.of_number(session, call.caller_hash)}
