"""The caller's identity leaves the vault nowhere: not into tables, logs, mail, Redis or files."""

from __future__ import annotations

import os
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import redis
from playwright.sync_api import Page
from psycopg import sql

from hotline.base.database import Database
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import PhoneCompany
from tests.support.board import Board
from tests.support.browsing import Console
from tests.support.cases import NARRATIVE_CANARY, load_case
from tests.support.journeys import link_in, mail_with, open_link, screeners, take_down, told
from tests.support.stack import everybody

NAME = "Xiomara Vexelbrand"
NUMBER = "+15305550177"
SECRETS = ("Xiomara", "Vexelbrand", "5305550177", "530) 555-0177", "530-555-0177", "Quillon Terrace")
"""The caller's name, number (in the forms in which people write it) and street; nothing else contains them."""


def columns(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, list[str]]:
    """The columns of every table, by table."""
    rows = connection.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'public'"
    )
    found: dict[str, list[str]] = {}
    for table, column in rows:
        found.setdefault(str(table), []).append(str(column))
    return found


def in_tables(url: str, words: tuple[str, ...]) -> Iterator[str]:
    """Where in the database a word stands in clear, the vault's own table included."""
    with psycopg.connect(url) as connection:
        for table, names in columns(connection).items():
            rows = connection.execute(sql.SQL("select t::text from {} t").format(sql.Identifier(table)))
            text = "\n".join(str(row[0]) for row in rows)
            # Binary columns are shown in hexadecimal digits.
            hits = [word for word in words if word in text or word.encode().hex() in text]
            yield from (f"{table} ({', '.join(names)}): {word}" for word in hits)


def in_bytes(name: str, content: bytes, words: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{name}: {word}" for word in words if word.encode() in content)


def in_redis(url: str, words: tuple[str, ...]) -> Iterator[str]:
    """Where in Redis a word stands: keys, their whole content, and what the queue has packed into it."""
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter():
            content = [key, client.dump(key) or b""]
            if client.type(key) == b"hash":
                content += [unpacked(value) for value in client.hgetall(key).values()]
            yield from in_bytes(f"redis {key!r}", b"\n".join(content), words)


def unpacked(value: bytes) -> bytes:
    """A field of a queue's job without its compression."""
    try:
        return zlib.decompress(value)
    except zlib.error:
        return value


def in_files(folder: Path, words: tuple[str, ...]) -> Iterator[str]:
    """Which of the programs' files hold a word: logs, mail, spool. Not the servers' own, nor the phone company's."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and inside[0] not in ("postgres", "redis", "simulator.jsonl"):
            yield from in_bytes(str(path.relative_to(folder)), path.read_bytes(), words)


def in_processes(words: tuple[str, ...]) -> Iterator[str]:
    """Whether a command line of this machine shows a word."""
    shown = subprocess.run(["ps", "-ww", "-A", "-o", "args="], capture_output=True, check=True).stdout
    yield from in_bytes("command lines", shown.replace(str(os.getpid()).encode(), b""), words)


def test_the_callers_identity_stands_nowhere_outside_the_vault(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    case = load_case("CA-03")
    case.answers.update({"reporter/name": NAME, "reporter/address": "12 Quillon Terrace"})
    case.answers["reporter/phone"] = "(530) 555-0177"
    console = Console(opened(), stack, screeners(stack, stack_database, "en")[0])
    _, reference = take_down(console, phones, case.called_from(NUMBER))
    [dispatch] = told(stack, stack_database, reference)
    words = mail_with(stack, dispatch.mail_key)
    recipient = opened()
    open_link(recipient, stack, dispatch.person, link_in(stack, words))
    board = Board(opened(), stack, everybody(stack, "coordinator")[0])
    board.show("open")
    board.wait_for(reference)
    shown = "\n".join(page.content() for page in (recipient, board.page))
    addresses = "\n".join(page.url for page in (console.page, recipient, board.page))

    # The vault works: the screener's own form still shows the name, so that the search below has something to miss.
    assert NAME in console.page.content()
    found = [
        *in_tables(stack.settings["DATABASE_URL"], SECRETS),
        *in_redis(stack.settings["REDIS_URL"], SECRETS),
        *in_files(stack.folder, SECRETS),
        *in_processes(SECRETS),
        *in_bytes("pages of others", shown.encode(), SECRETS),
        *in_bytes("addresses of pages", addresses.encode(), SECRETS),
    ]
    assert found == []


def test_no_story_stands_in_tables_logs_mail_or_redis(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    console = Console(opened(), stack, screeners(stack, stack_database, "en")[0])
    _, reference = take_down(console, phones, load_case("CA-02"))
    assert len(told(stack, stack_database, reference)) == 2
    words = (NARRATIVE_CANARY,)
    assert NARRATIVE_CANARY in console.page.content()
    assert [
        *in_tables(stack.settings["DATABASE_URL"], words),
        *in_redis(stack.settings["REDIS_URL"], words),
        *in_files(stack.folder, words),
    ] == []
