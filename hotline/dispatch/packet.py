"""What a recipient is shown of a report: the least that its part needs, and never who called.

An office gets the whole report without its reporter. A community partner gets whom to visit, where, in which
language and what to beware of: no allegation, no narrative, no answer that weighed in the decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn, require
from hotline.audit.record import record
from hotline.base.errors import NotFound
from hotline.dispatch.models import Dispatch
from hotline.dispatch.queries import latest_decision
from hotline.partners import queries as partners
from hotline.policy.decision import Decision
from hotline.policy.words import Words
from hotline.reports import additions
from hotline.reports.additions import Addition
from hotline.reports.models import Report
from hotline.reports.service import form_of, without_reporter
from hotline.vault.service import Vault
from screening_forms.access import may_view
from screening_forms.conditions import shown_answers
from screening_forms.loader import Shelf as FormShelf
from screening_forms.model import Field, Form, Section
from screening_forms.wording import in_words

_TO_VISIT: Mapping[str, frozenset[str]] = {
    "children": frozenset({"first_name", "last_name", "age", "birth_date", "language", "disability"}),
    "caregivers": frozenset({"first_name", "last_name", "role", "phone", "language", "address"}),
    "location": frozenset(
        {
            "child_now",
            "home_street",
            "home_unit",
            "home_town",
            "home_zip",
            "find_them",
            "visit_dangers",
            "visit_danger_detail",
        }
    ),
    "decision": frozenset({"family_language", "family_willing"}),
}
PARTNER_FIELDS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "california-report": _TO_VISIT,
    "connecticut-report": _TO_VISIT,
}
"""Form -> section -> fields that a partner sees. A form that is not listed shows a partner nothing."""

_ROLES = {True: ("area_office", "on_call"), False: ("partner",)}
"""The roles that read an office's packet, and a partner's."""


@dataclass(frozen=True)
class Line:
    """One answered question."""

    label: Words
    answer: Words
    """The same text twice where it was typed."""


@dataclass(frozen=True)
class Part:
    """The lines of one section, or of one of its instances (`number` from 1)."""

    title: Words
    number: int | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Packet:
    """One dispatch as its recipient sees it. Texts are in both languages; times are UTC, shown in `time_zone`."""

    dispatch_id: UUID
    reference: str
    channel: str | None
    """For offices: how the report came in, a word of `reports.states.CHANNELS`. It hints at who reported."""
    role: str
    service: Words
    state: str
    priority: Words | None
    track: Words | None
    response_due: datetime | None
    acknowledge_by: datetime
    acknowledged_at: datetime | None
    time_zone: str
    urgent: bool
    obligations: tuple[tuple[Words, datetime], ...]
    """For offices: what is owed besides the response, with its deadline."""
    additions: tuple[Addition, ...]
    """For offices: what was heard after the report was submitted, the oldest first."""
    parts: tuple[Part, ...]


def open_packet(
    session: Session, vault: Vault, forms: FormShelf, dispatch_id: UUID, person: SignedIn
) -> Packet:
    """The packet for a person of the recipient; the look is audited as an opening of the report.

    Raises NotPermitted, and NotFound for another organization's dispatch or one that was withdrawn.
    """
    require(person, "portal:read")
    dispatch = session.get(Dispatch, dispatch_id)
    if dispatch is None or dispatch.recipient_id != person.organization_id or dispatch.state == "withdrawn":
        raise NotFound("There is no such dispatch, or it is not yours.")
    report = session.get_one(Report, dispatch.report_id)
    result = _result(session, report.id)
    office = partners.organization(session, dispatch.recipient_id).kind == "area_office"
    record(
        session,
        person.actor,
        "report:opened",
        "report",
        report.id,
        {"reason": "portal", "dispatch": str(dispatch.id), "view": "office" if office else "partner"},
    )
    form = form_of(forms, report)
    return Packet(
        dispatch_id=dispatch.id,
        reference=report.reference,
        channel=report.channel if office else None,
        role=dispatch.role,
        service=_service_name(result, dispatch.service),
        state=dispatch.state,
        priority=result.priority_name,
        track=result.track_name,
        response_due=result.response_due,
        acknowledge_by=dispatch.acknowledge_by,
        acknowledged_at=dispatch.acknowledged_at,
        time_zone=result.time_zone,
        urgent=bool(dispatch.why.get("urgent")),
        additions=tuple(additions.of(session, vault, report)) if office else (),
        obligations=tuple((duty.sentence, duty.due) for duty in result.obligations) if office else (),
        parts=parts(form, without_reporter(session, vault, report), office=office),
    )


def parts(form: Form, answers: Mapping[str, Any], *, office: bool) -> tuple[Part, ...]:
    """The answered questions that the kind of recipient may see, in the order of the form (pure)."""
    shown = shown_answers(form, answers)
    found = []
    for section in form.sections:
        fields = [field for field in section.fields if may_see(form, section, field, office=office)]
        numbers: tuple[int | None, ...] = form.instances(section, shown) if section.repeat else (None,)
        for number in numbers:
            lines = tuple(
                Line(_words(field.label), _answer(form, field, shown[path], shown))
                for field in fields
                if shown.get(path := section.path(field.id, number))
            )
            if lines:
                found.append(Part(_words(section.one or section.title), number, lines))
    return tuple(found)


def may_see(form: Form, section: Section, field: Field, *, office: bool) -> bool:
    """Whether that kind of recipient is shown this question. The reporter's identity is shown to neither.

    Files are not among the lines: their ids say nothing.
    """
    if field.identity or field.kind == "file" or not may_view(section, field, _ROLES[office]):
        return False
    return office or field.id in PARTNER_FIELDS.get(form.id, {}).get(section.id, frozenset())


def _answer(form: Form, field: Field, value: str | list[str], shown: Mapping[str, Any]) -> Words:
    return Words(en=in_words(form, field, value, shown, "en"), es=in_words(form, field, value, shown, "es"))


def _words(given: Any) -> Words:
    return Words(en=given.en, es=given.es)


def _service_name(result: Decision, code: str) -> Words:
    for wanted in result.recipients:
        if wanted.service == code:
            return wanted.service_name
    return Words(en=code, es=code)


def _result(session: Session, report_id: UUID) -> Decision:
    decision = latest_decision(session, report_id)
    assert decision is not None  # a dispatch rests on a decision
    return Decision.from_json(decision.result)
