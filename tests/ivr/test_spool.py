"""Requests that wait on the disk: unreadable to others, in order, and never lost to a torn line."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotline.base.crypto import Keyring
from hotline.base.errors import ConfigurationError
from ivr.events import CallEvent
from ivr.spool import Spool
from tests.support.calls import CALLER
from tests.support.settings import VAULT_KEYS

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEYS = Keyring.parse(VAULT_KEYS)


def event(number: int) -> CallEvent:
    call_sid = f"CA{number:032x}"
    form = {"From": CALLER, "To": "+16615550100", "CallSid": call_sid}
    at = NOON + timedelta(seconds=number)
    return CallEvent("incoming", f"page:incoming:{call_sid}", call_sid, form, {"tries": "1"}, at)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", KEYS)


def every_file(spool_folder: Path) -> Iterator[bytes]:
    for path in spool_folder.rglob("*"):
        if path.is_file():
            yield path.read_bytes()


def test_what_went_in_comes_out_oldest_first(spool: Spool) -> None:
    for number in (3, 1, 2):
        spool.append(event(number))
    assert spool.take().events == (event(1), event(2), event(3))


def test_nobody_reads_a_number_on_the_disk(spool: Spool, tmp_path: Path) -> None:
    spool.append(event(1))
    spool.set_aside(event(2))
    content = b"".join(every_file(tmp_path))
    assert content
    for secret in (CALLER.encode(), CALLER[2:].encode(), b"From", b"incoming"):
        assert secret not in content


def test_only_the_process_owner_may_look(spool: Spool, tmp_path: Path) -> None:
    spool.append(event(1))
    folder = tmp_path / "spool"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*.spool")} == {0o600}


def test_what_was_taken_stays_until_it_is_done(spool: Spool) -> None:
    spool.append(event(1))
    first = spool.take()
    spool.append(event(2))
    again = spool.take()
    assert again.events == (event(1), event(2))
    spool.done(again)
    assert (spool.waiting(), first.events) == (0, (event(1),))


def test_a_file_of_a_process_that_died_is_taken_too(spool: Spool, tmp_path: Path) -> None:
    Spool(tmp_path / "spool", KEYS).append(event(1))
    spool.append(event(2))
    assert spool.take().events == (event(1), event(2))


@pytest.mark.parametrize("lost", [1, 20, 200])
def test_a_torn_last_line_costs_only_itself(spool: Spool, tmp_path: Path, lost: int) -> None:
    spool.append(event(1))
    spool.append(event(2))
    (path,) = (tmp_path / "spool").glob("*.spool")
    os.truncate(path, path.stat().st_size - lost)
    assert spool.take().events == (event(1),)
    assert (tmp_path / "spool" / "rejected" / "unreadable").exists()


@pytest.mark.parametrize(
    "damage", [b"", b"not a line at all", b"azE=.AAAA.BBBB", b"\xff\xfe", b"a.b", b"...."]
)
def test_a_damaged_line_does_not_hold_up_the_others(spool: Spool, tmp_path: Path, damage: bytes) -> None:
    spool.append(event(1))
    (path,) = (tmp_path / "spool").glob("*.spool")
    path.write_bytes(damage + b"\n" + path.read_bytes())
    assert spool.take().events == (event(1),)


def test_a_line_of_another_installation_is_not_opened(spool: Spool, tmp_path: Path) -> None:
    other = "k1:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
    Spool(tmp_path / "spool", Keyring.parse(other)).append(event(1))
    assert spool.take().events == ()


def test_a_rotated_key_still_opens_what_it_sealed(spool: Spool, tmp_path: Path) -> None:
    spool.append(event(1))
    rotated = Keyring.parse("k2:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=," + VAULT_KEYS)
    assert Spool(tmp_path / "spool", rotated).take().events == (event(1),)


def test_many_writers_and_a_reader_lose_nothing(spool: Spool) -> None:
    taken: list[CallEvent] = []

    def read() -> None:
        part = spool.take()
        taken.extend(part.events)
        spool.done(part)

    with ThreadPoolExecutor(8) as threads:
        for number in range(60):
            threads.submit(spool.append, event(number))
            if number % 10 == 9:
                read()
    read()
    assert sorted(taken, key=lambda one: one.received_at) == [event(number) for number in range(60)]


def test_a_full_disk_leaves_whole_lines_only(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.append(event(1))
    write = os.write
    first: list[int] = []

    def full(descriptor: int, data: bytes) -> int:
        if first:
            raise OSError(28, "No space left on device")
        first.append(1)
        return write(descriptor, data[:50])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            spool.append(event(2))
    spool.append(event(3))
    assert spool.take().events == (event(1), event(3))


def test_only_one_replays_at_a_time(spool: Spool, tmp_path: Path) -> None:
    with spool.replay_alone() as first, Spool(tmp_path / "spool", KEYS).replay_alone() as second:
        assert (first, second) == (True, False)
    with spool.replay_alone() as again:
        assert again


def test_a_folder_that_can_not_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="HOTLINE_SPOOL_DIR"):
        Spool(tmp_path / "file" / "below", KEYS)
