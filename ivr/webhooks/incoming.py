"""The ring itself, the choice of language and the menu."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.calls.service import choose_lane, choose_language
from hotline.lines.models import Line
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.lines import KnownLine
from ivr.twiml import greeting
from ivr.twiml.greeting import LANES
from ivr.webhooks.caller import call_of, document


def opening_words(desk: Desk, line: KnownLine, event: CallEvent) -> str | None:
    """What a new caller on that line hears first: the same that `incoming` answers for a call in `greeting`.

    None when the line alone does not tell: then the call goes the long way, through `incoming`.
    """
    return greeting.greeting(desk.prompts, desk.links, line.languages)


def incoming(desk: Desk, session: Session, event: CallEvent) -> str:
    """A call comes in, or a caller whom we held during an outage comes back with what was chosen before."""
    call = call_of(desk, session, event)
    if event.language is not None:
        call = choose_language(session, call.id, event.language)
    if "lane" in event.query:
        call = choose_lane(session, call.id, event.query["lane"], at=event.received_at)
    return document(desk, session, call)


def language(desk: Desk, session: Session, event: CallEvent) -> str:
    """The caller pressed the key of a language, another key, or none: all of them go on to the menu."""
    call = call_of(desk, session, event)
    line = session.get_one(Line, call.line_id)
    call = choose_language(session, call.id, language_of(event.digits, line.languages))
    return document(desk, session, call)


def menu(desk: Desk, session: Session, event: CallEvent) -> str:
    """The caller pressed the key of a lane, another key, or none: all of them are put in line."""
    call = call_of(desk, session, event)
    call = choose_lane(session, call.id, LANES.get(event.digits or ""), at=event.received_at)
    return document(desk, session, call)


def language_of(digits: str | None, languages: list[str]) -> str | None:
    """The language whose key was pressed: the first is 1, and so on."""
    if digits is None or not digits.isdigit() or not 1 <= int(digits) <= len(languages):
        return None
    return languages[int(digits) - 1]
