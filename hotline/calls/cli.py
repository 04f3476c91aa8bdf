"""`hotline calls …`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from hotline.base.config import load_settings
from hotline.base.database import Database
from hotline.base.errors import InvalidInput
from hotline.calls import reconciling
from hotline.calls.reconciling import Findings
from hotline.telephony.carriers import carrier_of
from hotline.vault.service import Vault

WORDS = {
    "abandoned": "unknown to us, nobody answered: to be called back",
    "served": "unknown to us, taken by a backup telephone: to be looked into",
    "open": "over, and open with us: the phone company is asked again",
    "times": "ended at another time than we have",
    "placed": "placed in our name, unknown to us: to be looked into",
    "left": "unknown to us, and nobody is on duty to be told",
}


@click.group()
def calls() -> None:
    """Calls, as an operator sees them: no caller's number is ever shown."""


@calls.command()
@click.option("--since", metavar="TIME", help="UTC, for example 2026-11-22T10:00; else since the last time.")
@click.option("--dry-run", is_flag=True, help="Show what differs, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Answer with JSON.")
def reconcile(since: str | None, dry_run: bool, as_json: bool) -> None:
    """Compare the phone company's list of calls with ours; each difference becomes a task, once.

    The sweep does it every three minutes. After an outage the answer is the report of the calls that were lost.
    Exit code 1 when a call could not be taken up.
    """
    settings = load_settings()
    database = Database(settings.database_url)
    try:
        start = _moment(since) if since else _last(database)
        vault = Vault(settings.vault_keys, settings.hash_key)
        findings = reconciling.reconcile(
            database, vault, carrier_of(settings).book(), start, write=not dry_run
        )
    finally:
        database.dispose()
    _show(findings, start, as_json, dry_run)
    if findings.left:
        sys.exit(1)


def _last(database: Database) -> datetime:
    with database.transaction() as session:
        return reconciling.since_last(session)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("since", "Give the time as 2026-11-22T10:00.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _show(findings: Findings, since: datetime, as_json: bool, dry_run: bool) -> None:
    if as_json:
        click.echo(json.dumps({"since": since.isoformat(), "written": not dry_run, **asdict(findings)}))
        return
    click.echo(f"{findings.listed} calls since {since:%Y-%m-%d %H:%M} UTC, {findings.differences} differ.")
    for name, words in WORDS.items():
        for sid in getattr(findings, name):
            click.echo(f"  {sid}  {words}")
    if dry_run and findings.differences:
        click.echo("Nothing was written.")
