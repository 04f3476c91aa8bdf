"""Finding a person among many earlier reports, beside one bare query by an index on the same rows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from hotline.base.database import Database
from hotline.base.errors import HotlineError
from hotline.base.ids import new_id
from hotline.matching import search
from hotline.matching.normalise import Person
from scripts.bench.load import percentile
from scripts.bench.people import population, spoiled

PEOPLE = 1_000_000
QUERIES = 200
WANTED_RATIO = 2.0
"""How many times as long as the bare query the search may take, at p95."""
_PER_REPORT = 4
_BARE = text(
    "select id from report_people where searched % cast(:name as text)"
    " order by similarity(searched, cast(:name as text)) desc limit 10"
)
_ALIKE = text("select set_config('pg_trgm.similarity_threshold', '0.45', true)")
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
    """Milliseconds of our search and of the bare query; how often ours had the right person first, and among ten."""

    people: int
    ours: Timed
    bare: Timed
    first: float
    first_ten: float
    filled: float
    """Seconds that it took to write and index the people."""


@dataclass(frozen=True)
class Timed:
    p50: float
    p95: float


def measure(url: str, people: int = PEOPLE) -> SearchFigures:
    """Fill the database at `url` with invented people, look for some of them, and take all out again.

    Every other one who is looked for is among them, and told with slips; the rest were never reported.
    """
    began = time.monotonic()
    chosen = frozenset(Random(5).sample(range(people), min(QUERIES // 2, people)))
    asked: list[tuple[Person, UUID | None]] = []
    random = Random(6)

    def everybody() -> Iterator[tuple[UUID, Person, str]]:
        for number, one in enumerate(population(people)):
            person_id = new_id()
            if number in chosen:
                asked.append((spoiled(one, random).person(), person_id))
            yield person_id, one.person(), f"{one.first} {one.last}"

    database = Database(url, statement_timeout=60)
    try:
        fill(url, everybody())
        filled = time.monotonic() - began
        asked += [(one.person(), None) for one in population(len(chosen), seed=7)]
        random.shuffle(asked)
        with database.transaction() as session:
            return _timed(session, asked, people, filled)
    finally:
        database.dispose()
        empty(url)


def table(figures: SearchFigures) -> str:
    """Both searches and their ratio."""
    rows = [
        f"\nA person among {figures.people}          p50 ms   p95 ms",
        f"  {'by everything known of them':<30}{figures.ours.p50:>9.1f}{figures.ours.p95:>9.1f}",
        f"  {'bare query: likeness of names':<30}{figures.bare.p50:>9.1f}{figures.bare.p95:>9.1f}",
        f"  {'ratio':<30}{figures.ours.p50 / figures.bare.p50:>9.2f}{figures.ours.p95 / figures.bare.p95:>9.2f}",
        f"  {'wanted at most':<30}{'':>9}{WANTED_RATIO:>9.2f}",
        f"  found first {figures.first:.1%}, among ten {figures.first_ten:.1%};"
        f" written and indexed in {figures.filled:.0f} s",
    ]
    return "\n".join(rows)


def as_json(figures: SearchFigures) -> dict[str, Any]:
    """The figures by name, with the ratio and what is wanted of it."""
    ratio = {"p50": figures.ours.p50 / figures.bare.p50, "p95": figures.ours.p95 / figures.bare.p95}
    return {**asdict(figures), "ratio": ratio, "wanted_ratio_p95": WANTED_RATIO}


def fill(url: str, people: Iterable[tuple[UUID, Person, str]]) -> None:
    """Write people (id, normalised, name) as those of closed reports, four to each, and index them."""
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


def empty(url: str) -> None:
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
    session: Session, asked: list[tuple[Person, UUID | None]], people: int, filled: float
) -> SearchFigures:
    took: dict[str, list[float]] = {"ours": [], "bare": []}
    first = ten = 0
    # What a process reads once in ten minutes is no part of a search.
    search.frequencies(session)
    for turn, (person, wanted) in enumerate(asked):
        session.execute(_ALIKE)
        # One after the other, in turns: what the machine does meanwhile meets both alike.
        for look in ("bare", "ours") if turn % 2 else ("ours", "bare"):
            began = time.perf_counter()
            if look == "bare":
                session.execute(_BARE, {"name": person.searched}).all()
            else:
                found = [one.person_id for one in search.find(session, person)]
                first += wanted is not None and found[:1] == [wanted]
                ten += wanted is not None and wanted in found
            took[look].append((time.perf_counter() - began) * 1000)
            session.execute(_ALIKE)
    known = sum(wanted is not None for _, wanted in asked)
    ours, bare = (
        Timed(percentile(took[look], 0.5), percentile(took[look], 0.95)) for look in ("ours", "bare")
    )
    return SearchFigures(people, ours, bare, first / known, ten / known, filled)
