"""The board's pages as HTML. An act that is refused shows its page again, with what stood in the way."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from markupsafe import Markup

from hotline.calls import strip
from hotline.calls.states import DISPOSITIONS
from hotline.dispatch.states import ASSIGN_REASONS, CLOSE_REASONS, REASSIGN_REASONS, TAKE_OVER_REASONS
from hotline.web.board.details import dispatch_detail, item_detail
from hotline.web.board.rows import SHOWS, listing
from hotline.web.shared import dispatch_words as words
from hotline.web.shared import packs
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import gettext, language, later
from hotline.web.shared.words import DISPOSITIONS as CALL_WORDS

DONE = {
    "taken_over": later("You have taken it over. The recipient is told on until somebody acknowledges."),
    "reassigned": later("It goes to another recipient now. The clock was not restarted."),
    "taken": later("The matter is yours now."),
    "assigned": later("The report is on its way to the recipient."),
    "closed": later("The matter is settled without dispatch."),
    "settled": later("The matter is settled."),
}
"""What the page says after an act, by the code in its address."""

SETTLEMENTS: dict[str, tuple[str, ...]] = {
    "abandoned_call": ("called_back", "no_answer", "not_safe_to_call", "no_number", "taken_care_of"),
    "call_unrecorded": ("called_back", "no_answer", "not_safe_to_call", "no_number", "taken_care_of"),
    "caller_waits": ("taken_care_of",),
    "unfinished_report": ("taken_care_of",),
    "on_call_unanswered": ("taken_care_of",),
    "job_failing": ("taken_care_of",),
    "event_undigested": ("taken_care_of",),
    "roster_empty": ("taken_care_of",),
    "report_addition": ("recipient_told", "screened_again", "nothing_to_tell"),
    "unfinished_call": tuple(code for code in DISPOSITIONS if code != "report"),
}
"""Kind of matter -> how somebody may settle it by hand. The others end with what they are about.

A call is about a report only when its screener has submitted one.
"""

_SETTLE = {**words.SETTLE, **CALL_WORDS}


def board_page(problem: str | None = None) -> str:
    """The whole board."""
    known = core().packs.jurisdictions()
    return render_template(
        "board/board.html",
        show=_show(),
        jurisdiction=packs.jurisdiction(),
        jurisdictions=[(code, packs.current(code).head.name.in_(language())) for code in known],
        lines=Markup(lines_part(standing=True)),
        done=_done(),
        problem=problem,
    )


def lines_part(*, standing: bool = False) -> str:
    """The part of the board that refreshes itself: the line of callers, the counts and the list.

    `standing`: for a page that may stay as it is; else the running time is left to the script.
    """
    code = packs.jurisdiction()
    with transaction() as session:
        found = listing(session, code, _show())
        calls = strip.look(session, code)
    return render_template(
        "board/lines.html",
        found=found,
        standing=standing,
        shows=SHOWS,
        calls=calls,
        jurisdiction=code,
        zone=packs.zone(code),
        reasons=_choices(TAKE_OVER_REASONS, words.TAKE_OVER),
    )


def dispatch_page(dispatch_id: UUID, problem: str | None = None) -> str:
    """Everything about one dispatch; raises NotFound."""
    with transaction() as session:
        detail = dispatch_detail(session, dispatch_id, person())
    return render_template(
        "board/dispatch.html",
        detail=detail,
        words=words,
        take_over=_choices(TAKE_OVER_REASONS, words.TAKE_OVER),
        reassign=_choices(REASSIGN_REASONS, words.REASSIGN),
        service_name=packs.service_name,
        done=_done(),
        problem=problem,
    )


def item_page(item_id: UUID, problem: str | None = None) -> str:
    """Everything about one matter; raises NotFound."""
    with transaction() as session:
        detail = item_detail(session, core().vault, item_id, person())
    return render_template(
        "board/item.html",
        detail=detail,
        words=words,
        assign=_choices(ASSIGN_REASONS, words.ASSIGN),
        close=_choices(CLOSE_REASONS, words.CLOSE),
        settle=_choices(SETTLEMENTS.get(detail.item.kind, ()), _SETTLE),
        service_name=packs.service_name,
        done=_done(),
        problem=problem,
    )


def _show() -> str:
    asked = request.values.get("show", "")
    return asked if asked in SHOWS else "open"


def _done() -> str | None:
    code = request.args.get("done")
    return gettext(DONE[code]) if code in DONE else None


def _choices(codes: tuple[str, ...], table: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, gettext(table[code])) for code in codes]
