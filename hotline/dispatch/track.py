"""Deciding a submitted report: its facts, its place, the rules' answer, the clocks. Once for each submission."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import NotFound
from hotline.base.ids import new_id
from hotline.deadlines import service as deadlines
from hotline.dispatch.assign import assign, is_urgent
from hotline.dispatch.models import TrackDecision
from hotline.dispatch.queries import latest_decision, standing
from hotline.dispatch.sending import close_matters
from hotline.geography.addresses import Address
from hotline.geography.locate import Placement, locate
from hotline.matching.facts import rule_facts as confirmed
from hotline.matching.facts import with_priors
from hotline.policy.decide import GivenFact, decide
from hotline.policy.decision import Decision
from hotline.policy.loader import Shelf as PackShelf
from hotline.policy.model import UNKNOWN, Pack
from hotline.reports import queries as reports
from hotline.reports.collaterals import with_more_time
from hotline.reports.models import Report
from hotline.reports.service import form_of, rule_facts, without_reporter
from hotline.vault.service import Vault
from hotline.written_reports import service as written_reports
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

    The report's row is locked meanwhile: a second call waits and then finds the decision made. A report that was
    returned and submitted again is decided anew: the new decision supersedes the one before. Raises NotFound for a
    report that does not exist or was not submitted, NoPackInForce when no rules applied at its receipt.
    """
    report = session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if report is None or report.state in ("draft", "dropped"):
        raise NotFound("There is no such submitted report.")
    made = latest_decision(session, report_id)
    if made is not None and report.state != "submitted":
        return made
    pack = packs.in_force(report.jurisdiction, report.received_at)
    answers = without_reporter(session, vault, report)
    shown = shown_answers(form_of(forms, report), answers)
    on = _local_date(pack, report)
    places = find_places(session, pack, shown, on)
    facts = rule_facts(session, vault, forms, report, on)
    known = with_priors(facts, confirmed(session, vault, report.id), pack)
    given = with_counties(known, places, pack.counties)
    result = decide(pack, given, report.received_at)
    _link_duplicate(session, report, result, shown)
    decision = put_down(session, pack, report, result, places.of_response, ACTOR)
    written_reports.expect(session, vault, forms, report, result)
    return decision


def put_down(
    session: Session,
    pack: Pack,
    report: Report,
    result: Decision,
    placement: Placement,
    actor: Actor,
    *,
    reviewed: bool = False,
) -> TrackDecision:
    """Write the answer down as the one that holds for the report, run its clocks, and hand the report on.

    The caller holds the lock of the report's row. Open matters about the decision before are closed: those of this
    one take their place. `reviewed`: a supervisor made the decision, so that it waits for no review.
    """
    before = latest_decision(session, report.id)
    if before is not None:
        before.superseded_at = clock.now()
        session.flush()
        close_matters(session, before, actor, "decided_again")
    decision = TrackDecision(
        id=new_id(),
        report_id=report.id,
        supersedes_id=before.id if before else None,
        pack=pack.jurisdiction,
        pack_version=pack.version,
        facts=result.to_json()["facts"],
        result=result.to_json(),
        placement=placement.to_json(),
        outcome="waiting",
        outcome_reason="being_assigned",
        decided_at=clock.now(),
    )
    session.add(decision)
    session.flush()
    _run_clocks(session, pack, report, result, again=before is not None)
    detail = {"decision": str(decision.id), "pack": f"{pack.jurisdiction} {pack.version}"}
    if before is not None:
        detail["instead_of"] = str(before.id)
    record(session, actor, "report:decided", "report", report.id, detail)
    assign(session, pack, report, decision, result, placement, reviewed=reviewed)
    return decision


def preview(
    session: Session, pack: Pack, report: Report, shown: Mapping[str, Any], facts: Mapping[str, GivenFact]
) -> tuple[Decision, Placement]:
    """What the rules say of a report that is still being written, and where it would go. Nothing is stored.

    `shown` are the shown answers and `facts` the rule facts of the form, as they stand.
    """
    places = find_places(session, pack, shown, _local_date(pack, report))
    given = with_counties(facts, places, pack.counties)
    return decide(pack, given, report.received_at), places.of_response


def find_places(session: Session, pack: Pack, shown: Mapping[str, Any], on: date) -> Places:
    """The two places of the form's answers. A child at home, or whose whereabouts nobody gave, is placed by home."""
    whereabouts = shown.get("location/child_now")
    home, now = _address(shown, "home"), _address(shown, "now")

    def place(address: Address) -> Placement:
        return locate(session, pack.jurisdiction, pack.head.state, address, on, pack.counties)

    away = whereabouts not in (None, "home") and not now.is_empty
    return Places(place(home), place(now) if away else None, whereabouts == "home")


def with_counties(
    facts: Mapping[str, GivenFact], places: Places, ours: Collection[str]
) -> dict[str, GivenFact]:
    """The facts with the counties that geography knows better than the form; `ours`: those of the jurisdiction.

    A contradiction makes the county unknown, so that no report is referred away because of a slip.
    """
    found = dict(facts)
    _put_county(found, "county_of_child", places.home, ours)
    if places.now is not None:
        _put_county(found, "county_of_child_now", places.now, ours)
    elif places.at_home and "county_of_child" in found:
        found["county_of_child_now"] = found["county_of_child"]
    return found


def _put_county(facts: dict[str, GivenFact], name: str, placement: Placement, ours: Collection[str]) -> None:
    if placement.status in ("found", "ambiguous"):
        facts[name] = placement.county or UNKNOWN
    elif placement.status == "outside":
        spoken = bool(_SPOKEN & {one.code for one in placement.evidence})
        # A ZIP alone is one slip of the hand away from another county.
        facts[name] = (placement.county or OUTSIDE) if spoken else UNKNOWN
    elif placement.county in ours:
        facts[name] = placement.county or UNKNOWN


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


def decision_due(session: Session, pack: Pack, report: Report, result: Decision) -> datetime | None:
    """When the decision on the report is due: from receipt, with what the pack adds while somebody is asked.

    What may be an emergency gets no more time. None: no clock of the decision runs.
    """
    more = None if is_urgent(result) else pack.rules.collateral
    return with_more_time(session, report.id, result.decision_due, more, pack.rules.calendar)


def _run_clocks(session: Session, pack: Pack, report: Report, result: Decision, *, again: bool) -> None:
    """Every clock that the rules name, counted from receipt.

    Decided `again`, the same clocks go on with the end that the rules name now. While somebody has the report
    already none of them ends later than they were told, and none is called off.
    """
    source = f"{result.jurisdiction} {result.version}"
    more = None if is_urgent(result) else pack.rules.collateral
    path_due = with_more_time(session, report.id, result.track_due, more, pack.rules.calendar)
    clocks = {"response": result.response_due, "path": path_due, "person_decides": result.person_due}
    clocks |= {f"obligation:{duty.id}": duty.due for duty in result.obligations}
    sent = bool(standing(session, report.id))
    for kind, due_at in clocks.items():
        if due_at is not None and again:
            deadlines.recount(
                session, kind, "report", report.id, due_at, source, report.received_at, never_later=sent
            )
        elif due_at is not None:
            deadlines.start(session, kind, "report", report.id, due_at, source, report.received_at)
    if not again or sent:
        return
    for row in deadlines.of(session, "report", report.id):
        if _is_of_the_rules(row.kind) and clocks.get(row.kind) is None:
            deadlines.call_off(session, row.kind, "report", report.id)


def _is_of_the_rules(kind: str) -> bool:
    return kind in ("response", "path", "person_decides") or kind.startswith("obligation:")
