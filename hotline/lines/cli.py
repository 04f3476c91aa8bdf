"""`hotline lines …`: the numbers that callers dial, and how they are set at the phone company."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base.config import Settings, load_settings
from hotline.base.database import Database
from hotline.base.errors import InvalidInput, NotFound
from hotline.lines import provisioning, service
from hotline.lines.models import Line
from hotline.lines.provisioning import FIELDS, LinePlan, Plan
from hotline.telephony.books import Office
from hotline.telephony.carriers import carrier_of
from hotline.telephony.numbers import same_number

_ACTOR = Actor.system("command_line")
_NOTHING = "(nothing)"

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer with JSON.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
SET = click.option(
    "--set",
    "wishes",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A field of the line and its value as JSON or text, for example time_zone=America/Los_Angeles or "
    'hours={"mon":[["08:00","17:00"]]}; repeat. docs/operating.md lists the fields.',
)
ONE_LINE = click.option("--line", "number", metavar="NUMBER", help="This line only.")


@click.group()
def lines() -> None:
    """The telephone lines: add one, list them, and set their numbers at the phone company."""


@contextmanager
def installation() -> Iterator[tuple[Settings, Session]]:
    """The settings, and a transaction on their database."""
    settings = load_settings()
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            yield settings, session
    finally:
        database.dispose()


def chosen(session: Session, number: str | None) -> Sequence[Line]:
    """Every line by number, or the one that was asked for. Raises NotFound."""
    found = session.scalars(select(Line).order_by(Line.number)).all()
    if number is not None:
        found = [line for line in found if same_number(line.number, number)]
        if not found:
            raise NotFound(f"{number} is no line of this installation. `hotline lines list` shows them.")
    return found


@lines.command("list")
@AS_JSON
def list_lines(as_json: bool) -> None:
    """List the lines."""
    with installation() as (_, session):
        found = [_described(line) for line in chosen(session, None)]
    if as_json:
        click.echo(json.dumps(found))
        return
    for line in found:
        state = "" if line["active"] else "  (not in use)"
        click.echo(f"{line['number']:16} {line['name']}  [{line['jurisdiction']}]{state}")
        backups = ", ".join(line["backup_numbers"]) or "none"
        click.echo(f"{'':16} languages {', '.join(line['languages'])}; backup numbers {backups}")
    if not found:
        click.echo("There is no line yet: `hotline lines add --help` tells how to add one.")


@lines.command()
@click.option("--number", required=True, help="The number that callers dial, for example +16615550100.")
@click.option("--name", required=True, help="What people call the line.")
@click.option("--jurisdiction", required=True, help="Whose rules judge its reports, for example kern.")
@click.option("--language", "languages", multiple=True, required=True, help="Code, for example en; repeat.")
@click.option("--backup", "backups", multiple=True, help="Number that rings when all else is down; repeat.")
@SET
@DRY_RUN
@AS_JSON
def add(
    number: str,
    name: str,
    jurisdiction: str,
    languages: tuple[str, ...],
    backups: tuple[str, ...],
    wishes: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add a line. Then `hotline lines provision` tells the phone company of it."""
    new = service.NewLine(number, name, jurisdiction, languages, backups)
    new = replace(new, **_wished(wishes))
    with installation() as (_, session):
        line = _described(service.add(session, _ACTOR, new))
        if dry_run:
            session.rollback()
    if as_json:
        click.echo(json.dumps({**line, "added": not dry_run}))
    else:
        click.echo(f"{'Would add' if dry_run else 'Added'} {line['number']}  {line['name']}.")


