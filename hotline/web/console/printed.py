"""A report on paper: what was taken down, what was decided and who has it. Never who called."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.attachments import service as attachments
from hotline.base import clock
from hotline.policy.decision import Decision
from hotline.policy.explain import explain
from hotline.printing.document import Document, Line, Part
from hotline.reports import additions
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.web.console import drafts
from hotline.web.shared import words
from hotline.web.shared.core import core, person
from hotline.web.shared.dispatch_words import DISPATCH_STATES
from hotline.web.shared.language import gettext, language, ngettext
from hotline.web.shared.times import local_time
from screening_forms import rendering


def document(session: Session, report: Report) -> Document:
    """The report as its reader's language has it. Answers from the vault and the names of files are not in it."""
    zone = drafts.pack_of(report).rules.calendar.time_zone
    judged = drafts.decided(session, report)
    decided = [] if judged is None else _decided(judged[0], report)
    printed = gettext(
        "Printed %(when)s by %(who)s. Keep it locked away, and destroy it when it is no longer needed.",
        when=local_time(clock.now(), zone),
        who=person().name,
    )
    return Document(
        title=report.reference,
        language=language(),
        mark=gettext("CONFIDENTIAL. It does not say who called."),
        foot=printed,
        page_words=gettext("Page {page} of {pages}"),
        unshown_words=gettext(
            "{count} signs can't be shown in this file (□). Print the page from the browser instead: it shows them."
        ),
        parts=tuple(
            part
            for part in (
                _head(session, report, zone),
                *decided,
                _recipients(session, report, zone),
                *_answers(session, report),
                _added(session, report, zone),
            )
            if part.lines or part.points
        ),
    )


def _head(session: Session, report: Report, zone: str) -> Part:
    lines = [
        Line(gettext("Received"), local_time(report.received_at, zone)),
        Line(gettext("How did it come in?"), words.word(words.CHANNELS, report.channel)),
        Line(gettext("State"), words.word(words.REPORT_STATES, report.state)),
    ]
    if report.submitted_at is not None:
        lines.append(Line(gettext("Submitted"), local_time(report.submitted_at, zone)))
    kept = len(attachments.of(session, core().vault, report.id))
    if kept:
        said = ngettext("%(num)s file, not printed here", "%(num)s files, not printed here", kept)
        lines.append(Line(gettext("Files"), said))
    return Part(gettext("Report"), tuple(lines))


def _decided(decision: Decision, report: Report) -> list[Part]:
    said = explain(decision, language(), drafts.pack_of(report))
    lines = [Line(gettext("Decision"), decision.disposition_name.in_(language()))]
    if decision.priority_name is not None:
        due = said.response.due_words if said.response else ""
        lines.append(Line(gettext("First visit"), f"{decision.priority_name.in_(language())}\n{due}".strip()))
    if said.track is not None:
        lines.append(Line(gettext("Path"), said.track))
    if said.person_due is not None:
        lines.append(Line(gettext("A person decides"), said.person_due.due_words))
    lines.append(Line(gettext("Rules"), f"{decision.jurisdiction} {decision.version}"))
    why = tuple(f"{reason.sentence} ({reason.source})" for reason in said.reasons)
    owed = tuple(f"{duty.text} {duty.due_words}" for duty in said.obligations)
    return [
        Part(gettext("What the rules decided"), tuple(lines), said.notes),
        Part(gettext("Why"), points=why),
        Part(gettext("Also owed"), points=owed),
    ]


def _recipients(session: Session, report: Report, zone: str) -> Part:
    lines = []
    for one in drafts.recipients(session, report):
        state = words.word(DISPATCH_STATES, one.state)
        when = f", {local_time(one.acknowledged_at, zone)}" if one.acknowledged_at else ""
        lines.append(Line(one.name, f"{state}{when}"))
    return Part(gettext("Who has it"), tuple(lines))


def _answers(session: Session, report: Report) -> list[Part]:
    form = reports.form_of(core().forms, report)
    answers = reports.without_reporter(session, core().vault, report)
    found = []
    for section in rendering.view(form, answers, language(), roles=person().roles).sections:
        for instance in section.instances:
            lines = tuple(
                Line(question.full_label, question.value_in_words)
                for question in instance.fields
                if question.values and question.kind != "file" and not question.identity
            )
            if lines:
                found.append(Part(instance.title or section.title, lines))
    return found


def _added(session: Session, report: Report, zone: str) -> Part:
    lines = tuple(
        Line(local_time(one.added_at, zone), one.text) for one in additions.of(session, core().vault, report)
    )
    return Part(gettext("Added later"), lines)
