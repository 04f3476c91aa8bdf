"""Packs and lines that allow, or forbid, that calls are recorded, written down or listened to."""

from __future__ import annotations

from functools import cache

from sqlalchemy import update
from sqlalchemy.orm import Session

from hotline.lines.models import Line
from hotline.policy.loader import Shelf, load_packs
from hotline.policy.telephone import Consent, ConsentRule, Permission, Telephone
from hotline.policy.words import Words

KINDS = ("recording", "transcription", "monitoring")


@cache
def kern_packs() -> Shelf:
    """The packs as they ship: Kern County asks for everybody's consent."""
    return load_packs()


def packs_with(rule: Permission | None, *, screener_is_told: bool = True) -> Shelf:
    """The same with one rule for every kind of listening; None: the packs are silent."""
    words = Words(en="A rule for a test.", es="Una regla para una prueba.")
    said = rule and ConsentRule(
        rule=rule, sentence=words, source="a test", confidence="B", screener_is_told=screener_is_told
    )
    telephone = Telephone(consent=Consent(recording=said, transcription=said, monitoring=said))
    changed = [
        pack.model_copy(update={"rules": pack.rules.model_copy(update={"telephone": telephone})})
        for pack in kern_packs().packs
    ]
    return Shelf(tuple(changed))


def open_ears(session: Session, **settings: str) -> None:
    """An administrator lets every line record, write down and be listened to, unless told otherwise."""
    wanted = {"recording": "on_request", "transcription": "on_request", "monitoring": "on"} | settings
    session.execute(update(Line).values(**wanted))
