"""`hotline papers …`: for a fax server or a scanner that puts what it received on somebody's desk."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from hotline.attachments.service import check
from hotline.audit.record import Actor
from hotline.base import clock
from hotline.base.config import load_settings
from hotline.base.database import Database
from hotline.policy.loader import load_packs
from hotline.vault.service import Vault
from hotline.written_reports import papers as core

_ACTOR = Actor.system("papers")


@click.group()
def papers() -> None:
    """Letters and faxes that came in."""


@papers.command("add")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--jurisdiction", required=True)
@click.option("--channel", required=True, type=click.Choice(core.CHANNELS))
@click.option(
    "--received-at",
    "received",
    help="When it arrived, like 2026-03-02T09:15; in the jurisdiction's zone unless it names one. Default: now.",
)
@click.option("--key", help="What the fax server calls it: given twice, it is one paper.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--dry-run", is_flag=True, help="Check what was given, and write nothing.")
def add(
    files: tuple[Path, ...],
    jurisdiction: str,
    channel: str,
    received: str | None,
    key: str | None,
    as_json: bool,
    dry_run: bool,
) -> None:
    """Put one paper, of one or more FILES, on a named person's desk. The files stay where they are."""
    received_at = _received_at(jurisdiction, received)
    uploads = [core.Upload(path.name, path.read_bytes()) for path in files]
    for one in uploads:
        check(one.content)
    if dry_run:
        click.echo("Nothing was written: it could be.")
        return
    settings = load_settings()
    vault, database = Vault(settings.vault_keys, settings.hash_key), Database(settings.database_url)
    try:
        with database.transaction() as session:
            paper = core.register(
                session,
                vault,
                _ACTOR,
                None,
                jurisdiction=jurisdiction,
                channel=channel,
                received_at=received_at,
                files=uploads,
                source_key=key,
            )
    finally:
        database.dispose()
    if as_json:
        click.echo(json.dumps({"paper": str(paper.id), "received_at": paper.received_at.isoformat()}))
    else:
        click.echo(f"It waits for a person as paper {paper.id}.")


def _received_at(jurisdiction: str, said: str | None) -> datetime:
    """The moment, aware. Raises ClickException for a jurisdiction without a pack and a time that can't be read."""
    packs = load_packs()
    if jurisdiction not in packs.jurisdictions():
        known = ", ".join(packs.jurisdictions())
        raise click.ClickException(f"There are no rules for '{jurisdiction}'. Known: {known}.")
    if said is None:
        return clock.now()
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise click.ClickException("--received-at: write it like 2026-03-02T09:15.") from None
    if moment.tzinfo is None:
        zone = packs.versions(jurisdiction)[-1].rules.calendar.time_zone
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC)
