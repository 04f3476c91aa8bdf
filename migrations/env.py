"""How Alembic runs the migrations: on the connection or address that `hotline migrate` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.engine.url import make_url

import hotline.accounts.models
import hotline.attachments.models
import hotline.audit.models
import hotline.base.heartbeat
import hotline.base.outbox
import hotline.callbacks.models
import hotline.calls.models
import hotline.contacts.models
import hotline.deadlines.models
import hotline.dispatch.models
import hotline.geography.models
import hotline.lines.models
import hotline.matching.models
import hotline.online_reports.models
import hotline.partners.models
import hotline.recordings.models
import hotline.reports.models
import hotline.reviews.models
import hotline.rosters.models
import hotline.vault.models
import hotline.voicemails.models
import hotline.worklist.models
import hotline.written_reports.models  # noqa: F401  (each of these declares its tables)
from hotline.base.database import Base


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        # A migration that has to wait for a busy table gives up soon instead of blocking callers behind it.
        connection.execute(text("set local lock_timeout = '4s'"))
        context.run_migrations()


def main() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    url = make_url(context.config.get_main_option("sqlalchemy.url") or "").set(
        drivername="postgresql+psycopg"
    )
    engine = create_engine(url)
    with engine.connect() as connection:
        run(connection)
    engine.dispose()


main()
