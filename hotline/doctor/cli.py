"""`hotline doctor`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

import click
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.base.config import Settings, load_settings
from hotline.base.database import Database
from hotline.base.errors import ConfigurationError
from hotline.doctor import desk, machine, telephone
from hotline.doctor.finding import FAIL, OK, WARN, Finding, carried_out, fail, ok
from hotline.lines.models import Line
from hotline.telephony.carrier import Carrier
from hotline.telephony.carriers import carrier_of

MARKS = {OK: "ok  ", WARN: "WARN", FAIL: "FAIL"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer with JSON.")
@click.option(
    "--quiet-hours",
    default=24,
    show_default=True,
    type=click.IntRange(min=1),
    help="Warn when an open line heard of no call for so long.",
)
def doctor(as_json: bool, quiet_hours: int) -> None:
    """Check everything that callers depend on, and say what to do. Exit code 1 when something fails.

    Nothing is written, nobody is called, and no caller's number is shown.
    """
    findings = list(examine(timedelta(hours=quiet_hours)))
    failed = sum(one.status == FAIL for one in findings)
    warned = sum(one.status == WARN for one in findings)
    if as_json:
        click.echo(
            json.dumps({"fail": failed, "warn": warned, "findings": [asdict(one) for one in findings]})
        )
    else:
        for one in findings:
            click.echo(
                f"{MARKS[one.status]}  {one.name}: {one.words}" + (f" {one.remedy}" if one.remedy else "")
            )
        click.echo(f"{len(findings)} checks, {failed} failed, {warned} to look at.")
    if failed:
        sys.exit(1)


def examine(quiet_after: timedelta) -> Iterator[Finding]:
    """Every finding, in the order in which things depend on each other."""
    try:
        settings = load_settings()
        carrier = carrier_of(settings)
    except ConfigurationError as error:
        yield fail("settings", error.message, "Set them, then ask the doctor again.")
        return
    yield ok("settings", "complete")
    database = Database(settings.database_url)
    try:
        yield from carried_out("database", lambda: machine.database(database))
        yield from carried_out("redis", lambda: machine.redis(settings))
        yield from carried_out("spool", lambda: machine.spool(settings))
        yield from carried_out("signed address", lambda: telephone.signature(carrier, settings))
        yield from carried_out("voice process", lambda: telephone.voice_process(carrier, settings))
        yield from carried_out("phone company", lambda: [machine.carrier_clock(carrier.office().now())])
        yield from carried_out("text messages", lambda: telephone.texting(carrier.office()))
        yield from carried_out("softphone", lambda: telephone.softphone(carrier.office(), settings))
        yield from _with_database(database, carrier, settings, quiet_after)
    finally:
        database.dispose()


def _with_database(
    database: Database, carrier: Carrier, settings: Settings, quiet_after: timedelta
) -> Iterator[Finding]:
    try:
        with database.transaction() as session:
            yield from _in_session(session, carrier, settings, quiet_after)
    except SQLAlchemyError:
        yield fail(
            "lines", "Lines, rosters and calls can't be read without the database.", "Repair it first."
        )


def _in_session(
    session: Session, carrier: Carrier, settings: Settings, quiet_after: timedelta
) -> Iterator[Finding]:
    yield from machine.sweep(session)
    yield from machine.database_clock(session)
    lines = session.scalars(select(Line).order_by(Line.number)).all()
    yield from carried_out("lines", lambda: telephone.numbers(lines, carrier.office(), settings))
    yield from carried_out("fallback", lambda: telephone.fallback(lines, settings))
    yield from desk.backups(lines)
    yield from desk.webhooks(session, lines, quiet_after)
    yield from desk.duty(session, lines)
    yield from desk.comparison(session)
