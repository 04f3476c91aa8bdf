"""The staff's application with an invented agency behind it, for tests of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.accounts import service as accounts
from hotline.app import create_app
from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.base.ids import new_id
from hotline.partners.models import Organization
from hotline.reports.models import REFERENCE_NUMBERS, Report
from hotline.vault.service import Vault

CANARY = "Rosalind Canarywing"
"""Name of every reporter here: it must show up on no page of these desks."""

PASSWORD = "correct horse battery staple"

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


@dataclass
class Desk:
    """An application on a database of its own. `people` and `organizations` are known by short names."""

    app: Flask
    database: Database
    vault: Vault
    people: dict[str, UUID] = field(default_factory=dict)
    organizations: dict[str, UUID] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def opened(cls, settings: Settings) -> Iterator[Desk]:
        """The desk, with a screener; closed at the end of the block."""
        desk = cls(
            create_app(settings),
            Database(settings.database_url),
            Vault(settings.vault_keys, settings.hash_key),
        )
        desk.person("screener")
        yield desk
        desk.database.dispose()
        desk.app.extensions["hotline"].database.dispose()

    def person(
        self, role: str, *, key: str | None = None, name: str | None = None, of: str | None = None
    ) -> UUID:
        """Add somebody with that role, known as `key` (default: the role), who belongs to the organization `of`."""
        key = key or role
        if key in self.people:
            return self.people[key]
        with self.database.transaction() as session:
            self.people[key] = accounts.add_user(
                session,
                email=f"{key}@hotline.test",
                name=name or _NAMES[role],
                password=PASSWORD,
                roles=[role],
                organization_id=self.organizations[of] if of else None,
            )
        return self.people[key]

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
                "form_id": "california",
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

    def signed_in(self, key: str, language: str = "en") -> FlaskClient:
        """A browser in which that person has signed in."""
        client = self.app.test_client()
        client.set_cookie("hotline_language", language)
        answer = client.post("/sign-in", data={"email": f"{key}@hotline.test", "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    def post(self, client: FlaskClient, path: str, **fields: str) -> TestResponse:
        """Send a form of ours."""
        cookie = client.get_cookie("hotline_session")
        assert cookie is not None
        with self.database.transaction() as session:
            signed_in = accounts.who(session, cookie.value)
        assert signed_in is not None
        return client.post(path, data={"form_token": signed_in.form_token, **fields})
