"""The bar on top of the console: who I am for the line, what is offered, and the call with everybody in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template, request
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base import clock
from hotline.base.errors import NotFound
from hotline.calls import flags, telephones
from hotline.calls import service as calls
from hotline.calls.models import Call, Offer
from hotline.partners import directory
from hotline.partners.models import Service
from hotline.recordings import queries as recordings
from hotline.recordings.queries import RecordingView
from hotline.reports import queries
from hotline.reports.models import Report
from hotline.web.console.screen_pop import ScreenPop, screen_pop
from hotline.web.shared import call_words, listening_words, words
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import gettext, later

NOTICES = {
    "attached": later("The call belongs to that report already, or the report was never submitted."),
    "offer_gone": later("That call is no longer yours: the caller hung up, or it went to somebody else."),
    "call_open": later("You are still on a call. Hang up first."),
    "unfinished": later("Finish your last call first: say what it was about."),
    "report_first": later(
        "Submit the report of this call first, or say that the call was about something else."
    ),
    "draft_stays": later(
        "The call is closed. Something is written in its report: it stays with your drafts until you submit it."
    ),
}
"""What can go wrong with a button of the bar, shown on the page on which it was pressed."""


@dataclass(frozen=True)
class Offered:
    """An offer with what a person should know before taking it."""

    view: calls.OfferView
    since: datetime
    """When the wait began."""
    asked_by: str | None
    """The colleague who asks for help, for a consult."""
    flags: tuple[str, ...]
    needs_interpreter: bool
    """The person does not speak the caller's language."""
    pop: ScreenPop


@dataclass(frozen=True)
class Talk:
    """A person's call as the bar shows it. `control` is None once the call has ended."""

    view: calls.CallView
    control: calls.ControlView | None
    reports: Sequence[Report]
    about: Sequence[Report]
    """Earlier reports to which the call was attached."""
    referred: Sequence[Service]
    """Help that the caller was told of."""
    speaks_language: bool
    pop: ScreenPop

    @property
    def is_mine(self) -> bool:
        """Whether the person is the call's screener rather than a colleague who was asked in."""
        return self.control is None or self.control.role == "screener"

    @property
    def is_live(self) -> bool:
        """Whether anybody's line can be steered now."""
        return self.control is not None and self.view.state == "talking"


def bar(at: str, *, standing: bool) -> str:
    """The bar for the page at path `at`. `standing`: for a page without scripts, so running times are written out."""
    me = person()
    with transaction() as session:
        user = session.get_one(User, me.user_id)
        presence = calls.presence_of(session, me.user_id)
        talk = _talk(session, user)
        return render_template(
            "console/bar.html",
            at=at,
            standing=standing,
            presence=presence,
            offered=_offered(session, user),
            talk=talk,
            listening=_listening(session, talk),
            own=telephones.own_leg(session, me.user_id),
            user=user,
            words=words,
            call_words=call_words,
            listening_words=listening_words,
        )


def notice() -> str | None:
    """What went wrong with the last button of the bar, if anything."""
    text = NOTICES.get(request.args.get("notice", ""))
    return gettext(text) if text else None


def _offered(session: Session, user: User) -> Offered | None:
    view = calls.open_offer(session, user.id)
    if view is None:
        return None
    offer, call = session.get_one(Offer, view.offer_id), session.get_one(Call, view.call_id)
    since = (clock.now() - timedelta(seconds=view.waited_seconds)).replace(microsecond=0)
    return Offered(
        view=view,
        since=since,
        asked_by=session.get_one(User, offer.from_id).name if offer.from_id else None,
        flags=tuple(sorted({flag.kind for flag in flags.of_call(session, call)})),
        needs_interpreter=view.language not in user.languages,
        pop=screen_pop(session, call),
    )


def _talk(session: Session, user: User) -> Talk | None:
    view = calls.current_call(session, user.id)
    if view is None:
        return None
    return Talk(
        view=view,
        control=None if view.ended_at else _control(session, view, user),
        reports=queries.of_call(session, view.call_id),
        about=queries.about_call(session, view.call_id),
        referred=directory.referred(session, view.call_id),
        speaks_language=view.language in user.languages,
        pop=screen_pop(session, session.get_one(Call, view.call_id)),
    )


def _listening(session: Session, talk: Talk | None) -> RecordingView | None:
    """Recording and transcript of a call that goes on, for its screener."""
    if talk is None or not talk.is_live or not talk.is_mine:
        return None
    return recordings.view(session, core().packs, talk.view.call_id)


def _control(session: Session, view: calls.CallView, user: User) -> calls.ControlView | None:
    try:
        return calls.control_view(session, view.call_id, user.id)
    except NotFound:
        return None  # it ended while we were looking
