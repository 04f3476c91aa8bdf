"""Splink on the same records: linked with default m, u estimated by sampling, term frequencies."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click
import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from bench.make import FIELDS

RULES = (
    ("birth",),
    ("first", "last"),
    ("last", "zip"),
    ("first", "zip"),
    ("last", "birth_year"),
    ("first", "birth_year"),
)


def table(*paths: Path) -> pd.DataFrame:
    """The rows of CSV files as Splink wants them: an empty text is no value."""
    whole = pd.concat(
        [pd.read_csv(path, dtype=str, usecols=list(FIELDS)) for path in paths], ignore_index=True
    )
    for name in ("first", "last", "street", "town", "school"):
        whole[name] = whole[name].str.lower()
    whole["birth_year"] = whole["birth"].str[:4]
    # A date of which the day is not known is no date to it.
    whole["birth"] = whole["birth"].where(whole["birth"].str.len() == 10)
    whole = whole.rename(columns={"id": "unique_id"})
    return whole.astype(object).where(whole.notna(), None)


def settings(fields: set[str]) -> SettingsCreator:
    comparisons = [
        cl.NameComparison("first").configure(term_frequency_adjustments=True),
        cl.NameComparison("last").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("birth", input_is_string=True),
        cl.JaroWinklerAtThresholds("street", [0.95, 0.85]),
        cl.JaroWinklerAtThresholds("town", [0.92]).configure(term_frequency_adjustments=True),
        cl.ExactMatch("zip").configure(term_frequency_adjustments=True),
    ]
    if "sex" in fields:
        comparisons.append(cl.ExactMatch("sex"))
    if "school" in fields:
        comparisons.append(cl.JaroWinklerAtThresholds("school", [0.92]))
    return SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
        probability_two_random_records_match=1e-6,
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
def main(folder: Path) -> None:
    """Link FOLDER/queries.csv with FOLDER/people.csv and FOLDER/others.csv; prints JSON."""
    everybody, queries = table(folder / "people.csv", folder / "others.csv"), table(folder / "queries.csv")
    fields = {
        name for name in ("sex", "school") if everybody[name].notna().any() and queries[name].notna().any()
    }
    began = time.perf_counter()
    engine = DuckDBAPI()
    tables = [
        engine.register(everybody, dataset_display_name="everybody"),
        engine.register(queries, dataset_display_name="asked"),
    ]
    linker = Linker(tables, settings(fields))
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    pairs = linker.inference.predict(threshold_match_weight=-15).as_pandas_dataframe()
    took = time.perf_counter() - began
    left = pairs["source_dataset_l"] == "everybody"
    pairs["found"] = pairs["unique_id_l"].where(left, pairs["unique_id_r"])
    pairs["asked"] = pairs["unique_id_r"].where(left, pairs["unique_id_l"])
    pairs = pairs.sort_values("match_weight", ascending=False)
    best = {asked: list(group["found"][:10]) for asked, group in pairs.groupby("asked", sort=False)}
    asked = list(queries["unique_id"])
    sure = pairs[pairs["match_probability"] >= 0.5]
    figures = {
        "queries": len(asked),
        "recall_at_1": round(sum(best.get(one, [])[:1] == [one] for one in asked) / len(asked), 4),
        "recall_at_10": round(sum(one in best.get(one, []) for one in asked) / len(asked), 4),
        "precision": round(float((sure["found"] == sure["asked"]).mean()), 4),
        "seconds_together": round(took, 1),
    }
    click.echo(json.dumps(figures))


if __name__ == "__main__":
    main()
