"""A mail server for tests: keeps what it takes, and can be slow, refuse or be away."""

from __future__ import annotations

import asyncio
import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from hotline.demo.servers import free_port


class MailHouse:
    """What arrived, and how the server behaves. Change `delay` (seconds) and `refuses` while it runs."""

    def __init__(self) -> None:
        self.port = free_port()
        self.delay = 0.0
        self.refuses: dict[str, str] = {}
        """Address -> the answer to its RCPT, for example `550 no such user`."""
        self.received: list[EmailMessage] = []
        self.arriving = threading.Event()
        """Set as soon as a message is being taken in, before the delay."""

    @property
    def url(self) -> str:
        """The SMTP_URL of this server."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def message_ids(self) -> list[str]:
        """The Message-IDs in the order of arrival, repeats included."""
        return [str(message["Message-ID"]) for message in self.received]

    def to(self, address: str) -> list[EmailMessage]:
        """The messages to one address."""
        return [message for message in self.received if message["To"] == address]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.arriving.set()
        await asyncio.sleep(self.delay)
        return "250 kept"


@contextmanager
def mail_house() -> Iterator[MailHouse]:
    """A running mail server."""
    house = MailHouse()
    controller = Controller(house, hostname="127.0.0.1", port=house.port)
    controller.start()
    try:
        yield house
    finally:
        controller.stop()
