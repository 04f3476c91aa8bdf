"""Who gets the next call, and why (pure).

Callers: those who lost a screener through no fault of theirs, then by urgency, then by arrival. Screeners: who is
best at what the call needs, then the longest idle. Who refused a caller is asked again only when nobody else is
left for that caller. What a caller may have widens with the wait: first screeners with the language and the skill,
then supervisors who have them, then anybody, with the reason that an interpreter is needed. The team never widens
by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hotline.calls.states import LANES

LAST_RESORT_AFTER = timedelta(seconds=20)
"""When supervisors are asked although a screener with language and skill is on duty (and busy)."""

ANYBODY_AFTER = timedelta(seconds=25)
"""When anybody is asked because nobody on duty has the language and the skill: before half a minute is over."""

ANYBODY_WHEN_BUSY_AFTER = timedelta(seconds=60)
"""When anybody is asked although somebody on duty has them: one long talk must not hold up a whole language."""

SPARED = 4
"""While a line is guarded against a flood, one in so many screeners (and at least one of several) is kept free of
callers without a sign of life, for the next caller with one."""

_URGENCY = {lane: place for place, lane in enumerate(LANES)}


@dataclass(frozen=True)
class Waiting:
    """A caller in line. `team`, `skill` None: everybody's, none needed."""

    call_id: UUID
    language: str
    lane: str
    queued_at: datetime
    returned_to_front: bool = False
    waiting_since: datetime | None = None
    """When the present wait began, where it is not the first."""
    team: str | None = None
    skill: str | None = None
    target_id: UUID | None = None
    """Who is asked before anybody else."""
    behind: bool = False
    """No sign of life, on a line that is guarded against a flood."""


@dataclass(frozen=True)
class OnDuty:
    """Somebody who takes calls now, or is busy with one (`free` False). `teams` empty: all of them."""

    user_id: UUID
    languages: frozenset[str]
    idle_since: datetime
    skills: Mapping[str, int] = field(default_factory=dict, hash=False)
    teams: frozenset[str] = frozenset()
    last_resort: bool = False
    free: bool = True


@dataclass(frozen=True)
class Pairing:
    """An offer to be made. `reason` tells in codes why this screener."""

    call_id: UUID
    user_id: UUID
    reason: str


def in_order(callers: Iterable[Waiting]) -> list[Waiting]:
    """The line: the next to be served first."""
    return sorted(
        callers,
        key=lambda caller: (
            caller.behind,
            not caller.returned_to_front,
            # A lane that this release does not know is served like the most urgent: doubt moves a caller up.
            _URGENCY.get(caller.lane, 0),
            caller.queued_at,
            caller.call_id,
        ),
    )


def able(person: OnDuty, caller: Waiting) -> bool:
    """Whether the person is of the caller's team and has the language and the skill."""
    return of_team(person, caller) and _speaks(person, caller) and _skilled(person, caller)


def of_team(person: OnDuty, caller: Waiting) -> bool:
    """Whether the person takes calls of the caller's team."""
    return caller.team is None or not person.teams or caller.team in person.teams


def pair(
    callers: Iterable[Waiting],
    staff: Iterable[OnDuty],
    refused: Collection[tuple[UUID, UUID]] = (),
    *,
    now: datetime,
) -> list[Pairing]:
    """Whom to offer which call now. `refused`: (call, screener) of offers that were declined or not answered.

    Each caller and each screener appears at most once. `staff` is everybody on duty, the busy ones too: whether
    somebody with the language is there at all decides how soon others are asked.
    """
    people = sorted(staff, key=lambda person: person.user_id)
    free = [person for person in people if person.free]
    pairings = []
    for caller in in_order(callers):
        if not free:
            break
        choice = _choose(caller, free, people, refused, now)
        if choice is not None:
            chosen, reason = choice
            free.remove(chosen)
            pairings.append(Pairing(caller.call_id, chosen.user_id, reason))
    return pairings


