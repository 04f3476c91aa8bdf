"""A screener's browser without scripts, on an application and a database of the test's own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.accounts import service as accounts
from hotline.base import clock
from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.calls.models import Call
from hotline.demo.postgres import LocalPostgres
from hotline.geography.service import load_areas
from hotline.policy.loader import load_packs
from hotline.rosters import service as rosters
from hotline.web.shared.core import Core
from tests.support.calls import Hotline, add_line
from tests.support.databases import execute
from tests.support.desk import Desk

STORY = {
    "children/1/age": "4",
    "location/home_town": "Delano",
    "narrative/story": "The caller saw the boy alone on the street at night.",
}
"""The least with which a report can be submitted, and a place."""


@dataclass
class Screener:
    """What a screener does, and what the test looks at."""

    desk: Desk
    client: FlaskClient
    key: str = "screener"

    @property
    def user_id(self) -> UUID:
        return self.desk.people[self.key]

    @property
    def token(self) -> str:
        """The token that forms of this session carry."""
        cookie = self.client.get_cookie("hotline_session")
        assert cookie is not None
        with self.desk.database.transaction() as session:
            signed_in = accounts.who(session, cookie.value, touch=False)
        assert signed_in is not None
        return signed_in.form_token

    def get(self, path: str) -> str:
        """Open a page."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, /, **fields: Any) -> TestResponse:
        """Press a button."""
        return self.desk.post(self.client, path, **fields)

    def save(self, report: str, path: str, *values: str, base: int = 0) -> TestResponse:
        """Save one field as a script does. `report` is the path of its page."""
        fields = {"path": path, "value": list(values), "base_version": str(base), "form_token": self.token}
        return self.client.post(f"{report}/fields", data=fields)

    def begin(self) -> str:
        """Begin a report without a call; the path of its page."""
        return str(self.post("/console/reports", jurisdiction="kern").location)

    def draft(self, **more: str) -> str:
        """Begin a report that could be submitted; the path of its page."""
        report = self.begin()
        for path, value in {**STORY, **more}.items():
            assert self.save(report, path, value).status_code == 200
        return report

    def rings(self, **wishes: str) -> Call:
        """Somebody calls and waits in line."""
        with self.desk.database.transaction() as session:
            return Hotline(session).waits(**wishes)

    def meets(self, call: Call) -> None:
        """Caller and screener are in the room."""
        with self.desk.database.transaction() as session:
            Hotline(session).meet(session.get_one(Call, call.id))

    def hangs_up(self, call: Call) -> None:
        """The caller's leg ends."""
        with self.desk.database.transaction() as session:
            Hotline(session).hangs_up(session.get_one(Call, call.id))

    def offer_path(self) -> str:
        """Where the buttons of the open offer post to."""
        found = re.search(r'action="(/console/offers/[^"]+)"', self.get("/console"))
        assert found, "no call is offered"
        return found[1]

    def takes_calls(self) -> None:
        """Come on duty."""
        self.post("/console/presence", state="available")

    def accepts(self) -> str:
        """Take the offered call; the path of its report."""
        return str(self.post(self.offer_path(), answer="accept").location)


@dataclass(frozen=True)
class Furnished:
    """An application and a database that tests copy, because people and places take seconds to make."""

    server: LocalPostgres
    app: Flask
    name: str
    people: dict[str, UUID]
    cookie: str
    """Of the screener, signed in when the clock of tests stands still."""

    @contextmanager
    def copy(self) -> Iterator[Screener]:
        """A screener at work on a copy of the database. The application is everybody's: leave it as it is."""
        name = f"web_{uuid4().hex}"
        execute(self.server, "CREATE DATABASE {} TEMPLATE {}", name, self.name)
        present: Core = self.app.extensions["hotline"]
        database = Database(self.server.url(name))
        self.app.extensions["hotline"] = replace(present, database=database)
        client = self.app.test_client()
        client.set_cookie("hotline_session", self.cookie)
        try:
            yield Screener(Desk(self.app, database, present.vault, dict(self.people)), client)
        finally:
            database.dispose()
            execute(self.server, "DROP DATABASE {} WITH (FORCE)", name)


def furnish(server: LocalPostgres, settings: Settings) -> Furnished:
    """A hotline in Kern County: a line, areas, a screener, a colleague, and people on duty behind them."""
    with Desk.opened(settings) as desk:
        coordinator, supervisor = desk.person("coordinator"), desk.person("supervisor")
        desk.person("screener", key="colleague", name="Colin Colleague")
        with desk.database.transaction() as session:
            add_line(session)
            load_areas(session, load_packs(), "kern")
            rosters.add(session, rosters.coordinators("kern"), coordinator, 1, clock.now())
            rosters.add(session, rosters.supervisors("kern"), supervisor, 1, clock.now())
        cookie = desk.signed_in("screener").get_cookie("hotline_session")
        assert cookie is not None
        desk.database.dispose()
        desk.app.extensions["hotline"].database.dispose()
        name = settings.database_url.rpartition("/")[2]
        return Furnished(server, desk.app, name, desk.people, cookie.value)


def data(answer: TestResponse) -> dict[str, Any]:
    """What an answer to a script carries."""
    found: dict[str, Any] = json.loads(answer.text)
    return found


def another(screener: Screener, key: str = "colleague") -> Screener:
    """A second screener of the same hotline."""
    return Screener(screener.desk, screener.desk.signed_in(key), key)
