"""What a supervisor does: each act goes back to the page, or shows it again with what stood in the way."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base.errors import NotFound
from hotline.calls import flags, supervising
from hotline.calls import service as calls
from hotline.web.shared import packs
from hotline.web.shared.acting import REFUSALS as USUAL
from hotline.web.shared.acting import carry_out
from hotline.web.shared.core import person
from hotline.web.supervision import pages
from hotline.web.supervision.blueprint import blueprint

_SKILL = "skill:"
REFUSALS = (*USUAL, NotFound)
"""Also who or what is no longer there: the page still is."""


@blueprint.post("/queues")
def move_queue() -> Response:
    """Have another team serve a whole queue."""
    return _act(
        lambda session: supervising.move_queue(session, _field("team"), _field("to"), person().user_id),
        "moved",
    )


@blueprint.post("/queues/back")
def take_back() -> Response:
    """Give a queue back to its own team."""
    return _act(
        lambda session: supervising.take_back(session, _field("team"), person().user_id), "taken_back"
    )


@blueprint.post("/lines/<uuid:line_id>/guard")
def guard(line_id: UUID) -> Response:
    """Turn the flood guard of a line on for some minutes, or off."""
    if _field("turn") == "off":
        return _act(lambda session: supervising.guard_off(session, line_id, person().user_id), "guard_off")
    return _act(
        lambda session: supervising.guard_on(session, line_id, _number("minutes"), person().user_id),
        "guard_on",
    )


@blueprint.post("/calls/<uuid:call_id>/flag")
def flag(call_id: UUID) -> Response:
    """Flag the number of a call."""

    def do(session: Session) -> None:
        flags.set_flag(session, call_id, _field("kind"), person().user_id, _number("days"))

    return _act(do, "flagged")


@blueprint.post("/flags/<uuid:flag_id>/lift")
def lift(flag_id: UUID) -> Response:
    """End a flag before its time."""
    return _act(lambda session: flags.lift(session, flag_id, person().user_id), "lifted")


@blueprint.post("/people/<uuid:user_id>/away")
def set_away(user_id: UUID) -> Response:
    """Set somebody away on their behalf; an offer that they look at goes to the next."""
    return _act(
        lambda session: calls.set_away(session, user_id, _field("reason"), by=person().user_id), "away"
    )


@blueprint.post("/people/<uuid:user_id>")
def staff(user_id: UUID) -> Response:
    """Save a person's languages, skills and teams."""

    def do(session: Session) -> None:
        supervising.set_staffing(
            session,
            user_id,
            person().user_id,
            languages=request.form.getlist("language"),
            skills=_skills(),
            teams=[*request.form.getlist("team"), *_words("new_team")],
        )

    return _act(
        do,
        again=lambda problem: pages.staffing_page(user_id, problem),
        onward=url_for("supervision.person_page", user_id=user_id, done="staffed"),
    )


def _act(
    do: Callable[[Session], object],
    done: str = "",
    *,
    again: Callable[[str], str] = pages.line_page,
    onward: str | None = None,
) -> Response:
    """Do it and go `onward` (else to the page of the line, saying `done`); refused, show the page `again`."""

    def act(session: Session) -> str:
        do(session)
        return onward or url_for("supervision.line", jurisdiction=packs.jurisdiction(), done=done)

    return carry_out(act, again, REFUSALS)


def _skills() -> dict[str, int]:
    """Each skill that has a level in the form, and the new one if its word was filled in."""
    given = {
        name.removeprefix(_SKILL): level for name, level in request.form.items() if name.startswith(_SKILL)
    }
    given |= dict.fromkeys(_words("new_skill"), _field("new_level"))
    return {name: _level(level) for name, level in given.items() if level}


def _level(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) == 1 else 0


def _words(name: str) -> list[str]:
    return [word for word in _field(name).lower().split() if word]


def _number(name: str) -> int:
    text = _field(name)
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def _field(name: str) -> str:
    return request.form.get(name, "")[:100]
