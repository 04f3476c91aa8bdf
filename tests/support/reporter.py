"""A professional who reports online, in a browser without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.base.database import Database
from hotline.online_reports.models import OnlineReport

NAME = "Wilhelmina Quartzbottom"
NUMBER = "(661) 555-0158"
STORY = "The marmalade pupil told a teacher about being hit at home last week."
"""Who reports and what: of all this nothing may show up outside the vault before a screener takes it."""

CANARIES = ("Quartzbottom", "Wilhelmina", "555-0158", "marmalade")
CALM_GATE = dict.fromkeys(("danger_now", "care_now", "alone_now", "out_of_reach"), "no")
_CODE = re.compile(r'id="code"><strong>([0-9A-Z-]+)</strong>')
_NUMBER = re.compile(r'id="confirmation"><strong>([0-9A-Z-]+)</strong>')
_VERSION = re.compile(r'name="(version:[^"]+)" value="([0-9]+)"')
_TOKEN = re.compile(r'name="online_token" value="([0-9a-f]+)"')


@dataclass
class Reporter:
    """What a reporter does, and what the test looks at."""

    client: FlaskClient
    database: Database
    language: str = "en"

    @classmethod
    def at(cls, app: Flask, database: Database, language: str = "en") -> Reporter:
        """Somebody at another computer."""
        return cls(app.test_client(), database, language)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers={"Accept-Language": self.language})

    def page(self, path: str) -> str:
        """Open a page that is there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.location)
        return answer.text

    def post(self, path: str, /, **fields: Any) -> TestResponse:
        """Press a button of a page that is not about a report."""
        return self.client.post(path, data=fields, headers={"Accept-Language": self.language})

    def press(self, path: str, /, fields: dict[str, Any] | None = None) -> TestResponse:
        """Press a button of a page about the report that is written here."""
        return self.post(path, **{"online_token": self.token, **(fields or {})})

    def gate(self, category: str = "education", **answers: str) -> TestResponse:
        """Answer the questions before the form; all of them with no unless said otherwise."""
        given = {f"gate-{name}": value for name, value in {**CALM_GATE, **answers}.items()}
        return self.post("/online/begin/kern", category=category, **given)

    def begins(self, category: str = "education") -> str:
        """Pass the gate; the code that was shown."""
        found = _CODE.search(self.gate(category).text)
        assert found, "the gate did not open"
        return found[1]

    @property
    def token(self) -> str:
        """What forms about the report carry."""
        pages = (self.get(path).text for path in ("/online/report/reporter", "/online/sent"))
        found = [_TOKEN.search(page) for page in pages]
        return next((one[1] for one in found if one), "0" * 64)

    def writes(self, **sections: dict[str, str]) -> None:
        """Fill in fields by section and save each with its button."""
        for section, fields in sections.items():
            posted = {f"{section}/{name}": value for name, value in fields.items()}
            versions = {f"version:{path}": "0" for path in posted}
            answer = self.press(f"/online/report/{section}", {**posted, **versions})
            assert answer.status_code == 303, answer.text

    def saves_page(self, section: str, answers: dict[str, str] | None = None) -> TestResponse:
        """Press the button of a section's page as a browser does: with every question that it shows."""
        versions = dict(_VERSION.findall(self.page(f"/online/report/{section}")))
        return self.press(f"/online/report/{section}", {**versions, **(answers or {})})

    def writes_enough(self) -> None:
        """The least with which it can be sent."""
        self.writes(
            reporter={"name": NAME, "phone": NUMBER},
            children={"1/age": "9", "1/first_name": "Ada"},
            narrative={"story": STORY},
        )

    def sends(self) -> str:
        """Send it; the number of confirmation."""
        answer = self.press("/online/review")
        assert answer.status_code == 303, answer.text
        found = _NUMBER.search(self.page("/online/sent"))
        assert found
        return found[1]

    @property
    def row(self) -> OnlineReport:
        """The newest online report of the hotline."""
        with self.database.transaction() as session:
            newest = select(OnlineReport).order_by(OnlineReport.created_at.desc(), OnlineReport.id).limit(1)
            found = session.scalars(newest).one()
            session.expunge(found)
            return found

    @property
    def online_id(self) -> UUID:
        return self.row.id
