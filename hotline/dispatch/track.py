"""Deciding a submitted report: its facts, its place, the rules' answer, the clocks. Once, whatever happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import NotFound
from hotline.base.ids import new_id
from hotline.deadlines import service as deadlines
from hotline.dispatch.assign import assign
from hotline.dispatch.models import TrackDecision
from hotline.geography.addresses import Address
from hotline.geography.locate import Placement, locate
from hotline.policy.decide import GivenFact, decide
from hotline.policy.decision import Decision
from hotline.policy.loader import Shelf as PackShelf
from hotline.policy.model import UNKNOWN, Pack
from hotline.reports import queries as reports
from hotline.reports.models import Report
from hotline.reports.service import form_of, rule_facts, without_reporter
from hotline.vault.service import Vault
from screening_forms.conditions import shown_answers
from screening_forms.loader import Shelf as FormShelf

ACTOR = Actor.system("assign_track")

OUTSIDE = "outside"
"""The county of a child who is somewhere else, when nobody said which county that is."""

_SPOKEN = frozenset({"town_elsewhere", "county_said", "state_elsewhere"})
_NOT_SAID = frozenset({"", "unknown"})


@dataclass(frozen=True)
class Places:
    """Where the child lives, where it is now, and which of the two the response goes by."""

    home: Placement
    now: Placement | None
    at_home: bool
    """Whether somebody said that the child is at home now."""

    @property
    def of_response(self) -> Placement:
        """Where the child is now, else home: that is where somebody has to knock."""
        return self.now or self.home


def decide_report(
    session: Session, vault: Vault, forms: FormShelf, packs: PackShelf, report_id: UUID
) -> TrackDecision:
    """Decide the report, start its clocks and hand it on, all in this transaction.

    The report's row is locked meanwhile: a second call waits and then finds the decision made. Raises NotFound
    for a report that does not exist or was not submitted, NoPackInForce when no rules applied at its receipt.
    """
    report = session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if report is None or report.state in ("draft", "dropped"):
        raise NotFound("There is no such submitted report.")
    made = session.scalar(select(TrackDecision).where(TrackDecision.report_id == report_id))
    if made is not None:
        return made
    pack = packs.in_force(report.jurisdiction, report.received_at)
    answers = without_reporter(session, vault, report)
    shown = shown_answers(form_of(forms, report), answers)
    on = _local_date(pack, report)
    places = find_places(session, pack, shown, on)
    facts = rule_facts(session, vault, forms, report, on)
    given = with_counties(facts, places, report.jurisdiction)
    result = decide(pack, given, report.received_at)
    _link_duplicate(session, report, result, shown)
    decision = TrackDecision(
        id=new_id(),
        report_id=report.id,
        pack=pack.jurisdiction,
        pack_version=pack.version,
        facts=result.to_json()["facts"],
        result=result.to_json(),
        placement=places.of_response.to_json(),
        outcome="waiting",
        outcome_reason="being_assigned",
        decided_at=clock.now(),
    )
    session.add(decision)
    session.flush()
    _start_clocks(session, report, result)
    detail = {"decision": str(decision.id), "pack": f"{pack.jurisdiction} {pack.version}"}
    record(session, ACTOR, "report:decided", "report", report.id, detail)
    assign(session, pack, report, decision, result, places.of_response)
    return decision


def preview(
    session: Session, pack: Pack, report: Report, shown: Mapping[str, Any], facts: Mapping[str, GivenFact]
) -> tuple[Decision, Placement]:
    """What the rules say of a report that is still being written, and where it would go. Nothing is stored.

    `shown` are the shown answers and `facts` the rule facts of the form, as they stand.
    """
    places = find_places(session, pack, shown, _local_date(pack, report))
    given = with_counties(facts, places, report.jurisdiction)
    return decide(pack, given, report.received_at), places.of_response


def find_places(session: Session, pack: Pack, shown: Mapping[str, Any], on: date) -> Places:
    """The two places of the form's answers. A child at home, or whose whereabouts nobody gave, is placed by home."""
    whereabouts = shown.get("location/child_now")
    home, now = _address(shown, "home"), _address(shown, "now")

    def place(address: Address) -> Placement:
        return locate(session, pack.jurisdiction, pack.head.state, address, on)

    away = whereabouts not in (None, "home") and not now.is_empty
    return Places(place(home), place(now) if away else None, whereabouts == "home")


def with_counties(facts: Mapping[str, GivenFact], places: Places, jurisdiction: str) -> dict[str, GivenFact]:
    """The facts with the counties that geography knows better than the form.

    A contradiction makes the county unknown, so that no report is referred away because of a slip.
    """
    found = dict(facts)
    _put_county(found, "county_of_child", places.home, jurisdiction)
    if places.now is not None:
        _put_county(found, "county_of_child_now", places.now, jurisdiction)
    elif places.at_home and "county_of_child" in found:
        found["county_of_child_now"] = found["county_of_child"]
    return found


def _put_county(facts: dict[str, GivenFact], name: str, placement: Placement, jurisdiction: str) -> None:
    if placement.status in ("found", "ambiguous"):
        facts[name] = placement.county or UNKNOWN
    elif placement.status == "outside":
        spoken = bool(_SPOKEN & {one.code for one in placement.evidence})
        # A ZIP alone is one slip of the hand away from another county.
        facts[name] = (placement.county or OUTSIDE) if spoken else UNKNOWN
    elif placement.county == jurisdiction:
        facts[name] = jurisdiction


def _address(shown: Mapping[str, Any], prefix: str) -> Address:
    def said(part: str) -> str:
        value = shown.get(f"location/{prefix}_{part}", "")
        return "" if not isinstance(value, str) or value in _NOT_SAID else value

    return Address(
        street=said("street"),
        city=said("town"),
        zip_code=said("zip"),
        county=said("county"),
        state=said("state"),
    )


def _local_date(pack: Pack, report: Report) -> date:
    return report.received_at.astimezone(pack.rules.calendar.zone).date()


def _link_duplicate(session: Session, report: Report, result: Decision, shown: Mapping[str, Any]) -> None:
    named = shown.get("decision/duplicate_of")
    if result.disposition != "duplicate" or not isinstance(named, str):
        return
    other = reports.by_reference(session, named)
    if other is not None and other.id != report.id and other.jurisdiction == report.jurisdiction:
        report.duplicate_of_id = other.id


def _start_clocks(session: Session, report: Report, result: Decision) -> None:
    """Every clock that the rules name, counted from receipt."""
    source = f"{result.jurisdiction} {result.version}"
    clocks = {"response": result.response_due, "path": result.track_due, "person_decides": result.person_due}
    clocks |= {f"obligation:{duty.id}": duty.due for duty in result.obligations}
    for kind, due_at in clocks.items():
        if due_at is not None:
            deadlines.start(session, kind, "report", report.id, due_at, source, report.received_at)
