"""Finding a person among many earlier reports, beside one bare query by an index on the same rows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from uuid import UUID

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from hotline.base.database import Database
from hotline.base.errors import HotlineError
from hotline.base.ids import new_id
from hotline.matching import search
from hotline.matching.normalise import Person
from scripts.bench.people import Invented, population, spoiled

PEOPLE = 1_000_000
QUERIES = 200
_PER_REPORT = 4
_BARE = text(
    "select id from report_people where searched % cast(:name as text)"
    " order by similarity(searched, cast(:name as text)) desc limit 10"
)
_REPORTS = """
    insert into reports (id, reference, jurisdiction, form_id, form_version, state, screener_id, received_at,
        created_at, key_id, reporter_vault_id, version)
    select one.id, 'BENCH-' || one.id, 'kern', 'california-report', 1, 'closed', %s, now(), now(), 'bench', one.id, 1
    from unnest(%s::uuid[]) one (id)
"""
_PERSON = (
    "COPY report_people (id, report_id, entry, role, name, searched, first, last, birth, year_from, year_to, sex,"
    " house, street, town, zip, school, phone, keys) FROM STDIN"
)


@dataclass(frozen=True)
class SearchFigures:
    """Milliseconds of our search and of the bare query, and how often ours had the right person among the first ten."""

    people: int
    ours: tuple[float, ...]
    bare: tuple[float, ...]
    first: float
    first_ten: float
    filled: float
    """Seconds that it took to write and index the people."""


def measure(url: str, people: int = PEOPLE) -> SearchFigures:
    """Fill the database at `url` with invented people, look for some as told with slips, and take all out again."""
    began = time.monotonic()
    sample = Random(5).sample(range(people), min(QUERIES, people))
    wanted: dict[int, UUID] = {}
    asked: dict[int, Invented] = {}
    random = Random(6)
    chosen = frozenset(sample)

    def everybody() -> Iterator[tuple[UUID, Person, str]]:
        for number, one in enumerate(population(people)):
            person_id = new_id()
            if number in chosen:
                wanted[number], asked[number] = person_id, spoiled(one, random)
            yield person_id, one.person(), f"{one.first} {one.last}"

    reports = fill(url, everybody())
    filled = time.monotonic() - began
    try:
        database = Database(url, statement_timeout=60)
        with database.transaction() as session:
            figures = _timed(session, {number: asked[number].person() for number in sample}, wanted)
        database.dispose()
    finally:
        empty(url, reports)
    ours, bare, first, ten = figures
    return SearchFigures(people, ours, bare, first, ten, filled)


def fill(url: str, people: Iterable[tuple[UUID, Person, str]]) -> list[UUID]:
    """Write people (id, normalised, name) as those of closed reports, and index them; the reports' ids."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("select id from users limit 1").fetchone()
        if found is None:
            raise HotlineError("The database has no user who could have taken the reports.")
        reports: list[UUID] = []
        with _without_indexes(connection), connection.transaction():
            connection.execute("set local session_replication_role = replica")
            with connection.cursor() as cursor, cursor.copy(_PERSON) as copy:
                for number, (person_id, person, name) in enumerate(people):
                    if number % _PER_REPORT == 0:
                        reports.append(new_id())
                    values = search.columns(person)
                    row = (person_id, reports[-1], f"children/{number % _PER_REPORT + 1}", "children", name)
                    copy.write_row((*row, *values.values()))
            connection.execute(_REPORTS, (found[0], reports))
        connection.execute("vacuum analyze report_people")
        connection.execute("analyze reports")
    return reports


def empty(url: str, reports: list[UUID]) -> None:
    """Take what `fill` wrote out again."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("truncate report_people")
        with connection.transaction():
            connection.execute("set local session_replication_role = replica")
            connection.execute("delete from reports where key_id = 'bench'")


@contextmanager
def _without_indexes(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[None]:
    """Indexes are made after the rows: in a tenth of the time."""
    rows = connection.execute(
        "select indexname, indexdef from pg_indexes where tablename = 'report_people' and indexname not like 'pk_%'"
    ).fetchall()
    for name, _ in rows:
        connection.execute(f"drop index {name}")
    yield
    connection.execute("set maintenance_work_mem = '256MB'")
    for _, definition in rows:
        connection.execute(str(definition))


def _timed(
    session: Session, asked: dict[int, Person], wanted: dict[int, UUID]
) -> tuple[tuple[float, ...], tuple[float, ...], float, float]:
    ours: list[float] = []
    bare: list[float] = []
    first = ten = 0
    for turn, (number, person) in enumerate(asked.items()):
        session.execute(text("select set_config('pg_trgm.similarity_threshold', '0.45', true)"))
        # One after the other, in turns: what the machine does meanwhile meets both alike.
        for look in ("bare", "ours") if turn % 2 else ("ours", "bare"):
            began = time.perf_counter()
            if look == "bare":
                session.execute(_BARE, {"name": person.searched}).all()
                bare.append((time.perf_counter() - began) * 1000)
            else:
                found = [one.person_id for one in search.find(session, person)]
                ours.append((time.perf_counter() - began) * 1000)
                first += found[:1] == [wanted[number]]
                ten += wanted[number] in found
    return tuple(ours), tuple(bare), first / len(asked), ten / len(asked)