@lines.command()
@click.argument("number")
@SET
@DRY_RUN
@AS_JSON
def change(number: str, wishes: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Change fields of the line NUMBER. A new number or backup needs `provision` and `fallback` again."""
    with installation() as (_, session):
        (line,) = chosen(session, number)
        before = _described(line)
        after = _described(service.update(session, _ACTOR, line.id, **_wished(wishes)))
        if dry_run:
            session.rollback()
    changed = {name: after[name] for name in after if after[name] != before[name]}
    if as_json:
        click.echo(json.dumps({"changed": changed, "written": not dry_run}))
        return
    for name, value in changed.items():
        click.echo(f"{name}: {json.dumps(before[name])} -> {json.dumps(value)}")
    click.echo("Nothing was written." if dry_run or not changed else "Written.")


@lines.command()
@ONE_LINE
@DRY_RUN
@AS_JSON
def provision(number: str | None, dry_run: bool, as_json: bool) -> None:
    """Set every line's number at the phone company, and the application that softphones call.

    A second run changes nothing. Exit code 1, and nothing written, when something can't work.
    """
    with installation() as (settings, session):
        office = carrier_of(settings).office()
        plan = provisioning.make_plan(chosen(session, number), office, settings)
        write = not dry_run and not plan.faults
        sid = _write(session, office, plan) if write else plan.softphone.sid
    _show(plan, as_json, done=write)
    if plan.faults:
        sys.exit(1)
    if sid is not None and settings.softphone is None and not as_json:
        click.echo(f"For softphones set TWILIO_APP_SID={sid} and an API key: see docs/operating.md.")


def _write(session: Session, office: Office, plan: Plan) -> str | None:
    sid = provisioning.carry_out(plan, office)
    for one in plan.lines:
        if one.changes:
            detail = {"fields": sorted(one.changes)}
            record(session, _ACTOR, "line:provisioned", "line", one.line.id, detail)
    return sid


@lines.command()
@ONE_LINE
@AS_JSON
def check(number: str | None, as_json: bool) -> None:
    """Compare the lines with the phone company. Exit code 1 when something differs or can't work."""
    with installation() as (settings, session):
        office = carrier_of(settings).office()
        plan = provisioning.make_plan(chosen(session, number), office, settings)
    _show(plan, as_json, done=False)
    if plan.faults or plan.differs:
        sys.exit(1)


def _show(plan: Plan, as_json: bool, *, done: bool) -> None:
    if as_json:
        click.echo(json.dumps(_plan_json(plan, done)))
        return
    for one in plan.lines:
        click.echo(f"{one.line.number}  {one.line.name}")
        for name, (now, wanted) in one.changes.items():
            click.echo(f"  {FIELDS[name]}: {now or _NOTHING} -> {wanted or _NOTHING}")
        if not one.changes and not one.faults:
            click.echo("  set as it should be")
        for warning in one.warnings:
            click.echo(f"  warning: {warning}")
    softphone = plan.softphone
    if softphone.changes:
        click.echo(
            f"softphone application\n  voice address: {softphone.now or _NOTHING} -> {softphone.wanted}"
        )
    for fault in plan.faults:
        click.echo(f"Can't work: {fault}", err=True)
    if plan.differs:
        click.echo("Written." if done else "Nothing was written.")


def _plan_json(plan: Plan, done: bool) -> dict[str, Any]:
    return {
        "written": done,
        "lines": [_line_json(one) for one in plan.lines],
        "softphone": {
            "sid": plan.softphone.sid,
            "voice_url": {"now": plan.softphone.now, "wanted": plan.softphone.wanted},
            "differs": plan.softphone.changes,
        },
        "faults": plan.faults,
    }


def _line_json(one: LinePlan) -> dict[str, Any]:
    return {
        "number": one.line.number,
        "name": one.line.name,
        "changes": {name: {"now": now, "wanted": wanted} for name, (now, wanted) in one.changes.items()},
        "faults": list(one.faults),
        "warnings": list(one.warnings),
    }


def _described(line: Line) -> dict[str, Any]:
    return {one.name: getattr(line, one.name) for one in fields(service.NewLine)}


def _wished(wishes: Sequence[str]) -> dict[str, Any]:
    """Field -> value. Raises InvalidInput for a field that a line does not have."""
    known = {one.name for one in fields(service.NewLine)}
    found: dict[str, Any] = {}
    for wish in wishes:
        name, sign, text = wish.partition("=")
        if not sign or name not in known:
            raise InvalidInput("set", f"'{name}' is no field of a line: there is {', '.join(sorted(known))}.")
        try:
            found[name] = json.loads(text)
        except ValueError:
            found[name] = text
    return found
