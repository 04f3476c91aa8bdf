"""Notices by e-mail. The Message-ID comes from the notice's key: a repeat is the same message to the mailbox."""

from __future__ import annotations

import smtplib
import ssl
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from hotline.base import clock
from workers.channels.base import Notice, NotSent, Unreachable

TIMEOUT = 5.0
"""Seconds for each exchange with the mail server."""

_UNFOLDED = policy.SMTP.clone(max_line_length=200)
"""Some readers take the space that a folded Message-ID begins with for a part of it."""

_PORTS = {"smtp": 25, "smtps": 465}


class Mail:
    """The mail server of the installation. User and password in its address are used after STARTTLS only."""

    def __init__(self, smtp_url: str, sender: str) -> None:
        self._parts = urlsplit(smtp_url)
        self.sender = sender

    def send(self, notice: Notice) -> None:
        """Hand the notice to the mail server.

        Raises Unreachable when the server refuses the address for good, NotSent for whatever else went wrong.
        """
        message = self.compose(notice)
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if codes and all(code >= 500 for code in codes):
                raise Unreachable("The mail server does not know this address.") from error
            raise NotSent("The mail server did not take the message.") from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent("The mail server did not take the message.") from error

    def compose(self, notice: Notice) -> EmailMessage:
        """The message as it goes out. Raises ValueError for a line break in a header."""
        message = EmailMessage(policy=_UNFOLDED)
        message["Message-ID"] = f"<{notice.key}@{self.sender.rpartition('@')[2]}>"
        message["Date"] = format_datetime(clock.now())
        message["From"] = self.sender
        message["To"] = notice.to
        message["Subject"] = notice.subject
        # An out-of-office reply to a notice would reach nobody who could act on it.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.text)
        return message

    def _connect(self) -> smtplib.SMTP:
        host, port = self._parts.hostname or "localhost", self._parts.port or _PORTS[self._parts.scheme]
        if self._parts.scheme == "smtps":
            return self._signed_in(
                smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
            )
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif self._parts.username:
            server.close()
            raise NotSent("The mail server offers no encryption: the password was not sent.")
        return self._signed_in(server)

    def _signed_in(self, server: smtplib.SMTP) -> smtplib.SMTP:
        if self._parts.username:
            server.login(unquote(self._parts.username), unquote(self._parts.password or ""))
        return server
