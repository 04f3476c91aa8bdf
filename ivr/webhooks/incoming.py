"""The ring itself, the choice of language and the menu. A choice is a key or a word; none leads on all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotline.calls.service import choose_lane, choose_language
from hotline.calls.states import LANES
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.hearing import meant
from ivr.lines import KnownLine
from ivr.prompts import Prompts
from ivr.twiml import greeting
from ivr.webhooks.caller import call_of, document, line_of


@dataclass(frozen=True)
class FirstChoice:
    """What a caller chose in the greeting: a language, or (who can't wait) a lane right away."""

    language: str | None = None
    lane: str | None = None


def opening_words(desk: Desk, line: KnownLine, event: CallEvent) -> str | None:
    """What a new caller on that line hears first: the same that `incoming` answers for a call in `greeting`.

    None when the line alone does not tell: then the call goes the long way, through `incoming`.
    """
    return greeting.greeting(desk.words_of(line), desk.links, line.languages)


def incoming(desk: Desk, session: Session, event: CallEvent) -> str:
    """A call comes in, or a caller whom we held during an outage comes back with what was chosen before."""
    call = call_of(desk, session, event)
    if event.language is not None:
        call = choose_language(session, call.id, event.language)
    if "lane" in event.query:
        call = choose_lane(session, call.id, event.query["lane"], at=event.received_at)
    return document(desk, session, call)


def language(desk: Desk, session: Session, event: CallEvent) -> str:
    """The caller chose a language, a screener at once, something else, or nothing: all of them go on."""
    call = call_of(desk, session, event)
    choice = first_choice(desk.prompts, line_of(session, call).languages, event)
    alive = event.sign_of_life
    call = choose_language(session, call.id, choice.language, alive=alive)
    if choice.lane is None:
        return document(desk, session, call)
    call = choose_lane(session, call.id, choice.lane, at=event.received_at, alive=alive)
    return document(desk, session, call, past_menu=True)


def menu(desk: Desk, session: Session, event: CallEvent) -> str:
    """The caller chose a lane, something else, or nothing: all of them are put in line."""
    call = call_of(desk, session, event)
    lane = lane_chosen(desk.prompts, call.language, desk.menu_of(line_of(session, call)), event)
    call = choose_lane(session, call.id, lane, at=event.received_at, alive=event.sign_of_life)
    return document(desk, session, call)


def first_choice(prompts: Prompts, languages: Sequence[str], event: CallEvent) -> FirstChoice:
    """What was chosen in the greeting of a line with these languages."""
    if event.digits == greeting.AT_ONCE:
        return FirstChoice(lane="general")
    if event.digits is not None:
        return FirstChoice(language_of(event.digits, languages))
    for lane in ("danger", "general"):
        words = {language: prompts.heard(language, lane) for language in languages}
        said_in = meant(event.speech, words)
        if said_in is not None:
            return FirstChoice(said_in, lane)
    return FirstChoice(meant(event.speech, {code: prompts.heard(code, "language") for code in languages}))


def lane_chosen(prompts: Prompts, language: str, lanes: Mapping[str, str], event: CallEvent) -> str | None:
    """The lane of the key that was pressed or the words that were said; None for any other, and for none."""
    if event.digits is not None:
        return lanes.get(event.digits)
    return meant(
        event.speech, {lane: prompts.heard(language, lane) for lane in LANES if lane in lanes.values()}
    )


def language_of(digits: str | None, languages: Sequence[str]) -> str | None:
    """The language whose key was pressed: the first is 1, and so on."""
    if digits is None or not digits.isdigit() or not 1 <= int(digits) <= len(languages):
        return None
    return languages[int(digits) - 1]
