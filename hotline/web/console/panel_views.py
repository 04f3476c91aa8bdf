"""The panel beside the form: what the rules say so far, which answers are missing, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.dispatch.track import decision_due
from hotline.policy.decision import Decision
from hotline.policy.explain import explain
from hotline.policy.model import FactValue
from hotline.policy.say_what_if import say_changes
from hotline.policy.what_if import Change, what_if
from hotline.reports import access
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.reports.states import WRITABLE
from hotline.web.console import drafts
from hotline.web.console.blueprint import blueprint
from hotline.web.shared import words
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.dispatch_words import DISPATCH_STATES
from hotline.web.shared.language import language
from hotline.web.shared.partials import part
from screening_forms.conditions import is_shown
from screening_forms.model import Field, Form, Section, looks
from screening_forms.rendering import html_id

SHOWN = 6
"""So many missing answers have a key of their own; the others are one click further away."""

_WAYS = 12
"""So many changes are looked for; those with one effect stand together."""


@blueprint.get("/reports/<uuid:report_id>/panel")
def panel(report_id: UUID) -> Response:
    """What the rules say so far, asked for after every saved field; once submitted, what they decided."""
    with transaction() as session:
        return part(beside(session, access.own_report(session, report_id, person())))


def beside(session: Session, report: Report) -> str:
    """The panel of a report that the person may see."""
    if report.state in WRITABLE:
        return _so_far(session, report)
    judged = drafts.decided(session, report)
    if judged is None:
        return render_template("console/panel.html", draft=False, report=report, decision=None)
    decision, place = judged
    return render_template(
        "console/panel.html",
        report=report,
        draft=False,
        decision=decision,
        said=explain(decision, language(), drafts.pack_of(report)),
        place=place,
        recipients=drafts.recipients(session, report),
        questions={},
        keys=SHOWN,
        states=DISPATCH_STATES,
        words=words,
    )


def _so_far(session: Session, report: Report) -> str:
    judged, pack = drafts.so_far(session, report), drafts.pack_of(report)
    decision = judged.decision
    form = reports.form_of(core().forms, report)
    return render_template(
        "console/panel.html",
        report=report,
        draft=True,
        decision=decision,
        said=explain(decision, language(), pack),
        place=judged.placement,
        recipients=[],
        clock=decision_due(session, pack, report, decision),
        changes=say_changes(pack, _changes(decision), language()),
        questions=_questions(form, judged.shown) if access.may_write(session, report, person()) else {},
        keys=SHOWN,
        states=DISPATCH_STATES,
        words=words,
    )


def _changes(decision: Decision) -> tuple[Change, ...]:
    """What would change the answer; most saved fields change no fact, so the last answers are remembered."""
    facts = tuple(sorted(decision.facts.items()))
    return _what_if(decision.jurisdiction, decision.version, decision.digest, facts)


@lru_cache(maxsize=512)
def _what_if(
    jurisdiction: str, version: str, digest: str, facts: tuple[tuple[str, FactValue], ...]
) -> tuple[Change, ...]:
    """`digest` tells one content of a pack from another, so that no answer outlives its rules."""
    pack = core().packs.get(jurisdiction, version)
    assert pack.digest == digest  # the decision was made by it a moment ago
    return what_if(pack, dict(facts), limit=_WAYS)


def _questions(form: Form, shown: Mapping[str, Any]) -> dict[str, str]:
    """The id of the control that asks for each fact, for the facts that the form asks for now."""
    found: dict[str, str] = {}
    for fact, section, field in _askers(form):
        if fact in found:
            continue
        numbers: tuple[int | None, ...] = (None,)
        if section.repeat:
            numbers = form.instances(section, shown) or (1,)
        asked = [number for number in numbers if is_shown(field, section, number, shown)]
        if asked:
            empty = (number for number in asked if not shown.get(section.path(field.id, number)))
            found[fact] = html_id(section.path(field.id, next(empty, asked[0])))
    return found


def _askers(form: Form) -> Iterator[tuple[str, Section, Field]]:
    """Every fact with the questions that yield it, and those that a derived fact looks at, in their order."""
    for section, field in form.each_field():
        for rule in field.fact:
            yield rule.name, section, field
    for derived in form.facts:
        for path, _, _ in looks(derived.when, ""):
            section = form.section(path.partition("/")[0])
            yield derived.name, section, section.field(path.rpartition("/")[2])
