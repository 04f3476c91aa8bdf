"""Papers that wait, what may come of them, and the written reports that are owed. All of it works without scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.accounts import queries as people
from hotline.attachments import service as attachments
from hotline.base.errors import Conflict, InvalidInput
from hotline.base.ids import parse_id
from hotline.reports import queries as reports
from hotline.reports.models import Report
from hotline.web.papers import words
from hotline.web.papers.suggestions import Asked, suggestions
from hotline.web.shared import packs
from hotline.web.shared import words as shared_words
from hotline.web.shared.begin import begin as begin_report
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.handing_out import hand_out
from hotline.web.shared.language import gettext, later
from hotline.web.shared.received import now_there, received_at
from hotline.web.shared.screen import screen
from hotline.web.shared.uploads import files
from hotline.written_reports import papers
from hotline.written_reports import service as written
from hotline.written_reports.finding import Candidate

blueprint = screen(__name__, url_prefix="/papers")

DONE = {
    "registered": later("The paper was taken in. Somebody has been told of it."),
    "settled": later("The paper was settled."),
    "matched": later("The written report was put to its call."),
    "received": later("It was noted that the written report came."),
    "waived": later("Nobody waits for this written report any more."),
}
"""What the page says after an act, by the code in its address."""

_LONGEST = 200


@blueprint.get("")
def window() -> str:
    """Papers that wait, the form to take one in, and the written reports: overdue, due, received."""
    return _window()


@blueprint.post("")
def register() -> Response:
    """Take a paper in: its pages, how and when it came."""

    def do(session: Session) -> str:
        me, county = person(), packs.jurisdiction()
        came = received_at(county, _field("received_at"))
        papers.register(
            session,
            core().vault,
            me.actor,
            me.user_id,
            jurisdiction=county,
            channel=_field("channel"),
            received_at=came,
            files=files(),
        )
        return _address("registered")

    return _act(do)


@blueprint.get("/<uuid:paper_id>")
def paper(paper_id: UUID) -> str:
    """One paper: its pages, and what may come of it. The look is audited."""
    return _paper(paper_id)


@blueprint.get("/<uuid:paper_id>/files/<uuid:file_id>")
def file(paper_id: UUID, file_id: UUID) -> Response:
    """One file of a paper that waits, to be saved; the look is audited. Later it is the report's."""
    with transaction() as session:
        found = papers.find(session, paper_id)
        if found.report_id is not None:
            content = attachments.read(session, core().vault, found.report_id, file_id, person())
        else:
            content = attachments.read_of_paper(session, core().vault, paper_id, file_id, person().actor)
    return hand_out(content.content, content.media_type, content.name)


@blueprint.post("/<uuid:paper_id>/take")
def take(paper_id: UUID) -> Response:
    """The person reads it and owns it from now on."""

    def do(session: Session) -> str:
        papers.take(session, paper_id, person().user_id)
        return url_for("papers.paper", paper_id=paper_id)

    return _act(do, lambda problem: _paper(paper_id, problem))


@blueprint.post("/<uuid:paper_id>/begin")
def begin(paper_id: UUID) -> Response:
    """Begin the report that the paper is, with its files; its clocks start when the paper came."""

    def do(session: Session) -> str:
        found = papers.find(session, paper_id, lock=True)
        begun = begin_report(session, found.jurisdiction, found.received_at, None, found.channel)
        _settle(session, paper_id, "report_begun", begun.id)
        return url_for("console.report", report_id=begun.id)

    return _act(do, lambda problem: _paper(paper_id, problem))


@blueprint.post("/<uuid:paper_id>/find")
def find(paper_id: UUID) -> str:
    """Look for the call to which the paper belongs. By form, not by address: names stay out of addresses."""
    asked = Asked(*(_field(name) for name in ("reference", "reporter", "phone", "child", "birth")))
    with transaction() as session:
        found = papers.find(session, paper_id)
        fitting = suggestions(session, paper_id, found.jurisdiction, asked)
    return _paper(paper_id, asked=asked, found=fitting)


@blueprint.post("/<uuid:paper_id>/match")
def match(paper_id: UUID) -> Response:
    """The person confirms: this paper is the written report of that call."""

    def do(session: Session) -> str:
        found = papers.find(session, paper_id)
        written.receive(
            session,
            parse_id(_field("written")),
            person(),
            channel=found.channel,
            received_at=found.received_at,
            paper_id=paper_id,
        )
        return _address("matched", found.jurisdiction)

    return _act(do, lambda problem: _paper(paper_id, problem))


