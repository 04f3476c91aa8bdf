"""The search still finds people who are told differently: a small, fixed measure, so that a step back fails."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.orm import Session

from hotline.accounts import service as accounts
from hotline.base.database import Database
from hotline.base.ids import new_id
from hotline.matching import search
from hotline.matching.normalise import Person
from hotline.matching.score import SUGGEST_FROM
from scripts.bench.people import Invented, population, spoiled
from scripts.bench.search import fill

PEOPLE = 2500
ASKED = 150


@pytest.fixture
def everybody(database: Database, database_url: str) -> dict[UUID, Invented]:
    """Some thousand people of closed reports, indexed, by the id under which they are stored."""
    with database.transaction() as session:
        accounts.add_user(
            session, email="a@example.org", name="Ana", password="correct horse", roles=["screener"]
        )
    people = {new_id(): one for one in population(PEOPLE, seed=21)}

    def rows() -> Iterator[tuple[UUID, Person, str]]:
        for person_id, one in people.items():
            yield person_id, one.person(), f"{one.first} {one.last}"

    fill(database_url, rows())
    return people


def test_people_are_found_again_and_others_are_not_taken_for_them(
    database: Database, everybody: dict[UUID, Invented]
) -> None:
    random = Random(22)
    asked = random.sample(list(everybody), ASKED)
    first = ten = suggested = right = 0
    with database.transaction() as session:
        for person_id in asked:
            found = search.find(session, spoiled(everybody[person_id], random).person())
            ids = [one.person_id for one in found]
            first += ids[:1] == [person_id]
            ten += person_id in ids
            likely = [one.person_id for one in found if one.score >= SUGGEST_FROM]
            suggested += len(likely)
            right += person_id in likely
    # Measured 150, 150, 149 of 149.
    assert first >= 0.97 * ASKED
    assert ten >= 0.98 * ASKED
    assert right >= 0.95 * suggested
    assert right >= 0.9 * ASKED


def test_every_query_goes_by_an_index(
    database: Database, database_url: str, everybody: dict[UUID, Invented]
) -> None:
    def read() -> tuple[int, int]:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("select pg_stat_force_next_flush()")
            row = connection.execute(
                "select seq_scan, idx_scan from pg_stat_user_tables where relname = 'report_people'"
            ).fetchone()
            assert row is not None
            return row[0], row[1]

    def look(session: Session) -> None:
        for one in list(everybody.values())[:5]:
            search.find(session, one.person())
        search.find(session, Person(first=("zoltan",), last=("quiggley",)))

    before = read()
    with database.transaction() as session:
        look(session)
    database.dispose()
    after = read()
    assert after[0] == before[0]
    assert after[1] >= before[1] + 6
