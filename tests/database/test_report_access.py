"""Who may open a report: by role, by relation, and when it is sealed. No refusal tells whether it exists."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.audit.models import AuditEntry
from hotline.base import clock as base_clock
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.reports import access, sealing, service
from hotline.reports.access import ReasonNeeded
from hotline.reports.models import Report, ReportReason
from tests.support import kern as county
from tests.support.kern import FORMS, PATH_2, VAULT, Kern

WHY = "Her own sister is the suspect: Canary-reason-5520"


@pytest.fixture
def kern(session: Session, clock: FrozenClock) -> Kern:
    return county.build(session)


@pytest.fixture
def report(session: Session, kern: Kern) -> Report:
    return county.submitted(session, kern, PATH_2)


@pytest.fixture
def sealed(session: Session, kern: Kern, report: Report) -> Report:
    sealing.seal(session, VAULT, report.id, kern.screener, WHY)
    return report


def who(session: Session, role: str) -> SignedIn:
    return county.person(session, f"new {role}", role)


def opens(session: Session, report_id: UUID, person: SignedIn, *, related: bool = False) -> bool:
    try:
        return access.open_report(session, report_id, person, reason="test", related=related).id == report_id
    except NotFound:
        return False


@pytest.mark.parametrize(
    ("role", "plain", "related"),
    [
        ("screener", False, True),
        ("supervisor", True, True),
        ("coordinator", True, True),
        ("area_office", False, False),
        ("on_call", False, False),
        ("partner", False, False),
        ("administrator", False, False),
        ("auditor", False, False),
    ],
)
def test_each_role_opens_what_it_may(
    session: Session, report: Report, role: str, plain: bool, related: bool
) -> None:
    person = who(session, role)
    assert opens(session, report.id, person) is plain
    assert opens(session, report.id, person, related=True) is related


@pytest.mark.parametrize(
    "role", ["screener", "coordinator", "area_office", "on_call", "partner", "administrator", "auditor"]
)
def test_a_sealed_report_is_as_if_it_were_not_there(session: Session, sealed: Report, role: str) -> None:
    person = who(session, role)
    with pytest.raises(NotFound) as closed:
        access.open_report(session, sealed.id, person, reason="test", related=True)
    with pytest.raises(NotFound) as nothing:
        access.open_report(session, new_id(), person, reason="test", related=True)
    assert closed.value.message == nothing.value.message


def test_its_own_screener_opens_a_sealed_report(session: Session, kern: Kern, sealed: Report) -> None:
    assert opens(session, sealed.id, kern.screener)


def test_a_supervisor_opens_a_sealed_report_after_saying_why_for_half_an_hour(
    session: Session, kern: Kern, sealed: Report, clock: FrozenClock
) -> None:
    with pytest.raises(ReasonNeeded) as asked:
        opens(session, sealed.id, kern.supervisor)
    assert asked.value.report_id == sealed.id
    clock.advance(timedelta(minutes=1))
    sealing.give_reason(session, VAULT, sealed.id, kern.supervisor, "  The family called to complain. ")
    assert opens(session, sealed.id, kern.supervisor)
    with pytest.raises(ReasonNeeded):
        opens(session, sealed.id, who(session, "supervisor"))
    clock.advance(timedelta(minutes=30))
    with pytest.raises(ReasonNeeded):
        opens(session, sealed.id, kern.supervisor)
    given = [(one.kind, one.person, one.text) for one in sealing.reasons(session, VAULT, sealed)]
    assert given == [
        ("opened", "Vera", "The family called to complain."),
        ("sealed", "Ana", WHY),
    ]


def test_only_a_supervisor_gives_a_reason_and_only_for_a_sealed_report(
    session: Session, kern: Kern, report: Report
) -> None:
    with pytest.raises(NotFound):
        sealing.give_reason(session, VAULT, report.id, kern.supervisor, "It is not sealed.")
    sealing.seal(session, VAULT, report.id, kern.supervisor, WHY)
    for person in (who(session, "screener"), kern.coordinators[0]):
        with pytest.raises(NotFound):
            sealing.give_reason(session, VAULT, report.id, person, "Let me in.")
    with pytest.raises(InvalidInput):
        sealing.give_reason(session, VAULT, report.id, kern.supervisor, "   ")
    assert session.scalar(select(func.count()).where(ReportReason.kind == "opened")) == 0


@pytest.mark.parametrize("role", ["screener", "coordinator", "partner", "auditor"])
def test_nobody_else_seals_or_unseals(session: Session, kern: Kern, report: Report, role: str) -> None:
    person = who(session, role)
    with pytest.raises(NotFound):
        sealing.seal(session, VAULT, report.id, person, WHY)
    sealing.seal(session, VAULT, report.id, kern.supervisor, WHY)
    with pytest.raises(NotFound):
        sealing.unseal(session, VAULT, report.id, person, WHY)
    assert report.restriction is not None


def test_the_seal_is_lifted_with_a_reason_and_nothing_is_sealed_twice(
    session: Session, kern: Kern, sealed: Report
) -> None:
    with pytest.raises(Conflict):
        sealing.seal(session, VAULT, sealed.id, kern.supervisor, "Again")
    with pytest.raises(InvalidInput):
        sealing.unseal(session, VAULT, sealed.id, kern.supervisor, "")
    sealing.unseal(session, VAULT, sealed.id, kern.supervisor, "It was a mistake.")
    assert opens(session, sealed.id, kern.coordinators[0])
    with pytest.raises(Conflict):
        sealing.unseal(session, VAULT, sealed.id, kern.supervisor, "Again")


def test_no_written_reason_is_readable_in_the_database_or_the_audit(session: Session, sealed: Report) -> None:
    session.flush()
    for table in ("reports", "report_reasons", "audit_entries"):
        text = session.scalar(select(literal_column(f"string_agg(t::text, ' ') from {table} t")))
        assert "Canary-reason" not in (text or "")
        assert b"Canary-reason".hex() not in (text or "")


def test_a_seal_does_not_keep_a_report_from_being_sent_on(
    session: Session, kern: Kern, sealed: Report
) -> None:
    assert access.open_matter(session, sealed.id, kern.coordinators[0]).id == sealed.id
    for role in ("screener", "partner", "auditor"):
        with pytest.raises(NotFound):
            access.open_matter(session, sealed.id, who(session, role))


def test_what_somebody_still_writes_is_nobody_elses_to_read(session: Session, kern: Kern) -> None:
    draft = service.begin(
        session,
        VAULT,
        FORMS,
        kern.screener,
        jurisdiction="kern",
        form_id="california-report",
        received_at=base_clock.now(),
    )
    assert not opens(session, draft.id, who(session, "screener"), related=True)


def test_each_opening_and_sealing_is_in_the_audit_without_its_words(
    session: Session, kern: Kern, sealed: Report
) -> None:
    sealing.give_reason(session, VAULT, sealed.id, kern.supervisor, "Complaint")
    access.open_report(session, sealed.id, kern.supervisor, reason="prior")
    sealing.unseal(session, VAULT, sealed.id, kern.supervisor, "Settled")
    session.flush()
    rows = session.scalars(
        select(AuditEntry).where(AuditEntry.subject_id == str(sealed.id)).order_by(AuditEntry.id)
    )
    found = [(row.action, row.detail) for row in rows if row.action.startswith("report:")]
    assert found[-4:] == [
        ("report:sealed", {}),
        ("report:reason_given", {}),
        ("report:opened", {"reason": "prior"}),
        ("report:unsealed", {}),
    ]
