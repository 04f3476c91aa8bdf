"""What we ask of a phone company besides live calls: its own list of calls, and the numbers that we rent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Protocol

INBOUND = "inbound"


@dataclass(frozen=True)
class ListedCall:
    """A call as the phone company remembers it. Its two numbers never go into a log."""

    sid: str
    status: str
    """In the company's words; see `port.LIVE` for those of a call that goes on."""
    direction: str
    """`inbound`, `outbound-api` or `outbound-dial`."""
    from_: str = field(repr=False)
    to: str = field(repr=False)
    started_at: datetime
    ended_at: datetime | None
    seconds: int
    """How long it lasted; 0 while it goes on or when nobody answered."""
    parent_sid: str | None = None


class CallBook(Protocol):
    """The company's own list. What it says of the last two minutes may still change. Raises TryAgain, Refused."""

    def calls_to(self, number: str, since: datetime, until: datetime) -> Iterator[ListedCall]:
        """Calls to `number` (E.164) that began in that time, in any order."""

    def calls_from(self, number: str, since: datetime, until: datetime) -> Iterator[ListedCall]:
        """Calls that we placed with `number` as the caller's, begun in that time."""

    def children(self, sid: str) -> Sequence[ListedCall]:
        """The calls that this one dialled."""


@dataclass(frozen=True)
class Pointing:
    """Where the phone company asks what to do with a call to a number. Every address is absolute."""

    voice_url: str
    voice_method: str
    fallback_url: str
    fallback_method: str
    status_url: str
    status_method: str

    def differences(self, other: Pointing) -> dict[str, tuple[str, str]]:
        """Field -> what it is here and what it is there, for every field that differs."""
        pairs = {one.name: (getattr(self, one.name), getattr(other, one.name)) for one in fields(self)}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@dataclass(frozen=True)
class Rented:
    """A number on our account."""

    sid: str
    number: str
    voice: bool
    """Whether it can take telephone calls at all."""
    pointing: Pointing
    overruled_by: str | None
    """What makes the company ignore the voice address: the sid of an application or of a trunk."""


@dataclass(frozen=True)
class Application:
    """A named voice address that softphones call."""

    sid: str
    name: str
    voice_url: str
    voice_method: str


@dataclass(frozen=True)
class Texting:
    """What the account has for text messages. `registered`: the networks know the sender (A2P 10DLC)."""

    services: int
    registered: int


class Office(Protocol):
    """The numbers of the account. Each method raises TryAgain or Refused."""

    def find(self, number: str) -> Rented | None:
        """The number (E.164) if it is on our account."""

    def point(self, sid: str, pointing: Pointing) -> None:
        """Let the number's calls be asked about there; an application or trunk on it is taken off."""

    def application(self, sid: str) -> Application | None:
        """The application of that sid if it is on our account."""

    def applications(self, name: str) -> Sequence[Application]:
        """The applications of that name."""

    def create_application(self, name: str, voice_url: str, voice_method: str) -> Application:
        """Make one; a new sid each time."""

    def update_application(self, sid: str, voice_url: str, voice_method: str) -> None:
        """Point an application elsewhere."""

    def texting(self) -> Texting:
        """Whether text messages could be sent."""

    def now(self) -> datetime | None:
        """The company's clock, to the second; None when it does not say."""
