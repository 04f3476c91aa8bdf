"""The views of reviews. All of it works without scripts."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base.errors import Conflict, HotlineError, InvalidInput, NotPermitted
from hotline.base.ids import parse_id
from hotline.base.states import IllegalMove
from hotline.reviews import service
from hotline.reviews.service import TrackLocked
from hotline.web.reviews import pages
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import gettext, language
from hotline.web.shared.partials import part
from hotline.web.shared.screen import screen
from hotline.worklist import service as worklist

blueprint = screen(__name__, url_prefix="/reviews")


@blueprint.get("")
def window() -> str:
    """What waits for a supervisor, the soonest due first."""
    return pages.window()


@blueprint.get("/rows")
def rows() -> Response:
    """The part of the list that refreshes itself."""
    return part(pages.rows())


@blueprint.get("/<uuid:report_id>")
def page(report_id: UUID) -> str:
    """One decision with its reasons, the report without its reporter, and what can be done."""
    return pages.page(report_id)


@blueprint.post("/<uuid:report_id>/take")
def take(report_id: UUID) -> Response:
    """Take care of it: nobody else is called for it from now on."""

    def do(session: Session) -> str:
        worklist.take(session, parse_id(_field("item")), person().user_id)
        return "taken"

    return _act(report_id, do)


@blueprint.post("/<uuid:report_id>/approve")
def approve(report_id: UUID) -> Response:
    """Agree to the decision."""
    return _act(
        report_id,
        lambda session: service.approve(
            session, core().vault, core().packs, _decision(), person(), _text("note")
        ),
    )


@blueprint.post("/<uuid:report_id>/return")
def send_back(report_id: UUID) -> Response:
    """Return the report to its writer with a question."""

    def do(session: Session) -> str:
        service.send_back(session, core().vault, core().packs, _decision(), person(), _text("question"))
        return "returned"

    return _act(report_id, do)


@blueprint.post("/<uuid:report_id>/write")
def take_writing(report_id: UUID) -> Response:
    """Write on the returned report instead of its writer, who is away."""
    with transaction() as session:
        service.take_writing(session, _decision(), person())
    return redirect(url_for("console.report", report_id=report_id), 303)


@blueprint.post("/<uuid:report_id>/override")
def override(report_id: UUID) -> Response:
    """Choose another path, or propose a lesser one."""
    return _act(
        report_id,
        lambda session: service.override(
            session, core().vault, core().packs, _decision(), person(), _field("override"), _text("reason")
        ),
    )


@blueprint.post("/<uuid:report_id>/settle")
def settle(report_id: UUID) -> Response:
    """As the second person, agree to the lesser path or refuse it."""

    def do(session: Session) -> str:
        if request.form.get("answer") == "confirm":
            service.confirm(session, core().vault, core().packs, _decision(), person())
            return "overridden"
        service.refuse(session, core().vault, core().packs, _decision(), person(), _text("reason"))
        return "open"

    return _act(report_id, do)


def _act(report_id: UUID, do: Callable[[Session], str]) -> Response:
    """Do it and show the page; when it is refused, show the page with the reason and what was typed."""
    try:
        with transaction() as session:
            done = do(session)
    except (Conflict, InvalidInput, NotPermitted) as refusal:
        if getattr(refusal, "report_id", None) is not None:
            raise  # a sealed report: its own page asks for a reason
        page = pages.page(report_id, _why(refusal))
        status = 400 if isinstance(refusal, InvalidInput) else 409 if isinstance(refusal, Conflict) else 403
        return Response(page, status=status, mimetype="text/html")
    return redirect(pages.address(report_id, done), 303)


def _why(refusal: HotlineError) -> str:
    if isinstance(refusal, TrackLocked):
        return gettext(
            "This path is set by the rules and can't be changed: %(rule)s",
            rule=refusal.sentence.in_(language()),
        )
    if isinstance(refusal, IllegalMove):
        return gettext("It has moved on since this page was shown. Nothing was done: look at it again.")
    return gettext(refusal.message)


def _decision() -> UUID:
    return parse_id(_field("decision"))


def _field(name: str) -> str:
    return request.form.get(name, "")[:100]


def _text(name: str) -> str:
    return request.form.get(name, "")
