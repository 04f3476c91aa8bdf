"""Accounts: passwords, sessions and their ends."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hotline.accounts import service
from hotline.accounts.models import User
from hotline.audit.record import Actor
from hotline.base.clock import FrozenClock
from hotline.base.errors import InvalidInput

PASSWORD = "correct horse battery"


@pytest.fixture
def user_id(session: Session, clock: FrozenClock) -> UUID:
    return service.add_user(
        session, email="Sam@Example.org", name="Sam Screener", password=PASSWORD, roles=["screener"]
    )


def signed_in(session: Session) -> str:
    token = service.sign_in(session, "sam@example.org", PASSWORD, "en")
    assert token is not None
    return token


def test_the_right_password_opens_a_session_and_stores_no_secret(session: Session, user_id: UUID) -> None:
    token = signed_in(session)
    person = service.who(session, token)
    assert person is not None
    assert (person.user_id, person.roles) == (user_id, ("screener",))
    stored = (
        session.execute(text("select s::text || u::text from sign_in_sessions s, users u")).scalars().all()
    )
    assert not any(token in row or PASSWORD in row for row in stored)


def test_a_wrong_password_or_address_opens_nothing(session: Session, user_id: UUID) -> None:
    assert service.sign_in(session, "sam@example.org", "wrong password!", "en") is None
    assert service.sign_in(session, "nobody@example.org", PASSWORD, "en") is None


def test_ten_failures_lock_the_account_for_a_quarter_of_an_hour(
    session: Session, user_id: UUID, clock: FrozenClock
) -> None:
    for _ in range(service.MAX_FAILURES):
        service.sign_in(session, "sam@example.org", "wrong password!", "en")
    assert service.sign_in(session, "sam@example.org", PASSWORD, "en") is None
    clock.advance(service.LOCK + timedelta(seconds=1))
    assert service.sign_in(session, "sam@example.org", PASSWORD, "en") is not None


def test_a_session_ends_after_half_an_idle_hour(session: Session, user_id: UUID, clock: FrozenClock) -> None:
    token = signed_in(session)
    clock.advance(timedelta(minutes=29))
    assert service.who(session, token) is not None
    clock.advance(timedelta(minutes=29))
    assert service.who(session, token) is not None
    clock.advance(timedelta(minutes=31))
    assert service.who(session, token) is None


def test_a_session_ends_after_twelve_hours_of_work(
    session: Session, user_id: UUID, clock: FrozenClock
) -> None:
    token = signed_in(session)
    for _ in range(35):
        clock.advance(timedelta(minutes=20))
        assert service.who(session, token) is not None
    clock.advance(timedelta(minutes=20))
    assert service.who(session, token) is None


def test_signing_out_or_closing_the_account_ends_the_session_at_once(session: Session, user_id: UUID) -> None:
    first, second = signed_in(session), signed_in(session)
    service.sign_out(session, first)
    assert service.who(session, first) is None
    assert service.who(session, second) is not None
    service.deactivate(session, user_id, Actor.system("test"))
    assert service.who(session, second) is None
    assert service.sign_in(session, "sam@example.org", PASSWORD, "en") is None


def test_an_unknown_role_and_a_short_password_are_refused(session: Session, clock: FrozenClock) -> None:
    with pytest.raises(InvalidInput, match="Unknown role: king"):
        service.add_user(session, email="a@example.org", name="A", password=PASSWORD, roles=["king"])
    with pytest.raises(InvalidInput, match="12 characters"):
        service.add_user(session, email="a@example.org", name="A", password="short", roles=["screener"])
    assert session.query(User).filter_by(email="a@example.org").count() == 0
