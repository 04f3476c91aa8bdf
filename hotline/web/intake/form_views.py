"""Writing a report: one section after the other, each saved by its button or as it is typed; then a look over all."""

from __future__ import annotations

from flask import jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base.errors import NotFound
from hotline.online_reports import service as online
from hotline.online_reports.models import OnlineReport
from hotline.policy.model import Pack
from hotline.web.intake import pages, telephone, visitors
from hotline.web.intake.blueprint import blueprint
from hotline.web.shared.core import core, transaction
from hotline.web.shared.language import gettext, language
from screening_forms.model import MAX_INSTANCES
from screening_forms.validation import Problem
from screening_forms.views import FormView

_STATUS = {"saved": 200, "refused": 422, "conflict": 409}


@blueprint.get("/report")
def report() -> Response:
    """To the first section of the report that is being written here."""
    with transaction() as session:
        shown = pages.view(session, visitors.writing(session), pages.Typed())
    return redirect(url_for("intake.section", section_id=shown.sections[0].id), 303)


@blueprint.get("/report/<section_id>")
def section(section_id: str) -> str:
    """One section of the report."""
    with transaction() as session:
        return _section(session, visitors.writing(session), section_id, pages.Typed())


@blueprint.post("/report/<section_id>")
def save_section(section_id: str) -> Response | tuple[str, int]:
    """Save a section and go on; stay where something can't be saved, or where an answer asks for more."""
    with transaction() as session:
        found = visitors.writing(session)
        visitors.check_form(found.id)
        typed = pages.save_posted(session, found.id, request.form)
        if typed.problems:
            return _section(session, found, section_id, typed), 422
        shown = pages.view(session, found, pages.Typed())
    if request.form.get("add") == section_id:
        entries = pages.entries(request.form) + 1
        return redirect(
            url_for(
                "intake.section", section_id=section_id, entries=entries, _anchor=f"s-{section_id}-{entries}"
            ),
            303,
        )
    posted = pages.posted_paths(request.form)
    fresh = [path for path in pages.paths(shown, section_id) if path not in posted]
    if fresh:
        where = url_for("intake.section", section_id=section_id, _anchor=_group(shown, fresh[0]))
        return redirect(where, 303)
    return redirect(_after(shown, section_id), 303)


@blueprint.post("/fields")
def save_field() -> tuple[Response, int]:
    """Save one field as typed (script). `asked` are the questions of its section from now on."""
    path = request.form.get("path", "")
    with transaction() as session:
        found = visitors.writing(session)
        visitors.check_form(found.id)
        raw = request.form.getlist("value")
        outcome = pages.save(session, found.id, path, raw, request.form.get("base_version", ""))
        least = _least(path.split("/")[0])
        asked = pages.paths(pages.view(session, found, pages.Typed(), least), path.split("/")[0])
    answer = {"path": path, "version": outcome.version, "message": outcome.message, "asked": asked}
    return jsonify(answer), _STATUS[outcome.status]


@blueprint.get("/danger")
def danger() -> str:
    """A child is in danger after all: the number, and what was written stays."""
    with transaction() as session:
        found = visitors.writing(session)
        pack = _pack(found)
        phone = telephone.of(session, pack, with_wait=True)
    return render_template(
        "intake/call.html", why="danger", phone=phone, kept=True, pack=pack, report=found, zone=_zone(pack)
    )


@blueprint.get("/review")
def review() -> str:
    """Everything that was written, to be read once more."""
    with transaction() as session:
        return _review(session, visitors.writing(session), None)


@blueprint.post("/review")
def send() -> Response | tuple[str, int]:
    """Send the report. Twice is once."""
    parts = core()
    with transaction() as session:
        found = visitors.present(session)
        if found is None:
            raise visitors.Ended
        visitors.check_form(found.id)
        try:
            problems = online.send(session, parts.vault, parts.forms, parts.packs, found.id)
        except online.Closed as refusal:
            return _review(session, found, gettext(refusal.message)), 409
        if any(one.blocking for one in problems):
            return _review(session, found, None, wrong=True), 422
    return redirect(url_for("intake.sent"), 303)


@blueprint.post("/leave")
def leave() -> Response:
    """Finish later: from now on this browser needs the code."""
    with transaction() as session:
        found = visitors.present(session)
        if found is not None:
            visitors.check_form(found.id)
            visitors.leave(session)
    answer = redirect(url_for("intake.resume", left=1), 303)
    visitors.forget(answer)
    return answer


@blueprint.post("/discard")
def discard() -> Response:
    """Throw away what was written."""
    with transaction() as session:
        found = visitors.writing(session)
        visitors.check_form(found.id)
        online.throw_away(session, core().vault, found.id)
    answer = redirect(url_for("intake.start"), 303)
    visitors.forget(answer)
    return answer


def _section(session: Session, found: OnlineReport, section_id: str, typed: pages.Typed) -> str:
    shown = pages.view(session, found, typed, _least(section_id))
    ids = [one.id for one in shown.sections]
    if section_id not in ids:
        raise NotFound("The form has no such section.")
    place = ids.index(section_id)
    pack = _pack(found)
    return render_template(
        "intake/section.html",
        report=found,
        form=shown,
        section=shown.section(section_id),
        place=place,
        before=url_for("intake.section", section_id=ids[place - 1]) if place else None,
        wrong=typed.problems,
        online_token=visitors.form_token(found.id),
        phone=telephone.of(session, pack),
        zone=_zone(pack),
    )


def _review(session: Session, found: OnlineReport, refusal: str | None, *, wrong: bool = False) -> str:
    parts, pack = core(), _pack(found)
    problems = online.problems(session, parts.vault, parts.forms, parts.packs, found)
    shown = pages.view(session, found, pages.Typed())
    return render_template(
        "intake/review.html",
        danger=online.points_to_danger(session, parts.vault, parts.forms, parts.packs, found),
        report=found,
        form=shown,
        needed=_named(shown, [one for one in problems if one.blocking]),
        open=_named(shown, [one for one in problems if not one.blocking]),
        wrong=wrong,
        refusal=refusal,
        said=pages.said,
        answered=pages.answered,
        online_token=visitors.form_token(found.id),
        phone=telephone.of(session, pack, with_wait=True),
        zone=_zone(pack),
        language_path=url_for("intake.review"),
    )


def _named(shown: FormView, problems: list[Problem]) -> list[dict[str, str]]:
    """Problems with the words of their questions and where to answer them."""
    found = []
    for problem in problems:
        question = shown.field(problem.path)
        if question is not None:
            section_id = problem.path.split("/")[0]
            href = url_for("intake.section", section_id=section_id, _anchor=question.html_id)
            title = shown.section(section_id).title
            found.append(
                {"href": href, "words": f"{title}: {question.label}", "why": problem.message.in_(language())}
            )
    return found


def _after(shown: FormView, section_id: str) -> str:
    ids = [one.id for one in shown.sections]
    place = ids.index(section_id) + 1 if section_id in ids else len(ids)
    return url_for("intake.section", section_id=ids[place]) if place < len(ids) else url_for("intake.review")


def _group(shown: FormView, path: str) -> str:
    question = shown.field(path)
    return f"{question.html_id}-group" if question is not None else ""


def _least(section_id: str) -> dict[str, int]:
    asked = request.args.get("entries", "")
    count = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 3 else 1
    return {section_id: min(max(1, count), MAX_INSTANCES)}


def _pack(found: OnlineReport) -> Pack:
    return online.pack_of(core().packs, found)


def _zone(pack: Pack) -> str:
    return pack.rules.calendar.time_zone
