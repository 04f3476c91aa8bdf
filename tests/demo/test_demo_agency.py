"""The invented agency: loaded whole, once, and covering what the Kern pack lists."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from hotline.accounts import passwords
from hotline.accounts.models import User
from hotline.accounts.service import sign_in
from hotline.base.database import Database
from hotline.demo import agency
from hotline.demo.agency import SIGN_INS, load, seed
from hotline.lines.models import Line
from hotline.partners.coverage import choices
from hotline.partners.models import Coverage, Organization
from hotline.policy.loader import load_packs
from hotline.rosters import service as rosters
from hotline.rosters.models import RosterEntry
from tests.support.calls import VAULT

TODAY = date(2026, 3, 2)


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty people's argon2 takes seconds; one test pays for it."""
    monkeypatch.setattr(passwords, "hash_password", lambda password: f"cheap:{password}")


def counts(database: Database) -> list[int]:
    with database.transaction() as session:
        tables = (User, Line, Organization, Coverage, RosterEntry)
        return [session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def test_loading_twice_changes_nothing(database: Database, tmp_path: Path, cheap_passwords: None) -> None:
    first = load(database, load_packs(), VAULT, tmp_path)
    before = counts(database)
    assert load(database, load_packs(), VAULT, tmp_path) == first
    assert counts(database) == before


def test_the_sign_ins_are_kept_for_the_owner_alone(
    database: Database, tmp_path: Path, cheap_passwords: None
) -> None:
    sign_ins = load(database, load_packs(), VAULT, tmp_path)
    path = tmp_path / SIGN_INS
    assert path.stat().st_mode & 0o777 == 0o600
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert [one["password"] for one in kept] == [one.password for one in sign_ins]
    assert len({one.password for one in sign_ins}) == len(sign_ins)


def test_a_lost_file_of_sign_ins_means_new_passwords(
    database: Database, tmp_path: Path, cheap_passwords: None
) -> None:
    load(database, load_packs(), VAULT, tmp_path)
    (tmp_path / SIGN_INS).unlink()
    again = load(database, load_packs(), VAULT, tmp_path)
    with database.transaction() as session:
        ana = session.scalars(select(User).where(User.email == again[0].email)).one()
    assert ana.password_hash == f"cheap:{again[0].password}"


def test_everybody_can_sign_in_with_the_password_in_the_file(
    environ: dict[str, str], database: Database, tmp_path: Path
) -> None:
    result = CliRunner().invoke(seed, env=environ | {"HOTLINE_DEMO_DIR": str(tmp_path)})
    assert result.exit_code == 0, result.output
    kept = json.loads((tmp_path / SIGN_INS).read_text(encoding="utf-8"))
    with database.transaction() as session:
        assert sign_in(session, kept[0]["email"], kept[0]["password"], "en")
        assert sign_in(session, kept[-1]["email"], kept[-1]["password"], "en")


def test_every_team_and_every_recipient_has_its_ladder(
    database: Database, tmp_path: Path, cheap_passwords: None
) -> None:
    load(database, load_packs(), VAULT, tmp_path)
    with database.transaction() as session:
        assert len(rosters.ladder(session, rosters.coordinators("kern"))) == 2
        assert len(rosters.ladder(session, rosters.supervisors("kern"))) == 1
        on_call = [session.get_one(User, one) for one in rosters.ladder(session, rosters.on_call("kern"))]
        assert len(on_call) == 2 and all(user.desk_number for user in on_call)
        for organization in session.scalars(select(Organization)):
            people = rosters.ladder(session, rosters.organization(organization.id))
            assert len(people) == (3 if organization.kind == "area_office" else 2)


def test_each_service_of_the_pack_has_a_partner_where_it_is_open_and_nowhere_else(
    database: Database, tmp_path: Path, cheap_passwords: None
) -> None:
    shelf = load_packs()
    load(database, shelf, VAULT, tmp_path)
    pack = shelf.versions("kern")[-1]
    with database.transaction() as session:
        for area in pack.areas.areas:
            for service in ("path_1", "path_2"):
                found = [
                    one
                    for one in choices(session, "kern", "partner", service, area.code, TODAY)
                    if one.chosen
                ]
                is_open = pack.coverage.open_in(area.code, service, TODAY) is not None
                assert (len(found) == 1) == is_open, (area.code, service)


def test_what_is_invented_says_so(database: Database, tmp_path: Path, cheap_passwords: None) -> None:
    assert all("(demo)" in one.name for one in load(database, load_packs(), VAULT, tmp_path))
    with database.transaction() as session:
        names = session.scalars(select(Organization.name)).all()
        assert all("(invented)" in name or "(demo)" in name for name in names)
        emails = session.scalars(select(User.email)).all()
        assert all(email.endswith(".example") for email in emails)


def test_the_command_says_which_setting_is_missing(environ: dict[str, str]) -> None:
    result = CliRunner().invoke(seed, env=environ)
    assert result.exit_code != 0
    assert "HOTLINE_DEMO_DIR" in str(result.exception)


def test_passwords_can_be_typed() -> None:
    drawn = {agency.new_password() for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(one) >= 12 and one.replace("-", "").isalnum() and one.isascii() for one in drawn)
