"""What every page works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotline.base.database import Database
from hotline.telephony.links import Links
from hotline.vault.service import Vault
from ivr.events import CallEvent
from ivr.lines import LineBook
from ivr.prompts import Prompts


@dataclass(frozen=True)
class Desk:
    """Keys, words and addresses of this installation."""

    database: Database
    vault: Vault
    prompts: Prompts
    links: Links
    lines: LineBook


Handler = Callable[[Desk, Session, CallEvent], str]
"""Does what a request asks for, in one transaction, and returns the document to answer."""
