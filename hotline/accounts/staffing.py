"""What a person can take: languages, skills with levels, teams."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.audit.record import Actor, record
from hotline.base.errors import InvalidInput, NotFound

LEVELS = (1, 2, 3)
"""1 can, 3 best."""

_LANGUAGE = "language:"
_SKILL = re.compile(r"(language:)?[a-z][a-z0-9_-]{0,39}")
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
_TEAM = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def set_staffing(
    session: Session,
    user_id: UUID,
    by: UUID,
    *,
    languages: Iterable[str] | None = None,
    skills: Mapping[str, int] | None = None,
    teams: Iterable[str] | None = None,
) -> None:
    """Replace what is given of a person's languages, skills (word -> level 1 to 3) and teams (none: all of them).

    A skill is a lane, `language:<code>` of one of the person's languages, or another word in small letters. The
    audit keeps the words, which are codes. Raises InvalidInput naming the part, or NotFound.
    """
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("No such account.")
    changed: dict[str, object] = {}
    if languages is not None:
        user.languages = changed["languages"] = _languages(languages)
    if skills is not None:
        user.skills = changed["skills"] = _skills(skills)
    if teams is not None:
        user.teams = changed["teams"] = _teams(teams)
    unspoken = [
        skill
        for skill in user.skills
        if skill.startswith(_LANGUAGE) and skill.removeprefix(_LANGUAGE) not in user.languages
    ]
    if unspoken:
        raise InvalidInput("skills", "A level in a language needs the language itself. Add it first.")
    session.flush()
    record(session, Actor.user(by), "user:staffing_set", "user", user_id, changed)


def _languages(given: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(given))
    if not found or not all(_LANGUAGE_CODE.fullmatch(code) for code in found):
        raise InvalidInput("languages", "Name at least one language by its code, for example en.")
    return found


def _skills(given: Mapping[str, int]) -> dict[str, int]:
    if not all(_SKILL.fullmatch(skill) for skill in given):
        raise InvalidInput(
            "skills", "A skill is one word in small letters, for example danger or language:es."
        )
    if not all(level in LEVELS for level in given.values()):
        raise InvalidInput("skills", "The level of a skill is 1, 2 or 3.")
    return dict(sorted(given.items()))


def _teams(given: Iterable[str]) -> list[str]:
    found = sorted(set(given))
    if not all(_TEAM.fullmatch(team) for team in found):
        raise InvalidInput("teams", "A team is one word in small letters, for example north.")
    return found
