"""The audit page: what it shows, to whom, and what it never shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from hotline.audit.models import AuditEntry
from hotline.audit.record import Actor, record
from hotline.audit.verify import link
from hotline.base.clock import FrozenClock
from hotline.base.database import Database
from tests.support.desk import CANARY, Desk


@pytest.fixture
def desk(shared_database: Database, clock: FrozenClock) -> Iterator[Desk]:
    with shared_database.engine.connect() as connection, connection.begin() as outer:
        with Desk.within(connection) as desk:
            desk.person("auditor")
            yield desk
        outer.rollback()


@pytest.fixture
def auditor(desk: Desk) -> FlaskClient:
    return desk.signed_in("auditor")


def cells(page: str) -> str:
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


def test_entries_are_shown_with_names_the_newest_first(desk: Desk, auditor: FlaskClient) -> None:
    report = desk.report()
    shown = cells(auditor.get("/audit").text)
    assert shown.index(f"Report {report.reference}") < shown.index("Added an account")
    assert "Sam Screener" in shown
    assert f">{desk.people['screener']}" not in shown


def test_looking_at_the_audit_is_one_entry_each_time(desk: Desk, auditor: FlaskClient) -> None:
    auditor.get("/audit")
    auditor.get("/audit?report=KERN-000001")
    with desk.database.transaction() as session:
        looks = session.scalars(select(AuditEntry).where(AuditEntry.action == "audit:viewed")).all()
    assert [entry.detail["one_report"] for entry in looks] == [False, True]
    assert {entry.actor_id for entry in looks} == {str(desk.people["auditor"])}


def test_the_list_can_be_narrowed_to_one_report_and_all_that_belongs_to_it(
    desk: Desk, auditor: FlaskClient
) -> None:
    one, other = desk.report(), desk.report()
    with desk.database.transaction() as session:
        record(session, Actor.system("assign_track"), "vault:revealed", "vault_record", one.reporter_vault_id)
    shown = cells(auditor.get(f"/audit?report={one.reference.lower()}").text)
    assert one.reference in shown
    assert other.reference not in shown
    assert "Opened an identity" in shown
    assert "Added an account" not in shown


def test_an_unknown_reference_finds_nothing_and_says_so(auditor: FlaskClient) -> None:
    page = auditor.get("/audit?report=KERN-999999").text
    assert "Is the reference right?" in page
    assert "<tbody>" not in page


def test_the_list_can_be_narrowed_to_a_person_and_an_action(desk: Desk, auditor: FlaskClient) -> None:
    desk.report()
    auditor.get("/audit")
    shown = cells(auditor.get(f"/audit?person={desk.people['auditor']}&action=audit:viewed").text)
    assert shown.count("<tr>") == 1
    assert "Looked at the audit" in shown


def test_the_days_of_the_filter_are_local_days(desk: Desk, auditor: FlaskClient, clock: FrozenClock) -> None:
    # 10:00 in Kern County on 2 March; 15 hours later it is 3 March there.
    first = desk.report()
    clock.advance(timedelta(hours=15))
    auditor = desk.signed_in("auditor")
    second = desk.report()
    assert first.reference in auditor.get("/audit?from=2026-03-02&until=2026-03-02").text
    assert second.reference not in cells(auditor.get("/audit?from=2026-03-02&until=2026-03-02").text)
    assert first.reference not in cells(auditor.get("/audit?from=2026-03-03").text)
    assert second.reference in auditor.get("/audit?from=2026-03-03").text


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_named_beside_its_field(auditor: FlaskClient, day: str) -> None:
    answer = auditor.get(f"/audit?until={day}")
    assert answer.status_code == 200
    assert 'id="until-problem"' in answer.text


@pytest.mark.parametrize("before", ["-1", "x", "²", "9" * 40, "0"])
def test_a_wrong_page_number_is_harmless(auditor: FlaskClient, before: str) -> None:
    assert auditor.get("/audit", query_string={"before": before}).status_code == 200


def test_older_entries_are_on_the_next_page(desk: Desk, auditor: FlaskClient) -> None:
    with desk.database.transaction() as session:
        for number in range(60):
            record(session, Actor.system("accounts"), "user:added", "user", f"made-{number}")
    first = auditor.get("/audit?action=user:added").text
    assert cells(first).count("<tr>") == 50
    address = first.partition('href="/audit?before=')[2].partition('"')[0].replace("&amp;", "&")
    second = auditor.get(f"/audit?before={address}").text
    assert 0 < cells(second).count("<tr>") <= 12
    assert not set(_numbers(first)) & set(_numbers(second))


def _numbers(page: str) -> list[str]:
    return [part.partition("<")[0] for part in cells(page).split('<th scope="row">')[1:]]


def test_the_chain_is_checked_on_demand_and_the_check_is_an_entry(desk: Desk, auditor: FlaskClient) -> None:
    desk.report()
    with desk.database.transaction() as session:
        length = link(session)
    page = desk.post(auditor, "/audit/verify").text
    assert "The chain is whole" in page
    assert f"{length} links were checked" in page
    assert "Checked the chain" in cells(auditor.get("/audit").text)


def test_a_changed_entry_is_found(desk: Desk, auditor: FlaskClient) -> None:
    desk.report()
    with desk.database.transaction() as session:
        link(session)
    with desk.database.transaction() as session:
        session.execute(text("alter table audit_entries disable trigger user"))
        session.execute(
            text(
                "update audit_entries set action = 'report:forged'"
                " where id = (select entry_id from audit_links where position = 2)"
            )
        )
        session.execute(text("alter table audit_entries enable trigger user"))
    page = desk.post(auditor, "/audit/verify")
    assert page.status_code == 200
    assert "The chain is broken at link 2" in page.text


def test_the_check_needs_the_token_of_the_form(auditor: FlaskClient) -> None:
    assert auditor.post("/audit/verify").status_code == 403


@pytest.mark.parametrize(
    "role", ["screener", "supervisor", "coordinator", "area_office", "on_call", "partner"]
)
def test_nobody_else_reads_the_audit(desk: Desk, role: str) -> None:
    desk.person(role)
    client = desk.signed_in(role)
    assert client.get("/audit").status_code == 403
    assert desk.post(client, "/audit/verify").status_code == 403


def test_an_administrator_reads_the_audit(desk: Desk) -> None:
    desk.person("administrator")
    assert desk.signed_in("administrator").get("/audit").status_code == 200


def test_what_is_shown_is_escaped(desk: Desk, auditor: FlaskClient) -> None:
    with desk.database.transaction() as session:
        record(session, Actor.system("<script>alert(1)</script>"), "<b>x", "<i>y", "z", {"<u>": "<s>"})
    for page in (auditor.get("/audit").text, auditor.get("/audit?report=%3Cscript%3E").text):
        assert not any(tag in page.lower() for tag in ("<script>", "<b>x", "<i>y", "<u>", "<s>"))


def test_the_reporter_is_nowhere_in_it(desk: Desk, auditor: FlaskClient) -> None:
    report = desk.report()
    for address in ("/audit", f"/audit?report={report.reference}"):
        assert CANARY not in auditor.get(address).text


def test_it_speaks_spanish(desk: Desk) -> None:
    desk.report()
    page = desk.signed_in("auditor", language="es").get("/audit").text
    assert '<html lang="es">' in page
    assert "Abrió un reporte" in page or "Comenzó un reporte" in page