def _choose(
    caller: Waiting,
    free: Sequence[OnDuty],
    people: Sequence[OnDuty],
    refused: Collection[tuple[UUID, UUID]],
    now: datetime,
) -> tuple[OnDuty, str] | None:
    if caller.behind and not _spare(caller, free, people):
        return None
    for person in free:
        if person.user_id == caller.target_id:
            return person, _reason(person, caller, "asked_first")
    for group in _groups(caller, free, people, now):
        fresh = [person for person in group if (caller.call_id, person.user_id) not in refused]
        if fresh:
            return _best(caller, fresh)
    for group in _groups(caller, free, people, now):
        chosen, reason = _best(caller, group)
        return chosen, f"{reason} asked_again:nobody_else_left"
    return None


def _groups(
    caller: Waiting, free: Sequence[OnDuty], people: Sequence[OnDuty], now: datetime
) -> list[list[OnDuty]]:
    """Whom the caller may have by now, in the order in which they are asked; no group is empty."""
    waited = now - (caller.waiting_since or caller.queued_at)
    on_duty = [person for person in people if able(person, caller)]
    fit = [person for person in free if able(person, caller)]
    if fit:
        groups = [[person for person in fit if not person.last_resort]]
        if waited >= LAST_RESORT_AFTER or all(person.last_resort for person in on_duty):
            groups.append([person for person in fit if person.last_resort])
        return [group for group in groups if group]
    if waited < (ANYBODY_WHEN_BUSY_AFTER if on_duty else ANYBODY_AFTER):
        return []
    by_lack: dict[tuple[bool, bool, bool], list[OnDuty]] = {}
    for person in free:
        if of_team(person, caller):
            lacks = (not _speaks(person, caller), not _skilled(person, caller), person.last_resort)
            by_lack.setdefault(lacks, []).append(person)
    return [by_lack[lacks] for lacks in sorted(by_lack)]


def _spare(caller: Waiting, free: Sequence[OnDuty], people: Sequence[OnDuty]) -> bool:
    """Whether enough screeners stay free for callers with a sign of life when this caller gets one."""
    staffed = sum(able(person, caller) for person in people)
    kept = max(1, staffed // SPARED) if staffed > 1 else 0
    return sum(able(person, caller) for person in free) > kept


def _best(caller: Waiting, group: Sequence[OnDuty]) -> tuple[OnDuty, str]:
    chosen = min(group, key=lambda person: (*_levels(person, caller), person.idle_since, person.user_id))
    longest = min(group, key=lambda person: (person.idle_since, person.user_id))
    return chosen, _reason(chosen, caller, "longest_idle" if chosen is longest else "best_level")


def _levels(person: OnDuty, caller: Waiting) -> tuple[int, int, int]:
    """How good the person is at what the call needs, the best first: skill asked for, language, lane."""
    skill = person.skills.get(caller.skill, 0) if caller.skill else 0
    language = person.skills.get(f"language:{caller.language}", 1) if _speaks(person, caller) else 0
    return -skill, -language, -person.skills.get(caller.lane, 0)


def _speaks(person: OnDuty, caller: Waiting) -> bool:
    return caller.language in person.languages


def _skilled(person: OnDuty, caller: Waiting) -> bool:
    return caller.skill is None or caller.skill in person.skills


def _reason(person: OnDuty, caller: Waiting, first: str) -> str:
    reasons = [first]
    if _speaks(person, caller):
        reasons.append(f"speaks:{caller.language}")
    else:
        reasons.append("language_not_matched:needs_interpreter")
    reasons.append(f"lane:{caller.lane}")
    if caller.skill is not None:
        reasons.append(f"{'skill' if _skilled(person, caller) else 'skill_not_matched'}:{caller.skill}")
    if caller.team is not None:
        reasons.append(f"team:{caller.team}")
    if person.last_resort:
        reasons.append("last_resort:supervisor")
    if caller.returned_to_front:
        reasons.append("caller_returned_to_front")
    return " ".join(reasons)