@blueprint.post("/<uuid:paper_id>/settle")
def settle(paper_id: UUID) -> Response:
    """What came of the paper, when it is no report of its own. A known report is named by its reference."""

    def do(session: Session) -> str:
        found, outcome, known = papers.find(session, paper_id), _field("outcome"), None
        if outcome == "added_to_report":
            known = _known(session, found.jurisdiction, _field("reference")).id
        _settle(session, paper_id, outcome, known)
        return _address("settled", found.jurisdiction)

    return _act(do, lambda problem: _paper(paper_id, problem))


@blueprint.post("/written/<uuid:written_id>/received")
def received(written_id: UUID) -> Response:
    """Note that a written report came in a way that left no paper here: by hand, online."""

    def do(session: Session) -> str:
        row, said = written.find(session, written_id), _field("reference")
        online = _known(session, row.jurisdiction, said).id if said.strip() else None
        came = received_at(row.jurisdiction, _field("received_at"))
        written.receive(
            session,
            written_id,
            person(),
            channel=_field("channel"),
            received_at=came,
            online_report_id=online,
        )
        return _address("received", row.jurisdiction)

    return _act(do)


@blueprint.post("/written/<uuid:written_id>/waive")
def waive(written_id: UUID) -> Response:
    """Nobody waits for it any more, for this reason."""

    def do(session: Session) -> str:
        row = written.waive(session, written_id, person(), _field("reason"))
        return _address("waived", row.jurisdiction)

    return _act(do)


def _settle(session: Session, paper_id: UUID, outcome: str, report_id: UUID | None = None) -> None:
    papers.settle(session, paper_id, person().actor, person().user_id, outcome, report_id)


def _known(session: Session, jurisdiction: str, reference: str) -> Report:
    found = reports.by_reference(session, reference)
    if found is None or found.jurisdiction != jurisdiction:
        raise InvalidInput("reference", "No report of this county has that reference. Check it.")
    return found


def _window(problem: str | None = None) -> str:
    county = packs.jurisdiction()
    with transaction() as session:
        waiting = papers.waiting(session, county)
        due, came = written.rows(session, county, "due"), written.rows(session, county, "received", 30)
        owners = {one.item.owner_id for one in waiting if one.item} | {one.screener_id for one in due}
        names = people.names(session, owners)
        counts = written.counts(session, county)
    return render_template(
        "papers/window.html",
        waiting=waiting,
        due=due,
        came=came,
        names=names,
        counts=counts,
        jurisdiction=county,
        jurisdictions=core().packs.jurisdictions(),
        county=lambda code: packs.current(code).head.name,
        zone=packs.zone(county),
        latest=now_there(county),
        done=gettext(DONE[request.args["done"]]) if request.args.get("done") in DONE else None,
        problem=problem,
        words=words,
        shared=shared_words,
    )


def _paper(
    paper_id: UUID,
    problem: str | None = None,
    asked: Asked | None = None,
    found: Sequence[Candidate] | None = None,
) -> str:
    me = person()
    with transaction() as session:
        shown = papers.open_paper(session, paper_id, me.actor)
        item = papers.item_of(session, paper_id)
        owner = people.names(session, [item.owner_id]).get(item.owner_id, "") if item else ""
        pages = attachments.of_paper(session, core().vault, paper_id)
        report = session.get(Report, shown.report_id) if shown.report_id else None
    return render_template(
        "papers/paper.html",
        paper=shown,
        item=item,
        owner=owner,
        mine=item is not None and item.taken_at is not None and item.owner_id == me.user_id,
        pages=pages,
        report=report,
        asked=asked or Asked(),
        found=found,
        by_hand=[(code, gettext(words.OUTCOMES[code])) for code in papers.BY_HAND],
        zone=packs.zone(shown.jurisdiction),
        problem=problem,
        words=words,
        shared=shared_words,
    )


def _act(do: Callable[[Session], str], again: Callable[[str], str] | None = None) -> Response:
    """Do it and go where it says; when somebody was faster or something is missing, show the page and say so."""
    try:
        with transaction() as session:
            onward = do(session)
    except (attachments.TooLarge, attachments.WrongKind):
        raise
    except (Conflict, InvalidInput) as refusal:
        page = (again or _window)(gettext(refusal.message))
        return Response(page, status=409 if isinstance(refusal, Conflict) else 400, mimetype="text/html")
    return redirect(onward, 303)


def _address(done: str, county: str | None = None) -> str:
    return url_for("papers.window", jurisdiction=county or packs.jurisdiction(), done=done)


def _field(name: str) -> str:
    # The database knows no NUL.
    return request.form.get(name, "").replace("\0", "")[:_LONGEST]
