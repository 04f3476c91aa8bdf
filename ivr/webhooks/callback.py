"""A waiting caller chooses to be called back. Their place is kept at every step, and nothing is said in an address."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.base.errors import InvalidInput
from hotline.callbacks import service as callbacks
from hotline.calls.arrivals import heard
from hotline.calls.models import Call
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.prompts import Prompts
from ivr.twiml import callback as words
from ivr.twiml import fallback
from ivr.webhooks.caller import call_of, line_of
from ivr.webhooks.line import in_line

MOST_TRIES = 2
THIS_NUMBER, ANOTHER, YES, NO = "1", "2", "1", "2"


def offered(desk: Desk, session: Session, event: CallEvent) -> str:
    """The key that the line offers was pressed, or another one."""
    call = call_of(desk, session, event)
    if event.sign_of_life:
        heard(session, call.id)
    if call.state != "waiting":
        return in_line(desk, session, event)
    prompts = _prompts(desk, session, call)
    if event.digits != THIS_NUMBER:
        return words.still_waiting(prompts, desk.links, call.language)
    if call.caller_kind != "number":
        return words.key_in(prompts, desk.links, call.language)
    return words.which_number(prompts, desk.links, call.language)


def chosen(desk: Desk, session: Session, event: CallEvent) -> str:
    """To this number, to another, or neither."""
    call = call_of(desk, session, event)
    if call.state != "waiting":
        return in_line(desk, session, event)
    prompts = _prompts(desk, session, call)
    if event.digits == THIS_NUMBER and call.caller_kind == "number":
        callbacks.ask(session, desk.vault, call.id)
        return words.is_it_safe(prompts, desk.links, call.language)
    if event.digits in (THIS_NUMBER, ANOTHER):
        return words.key_in(prompts, desk.links, call.language)
    return words.still_waiting(prompts, desk.links, call.language)


def keyed(desk: Desk, session: Session, event: CallEvent) -> str:
    """Digits were keyed in; what is no number that can be called is asked for once more."""
    call = call_of(desk, session, event)
    if call.state != "waiting":
        return in_line(desk, session, event)
    prompts = _prompts(desk, session, call)
    digits = (event.digits or "").strip("*#")
    try:
        callbacks.ask(session, desk.vault, call.id, digits)
    except InvalidInput:
        if event.tries + 1 < MOST_TRIES:
            return words.key_in(prompts, desk.links, call.language, event.tries + 1)
        return words.still_waiting(prompts, desk.links, call.language)
    return words.is_it_safe(prompts, desk.links, call.language, digits)


def safe(desk: Desk, session: Session, event: CallEvent) -> str:
    """Whether it is safe. Only a clear yes is one; only a clear no is remembered as one."""
    call = call_of(desk, session, event)
    asked = callbacks.of_call(session, call.id)
    prompts = _prompts(desk, session, call)
    if asked is not None and asked.state in ("waiting", "in_line") and asked.origin == "queue":
        # The same answer a second time: the promise was made.
        return words.promised(prompts, call.language)
    if call.state != "waiting" or asked is None:
        return in_line(desk, session, event)
    if event.digits == YES:
        callbacks.answer(session, call.id, safe=True)
        return words.promised(prompts, call.language)
    if event.digits == NO:
        callbacks.answer(session, call.id, safe=False)
        return words.not_called(prompts, desk.links, call.language)
    return words.still_waiting(prompts, desk.links, call.language)


def without_database(desk: Desk, event: CallEvent) -> str:
    """Nothing is chosen while the database is away: the caller stays in line."""
    return fallback.hold_in_line(desk.prompts, event.language or "en")


def _prompts(desk: Desk, session: Session, call: Call) -> Prompts:
    return desk.words_of(line_of(session, call))
