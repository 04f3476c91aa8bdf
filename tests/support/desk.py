"""The staff's application with an invented agency behind it, for tests of its pages."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Connection
from sqlalchemy.orm import sessionmaker
from werkzeug.test import TestResponse

from hotline.accounts import passwords
from hotline.accounts import service as accounts
from hotline.accounts.models import SignInSession, User
from hotline.app import create_app
from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.config import Settings, load_settings
from hotline.base.database import Database
from hotline.base.ids import new_id
from hotline.partners.models import Organization
from hotline.reports.models import REFERENCE_NUMBERS, Report
from hotline.vault.service import Vault
from hotline.web.shared.core import Core, install
from tests.support.settings import environment

CANARY = "Rosalind Canarywing"
"""Name of every reporter here: it must show up on no page of these desks."""

PASSWORD = "correct horse battery staple"
"""Everybody's."""

_NAMES = {
    "screener": "Sam Screener",
    "supervisor": "Susana Supervisor",
    "coordinator": "Carla Coordinator",
    "area_office": "Olga Office",
    "on_call": "Oscar Oncall",
    "partner": "Pedro Partner",
    "administrator": "Ada Administrator",
    "auditor": "Ana Auditor",
}


class OneTransaction(Database):
    """A database whose transactions all happen inside the outer one of a test, which undoes them."""

    def __init__(self, connection: Connection) -> None:
        self.engine = connection.engine
        self._sessions = sessionmaker(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        self._questions = self._sessions


@dataclass
class Desk:
    """An application and its database. `people` and `organizations` are known by short names."""

    app: Flask
    database: Database
    vault: Vault
    people: dict[str, UUID] = field(default_factory=dict)
    organizations: dict[str, UUID] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def opened(cls, settings: Settings) -> Iterator[Desk]:
        """A desk with a screener, on the settings' own database: what is done is really committed."""
        app = create_app(settings)
        database = Database(settings.database_url)
        try:
            desk = cls(app, database, Vault(settings.vault_keys, settings.hash_key))
            desk.person("screener")
            yield desk
        finally:
            database.dispose()
            _parts(app).database.dispose()

    @classmethod
    @contextmanager
    def within(cls, connection: Connection) -> Iterator[Desk]:
        """The same inside the transaction that `connection` has begun, which is afterwards as it was before.

        Much faster, for one thread.
        """
        app = _app(connection.engine.url.render_as_string(hide_password=False))
        parts = _parts(app)
        savepoint = connection.begin_nested()
        try:
            desk = cls(app, OneTransaction(connection), parts.vault)
            install(app.extensions, replace(parts, database=desk.database))
            desk.person("screener")
            yield desk
        finally:
            install(app.extensions, parts)
            savepoint.rollback()

    def person(
        self, role: str, *, key: str | None = None, name: str | None = None, of: str | None = None
    ) -> UUID:
        """Add somebody with that role, known as `key` (default: the role), who belongs to the organization `of`."""
        key = key or role
        if key in self.people:
            return self.people[key]
        user = User(
            id=new_id(),
            email=f"{key}@hotline.test",
            name=name or _NAMES[role],
            password_hash=_hashed(),
            roles=[role],
            organization_id=self.organizations[of] if of else None,
            languages=["en"],
            created_at=clock.now(),
        )
        with self.database.transaction() as session:
            session.add(user)
            session.flush()
            record(session, Actor.system("accounts"), "user:added", "user", user.id, {"roles": [role]})
        self.people[key] = user.id
        return user.id

    def organization(self, code: str, name: str, kind: str = "area_office") -> UUID:
        """Add an office or a partner."""
        row = Organization(
            id=new_id(), jurisdiction="kern", code=code, name=name, kind=kind, languages=["en", "es"]
        )
        with self.database.transaction() as session:
            session.add(row)
        self.organizations[code] = row.id
        return row.id

    def report(self, **changes: Any) -> Report:
        """Add a submitted report that the screener took ten minutes ago."""
        report_id, now = new_id(), clock.now()
        key = self.vault.make_key(f"report:{report_id}")
        screener = self.people["screener"]
        with self.database.transaction() as session:
            reporter = self.vault.put(session, "reporter", {"reporter/name": {"value": CANARY, "version": 1}})
            values = {
                "reference": f"KERN-{session.scalar(REFERENCE_NUMBERS.next_value()):06d}",
                "jurisdiction": "kern",
                "form_id": "california-report",
                "form_version": 1,
                "state": "submitted",
                "screener_id": screener,
                "received_at": now - timedelta(minutes=10),
                "created_at": now - timedelta(minutes=9),
                "submitted_at": now,
                "key_id": key.key_id,
                "wrapped_key": key.wrapped,
                "reporter_vault_id": reporter,
            }
            report = Report(id=report_id, **(values | changes))
            session.add(report)
            session.flush()
            record(session, Actor.user(screener), "report:begun", "report", report.id)
        return report

    def signed_in(self, person: str | UUID, language: str = "en") -> FlaskClient:
        """A browser in which that person (a short name or an id) has signed in just now."""
        token, now = secrets.token_urlsafe(), clock.now()
        with self.database.transaction() as session:
            session.add(
                SignInSession(
                    token_hash=hashlib.sha256(token.encode()).hexdigest(),
                    user_id=person if isinstance(person, UUID) else self.people[person],
                    form_token=secrets.token_urlsafe(),
                    language=language,
                    created_at=now,
                    last_seen_at=now,
                )
            )
        client = self.app.test_client()
        client.set_cookie("hotline_session", token)
        return client

    def post(self, client: FlaskClient, path: str, /, **fields: Any) -> TestResponse:
        """Send a form of ours."""
        cookie = client.get_cookie("hotline_session")
        assert cookie is not None
        with self.database.transaction() as session:
            signed_in = accounts.who(session, cookie.value)
        assert signed_in is not None
        return client.post(path, data={"form_token": signed_in.form_token, **fields})


@cache
def _app(database_url: str) -> Flask:
    nowhere = "redis://127.0.0.1:9/0"
    return create_app(
        load_settings(environment(database_url=database_url, redis_url=nowhere, spool_dir=Path("unused")))
    )


@cache
def _hashed() -> str:
    return passwords.hash_password(PASSWORD)


def _parts(app: Flask) -> Core:
    found: Core = app.extensions["hotline"]
    return found
