"""`hotline contacts`: what may be set on the command line, and what is never shown there."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from hotline.base.database import Database
from hotline.cli import main
from hotline.contacts.models import Contact
from tests.support.calls import VAULT


def run(environ: Mapping[str, str], *words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["contacts", *words], input=typed, env=dict(environ))


def add(environ: Mapping[str, str], number: str, *more: str, typed: str | None = None) -> Result:
    given = ("--jurisdiction", "kern", "--kind", "interpreter", "--name", "Voices", "--number", number)
    return run(environ, "add", *given, *more, typed=typed)


def test_a_contact_is_added_changed_and_listed_without_its_code(
    database: Database, environ: dict[str, str]
) -> None:
    assert add(environ, "661-555-0160", "--pin", typed="4711\n").exit_code == 0
    assert add(environ, "661-555-0161").exit_code == 0
    listed = run(environ, "list", "--jurisdiction", "kern", "--json")
    (one,) = json.loads(listed.output)
    assert (one["name"], one["number"], one["reason"]) == ("Voices", "+16615550161", "interpreter")
    plain = run(environ, "list", "--jurisdiction", "kern").output
    assert "+16615550161" in plain
    assert "4711" not in listed.output + plain
    with database.transaction() as session:
        contact = session.scalars(select(Contact)).one()
        assert contact.pin_vault_id is not None
        assert VAULT.use(session, contact.pin_vault_id) == {"pin": "4711"}


def test_a_dry_run_writes_nothing(database: Database, environ: dict[str, str]) -> None:
    answer = add(environ, "661-555-0160", "--dry-run")
    assert (answer.exit_code, answer.output) == (0, "Nothing was written: it could be.\n")
    with database.transaction() as session:
        assert session.scalars(select(Contact)).all() == []


@pytest.mark.parametrize(("number", "word"), [("911", "registered address"), ("12", "ten digits")])
def test_what_may_not_be_called_is_refused_with_the_reason(
    database: Database, environ: dict[str, str], number: str, word: str
) -> None:
    answer = add(environ, number)
    assert answer.exit_code == 1
    assert word in answer.output
