"""Codes of the supervisors' screen in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hotline.web.shared.language import gettext, later
from hotline.web.shared.words import AWAY_REASONS, LANES, LANGUAGES, word

DONE = {
    "moved": later("The queue is served by the other team now."),
    "taken_back": later("The queue is served by its own team again."),
    "away": later("The person takes no calls now."),
    "staffed": later("Languages, skills and teams are saved."),
    "flagged": later("The number is flagged. Nobody is blocked: screeners see the flag."),
    "lifted": later("The flag is lifted."),
    "listen": later("Your telephone rings. You hear the call; nobody hears you."),
    "whisper": later("Your telephone rings. Only the screener hears you."),
    "barge": later("Your telephone rings. Everybody on the call hears you."),
    "leave": later("You are off the call."),
    "guard_on": later("Callers without a sign of life wait behind the others now. Nobody is sent away."),
    "guard_off": later("Everybody is served in the usual order again."),
}
"""What the page says after an act, by the code in its address."""

MONITORS = {
    "listen": later("listens"),
    "whisper": later("whispers"),
    "barge": later("talks along"),
}
"""How a supervisor takes part in a call."""

NO_MONITORING = {
    "line_off": later("Listening is off on this line."),
    "forbidden": later("The rules of this county forbid listening."),
    "caller_refused": later("The caller said no."),
    "ask_caller": later("The caller has not been asked."),
}

TELEPHONES = {
    "softphone": later("in the browser"),
    "ring": later("rings at the person's address"),
    "desk": later("ordinary telephone"),
}

FLAGS = {
    "silent": later("Silent calls"),
    "hostile": later("Hostile calls"),
    "prank": later("Pranks"),
}
"""What a supervisor noted of calls from a number."""

CALL_STATES = {
    "connecting": later("is being connected"),
    "talking": later("talking"),
    "voicemail": later("leaves a message"),
}

DIRECTIONS = {
    "callback": later("called back"),
    "outbound": later("called by us"),
}

OUTCOMES = {
    "answered": later("Answered"),
    "abandoned": later("Gave up"),
    "diverted": later("Served elsewhere"),
    "unanswered": later("Not reached"),
}

STAGES = {
    "greeting": later("in the greeting"),
    "menu": later("in the menu"),
    "queue": later("in the line"),
    "ring": later("while being connected"),
    "talk": later("in the talk"),
    "hold": later("on hold"),
    "transfer": later("in a transfer"),
    "voicemail": later("in the mailbox"),
    "waiting": later("in the line"),
    "connecting": later("while being connected"),
    "talking": later("in the talk"),
}

ABSENCES = {
    **AWAY_REASONS,
    "missed_offer": later("did not answer a call"),
    "silent": later("the console was not heard of"),
    "leg_lost": later("the connection to the telephone broke"),
    "gave_back": later("gave a call back"),
    "after_call": later("after a call, by their own wish"),
}
"""Why somebody is away, as others are told."""

_STEPS = {
    "everybody": later("led on to every team"),
    "on_call": later("people on call are telephoned"),
    "voicemail": later("led on to the mailbox"),
}


def done(code: str | None) -> str | None:
    """What the page says after an act."""
    return gettext(DONE[code]) if code in DONE else None


def step(name: str | None) -> str | None:
    """A step of a line's overflow."""
    if name is not None and name.startswith("team:"):
        return gettext("led on to %(team)s", team=name.removeprefix("team:"))
    return word(_STEPS, name) if name else None


def team(name: str | None) -> str:
    """A team; none is everybody's."""
    return name or gettext("Everybody")


def skill(name: str) -> str:
    """A skill: a language, a lane, or the word itself."""
    if name.startswith("language:"):
        return word(LANGUAGES, name.removeprefix("language:"))
    return word(LANES, name)


def languages(spoken: Iterable[str], skills: Mapping[str, int]) -> str:
    """Languages, each with its level where one is set."""
    levels = {code: skills.get(f"language:{code}") for code in spoken}
    return ", ".join(f"{word(LANGUAGES, code)} {level or ''}".strip() for code, level in levels.items())


def other_skills(skills: Mapping[str, int]) -> list[tuple[str, int]]:
    """Skills that are no languages."""
    return [(name, level) for name, level in skills.items() if not name.startswith("language:")]
