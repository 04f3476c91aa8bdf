"""The command `hotline`. Doors add their own subcommands through the entry point group `hotline.commands`."""

from __future__ import annotations

import os
from importlib.metadata import entry_points
from logging import WARNING

import click
from alembic import command

from hotline.base import logging
from hotline.base.errors import HotlineError
from hotline.base.schema import alembic_config

_GROUP = "hotline.commands"


class _Commands(click.Group):
    """Finds the doors' subcommands when they are asked for, and shows a refusal as a plain message (exit code 1)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *(entry.name for entry in entry_points(group=_GROUP))])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for entry in entry_points(group=_GROUP, name=cmd_name):
            loaded = entry.load()
            if isinstance(loaded, click.Group):
                _add_what_others_give(loaded, f"hotline.{cmd_name}")
            return loaded if isinstance(loaded, click.Command) else None
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except HotlineError as error:
            raise click.ClickException(error.message) from error


def _add_what_others_give(group: click.Group, entry_point_group: str) -> None:
    """Subcommands that belong to a door's group by their meaning, but need the core, which that door may not."""
    for entry in entry_points(group=entry_point_group):
        loaded = entry.load()
        if isinstance(loaded, click.Command):
            group.add_command(loaded, entry.name)


@click.group(cls=_Commands)
def main() -> None:
    """Call center and dispatch desk of a child-abuse hotline."""
    # To standard error: what a command answers stays alone on standard output.
    logging.configure(WARNING)


@main.command()
@click.option("--to", "revision", default="head", show_default=True, help="Revision to reach.")
def migrate(revision: str) -> None:
    """Bring the database at DATABASE_URL to the newest revision (or down to an older one)."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        raise click.ClickException(
            "DATABASE_URL is not set. Example: postgresql://hotline:secret@db.example.org/hotline"
        )
    config = alembic_config(url)
    if revision in ("base",) or revision.startswith("-"):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)
    click.echo(f"The database is at revision {revision}.")
