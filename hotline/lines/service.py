"""Adding and changing lines. Whatever could not work on the telephone is refused here, by the name of its field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from importlib.metadata import entry_points
from string import Formatter
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base.errors import Conflict, InvalidInput
from hotline.base.ids import new_id
from hotline.lines import hours, queries
from hotline.lines.models import Line
from hotline.policy.loader import jurisdictions
from hotline.telephony.numbers import classify, why_not_dialled

Catalogue = Mapping[str, Mapping[str, frozenset[str]]]
"""What can be spoken: language -> name of a sentence -> what is filled in there."""

LANES = ("danger", "youth", "mandated", "general")
RECORDING = ("off", "on_request", "always")
TRANSCRIPTION = ("off", "on_request")
MONITORING = ("off", "on")
STEPS = ("everybody", "on_call", "voicemail")
TEAM_STEP = "team:"
SHORTEST_WAIT, LONGEST_WAIT = 30, 7200
_KEYS = frozenset("0123456789")
_WHY_NOT = {
    "malformed": "is no complete telephone number: write it as +16615550190.",
    "foreign": "is a number abroad.",
    "premium": "is a premium number, which bills whoever calls it.",
}


@dataclass(frozen=True)
class NewLine:
    """A line as somebody describes it; see `lines.models.Line` for the meaning of each field."""

    number: str
    name: str
    jurisdiction: str
    languages: Sequence[str]
    backup_numbers: Sequence[str] = ()
    active: bool = True
    time_zone: str = "UTC"
    hours: Mapping[str, Any] = field(default_factory=dict)
    holidays: Sequence[str] = ()
    menu: Mapping[str, str] = field(default_factory=dict)
    prompts: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    team: str | None = None
    max_wait: int = 600
    overflow: Sequence[str] = ("everybody", "on_call", "voicemail")
    callback_offered: bool = True
    caller_id: str | None = None
    recording: str = "off"
    transcription: str = "off"
    monitoring: str = "off"


def add(session: Session, actor: Actor, wishes: NewLine) -> Line:
    """Add a line. Raises InvalidInput that names the faulty field, or Conflict when the number is a line already."""
    wanted = checked(wishes)
    own = set(session.scalars(select(Line.number)))
    if wanted.number in own:
        raise Conflict(f"{wanted.number} is a line already.")
    _check_backups(wanted, own)
    line = Line(id=new_id(), **_columns(wanted))
    session.add(line)
    session.flush()
    record(session, actor, "line:added", "line", line.id)
    return line


def update(session: Session, actor: Actor, line_id: UUID, **changes: Any) -> Line:
    """Change fields of `NewLine`; the whole line must make sense afterwards.

    Raises NotFound, Conflict (another line has the number) or InvalidInput, also for a field that doesn't exist.
    """
    line = queries.find(session, line_id)
    known = {one.name for one in fields(NewLine)}
    for name in changes:
        if name not in known:
            raise InvalidInput(name, "A line has no such field.")
    present = NewLine(**{name: getattr(line, name) for name in known})
    wanted = checked(replace(present, **changes))
    others = set(session.scalars(select(Line.number).where(Line.id != line.id)))
    if wanted.number in others:
        raise Conflict(f"{wanted.number} is a line already.")
    _check_backups(wanted, others)
    changed = [name for name, value in _columns(wanted).items() if getattr(line, name) != value]
    for name in changed:
        setattr(line, name, _columns(wanted)[name])
    session.flush()
    if changed:
        record(session, actor, "line:changed", "line", line.id, {"fields": sorted(changed)})
    return line


def checked(wishes: NewLine, catalogue: Catalogue | None = None) -> NewLine:
    """The wishes with every number as E.164. Raises InvalidInput for the first field that can't work.

    `catalogue`: what can be spoken; unless given, what the installed voice application says.
    """
    spoken = speakable() if catalogue is None else catalogue
    if not wishes.name.strip():
        raise InvalidInput("name", "Give the line a name by which people know it.")
    if wishes.jurisdiction not in jurisdictions():
        raise InvalidInput("jurisdiction", f"There is a pack for {', '.join(jurisdictions())} only.")
    _check_languages(wishes.languages, spoken)
    hours.check(wishes.time_zone, wishes.hours, wishes.holidays)
    _check_menu(wishes.menu)
    _check_prompts(wishes.prompts, wishes.languages, spoken)
    _check_overflow(wishes)
    for name, allowed in (
        ("recording", RECORDING),
        ("transcription", TRANSCRIPTION),
        ("monitoring", MONITORING),
    ):
        if getattr(wishes, name) not in allowed:
            raise InvalidInput(name, f"Choose one of: {', '.join(allowed)}.")
    number = classify(wishes.number)
    if number.kind != "number" or number.e164 is None:
        raise InvalidInput("number", "Give the line's number as +16615550100.")
    return replace(
        wishes,
        number=number.e164,
        name=wishes.name.strip(),
        backup_numbers=[classify(text).e164 or text for text in dict.fromkeys(wishes.backup_numbers)],
        caller_id=None if wishes.caller_id is None else _caller_id(wishes.caller_id),
    )


def backup_fault(text: str, own: Collection[str]) -> str | None:
    """Why a number is no backup for a line, in words; None when it is one. `own`: the numbers of our lines."""
    if text in own:
        return f"{text} is one of our own lines: the caller would come back to where nobody answers."
    why = why_not_dialled(text)
    return f"{text} {_WHY_NOT[why]}" if why else None


def _check_backups(wishes: NewLine, others: Collection[str]) -> None:
    own = {wishes.number, *others}
    for number in wishes.backup_numbers:
        fault = backup_fault(number, own)
        if fault is not None:
            raise InvalidInput("backup_numbers", fault)


@cache
def speakable() -> Catalogue:
    """What the installed voice application can say. It registers itself: nothing here knows it."""
    found: dict[str, Mapping[str, frozenset[str]]] = {}
    for entry in entry_points(group="hotline.spoken"):
        catalogue: Callable[[], Catalogue] = entry.load()
        found |= catalogue()
    return found


def _columns(wishes: NewLine) -> dict[str, Any]:
    values = asdict(wishes)
    for name in ("languages", "backup_numbers", "holidays", "overflow"):
        values[name] = list(values[name])
    return values


def _caller_id(text: str) -> str:
    number = classify(text)
    if number.e164 is None:
        raise InvalidInput("caller_id", "Give the number that is shown as +16615550100.")
    return number.e164


def _check_languages(languages: Sequence[str], spoken: Collection[str]) -> None:
    if not languages:
        raise InvalidInput("languages", "Give at least one language.")
    if len(set(languages)) != len(languages):
        raise InvalidInput("languages", "Name each language once, in the order of the greeting.")
    if len(languages) > 9:
        raise InvalidInput("languages", "The greeting has nine keys: offer at most nine languages.")
    unknown = [language for language in languages if language not in spoken]
    if unknown:
        raise InvalidInput(
            "languages", f"Nothing is spoken in {', '.join(unknown)}; there is {', '.join(sorted(spoken))}."
        )


def _check_menu(menu: Mapping[str, str]) -> None:
    if not menu:
        return
    if not set(menu) <= _KEYS:
        raise InvalidInput("menu", "Each choice of the menu has one key from 0 to 9.")
    unknown = [lane for lane in menu.values() if lane not in LANES]
    if unknown or len(set(menu.values())) != len(menu):
        raise InvalidInput("menu", f"The keys lead to different ones of: {', '.join(LANES)}.")
    if menu.get("0", "general") != "general":
        raise InvalidInput("menu", "Key 0 asks for a screener at once: it leads to 'general'.")


def _check_prompts(
    prompts: Mapping[str, Mapping[str, Mapping[str, str]]], languages: Collection[str], spoken: Catalogue
) -> None:
    for language, sentences in prompts.items():
        if language not in languages:
            raise InvalidInput("prompts", f"The line does not speak {language}.")
        for name, own in sentences.items():
            if name not in spoken[language]:
                raise InvalidInput("prompts", f"There is no sentence named {name}.")
            _check_sentence(name, own, spoken[language][name])


def _check_sentence(name: str, own: Mapping[str, str], filled: frozenset[str]) -> None:
    if set(own) == {"recording"}:
        if urlsplit(own["recording"]).scheme != "https":
            raise InvalidInput("prompts", f"{name}: give the recording's address, beginning with https://.")
        if filled:
            raise InvalidInput("prompts", f"{name}: a recording can't say {', '.join(sorted(filled))}.")
    elif set(own) == {"text"} and own["text"].strip():
        try:
            named = {part for _, part, _, _ in Formatter().parse(own["text"]) if part is not None}
        except ValueError as error:
            raise InvalidInput("prompts", f"{name}: a brace is left open.") from error
        if named != filled:
            wanted = ", ".join(f"{{{part}}}" for part in sorted(filled)) or "nothing"
            raise InvalidInput("prompts", f"{name}: exactly {wanted} must stand in braces.")
    else:
        raise InvalidInput("prompts", f"{name}: give either a text or a recording.")


def _check_overflow(wishes: NewLine) -> None:
    if not SHORTEST_WAIT <= wishes.max_wait <= LONGEST_WAIT:
        raise InvalidInput(
            "max_wait", f"Give the longest wait in seconds, from {SHORTEST_WAIT} to {LONGEST_WAIT}."
        )
    steps = list(wishes.overflow)
    unknown = [step for step in steps if step not in STEPS and not step.removeprefix(TEAM_STEP).strip()]
    unknown += [step for step in steps if step not in STEPS and not step.startswith(TEAM_STEP)]
    if unknown or len(set(steps)) != len(steps):
        raise InvalidInput("overflow", f"The steps are different ones of: {', '.join(STEPS)}, team:<name>.")
    if "voicemail" in steps[:-1]:
        raise InvalidInput("overflow", "Voicemail is the last resort: it can only be the last step.")
    if not {"on_call", "voicemail"} & set(steps):
        raise InvalidInput("overflow", "End with on_call or voicemail, so that nobody waits for ever.")
