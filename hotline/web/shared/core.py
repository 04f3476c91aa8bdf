"""What a view works with: the core's parts, the person behind the request, a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app, g
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.policy.loader import Shelf as PackShelf
from hotline.vault.service import Vault
from screening_forms.loader import Shelf as FormShelf

_NAME = "hotline"


@dataclass(frozen=True)
class Core:
    """Everything that is opened or loaded once, when the program starts."""

    settings: Settings
    database: Database
    vault: Vault
    forms: FormShelf
    packs: PackShelf


def core() -> Core:
    """The parts of the running application."""
    found: Core = current_app.extensions[_NAME]
    return found


def install(extensions: dict[str, object], parts: Core) -> None:
    """Give an application its parts."""
    extensions[_NAME] = parts


def person() -> SignedIn:
    """Who makes this request. Only for views behind the gate."""
    found: SignedIn = g.person
    return found


@contextmanager
def transaction() -> Iterator[Session]:
    """A transaction that is committed when the block ends well, and rings for the work that it asked for."""
    with core().database.transaction() as session:
        yield session
