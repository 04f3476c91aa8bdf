"""Open pages are told what has changed: those who may hear it, once it is committed, and nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.applications import Starlette

from hotline.accounts import service as accounts
from hotline.accounts.service import SignedIn
from hotline.base import live
from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.calls import service
from hotline.calls.models import Call
from hotline.web.live import hub
from hotline.web.live.app import create_app
from hotline.web.live.hub import Full, Hub
from hotline.web.live.streams import Stream, may_hear
from tests.support.calls import Hotline, add_line, add_supervisor
from tests.support.loops import apart
from tests.support.streams import reading, running

PASSWORD = "a long enough password"


def person(roles: tuple[str, ...] = ("screener",), office: UUID | None = None) -> SignedIn:
    return SignedIn(uuid4(), "Ann", roles, office, "en", "token")


def signed_in(session: Session, name: str, role: str = "screener") -> tuple[UUID, str]:
    email = f"{name}@hotline.test"
    user_id = accounts.add_user(session, email=email, name=name, password=PASSWORD, roles=[role])
    return user_id, accounts.sign_in(session, email, PASSWORD, "en") or ""


def listening(settings: Settings, script: Callable[[Starlette], Awaitable[None]]) -> None:
    """Run `script` against the live application."""

    async def run() -> None:
        async with running(create_app(settings)) as app:
            await script(app)

    apart(lambda: asyncio.run(run()))


def test_a_screener_hears_of_an_offer_at_its_commit(settings: Settings, database: Database) -> None:
    with database.transaction() as session:
        add_line(session)
        add_supervisor(session)
        ann, ann_token = signed_in(session, "ann")
        _, bob_token = signed_in(session, "bob")
        service.set_available(session, ann)

    async def script(app: Starlette) -> None:
        async with reading(app, ann_token) as page, reading(app, bob_token, path="/live/events") as other:
            assert (page.status, page.answered["content-type"]) == (200, "text/event-stream; charset=utf-8")
            assert await page.event() == await other.event() == ("ready", "-")
            with database.transaction() as session:
                Hotline(session).waits()
            assert await page.event() == ("told", f"user:{ann}")
            assert other._words.empty()

    listening(settings, script)


def test_what_is_rolled_back_is_not_told(settings: Settings, database: Database) -> None:
    with database.transaction() as session:
        ann, token = signed_in(session, "ann")

    def fails(session: Session) -> None:
        live.tell(session, f"user:{ann}")
        raise RuntimeError

    async def script(app: Starlette) -> None:
        async with reading(app, token) as page:
            await page.event()
            with pytest.raises(RuntimeError), database.transaction() as session:
                fails(session)
            with database.transaction() as session:
                live.tell(session, f"user:{ann}", f"user:{ann}")
                live.tell(session, f"user:{ann}")
            assert await page.event() == ("told", f"user:{ann}")
            assert page._words.empty()

    listening(settings, script)


def test_whoever_signs_out_hears_nothing_more(settings: Settings, database: Database) -> None:
    with database.transaction() as session:
        _, token = signed_in(session, "ann")

    async def script(app: Starlette) -> None:
        async with reading(app, token) as page:
            await page.event()
            with database.transaction() as session:
                accounts.sign_out(session, token)
            assert await page.event() == ("", "")
        async with reading(app, token) as page:
            assert page.status == 401

    listening(settings, script)


def test_a_session_that_grew_too_old_is_found_out(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "CHECK_EVERY", 0.05)
    with database.transaction() as session:
        _, token = signed_in(session, "ann")

    async def script(app: Starlette) -> None:
        async with reading(app, token) as page:
            await page.event()
            with database.transaction() as session:
                session.execute(text("update sign_in_sessions set last_seen_at = now() - interval '1 hour'"))
            assert await page.event() == ("", "")
            assert len(app.state.hub) == 0

    listening(settings, script)


@pytest.mark.parametrize("headers", [{}, {"origin": "http://elsewhere.test"}])
def test_nobody_listens_without_a_session_or_from_elsewhere(
    settings: Settings, database: Database, headers: dict[str, str]
) -> None:
    with database.transaction() as session:
        _, token = signed_in(session, "ann")

    async def script(app: Starlette) -> None:
        async with reading(app, token if headers else None, **headers) as page:
            assert page.status == (403 if headers else 401)
            assert page.answered.get("access-control-allow-origin") != "http://elsewhere.test"

    listening(settings, script)


def test_our_own_pages_may_read_it_from_their_address(settings: Settings, database: Database) -> None:
    with database.transaction() as session:
        _, token = signed_in(session, "ann")

    async def script(app: Starlette) -> None:
        async with reading(app, token, origin="http://web.test") as page:
            assert page.status == 200
            assert page.answered["access-control-allow-origin"] == "http://web.test"
            assert page.answered["access-control-allow-credentials"] == "true"

    listening(settings, script)


def test_streams_end_and_come_back_when_the_listener_was_cut_off(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_PAUSE", 0.2)
    with database.transaction() as session:
        _, token = signed_in(session, "ann")

    async def script(app: Starlette) -> None:
        async with reading(app, token) as page:
            await page.event()
            with psycopg.connect(settings.database_url, autocommit=True) as connection:
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %'"
                )
            assert await page.event() == ("", "")
        async with reading(app, token) as page:
            assert page.status == 503
        async with asyncio.timeout(10):
            while not app.state.hub.listening:
                await asyncio.sleep(0.01)
        async with reading(app, token) as page:
            assert await page.event() == ("ready", "-")

    listening(settings, script)


def test_a_page_that_is_closed_takes_no_place() -> None:
    async def run() -> None:
        streams = Hub("", lambda tokens: set(tokens), most=1)
        first, second = Stream(person(), "a"), Stream(person(), "b")
        streams.join(first)
        with pytest.raises(Full):
            streams.join(second)
        streams.leave(first)
        streams.leave(first)
        streams.join(second)
        assert len(streams) == 1

    apart(lambda: asyncio.run(run()))


def test_a_silent_stream_says_that_it_is_there_and_a_slow_reader_hears_each_topic_once() -> None:
    async def run() -> None:
        somebody = person()
        stream = Stream(somebody, "token")
        words = stream.words(heartbeat=0.01)
        assert await anext(words) == "event: ready\ndata: -\n\n"
        assert await anext(words) == "event: here\ndata: -\n\n"
        for _ in range(1000):
            stream.tell(f"user:{somebody.user_id}")
        assert await anext(words) == f"event: told\ndata: user:{somebody.user_id}\n\n"
        assert await anext(words) == "event: here\ndata: -\n\n"
        stream.end()
        assert [one async for one in words] == []

    apart(lambda: asyncio.run(run()))


def test_everybody_hears_only_what_their_role_may() -> None:
    office = uuid4()
    screener, supervisor = person(), person(("supervisor",))
    worker = person(("area_office",), office)
    assert may_hear(screener, f"user:{screener.user_id}")
    assert not may_hear(screener, f"user:{supervisor.user_id}")
    assert not may_hear(screener, "calls:kern")
    assert may_hear(supervisor, "calls:kern")
    assert may_hear(supervisor, "board:kern")
    assert may_hear(worker, f"office:{office}")
    assert not may_hear(worker, f"office:{uuid4()}")
    assert not any(may_hear(worker, topic) for topic in ("board:kern", "calls:kern", "office:None", "odd"))


def test_a_sign_of_life_of_a_console_is_no_news(database: Database) -> None:
    with database.transaction() as session:
        add_line(session)
        add_supervisor(session)
        ann, _ = signed_in(session, "ann")
        service.set_available(session, ann)
    with database.transaction() as session:
        service.seen(session, ann)
        call = session.query(Call).first()
        assert (call, session.info) == (None, {})
