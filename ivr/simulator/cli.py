"""`hotline simulate`: call a line of the running simulator, and look at what it knows."""

import json
import os
import sys
from typing import Any

import click
import httpx

from ivr.simulator.scenarios import BadScript, Caller, NotMet, load, names

ADDRESS = click.option(
    "--simulator",
    default=lambda: f"http://127.0.0.1:{os.environ.get('HOTLINE_SIMULATOR_PORT') or '8002'}",
    show_default="http://127.0.0.1:8002",
    metavar="URL",
    help="Where the simulator runs.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer with JSON.")


@click.group()
def simulate() -> None:
    """Play callers on the phone simulator."""


@simulate.command()
@click.option("--script", required=True, metavar="NAME|FILE", help="What the caller does.")
@click.option("--from", "from_", metavar="NUMBER", help="Instead of the script's number.")
@click.option("--to", metavar="NUMBER", help="Instead of the script's line.")
@ADDRESS
@AS_JSON
def call(script: str, from_: str | None, to: str | None, simulator: str, as_json: bool) -> None:
    """Make one call by a script; exit code 1 if the line does not do what the script expects."""
    try:
        scripted = load(script)
    except BadScript as error:
        raise click.UsageError(str(error)) from error
    with _client(simulator) as client:
        try:
            played = Caller(client).play(scripted, from_, to)
        except httpx.HTTPError as error:
            raise _unreachable(simulator) from error
        except NotMet as refused:
            raise click.ClickException(str(refused)) from refused
    if as_json:
        click.echo(json.dumps({"script": played.script, "problem": played.problem, "call": played.call}))
    else:
        result = played.call
        click.echo(f"{played.script}: {result['outcome']}, {result['status']}, ended by {result['ended_by']}")
        if played.problem is not None:
            click.echo(f"Not met: {played.problem}", err=True)
    sys.exit(0 if played.problem is None else 1)


@simulate.command()
@AS_JSON
def scripts(as_json: bool) -> None:
    """List the scripts that come with the simulator."""
    found = {name: load(name).about for name in names()}
    click.echo(
        json.dumps(found) if as_json else "\n".join(f"{name:24} {about}" for name, about in found.items())
    )


@simulate.command()
@ADDRESS
@AS_JSON
def lines(simulator: str, as_json: bool) -> None:
    """List the lines of the simulator and where their calls are asked about."""
    found: list[dict[str, str]] = _fetch(simulator, "/sim/lines")["lines"]
    text = "\n".join(f"{line['number']:16} {line['voice_url']}" for line in found)
    click.echo(json.dumps(found) if as_json else text)


@simulate.command()
@ADDRESS
@AS_JSON
def ledger(simulator: str, as_json: bool) -> None:
    """Count the calls: offered = answered + abandoned + diverted + open."""
    totals: dict[str, int] = _fetch(simulator, "/sim/ledger?kind=none")["totals"]
    click.echo(json.dumps(totals) if as_json else "\n".join(f"{name:10} {n:6}" for name, n in totals.items()))


def _client(simulator: str) -> httpx.Client:
    return httpx.Client(base_url=simulator, trust_env=False, timeout=10)


def _unreachable(simulator: str) -> click.ClickException:
    return click.ClickException(
        f"No simulator answers at {simulator}: start it with `python -m ivr.simulator` or `make demo`."
    )


def _fetch(simulator: str, path: str) -> dict[str, Any]:
    try:
        with _client(simulator) as client:
            answer = client.get(path).raise_for_status()
    except httpx.HTTPError as error:
        raise _unreachable(simulator) from error
    found: dict[str, Any] = answer.json()
    return found
