"""The sweep: `python -m workers.sweep`. Every two seconds it looks in PostgreSQL for whatever is due or late.

Its parts run in threads of their own, so that one that fails or hangs stops no other. Several sweeps may run at
once: what each takes up is locked in the database.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

import click

from hotline.base import heartbeat, logging
from hotline.base.config import load_settings
from hotline.base.database import Database
from hotline.base.errors import HotlineError
from workers import duties, tools
from workers.ring import HANDS, Ringer

EVERY = 2.0
"""Seconds between two rounds of a part."""

_log = logging.get_logger("sweep")


@dataclass(frozen=True)
class Part:
    """One duty of the sweep; `round` is called again and again."""

    name: str
    round: Callable[[], None]


class Sweep:
    """Runs parts until it is stopped."""

    def __init__(self, database: Database, parts: Sequence[Part], every: float = EVERY) -> None:
        self._database, self._every = database, every
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._go_round, args=(part,), name=f"sweep-{part.name}", daemon=True)
            for part in parts
        ]

    def start(self) -> None:
        """Let every part begin."""
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = 10.0) -> None:
        """Let every part end after its present round, or after `patience` seconds leave it to its fate."""
        self._ended.set()
        for thread in self._threads:
            thread.join(patience)

    def wait(self) -> None:
        """Return once somebody has called `stop` or a signal asked for the end."""
        self._ended.wait()

    def end_by_signal(self, number: int, frame: FrameType | None) -> None:
        """What the process does on SIGTERM and SIGINT."""
        self._ended.set()

    def _go_round(self, part: Part) -> None:
        while True:
            try:
                part.round()
                with self._database.transaction() as session:
                    heartbeat.beat(session, f"sweep:{part.name}")
            except Exception as error:
                _log.error("round_failed", part=part.name, error=logging.reason(error))
            if self._ended.wait(self._every):
                return


@click.command()
def main() -> None:
    """Look after everything that is due, until told to end. Refuses to start with an empty roster."""
    logging.configure()
    try:
        equipment = tools.make(load_settings(), HANDS + len(duties.ALL) + 2)
    except HotlineError as error:
        raise click.ClickException(error.message) from error
    try:
        duties.check_rosters(equipment.database)
        run(equipment)
    except HotlineError as error:
        raise click.ClickException(error.message) from error
    finally:
        equipment.bell.close()
        equipment.database.dispose()


def run(equipment: tools.Tools) -> None:
    """Go round until SIGTERM or SIGINT, then finish what is in hand."""
    ringer = Ringer(equipment)
    parts = [Part("ring", ringer.round), *(Part(name, one(equipment)) for name, one in duties.ALL.items())]
    sweep = Sweep(equipment.database, parts)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, sweep.end_by_signal)
    sweep.start()
    _log.info("sweep_started", parts=[part.name for part in parts])
    sweep.wait()
    sweep.stop()
    ringer.close()


if __name__ == "__main__":
    main()
