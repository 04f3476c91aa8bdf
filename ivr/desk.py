"""What every page works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from hotline.base.database import Database
from hotline.telephony.links import Links
from hotline.vault.service import Vault
from ivr.events import CallEvent
from ivr.lines import KnownLine, LineBook
from ivr.prompts import Prompts
from ivr.twiml.greeting import AT_ONCE, MENU


@dataclass(frozen=True)
class Desk:
    """Keys, words and addresses of this installation."""

    database: Database
    vault: Vault
    prompts: Prompts
    links: Links
    lines: LineBook
    menus: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Jurisdiction -> the menu of its pack, key -> lane."""

    def words_of(self, line: KnownLine) -> Prompts:
        """What is spoken on a line: its own sentences before the usual ones."""
        return self.prompts.for_line(line.prompts)

    def menu_of(self, line: KnownLine) -> Mapping[str, str]:
        """Key -> lane, as the line has it, else its pack, else the product; the key for a screener at once is last."""
        menu = line.menu or self.menus.get(line.jurisdiction) or MENU
        return {key: menu[key] for key in sorted(menu, key=lambda key: (key == AT_ONCE, key))}


Handler = Callable[[Desk, Session, CallEvent], str]
"""Does what a request asks for, in one transaction, and returns the document to answer."""
