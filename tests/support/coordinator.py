"""The coordinator's board without a browser: a county behind it, and what a test asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.accounts.service import SignedIn
from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.dispatch import escalation, service
from hotline.dispatch.models import Dispatch, TrackDecision
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.desk import CANARY, Desk
from tests.support.kern import Kern

NOBODY = UUID(int=0)


@dataclass
class CoordinatorDesk:
    """A desk with a small county behind it, and a coordinator's browser."""

    desk: Desk
    kern: Kern
    client: FlaskClient

    def decided(self, answers: dict[str, str | list[str]], town: str = "") -> TrackDecision:
        with self.desk.database.transaction() as session:
            return county.decided(session, self.kern, answers | {"reporter/name": CANARY}, town=town)

    def dispatch(
        self, answers: dict[str, str | list[str]], town: str = "", to: UUID | None = None
    ) -> Dispatch:
        decision = self.decided(answers, town)
        with self.desk.database.transaction() as session:
            found = session.scalars(select(Dispatch).where(Dispatch.report_id == decision.report_id))
            return next(one for one in found if to in (None, one.recipient_id))

    def item(self, answers: dict[str, str | list[str]], town: str = "") -> WorklistItem:
        decision = self.decided(answers, town)
        with self.desk.database.transaction() as session:
            wanted = select(WorklistItem).where(WorklistItem.subject_id == str(decision.report_id))
            return session.scalars(wanted).one()

    def acknowledged(self, dispatch: Dispatch, person: SignedIn) -> None:
        with self.desk.database.transaction() as session:
            service.acknowledge(session, dispatch.id, person)

    def late(self, clock: FrozenClock, by: timedelta, steps: int = 1) -> None:
        """Let time pass, and the ladder climb that often."""
        clock.advance(by)
        for _ in range(steps):
            with self.desk.database.transaction() as session:
                escalation.climb(session)
            clock.advance(timedelta(minutes=2))
        self.client = self.desk.signed_in(self.kern.coordinators[0].user_id)

    def page(self, path: str = "/board") -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    def lines(self, show: str = "open") -> list[str]:
        body = self.page(f"/board/rows?show={show}").partition("<tbody>")[2]
        return body.split('<tr id="')[1:]

    def act(self, path: str, /, **fields: str) -> TestResponse:
        """Press a button of the board."""
        return self.desk.post(self.client, f"/board/{path}", **fields)

    def actions(self, subject: object) -> list[str]:
        """What the audit has about a record, the oldest first."""
        with self.desk.database.transaction() as session:
            return list(
                session.scalars(
                    select(AuditEntry.action)
                    .where(AuditEntry.subject_id == str(subject))
                    .order_by(AuditEntry.id)
                )
            )
