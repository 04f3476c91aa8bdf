"""Our search on the records of one comparison: how often the right person is found, and how fast."""

from __future__ import annotations

import csv
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import click
from alembic import command

from hotline.accounts import service as accounts
from hotline.base.database import Database
from hotline.base.ids import new_id
from hotline.cli import alembic_config
from hotline.demo.postgres import LocalPostgres
from hotline.geography.addresses import Address
from hotline.matching import search
from hotline.matching.normalise import Person
from hotline.matching.people import make_person
from hotline.matching.score import SUGGEST_FROM
from scripts.bench.search import fill

DATABASE = "comparison"


def person(row: dict[str, str]) -> Person:
    return make_person(
        first=row["first"],
        last=row["last"],
        birth=row["birth"],
        sex=row["sex"],
        address=Address(street=row["street"], city=row["town"], zip_code=row["zip"]),
        school=row["school"],
    )


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def load(url: str, folder: Path) -> None:
    """Fill an empty database with everybody; who is to be found bears their id in place of a name."""
    command.upgrade(alembic_config(url), "head")
    database = Database(url)
    with database.transaction() as session:
        accounts.add_user(
            session, email="bench@example.org", name="Bench", password="not used here", roles=["screener"]
        )
    database.dispose()

    def everybody() -> Iterator[tuple[UUID, Person, str]]:
        for name in ("people", "others"):
            for row in rows(folder / f"{name}.csv"):
                yield new_id(), person(row), row["id"]

    fill(url, everybody())


def look(url: str, folder: Path) -> dict[str, float]:
    """Recall among the first and the first ten, the precision of what is suggested, and milliseconds."""
    database = Database(url, statement_timeout=60)
    took, missed = [], []
    first = ten = suggested = right = 0
    with database.transaction() as session:
        for row in rows(folder / "queries.csv"):
            began = time.perf_counter()
            found = search.find(session, person(row))
            took.append((time.perf_counter() - began) * 1000)
            ids = [one.name for one in found]
            first += ids[:1] == [row["id"]]
            ten += row["id"] in ids
            if row["id"] not in ids:
                missed.append(row)
            good = [one.name for one in found if one.score >= SUGGEST_FROM]
            suggested += len(good)
            right += row["id"] in good
    database.dispose()
    for row in missed:
        click.echo(f"missed: {row}", err=True)
    return {
        "queries": len(took),
        "recall_at_1": round(first / len(took), 4),
        "recall_at_10": round(ten / len(took), 4),
        "precision": round(right / max(1, suggested), 4),
        "recall_of_suggested": round(right / len(took), 4),
        "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(statistics.quantiles(took, n=20)[-1], 1),
    }


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Keep the database there, and use it the next time."
)
def main(folder: Path, keep: Path | None) -> None:
    """Search FOLDER/others.csv and FOLDER/people.csv for everybody of FOLDER/queries.csv; prints JSON."""
    place = keep or folder / "postgres"
    known = (place / "filled").exists()
    place.mkdir(parents=True, exist_ok=True)
    server = LocalPostgres(place, durable=False)
    server.start()
    try:
        if not known:
            with server.administer() as connection:
                connection.execute(f"create database {DATABASE}")
            load(server.url(DATABASE), folder)
            (place / "filled").touch()
        click.echo(json.dumps(look(server.url(DATABASE), folder)))
    finally:
        server.stop()


if __name__ == "__main__":
    main()
