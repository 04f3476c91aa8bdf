"""Reports: saved field by field, sealed, never overwritten unseen, submitted once."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from sqlalchemy import literal_column, select, text
from sqlalchemy.orm import Session

from hotline.accounts import service as accounts
from hotline.accounts.service import SignedIn
from hotline.audit.models import AuditEntry
from hotline.base import clock as base_clock
from hotline.base import crypto
from hotline.base.clock import FrozenClock
from hotline.base.crypto import Keyring
from hotline.base.errors import Conflict, NotFound
from hotline.base.outbox import OutboxRow
from hotline.reports import access, queries, service
from hotline.reports.models import Report
from hotline.reports.service import SaveConflict
from hotline.vault.service import Vault
from screening_forms.errors import UnknownField, ValueProblem
from screening_forms.loader import Shelf, load_forms

CANARY = "Canary-reporter-4417"
STORY = "Canary-story-8821"


@pytest.fixture(scope="module")
def forms() -> Shelf:
    return load_forms()


@pytest.fixture
def vault() -> Vault:
    encoded = base64.b64encode(crypto.new_key()).decode()
    return Vault(Keyring.parse(f"k1:{encoded}"), crypto.new_key())


def person(session: Session, role: str) -> SignedIn:
    email = f"{role}-{crypto.new_key().hex()[:8]}@example.org"
    user_id = accounts.add_user(
        session, email=email, name=role, password="correct horse battery", roles=[role]
    )
    return SignedIn(user_id, role, (role,), None, "en", "token")


@pytest.fixture
def screener(session: Session, clock: FrozenClock) -> SignedIn:
    return person(session, "screener")


@pytest.fixture
def report(session: Session, vault: Vault, forms: Shelf, screener: SignedIn) -> Report:
    return service.begin(
        session,
        vault,
        forms,
        screener,
        jurisdiction="kern",
        form_id="california-report",
        received_at=base_clock.now() - timedelta(minutes=5),
    )


def test_references_are_told_apart(session: Session, vault: Vault, forms: Shelf, screener: SignedIn) -> None:
    made = [
        service.begin(
            session,
            vault,
            forms,
            screener,
            jurisdiction="kern",
            form_id="california-report",
            received_at=base_clock.now(),
        )
        for _ in range(2)
    ]
    assert made[0].reference != made[1].reference
    found = queries.by_reference(session, f" {made[0].reference.lower()} ")
    assert found is not None
    assert found.id == made[0].id


def test_fields_are_saved_one_by_one_with_versions(
    session: Session, vault: Vault, forms: Shelf, screener: SignedIn, report: Report
) -> None:
    def save(path: str, value: str, base: int) -> int:
        return service.save(session, vault, forms, report.id, path, value, screener, base).version

    assert save("children/1/first_name", "Óscar", 0) == 1
    assert save("children/1/first_name", "Oscar", 1) == 2
    assert save("reporter/name", CANARY, 0) == 1
    found = service.answers(session, vault, report, screener)
    assert (found["children/1/first_name"].value, found["children/1/first_name"].version) == ("Oscar", 2)
    assert found["reporter/name"].value == CANARY


def test_a_save_on_an_older_value_shows_the_present_one_and_overwrites_nothing(
    session: Session, vault: Vault, forms: Shelf, screener: SignedIn, report: Report
) -> None:
    for path in ("children/1/first_name", "reporter/name"):
        service.save(session, vault, forms, report.id, path, "first tab", screener, 0)
        with pytest.raises(SaveConflict) as caught:
            service.save(session, vault, forms, report.id, path, "second tab", screener, 0)
        assert (caught.value.present.value, caught.value.present.version) == ("first tab", 1)
        again = service.save(session, vault, forms, report.id, path, "first tab", screener, 0)
        assert again.version == 1


def test_nothing_that_was_typed_is_readable_in_the_database(
    session: Session, vault: Vault, forms: Shelf, screener: SignedIn, report: Report
) -> None:
    service.save(session, vault, forms, report.id, "reporter/name", CANARY, screener, 0)
    service.save(session, vault, forms, report.id, "narrative/story", STORY, screener, 0)
    session.flush()
    tables = (
        session.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars().all()
    )
    dump = ""
    for table in tables:
        dump += "".join(
            session.execute(select(literal_column("t::text")).select_from(text(f'"{table}" t'))).scalars()
        )
    for word in (CANARY, STORY):
        assert word not in dump
        assert word.encode().hex() not in dump


def test_only_who_may_sees_the_reporter(
    session: Session, vault: Vault, forms: Shelf, screener: SignedIn, report: Report
) -> None:
    service.save(session, vault, forms, report.id, "reporter/name", CANARY, screener, 0)
    coordinator = person(session, "coordinator")
    opened = access.open_report(session, report.id, coordinator, reason="board")
    assert "reporter/name" not in service.answers(session, vault, opened, coordinator)
    looks = session.scalars(select(AuditEntry).where(AuditEntry.action == "report:opened")).all()
    assert [(look.actor_id, look.detail) for look in looks] == [
        (str(coordinator.user_id), {"reason": "board"})
    ]


@pytest.mark.parametrize(
    "role", ["screener", "partner", "area_office", "auditor", "administrator", "on_call"]
)
def test_a_report_of_somebody_else_does_not_exist_for_others(
    session: Session, report: Report, role: str
) -> None:
    other = person(session, role)
    with pytest.raises(NotFound):
        access.open_report(session, report.id, other, reason="curiosity")
    with pytest.raises(NotFound):
        access.own_draft(session, report.id, other)


def test_bad_input_is_refused_and_what_was_saved_stays(
    session: Session, vault: Vault, forms: Shelf, screener: SignedIn, report: Report
) -> None:
    service.save(session, vault, forms, report.id, "children/1/age", "4", screener, 0)
    for path, raw, error in (
        ("children/1/age", "many", ValueProblem),
        ("narrative/story", "x" * 2_000_000, ValueProblem),
        ("narrative/story", "a\x00b", ValueProblem),
        ("no/such/field", "x", UnknownField),
    ):
        with pytest.raises(error):
            service.save(session, vault, forms, report.id, path, raw, screener, 1)
    assert service.answers(session, vault, report, screener)["children/1/age"].value == "4"


def test_an_incomplete_report_is_not_submitted_and_says_what_is_missing(
    session: Session, vault: Vault, forms: Shelf, screener: SignedIn, report: Report
) -> None:
    problems = service.submit(session, vault, forms, report.id, screener)
    assert any(problem.blocking for problem in problems)
    assert report.state == "draft"
    assert session.scalars(select(OutboxRow)).all() == []


def test_submitting_twice_makes_one_report_and_each_job_once(
    session: Session, vault: Vault, forms: Shelf, screener: SignedIn, report: Report
) -> None:
    service.save(session, vault, forms, report.id, "narrative/story", STORY, screener, 0)
    for problem in service.submit(session, vault, forms, report.id, screener):
        raw = "yes" if forms.get(report.form_id, 1).field_at(problem.path).kind == "yes_no_unknown" else "1"
        service.save(session, vault, forms, report.id, problem.path, raw, screener, 0)
    assert service.submit(session, vault, forms, report.id, screener) == []
    assert service.submit(session, vault, forms, report.id, screener) == []
    assert report.state == "submitted"
    jobs = session.scalars(select(OutboxRow)).all()
    assert sorted(job.job for job in jobs) == ["assign_track", "match_priors"]
    assert {job.subject_id for job in jobs} == {str(report.id)}
    with pytest.raises(Conflict, match="submitted already"):
        service.save(session, vault, forms, report.id, "narrative/story", "later", screener, 1)


def test_the_rules_get_facts_and_no_words(
    session: Session, vault: Vault, forms: Shelf, screener: SignedIn, report: Report
) -> None:
    service.save(session, vault, forms, report.id, "reporter/name", CANARY, screener, 0)
    service.save(session, vault, forms, report.id, "reporter/mandated", "yes", screener, 0)
    service.save(session, vault, forms, report.id, "narrative/story", STORY, screener, 0)
    service.save(session, vault, forms, report.id, "children/1/birth_date", "2/27/2024", screener, 0)
    found = service.rule_facts(session, vault, forms, report, on=base_clock.now().date())
    assert found["mandated_reporter"] is True
    assert found["youngest_child_age"] == 2
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "vault:revealed")).all() == []
    assert CANARY not in str(found)
    assert STORY not in str(found)
