"""`hotline simulate day`."""

from __future__ import annotations

import json
import os
import shlex
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import httpx

from hotline.base.errors import HotlineError
from hotline.demo.day.ledgers import (
    DatabaseLedger,
    MailLedger,
    PhoneLedger,
    as_text,
    compare,
    ledgers_as_json,
    ledgers_from_json,
)
from hotline.demo.day.people import read_people
from hotline.demo.day.plan import FEWEST, PlannedCall, make_plan, pace
from hotline.demo.day.run import Place, run_day
from hotline.demo.day.stack import own_stack
from hotline.demo.day.telephone import PhoneCompany

Ledgers = tuple[PhoneLedger, MailLedger, DatabaseLedger]

USUAL_CALLS = 40
"""A county with more than 1,000 calls a month has about so many a day."""

USUAL_SPEED = 480.0
"""A day in three minutes."""

OWN_PHONE_SPEED = 10.0
"""With servers of its own, callers listen so many times as fast, so that nobody waits for a whole greeting."""


@click.command()
@click.option("--calls", default=USUAL_CALLS, show_default=True, help=f"How many callers ({FEWEST} or more).")
@click.option("--seed", default=1, show_default=True, help="Another seed, another day.")
@click.option("--speed", default=USUAL_SPEED, show_default=True, help="How many times as fast as life.")
@click.option(
    "--own", is_flag=True, help="Start servers and programs for this day only, and stop them after it."
)
@click.option(
    "--demo",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the running demonstration (default: HOTLINE_DEMO_DIR or .demo).",
)
@click.option(
    "--keep", type=click.Path(path_type=Path, dir_okay=False), help="Write the ledgers to this file."
)
@click.option(
    "--from",
    "kept",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Compare ledgers that were kept before, instead of calling anybody.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def day(
    calls: int,
    seed: int,
    speed: float,
    own: bool,
    folder: Path | None,
    keep: Path | None,
    kept: Path | None,
    as_json: bool,
) -> None:
    """Let a whole day of calls happen, then compare everybody's ledgers.

    Simulated callers in both languages ring, wait, hang up at every stage, talk; robot screeners take, decline
    and miss calls and write reports; recipients acknowledge. At the end the ledgers of the phone company, of the
    recipients' mail server and of the database stand side by side. Exit code 1: they differ.
    """

    def say(line: str) -> None:
        click.echo(line, err=as_json)

    troubles: tuple[str, ...] = ()
    if kept is not None:
        ledgers = _read(kept)
    else:
        plan, place = _checked(calls, seed, speed), _running(folder) if not own else _own(say)
        with place as here:
            say(f"{calls} calls (seed {seed}), {speed:g} times as fast as life.")
            outcome = run_day(here, plan, speed, say)
        ledgers, troubles = (outcome.phone, outcome.mail, outcome.database), outcome.troubles
    if keep is not None:
        keep.touch(0o600)
        keep.write_text(json.dumps(ledgers_as_json(*ledgers), indent=1), encoding="utf-8")
    comparison = compare(*ledgers)
    if as_json:
        click.echo(json.dumps({**comparison.as_json(), "troubles": list(troubles)}, indent=1))
    else:
        click.echo("\n" + as_text(comparison))
        for trouble in troubles:
            click.echo(f"Not as planned: {trouble}")
    if not comparison.balanced or troubles:
        raise SystemExit(1)


def _checked(calls: int, seed: int, speed: float) -> list[PlannedCall]:
    try:
        plan = make_plan(calls, seed)
        pace(plan, speed)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return plan


def _read(path: Path) -> Ledgers:
    try:
        return ledgers_from_json(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise HotlineError(
            f"{path} holds no ledgers that '--keep' wrote ({type(error).__name__})."
        ) from error


@contextmanager
def _running(folder: Path | None) -> Iterator[Place]:
    """The demonstration that runs in `folder`; raises HotlineError with the remedy when there is none."""
    where = folder or Path(os.environ.get("HOTLINE_DEMO_DIR", "") or ".demo")
    try:
        settings = exported((where / "environment").read_text(encoding="utf-8"))
        place = Place.of(settings, read_people(where / "signins.json"))
        PhoneCompany(place.phone_url).calls(live=True)
    except (OSError, KeyError, ValueError, httpx.HTTPError) as error:
        raise HotlineError(
            f"No demonstration answers in {where} ({type(error).__name__}). Start one with 'make demo', "
            "name its folder with --demo, or use --own."
        ) from error
    yield place


@contextmanager
def _own(say: Callable[[str], None]) -> Iterator[Place]:
    """Servers and programs for this day only."""
    with tempfile.TemporaryDirectory(prefix="hotline-day-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        say("Starting servers and programs of its own.")
        with own_stack(Path(name) / "run", speed=OWN_PHONE_SPEED, durable=False) as stack:
            yield Place.of(stack.settings, stack.people)


def exported(text: str) -> dict[str, str]:
    """The settings in a file of lines `export NAME='value'`."""
    words = (shlex.split(line) for line in text.splitlines() if line.startswith("export "))
    return dict(word.split("=", 1) for _, word in words)
