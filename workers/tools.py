"""What jobs work with, made once per process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hotline.base.bell import Bell
from hotline.base.config import Settings, load_settings
from hotline.base.database import Database
from hotline.policy.loader import Shelf as PackShelf
from hotline.policy.loader import load_packs
from hotline.telephony.books import CallBook
from hotline.telephony.carriers import carrier_of
from hotline.telephony.port import PhoneCompany
from hotline.vault.service import Vault
from screening_forms.loader import Shelf as FormShelf
from screening_forms.loader import load_forms
from workers.channels.email import Mail

POOL = 4
"""Connections of one working process: the job's, its lease's and some for luck."""


@dataclass(frozen=True)
class Tools:
    """Database, keys, ways out of this process, rules and forms."""

    settings: Settings
    database: Database
    vault: Vault
    mail: Mail
    phone: PhoneCompany
    book: CallBook
    packs: PackShelf
    forms: FormShelf
    bell: Bell


def make(settings: Settings, pool_size: int = POOL) -> Tools:
    """Tools by these settings. Nothing is connected before it is used, so they may be made before a fork.

    Raises what is wrong with a pack or a form: a process with faulty rules must not start.
    """
    database = Database(settings.database_url, pool_size=pool_size)
    carrier = carrier_of(settings)
    bell = Bell(settings.redis_url)
    bell.ring_after_commit(database)
    return Tools(
        settings=settings,
        database=database,
        vault=Vault(settings.vault_keys, settings.hash_key),
        mail=Mail(settings.smtp_url, settings.mail_from),
        phone=carrier.company(),
        book=carrier.book(),
        packs=load_packs(),
        forms=load_forms(),
        bell=bell,
    )


@cache
def of_this_process() -> Tools:
    """The tools by the environment's settings, the same ones for every job of the process."""
    return make(load_settings())
