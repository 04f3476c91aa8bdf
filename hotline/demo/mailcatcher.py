"""A mail server that delivers nothing: it keeps what it is given and shows it on a page.

Every message is a file `N.eml`; `index.jsonl` is its ledger, one line per message in the order of arrival. A
message that arrives twice is two lines: the ledger says what came, not what was meant.
"""

from __future__ import annotations

import email
import html
import json
import threading
from dataclasses import asdict, dataclass
from email import policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from hotline.base import clock

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}}
table{{border-collapse:collapse;width:100%}}
th,td{{text-align:left;padding:.4rem;border-bottom:1px solid #bbb}}
pre{{white-space:pre-wrap;border:1px solid #bbb;padding:1rem}}</style></head>
<body><h1>{title}</h1>{body}</body></html>
"""


@dataclass(frozen=True)
class Received:
    """One line of the ledger."""

    number: int
    message_id: str
    to: list[str]
    subject: str
    received_at: str
    file: str


class Mailbox:
    """The messages in a directory; survives a restart."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._index = directory / "index.jsonl"
        self._index.touch(0o600)
        self._lock = threading.Lock()
        self._count = len(self.messages())

    def messages(self) -> list[Received]:
        """The whole ledger, oldest first."""
        lines = self._index.read_text(encoding="utf-8").splitlines()
        return [Received(**json.loads(line)) for line in lines if line]

    def keep(self, recipients: list[str], content: bytes) -> Received:
        """Store a message, then enter it in the ledger."""
        headers = email.message_from_bytes(content, policy=policy.default)
        with self._lock:
            self._count += 1
            number = self._count
            received = Received(
                number=number,
                message_id=str(headers.get("Message-ID", "")).strip(),
                to=recipients,
                subject=str(headers.get("Subject", "")),
                received_at=clock.now().isoformat(),
                file=f"{number}.eml",
            )
            path = self.directory / received.file
            path.touch(0o600)
            path.write_bytes(content)
            with self._index.open("a", encoding="utf-8") as index:
                index.write(json.dumps(asdict(received), ensure_ascii=False) + "\n")
        return received

    def text(self, number: int) -> str | None:
        """The plain text of a message, or None when there is no such message."""
        path = self.directory / f"{number}.eml"
        if not path.is_file():
            return None
        message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain", "html"))
        return str(body.get_content()) if body else ""


class MailCatcher:
    """The mail server and its page, both on 127.0.0.1, in threads of their own."""

    def __init__(self, directory: Path, *, smtp_port: int, http_port: int) -> None:
        self.mailbox = Mailbox(directory)
        self.smtp_port = smtp_port
        self.http_port = http_port
        self._smtp = Controller(_Keeper(self.mailbox), hostname="127.0.0.1", port=smtp_port)
        handler = type("Pages", (_Pages,), {"mailbox": self.mailbox})
        self._http = ThreadingHTTPServer(("127.0.0.1", http_port), handler)
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    def start(self) -> None:
        """Listen on both ports."""
        self._smtp.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; the messages stay."""
        self._smtp.stop()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Keeper:
    """What aiosmtpd calls for a message."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        self._mailbox.keep(
            list(envelope.rcpt_tos), content if isinstance(content, bytes) else content.encode()
        )
        return "250 kept"


class _Pages(BaseHTTPRequestHandler):
    """`/` lists the messages, `/messages/N` shows one, `/messages.json` is the ledger."""

    mailbox: Mailbox

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer(200, "text/html", PAGE.format(title="Mail", body=self._list()))
        elif self.path == "/messages.json":
            self._answer(
                200, "application/json", json.dumps([asdict(one) for one in self.mailbox.messages()])
            )
        else:
            self._one()

    def _list(self) -> str:
        rows = "".join(
            f'<tr><td><a href="/messages/{one.number}">{html.escape(one.subject) or "(no subject)"}</a></td>'
            f"<td>{html.escape(', '.join(one.to))}</td><td>{html.escape(one.received_at)}</td></tr>"
            for one in reversed(self.mailbox.messages())
        )
        if not rows:
            return "<p>No mail yet.</p>"
        return f"<table><tr><th>Subject</th><th>To</th><th>Received (UTC)</th></tr>{rows}</table>"

    def _one(self) -> None:
        number = self.path.removeprefix("/messages/")
        text = self.mailbox.text(int(number)) if number.isdecimal() and number.isascii() else None
        if text is None:
            self._answer(
                404, "text/html", PAGE.format(title="No such message", body='<a href="/">All mail</a>')
            )
            return
        body = f'<p><a href="/">All mail</a></p><pre>{html.escape(text)}</pre>'
        self._answer(200, "text/html", PAGE.format(title=f"Message {number}", body=body))

    def _answer(self, status: int, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: addresses of people stand in no log."""


@click.command()
@click.option("--smtp-port", type=int, required=True)
@click.option("--http-port", type=int, required=True)
@click.option("--dir", "directory", type=click.Path(path_type=Path, file_okay=False), required=True)
def main(smtp_port: int, http_port: int, directory: Path) -> None:
    """Keep mail and show it, on 127.0.0.1 only, until told to end."""
    catcher = MailCatcher(directory, smtp_port=smtp_port, http_port=http_port)
    catcher.start()
    click.echo(f"mail on 127.0.0.1:{smtp_port}, page on http://127.0.0.1:{http_port}/")
    threading.Event().wait()


if __name__ == "__main__":
    main()
