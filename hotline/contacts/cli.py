"""`hotline contacts …`: interpreter services, and the law-enforcement agencies that screeners call into a call."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from hotline.audit.record import Actor
from hotline.base.config import load_settings
from hotline.base.database import Database
from hotline.contacts import service
from hotline.vault.service import Vault

_ACTOR = Actor.system("command_line")


@click.group()
def contacts() -> None:
    """Interpreter services, and who is called when a child is in danger."""


@contacts.command("add")
@click.option("--jurisdiction", required=True)
@click.option("--kind", required=True, type=click.Choice(service.KINDS))
@click.option("--name", required=True)
@click.option("--number", required=True, help="The ten-digit number. 911 is refused: see the message.")
@click.option("--language", help="An interpreter's language; without it: any.")
@click.option("--area", help="The area that an agency serves; without it: the whole jurisdiction.")
@click.option("--position", default=1, show_default=True, help="1 is called first.")
@click.option(
    "--pin", "with_pin", is_flag=True, help="Ask for the customer code that is keyed in (not shown)."
)
@click.option("--dry-run", is_flag=True, help="Check what was given, and write nothing.")
def add(
    jurisdiction: str,
    kind: str,
    name: str,
    number: str,
    language: str | None,
    area: str | None,
    position: int,
    with_pin: bool,
    dry_run: bool,
) -> None:
    """Add a contact, or change the number, code and position of the one with the same name, language and area."""
    pin = click.prompt("Customer code", hide_input=True) if with_pin else None
    settings = load_settings()
    vault, database = Vault(settings.vault_keys, settings.hash_key), Database(settings.database_url)
    try:
        with database.transaction() as session:
            service.add(
                session,
                vault,
                _ACTOR,
                jurisdiction=jurisdiction,
                kind=kind,
                name=name,
                number=number,
                language=language,
                area=area,
                pin=pin,
                position=position,
            )
            if dry_run:
                session.rollback()
    finally:
        database.dispose()
    click.echo("Nothing was written: it could be." if dry_run else "Written.")


@contacts.command("list")
@click.option("--jurisdiction", required=True)
@click.option("--json", "as_json", is_flag=True, help="Answer with JSON.")
def list_contacts(jurisdiction: str, as_json: bool) -> None:
    """Show the contacts in the order in which they are called. Customer codes are never shown."""
    database = Database(load_settings().database_url)
    try:
        with database.transaction() as session:
            found = service.everything(session, jurisdiction)
    finally:
        database.dispose()
    if as_json:
        click.echo(json.dumps([{**asdict(one), "contact_id": str(one.contact_id)} for one in found]))
        return
    for one in found:
        about = ", ".join(word for word in (one.language, one.area) if word)
        click.echo(f"{one.reason}  {one.number}  {one.name}" + (f"  ({about})" if about else ""))
