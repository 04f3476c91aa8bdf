"""Every page that the phone company may ask for: who answers it, and what is said while the database is away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from hotline.calls.states import room_of
from hotline.telephony.links import Links
from ivr import first_ring, receipts
from ivr.desk import Desk, Handler
from ivr.events import CallEvent
from ivr.prompts import Prompts
from ivr.twiml import connect, fallback
from ivr.twiml import party as party_words
from ivr.webhooks import (
    announcement,
    callback,
    called,
    incoming,
    line,
    news,
    on_call,
    party,
    recording,
    screener,
    softphone,
    supervisor,
    transcription,
    voicemail,
)

_MOVED_BY_US = frozenset({"redirected", "redirected-from-bridged"})
_SERVED = frozenset({"completed", "answered"})


_CALLED = frozenset({"screener", "party"})


@dataclass(frozen=True)
class Page:
    """`remembered`: a repeated request gets the stored answer. `spooled`: it tells something worth keeping.
    `opens`: it is nearly always the first that is heard of a call, and that is written down in one exchange.

    The other pages answer by the call's present state: their answer of a minute ago would be wrong now.
    """

    handle: Handler
    remembered: bool = False
    spooled: bool = True
    opens: bool = False
    away: Callable[[Desk, CallEvent], str] | None = None
    """What is answered while the database is away, where that is the page's own business."""


PAGES: Mapping[str, Page] = {
    "incoming": Page(incoming.incoming, remembered=True, opens=True),
    "language": Page(incoming.language, remembered=True),
    "menu": Page(incoming.menu, remembered=True),
    "waiting": Page(line.in_line, spooled=False),
    "callback": Page(callback.offered, spooled=False, away=callback.without_database),
    "callback-number": Page(callback.chosen, spooled=False, away=callback.without_database),
    "callback-keyed": Page(callback.keyed, spooled=False, away=callback.without_database),
    "callback-safe": Page(callback.safe, spooled=False, away=callback.without_database),
    "queue-left": Page(line.queue_left),
    "connect": Page(line.connect, spooled=False),
    "call-over": Page(news.call_over),
    "screener": Page(screener.screener),
    "screener-over": Page(screener.screener_over),
    "softphone": Page(softphone.softphone, spooled=False),
    "on-call": Page(on_call.asked, spooled=False, away=on_call.without_database),
    "on-call-status": Page(on_call.status, away=on_call.noted),
    "party": Page(party.party),
    "party-over": Page(party.party_over),
    "called": Page(called.called, spooled=False, away=called.without_database),
    "voicemail": Page(voicemail.again, spooled=False, away=voicemail.again_without_database),
    "voicemail-left": Page(voicemail.left, away=voicemail.left_without_database),
    "voicemail-recording": Page(voicemail.recorded, away=voicemail.news_without_database),
    "voicemail-text": Page(voicemail.written, away=voicemail.news_without_database),
    "call-status": Page(news.call_status),
    "conference": Page(news.conference),
    "announcement": Page(announcement.announcement, spooled=False),
    "recording": Page(recording.recording),
    "transcription": Page(transcription.transcription),
    "supervisor": Page(supervisor.supervisor, spooled=False),
    "supervisor-over": Page(supervisor.supervisor_over),
}

STILL: Mapping[str, Callable[[Prompts, Links, str], str]] = {
    "hold": connect.moment,
    "hold-music": party_words.on_hold,
}
"""What is heard while nothing happens: the first leg in a room, somebody on hold. It needs nothing but words."""


def perform(desk: Desk, event: CallEvent) -> str:
    """Do what a request asks for in one transaction; the document to answer."""
    page = PAGES[event.page]
    if page.opens:
        twiml = first_ring.answer(desk, event)
        if twiml is not None:
            return twiml
    with desk.database.transaction() as session:
        receipts.one_at_a_time(session, event.call_sid or event.form.get("FriendlyName", ""))
        if page.remembered:
            return receipts.once(session, event.key, lambda: page.handle(desk, session, event))
        return page.handle(desk, session, event)


def without_database(desk: Desk, event: CallEvent) -> str:
    """A document that needs nothing but the request itself. Never raises, never hangs up on a caller."""
    own = PAGES[event.page].away
    if own is not None:
        return own(desk, event)
    known = desk.lines.line(event.form.get("To", ""))
    chosen, language = event.language, event.language or known.languages[0]
    leg = UUID(event.query["leg"]) if "leg" in event.query else None
    if event.page in ("call-status", "conference", "recording", "transcription"):
        return connect.nothing()
    if event.page == "announcement":
        return announcement.spoken(desk, event)
    if event.page in ("supervisor", "supervisor-over"):
        return connect.hang_up()
    if event.page == "waiting":
        return fallback.hold_in_line(desk.prompts, language)
    if event.page == "softphone":
        # Which call waits for whom stands in the database alone; the browser asks again.
        return connect.hang_up()
    if event.page in ("screener-over", "party-over") or (event.page in _CALLED and leg is None):
        return connect.hang_up()
    if event.page in _CALLED and leg is not None:
        return _into_room(desk, event, language, leg)
    if event.call_is_over or event.form.get("QueueResult") in _MOVED_BY_US:
        return connect.nothing()
    if event.page == "connect" and leg is not None:
        return connect.caller_room(desk.prompts, desk.links, language, room_of(leg))
    if "diverted" in event.query and event.form.get("DialCallStatus") in _SERVED:
        return connect.hang_up()
    lane = event.query.get("lane")
    if event.page == "language":
        choice = incoming.first_choice(desk.prompts, known.languages, event)
        chosen = language = choice.language or language
        lane = lane or choice.lane
    if event.page == "menu":
        lane = incoming.lane_chosen(desk.prompts, language, desk.menu_of(known), event) or "general"
    return fallback.hold(
        desk.prompts,
        desk.links,
        language,
        chosen=chosen,
        lane=lane,
        tries=event.tries,
        backups=known.backup_numbers,
    )


def _into_room(desk: Desk, event: CallEvent, language: str, leg: UUID) -> str:
    """A leg that we called was answered: its room is named in the address, or follows from the leg."""
    room = event.query.get("room") or room_of(leg)
    if event.page == "party":
        return party_words.party_room(desk.prompts, desk.links, leg, room)
    if screener.may_join(event.form.get("To", ""), event):
        return connect.screener_room(desk.links, language, leg, room)
    return connect.ask_screener(desk.prompts, desk.links, "en", leg, event.query.get("room"))
