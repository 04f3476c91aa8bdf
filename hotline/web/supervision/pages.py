"""The supervisors' pages: the line and the people as they are now, and one person's skills and teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.accounts.permissions import allowed
from hotline.accounts.staffing import LEVELS
from hotline.base import clock
from hotline.base.errors import NotFound
from hotline.calls import monitoring, overview, strip
from hotline.calls.flags import DAYS
from hotline.calls.states import LANES
from hotline.calls.supervising import GUARD_LASTS
from hotline.lines import teams
from hotline.recordings import queries as recordings
from hotline.web.shared import packs
from hotline.web.shared import words as shared_words
from hotline.web.shared.call_words import LEG_KINDS
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import language
from hotline.web.shared.partials import part
from hotline.web.shared.times import local_hour, minutes_and_seconds
from hotline.web.supervision import words
from hotline.web.supervision.blueprint import blueprint
from hotline.web.supervision.picture import picture


@blueprint.get("")
def line() -> str:
    """Who waits, who talks, who could take a call, and how the day goes."""
    return line_page()


@blueprint.get("/now")
def now() -> Response:
    """The part that refreshes itself."""
    return part(now_part())


@blueprint.get("/today")
def today() -> Response:
    """The day's figures, which refresh themselves more slowly."""
    return part(today_part())


@blueprint.get("/people/<uuid:user_id>")
def person_page(user_id: UUID) -> str:
    """One person's languages, skills and teams."""
    return staffing_page(user_id)


def line_page(problem: str | None = None) -> str:
    """The whole page; `problem`: what stood in the way of an act."""
    known = core().packs.jurisdictions()
    return render_template(
        "supervision/line.html",
        jurisdiction=packs.jurisdiction(),
        jurisdictions=[(code, packs.current(code).head.name.in_(language())) for code in known],
        now_part=Markup(now_part(standing=True)),
        today_part=Markup(today_part()),
        done=words.done(request.args.get("done")),
        problem=problem,
    )


def now_part(*, standing: bool = False) -> str:
    """`standing`: for a page that may stay as it is; else running times are left to the script."""
    code = packs.jurisdiction()
    with transaction() as session:
        look = overview.look(session, code)
        calls = strip.look(session, code)
        chances = monitor_chances(session, look)
        recorded = recordings_of(session, look)
    return render_template(
        "supervision/now.html",
        look=look,
        chances=chances,
        recorded=recorded,
        calls=calls,
        standing=standing,
        jurisdiction=code,
        zone=packs.zone(code),
        words=words,
        shared=shared_words,
        leg_kinds=LEG_KINDS,
        guard_lasts=GUARD_LASTS,
        days=DAYS,
    )


def recordings_of(session: Session, look: overview.Overview) -> dict[UUID, list[UUID]]:
    """The kept recordings of the last calls, for somebody who may hear them."""
    if not allowed(person().roles, "recordings:hear"):
        return {}
    return recordings.kept(session, [one.call_id for one in look.past])


def monitor_chances(session: Session, look: overview.Overview) -> dict[UUID, monitoring.Chance]:
    """What the person may do with each live call; empty for somebody who may not listen."""
    me = person()
    if not allowed(me.roles, "calls:monitor"):
        return {}
    return {
        one.call_id: monitoring.chance(session, core().packs, one.call_id, me.user_id)
        for one in look.live
        if one.state == "talking"
    }


def today_part() -> str:
    """The figures of the day so far, as a picture and as a table."""
    code = packs.jurisdiction()
    zone = packs.zone(code)
    there = clock.now().astimezone(ZoneInfo(zone))
    begins = there.replace(hour=0, minute=0, second=0, microsecond=0)
    with transaction() as session:
        hours = overview.day(session, code, begins.astimezone(clock.now().tzinfo))
    # The hours before the first call say nothing.
    first = next(
        (place for place, one in enumerate(hours) if one.received or one.waiting_at_once), len(hours)
    )
    shown = hours[min(first, len(hours) - 1) :]
    return render_template(
        "supervision/today.html",
        hours=shown,
        picture=picture(shown),
        zone=zone,
        local_hour=local_hour,
        length=lambda seconds: minutes_and_seconds(timedelta(seconds=seconds)),
    )


@dataclass(frozen=True)
class Choices:
    """What the form of a person offers, with what they have already."""

    languages: tuple[str, ...]
    skills: tuple[str, ...]
    teams: tuple[str, ...]


def _choices(session: Session, one: overview.Staff) -> Choices:
    languages = overview.languages(session)
    words_of_all = {skill for other in overview.staff(session) for skill in other.skills}
    skills = [*LANES, *(f"language:{code}" for code in languages)]
    others = sorted(
        skill for skill in words_of_all if skill not in skills and not skill.startswith("language:")
    )
    return Choices(languages, (*skills, *others), tuple(sorted({*teams.known(session), *one.teams})))


def staffing_page(user_id: UUID, problem: str | None = None) -> str:
    """The form of a person's languages, skills and teams; raises NotFound."""
    with transaction() as session:
        found = next((one for one in overview.staff(session) if one.user_id == user_id), None)
        if found is None:
            raise NotFound("No such account.")
        known = _choices(session, found)
    return render_template(
        "supervision/person.html",
        one=found,
        known=known,
        levels=LEVELS,
        words=words,
        shared=shared_words,
        problem=problem,
        done=words.done(request.args.get("done")),
    )
