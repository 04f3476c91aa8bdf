"""The mail catcher, tried with a real mail client and a real browser's requests."""

from __future__ import annotations

import json
import smtplib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from hotline.demo.mailcatcher import Mailbox, MailCatcher
from hotline.demo.servers import free_port


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[MailCatcher]:
    catcher = MailCatcher(tmp_path / "mail", smtp_port=free_port(), http_port=free_port())
    catcher.start()
    yield catcher
    catcher.stop()


def send(catcher: MailCatcher, subject: str = "A report waits", to: str = "office@kern.test") -> None:
    message = EmailMessage()
    message["From"] = "dispatch@hotline.test"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = "<one@hotline.test>"
    message.set_content("Please open the portal. ¡Gracias!\n")
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=5) as client:
        client.send_message(message)


def get(catcher: MailCatcher, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{catcher.http_port}{path}", timeout=5) as answer:
        text: str = answer.read().decode()
        return text


def test_a_message_is_in_the_ledger_with_its_id(catcher: MailCatcher) -> None:
    send(catcher)
    (entry,) = json.loads(get(catcher, "/messages.json"))
    assert entry["message_id"] == "<one@hotline.test>"
    assert entry["to"] == ["office@kern.test"]
    assert entry["subject"] == "A report waits"
    assert entry["received_at"].endswith("+00:00")


def test_a_message_that_comes_twice_is_two_lines(catcher: MailCatcher) -> None:
    send(catcher)
    send(catcher)
    entries = json.loads(get(catcher, "/messages.json"))
    assert [entry["number"] for entry in entries] == [1, 2]
    assert len({entry["message_id"] for entry in entries}) == 1


def test_a_message_can_be_read(catcher: MailCatcher) -> None:
    send(catcher)
    assert "Please open the portal. ¡Gracias!" in get(catcher, "/messages/1")


def test_marks_in_a_subject_are_shown_not_obeyed(catcher: MailCatcher) -> None:
    send(catcher, subject="<script>alert(1)</script>")
    page = get(catcher, "/")
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


@pytest.mark.parametrize("path", ["/messages/2", "/messages/../index", "/messages/²", "/other"])
def test_what_is_not_there_is_refused_politely(catcher: MailCatcher, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        get(catcher, urllib.parse.quote(path))
    refusal.value.close()
    assert refusal.value.code == 404


def test_messages_survive_a_restart(catcher: MailCatcher, tmp_path: Path) -> None:
    send(catcher)
    again = Mailbox(tmp_path / "mail")
    again.keep(["other@kern.test"], b"Subject: Second\r\n\r\nHello\r\n")
    assert [entry.subject for entry in again.messages()] == ["A report waits", "Second"]
