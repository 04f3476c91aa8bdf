"""`make bench`: the whole system on servers of its own, measured side by side with the least that could do."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from hotline.base.errors import HotlineError
from hotline.demo.day.stack import Stack, own_stack
from scripts.bench import console, crowd, dispatch, offers, panel, search, tables, webhook
from scripts.bench.load import Figures
from scripts.bench.tables import Results

Say = Callable[[str], None]


def check(sent: int, recorded: int, results: Mapping[int, tuple[Figures, Figures]]) -> None:
    """Speed counts only if every call was answered and recorded; HotlineError otherwise."""
    failures = sum(one.failures for pair in results.values() for one in pair)
    if failures or recorded < sent:
        raise HotlineError(f"{sent} calls were sent, {recorded} recorded, {failures} answers were wrong.")


def measure(stack: Stack, say: Say, people: int) -> Results:
    """Everything in turn, each table said as soon as it is known. HotlineError when something went wrong."""
    # Nobody has called yet: offers and reports are measured without thousands of open calls behind them.
    reach = offers.measure(stack.settings, stack.people)
    say(tables.reach_table(reach))
    delivered, started = dispatch.measure(stack.settings, stack.people)
    say(tables.dispatch_table(delivered, started))
    judged = panel.measure(stack.settings, stack.people)
    say(tables.panel_table(judged))
    typing = console.measure(stack.settings, stack.people)
    say(console.table(typing))
    many = crowd.measure(stack.settings)
    say(tables.crowd_table(many))
    before = webhook.calls_recorded(stack.settings["DATABASE_URL"])
    rings, sent = webhook.measure(stack.settings)
    for clients, (ours, bare) in rings.items():
        say(tables.webhook_table(clients, ours, bare))
    check(sent, webhook.calls_recorded(stack.settings["DATABASE_URL"]) - before, rings)
    # Last: nothing else is to be measured among so many reports.
    found = search.measure(stack.settings["DATABASE_URL"], people)
    say(search.table(found))
    return Results(rings, many, reach, delivered, started, judged, typing, found)


@click.command()
@click.option("--json", "in_json", is_flag=True, help="Print JSON.")
@click.option("--people", default=search.PEOPLE, show_default=True, help="Search among so many people.")
def main(in_json: bool, people: int) -> None:
    """Measure and print; exit 1 when an answer was wrong or a call was not recorded."""

    def say(text: str) -> None:
        click.echo(text, err=in_json)

    say(f"Python {platform.python_version()}, {os.cpu_count()} cores, client and servers on them together.")
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        # Others may pass through: the local PostgreSQL may run under another account.
        folder.chmod(0o711)
        try:
            with own_stack(folder / "demo") as stack:
                results = measure(stack, say, people)
        except HotlineError as error:
            raise click.ClickException(error.message) from error
    if in_json:
        click.echo(json.dumps(tables.as_json(results), indent=1))
    if results.crowd.failures or results.crowd.lost:
        raise click.ClickException("Among the many callers some were lost or answered wrongly.")


if __name__ == "__main__":
    main()
