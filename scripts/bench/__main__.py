"""`make bench`: the whole system on servers of its own, measured side by side with the least that could do."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from hotline.base.errors import HotlineError
from hotline.demo.day.stack import own_stack
from scripts.bench import dispatch, webhook
from scripts.bench.load import Figures


def figures_line(name: str, figures: Figures) -> str:
    """One row of the webhook's table."""
    return f"  {name:<28}{figures.p50:>9.2f}{figures.p99:>9.2f}{figures.per_second:>11.0f}"


def webhook_table(clients: int, ours: Figures, bare: Figures) -> str:
    """The two servers and their ratio; ratios below 1 in requests per second mean that ours is slower."""
    rows = [
        f"\nIncoming call, {clients} at once        p50 ms   p99 ms   requests/s",
        figures_line("signed webhook, recorded", ours),
        figures_line("bare view, fixed TwiML", bare),
        f"  {'ratio':<28}{ours.p50 / bare.p50:>9.2f}{ours.p99 / bare.p99:>9.2f}"
        f"{ours.per_second / bare.per_second:>11.3f}",
    ]
    return "\n".join(rows)


def dispatch_table(delivered: dispatch.Delays, started: dispatch.Delays) -> str:
    """The two ways through the queue and their ratio."""
    rows = [
        "\nOne report at a time                p50 ms   p95 ms",
        f"  {'submit to delivered':<28}{delivered.p50:>9.1f}{delivered.p95:>9.1f}",
        f"  {'the queue: enqueue to start':<28}{started.p50:>9.1f}{started.p95:>9.1f}",
        f"  {'ratio':<28}{delivered.p50 / started.p50:>9.2f}{delivered.p95 / started.p95:>9.2f}",
    ]
    return "\n".join(rows)


def as_json(
    results: dict[int, tuple[Figures, Figures]], delivered: dispatch.Delays, started: dispatch.Delays
) -> dict[str, Any]:
    """Every figure by name: milliseconds, requests per second, and the ratios to the least that could do."""
    webhooks = {
        str(clients): {
            "webhook": asdict(ours),
            "bare": asdict(bare),
            "ratio": {
                "p50": ours.p50 / bare.p50,
                "p99": ours.p99 / bare.p99,
                "per_second": ours.per_second / bare.per_second,
            },
        }
        for clients, (ours, bare) in results.items()
    }
    ratio = {"p50": delivered.p50 / started.p50, "p95": delivered.p95 / started.p95}
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "incoming_call_by_clients": webhooks,
        "submit_to_delivered": asdict(delivered),
        "enqueue_to_start": asdict(started),
        "ratio": ratio,
    }


def check(sent: int, recorded: int, results: dict[int, tuple[Figures, Figures]]) -> None:
    """Speed counts only if every call was answered and recorded; HotlineError otherwise."""
    failures = sum(one.failures for pair in results.values() for one in pair)
    if failures or recorded < sent:
        raise HotlineError(f"{sent} calls were sent, {recorded} recorded, {failures} answers were wrong.")


@click.command()
@click.option("--json", "in_json", is_flag=True, help="Print JSON.")
def main(in_json: bool) -> None:
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
                results, sent = webhook.measure(stack.settings)
                for clients, (ours, bare) in results.items():
                    say(webhook_table(clients, ours, bare))
                check(sent, webhook.calls_recorded(stack.settings["DATABASE_URL"]), results)
                delivered, started = dispatch.measure(stack.settings, stack.people)
                say(dispatch_table(delivered, started))
        except HotlineError as error:
            raise click.ClickException(error.message) from error
    if in_json:
        click.echo(json.dumps(as_json(results, delivered, started), indent=1))


if __name__ == "__main__":
    main()
