"""Earlier reports on the same people: indexed, suggested, confirmed by a person, counted by the rules."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.base import clock as base_clock
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, NotFound
from hotline.base.ids import new_id
from hotline.base.outbox import OutboxRow
from hotline.calls.models import Call
from hotline.dispatch.models import TrackDecision
from hotline.dispatch.track import decide_report
from hotline.geography.addresses import Address
from hotline.matching import service
from hotline.matching.models import ReportLink, ReportPerson
from hotline.matching.service import Query, candidates
from hotline.policy.decide import GivenFact
from hotline.reports import service as reports
from hotline.reports.models import Report
from tests.support import kern as county
from tests.support.calls import add_line
from tests.support.kern import CALM, FORMS, PACKS, VAULT, Kern

Answers = dict[str, str | list[str]]

FAMILY: Answers = {
    "children/1/first_name": "José Luis",
    "children/1/last_name": "de la Cruz-Hernández",
    "children/1/birth_date": "3/4/2015",
    "children/1/sex": "male",
    "children/1/school": "Pine Elementary, 3rd grade",
    "caregivers/1/first_name": "Guadalupe",
    "caregivers/1/last_name": "Hernández",
    "caregivers/1/phone": "(661) 555-0142",
    "location/home_street": "1204 N. Chester Ave Apt 3",
    "location/home_town": "Bakersfield",
    "location/home_zip": "93308",
}
AGAIN: Answers = {
    "children/1/first_name": "Pepe",
    "children/1/last_name": "Hernandes",
    "children/1/birth_date": "4/3/2015",
    "caregivers/1/first_name": "Lupita",
    "caregivers/1/last_name": "Hernandez",
    "location/home_street": "1204 North Chester Avenue",
    "location/home_town": "Bakersfield",
}
STRANGERS: Answers = {
    "children/1/first_name": "Emma",
    "children/1/last_name": "Brooks",
    "children/1/birth_date": "9/17/2011",
    "location/home_street": "88 Elm Road",
    "location/home_town": "Taft",
}


@pytest.fixture
def kern(session: Session, clock: FrozenClock) -> Kern:
    return county.build(session)


def written(session: Session, kern: Kern, answers: Answers, *, ago: int = 0) -> Report:
    """A draft with these answers, its people indexed; received so many days ago."""
    report = reports.begin(
        session,
        VAULT,
        FORMS,
        kern.screener,
        jurisdiction="kern",
        form_id="california-report",
        received_at=base_clock.now() - timedelta(days=ago),
    )
    for path, value in answers.items():
        reports.save(session, VAULT, FORMS, report.id, path, value, kern.screener, 0)
    service.index(session, VAULT, FORMS, report.id)
    return report


def priors(session: Session, report: Report) -> list[service.Prior]:
    return service.for_report(session, VAULT, FORMS, report)


def found(session: Session, query: Query) -> list[UUID]:
    return [one.report_id for one in candidates(session, query)]


def test_a_family_told_with_slips_is_found_with_reasons(session: Session, kern: Kern) -> None:
    before, _ = written(session, kern, FAMILY, ago=30), written(session, kern, STRANGERS, ago=20)
    now = written(session, kern, AGAIN)
    (prior,) = priors(session, now)
    assert (prior.report_id, prior.reference, prior.state) == (before.id, before.reference, "suggested")
    assert prior.score >= 90
    assert {one.code for one in prior.reasons} >= {
        "birth_swapped",
        "nickname",
        "address_equal",
        "more_people",
    }
    assert {(one.entry, one.candidate.entry) for one in prior.people} == {
        ("children/1", "children/1"),
        ("caregivers/1", "caregivers/1"),
    }
    assert prior.people[0].candidate.name == "José Luis de la Cruz-Hernández"


@pytest.mark.parametrize(
    "query",
    [
        Query(names="jose hernandez"),
        Query(first="Chepe", last="Cruz", birth="2015"),
        Query(first="Hernandez", last="Jose"),
        Query(birth="2015-03-04"),
        Query(first="José", age=11, school="Pine school"),
        Query(last="Hernandez", address=Address(street="1204 N Chester", zip_code="93308")),
        Query(phone=VAULT.fingerprint("+16615550142"), first="Lupe"),
        Query(first="Hose", last="Hernandez Cruz", birth="2015-03-05"),
    ],
    ids=["names", "nickname", "swapped", "birth", "school", "address", "phone", "typos"],
)
def test_search_before_add_finds_by_whatever_is_known(session: Session, kern: Kern, query: Query) -> None:
    before, _ = written(session, kern, FAMILY), written(session, kern, STRANGERS)
    assert found(session, query)[:1] == [before.id]


def test_strangers_are_not_suggested(session: Session, kern: Kern) -> None:
    written(session, kern, FAMILY)
    assert priors(session, written(session, kern, STRANGERS)) == []
    assert found(session, Query(names="Zoltan Quigley", birth="1971-01-01")) == []


def test_a_name_that_sounds_like_no_other_is_found_by_its_letters(session: Session, kern: Kern) -> None:
    before = written(
        session, kern, {"children/1/first_name": "Kimberly", "children/1/last_name": "Washington"}
    )
    assert found(session, Query(names="Kimbertly Wasington")) == [before.id]
    assert found(session, Query(names="Kimberlyn Washimgton")) == [before.id]


def test_the_reporter_is_not_among_the_people(session: Session, kern: Kern) -> None:
    reporter: Answers = {"reporter/name": "Wilhelmina Canary", "reporter/phone": "(661) 555-0199"}
    report = written(session, kern, FAMILY | reporter)
    rows = session.scalars(select(ReportPerson).where(ReportPerson.report_id == report.id)).all()
    assert {row.entry for row in rows} == {"children/1", "caregivers/1"}
    assert "canary" not in str([row.__dict__ for row in rows]).lower()
    assert VAULT.fingerprint("+16615550199") not in {row.phone for row in rows}
    assert found(session, Query(names="Wilhelmina Canary")) == []


def test_telephone_numbers_are_kept_as_keyed_hashes_only(session: Session, kern: Kern) -> None:
    report = written(session, kern, FAMILY)
    kept = session.scalars(select(ReportPerson.phone).where(ReportPerson.report_id == report.id)).all()
    assert VAULT.fingerprint("+16615550142") in kept
    assert "5550142" not in str(kept)


def test_indexing_again_replaces_what_was_written_before(session: Session, kern: Kern) -> None:
    report = written(session, kern, FAMILY)
    reports.save(session, VAULT, FORMS, report.id, "children/1/first_name", "Rosa", kern.screener, 1)
    service.index(session, VAULT, FORMS, report.id)
    service.index(session, VAULT, FORMS, report.id)
    count = select(func.count()).select_from(ReportPerson).where(ReportPerson.report_id == report.id)
    assert session.scalar(count) == 2
    assert found(session, Query(names="Rosa Cruz")) == [report.id]


def test_a_dropped_report_is_found_no_more(session: Session, kern: Kern) -> None:
    report = written(session, kern, FAMILY)
    report.state = "dropped"
    session.flush()
    assert found(session, Query(names="jose hernandez")) == []
    service.index(session, VAULT, FORMS, report.id)
    assert session.scalar(select(func.count()).select_from(ReportPerson)) == 0


def test_of_a_sealed_report_only_its_existence_is_told(session: Session, kern: Kern) -> None:
    before = written(session, kern, FAMILY)
    before.restriction = b"sealed"
    session.flush()
    (one,) = candidates(session, Query(names="jose hernandez", birth="2015-03-04"))[:1]
    assert (one.report_id, one.sealed, one.name, one.birth, one.reasons) == (before.id, True, "", "", ())
    (prior,) = priors(session, written(session, kern, AGAIN))
    assert (prior.reference, prior.sealed, prior.people, prior.reasons) == (before.reference, True, (), ())


def test_what_a_person_decided_is_kept_and_audited(session: Session, kern: Kern) -> None:
    before, now = written(session, kern, FAMILY, ago=9), written(session, kern, AGAIN)
    service.suggest(session, VAULT, FORMS, now.id)
    service.reject(session, now.id, before.id, kern.screener)
    assert service.suggest(session, VAULT, FORMS, now.id) == 1
    assert [one.state for one in priors(session, now)] == ["rejected"]
    service.confirm(session, now.id, before.id, kern.screener)
    service.confirm(session, now.id, before.id, kern.screener)
    link = session.get_one(ReportLink, (now.id, before.id))
    assert (link.state, link.decided_by, link.decided_at) == (
        "confirmed",
        kern.screener.user_id,
        base_clock.now(),
    )
    assert link.score >= 55 and link.reasons
    said = select(AuditEntry.action).where(AuditEntry.action.startswith("prior:")).order_by(AuditEntry.id)
    assert session.scalars(said).all() == ["prior:rejected", "prior:confirmed"]


def test_only_the_reports_writer_decides_and_only_on_another_report(session: Session, kern: Kern) -> None:
    before, now = written(session, kern, FAMILY), written(session, kern, AGAIN)
    for act in (service.confirm, service.reject, service.attach):
        with pytest.raises(NotFound):
            act(session, now.id, before.id, kern.coordinators[0])
        with pytest.raises(Conflict):
            act(session, now.id, now.id, kern.screener)
        with pytest.raises(NotFound):
            act(session, now.id, UUID(int=1), kern.screener)


def test_a_suggestion_that_no_longer_holds_is_taken_back(session: Session, kern: Kern) -> None:
    before, now = written(session, kern, FAMILY), written(session, kern, AGAIN)
    assert service.suggest(session, VAULT, FORMS, now.id) == 1
    for path in AGAIN:
        reports.save(session, VAULT, FORMS, now.id, path, "", kern.screener, 1)
    assert service.suggest(session, VAULT, FORMS, now.id) == 0
    session.flush()
    assert session.get(ReportLink, (now.id, before.id)) is None


def test_an_additional_reporter_of_one_incident_links_both_reports(session: Session, kern: Kern) -> None:
    before, now = written(session, kern, FAMILY), written(session, kern, AGAIN)
    service.attach(session, now.id, before.id, kern.screener)
    assert [one.state for one in priors(session, now)] == ["same_incident"]
    assert [one.state for one in priors(session, before)] == ["same_incident"]
    assert service.rule_facts(session, VAULT, now.id).count == 0


def test_a_forgotten_report_leaves_nothing_to_search(session: Session, kern: Kern) -> None:
    before, now = written(session, kern, FAMILY), written(session, kern, AGAIN)
    service.suggest(session, VAULT, FORMS, now.id)
    service.forget(session, before.id)
    assert priors(session, now) == []
    assert session.get(ReportLink, (now.id, before.id)) is None


def test_confirmed_reports_and_their_sources_reach_the_rules(session: Session, kern: Kern) -> None:
    school = written(session, kern, FAMILY | {"reporter/mandated": "yes"}, ago=90)
    aunt: Answers = {"reporter/mandated": "no", "reporter/relationship": "the mother's aunt"}
    relative = written(session, kern, FAMILY | aunt, ago=60)
    written(session, kern, FAMILY, ago=30)
    now = written(session, kern, CALM | AGAIN | {"decision/meets_definition": "no", "decision/risk": "low"})
    for other in (school, relative):
        service.confirm(session, now.id, other.id, kern.screener)
    assert reports.submit(session, VAULT, FORMS, now.id, kern.screener) == []
    decision: TrackDecision = decide_report(session, VAULT, FORMS, PACKS, now.id)
    assert decision.facts["prior_reports"] == 2
    assert decision.facts["prior_report_sources"] == ["mandated_reporter", "relative"]


def test_the_higher_count_counts_and_unconfirmed_reports_do_not(session: Session, kern: Kern) -> None:
    pack = PACKS.in_force("kern", base_clock.now())
    before, now = written(session, kern, FAMILY, ago=3), written(session, kern, AGAIN)
    later = written(session, kern, FAMILY)
    later.received_at = base_clock.now() + timedelta(hours=1)
    none = service.rule_facts(session, VAULT, now.id)
    assert service.with_priors({"prior_reports": "unknown"}, none, pack) == {"prior_reports": "unknown"}
    for other in (before, later):
        service.confirm(session, now.id, other.id, kern.screener)
    one = service.rule_facts(session, VAULT, now.id)
    assert service.with_priors({"prior_reports": "unknown"}, one, pack)["prior_reports"] == 1
    assert service.with_priors({"prior_reports": 4}, one, pack)["prior_reports"] == 4
    told: dict[str, GivenFact] = {"prior_reports": 0, "prior_report_sources": ["neighbor"]}
    assert service.with_priors(told, one, pack) == {"prior_reports": 1, "prior_report_sources": ["neighbor"]}


def test_a_save_about_people_asks_for_the_index_once_per_span(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    report = written(session, kern, {})

    def asked() -> int:
        rows = select(func.count()).select_from(OutboxRow).where(OutboxRow.job == "match_priors")
        return session.scalar(rows) or 0

    for path in ("narrative/story", "reporter/phone", "decision/risk"):
        service.touch(session, report.id, path)
    assert asked() == 0
    for path in ("children/1/first_name", "location/home_street", "caregivers/2/birth_date"):
        service.touch(session, report.id, path)
    assert asked() == 1
    row = session.scalars(select(OutboxRow).where(OutboxRow.job == "match_priors")).one()
    assert base_clock.now() < row.due_at <= base_clock.now() + service.SETTLE
    clock.advance(service.SETTLE)
    service.touch(session, report.id, "children/1/first_name")
    assert asked() == 2


def a_call(session: Session, number_hash: str) -> Call:
    call = Call(
        id=new_id(),
        line_id=add_line(session).id,
        jurisdiction="kern",
        state="ended",
        language="en",
        caller_kind="number",
        caller_hash=number_hash,
        received_at=base_clock.now(),
    )
    session.add(call)
    session.flush()
    return call


def test_a_number_brings_back_its_calls_reports_and_those_on_its_owner(session: Session, kern: Kern) -> None:
    caller, mother = VAULT.fingerprint("+16615550177"), VAULT.fingerprint("+16615550142")
    report = written(session, kern, FAMILY)
    other = written(session, kern, STRANGERS)
    session.execute(update(Report).where(Report.id == other.id).values(call_id=a_call(session, caller).id))
    assert [one.report_id for one in service.of_number(session, caller)] == [other.id]
    (known,) = service.of_number(session, mother)
    assert (known.report_id, known.is_open, known.sealed) == (report.id, True, False)
    assert service.of_number(session, None) == service.of_number(session, VAULT.fingerprint("+1")) == []


def test_the_search_leaves_the_servers_settings_as_they_were(session: Session, kern: Kern) -> None:
    written(session, kern, FAMILY)
    before = session.execute(text("select current_setting('enable_seqscan'), current_setting('jit')")).one()
    candidates(session, Query(names="jose hernandez"))
    after = session.execute(text("select current_setting('enable_seqscan'), current_setting('jit')")).one()
    assert before == after
