"""The board's views: pages to read, and acts that go back to where they came from."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base.errors import InvalidInput
from hotline.base.ids import parse_id
from hotline.calls import service as calls
from hotline.dispatch import service as dispatching
from hotline.web.board import pages
from hotline.web.shared import packs
from hotline.web.shared.acting import carry_out
from hotline.web.shared.core import core, person
from hotline.web.shared.partials import part
from hotline.web.shared.screen import screen
from hotline.worklist import service as worklist

blueprint = screen(__name__, url_prefix="/board")


@blueprint.get("")
def board() -> str:
    """What waits, the most pressing first."""
    return pages.board_page()


@blueprint.get("/rows")
def rows() -> Response:
    """The part of the board that refreshes itself."""
    return part(pages.lines_part())


@blueprint.get("/dispatches/<uuid:dispatch_id>")
def dispatch_page(dispatch_id: UUID) -> str:
    """One dispatch."""
    return pages.dispatch_page(dispatch_id)


@blueprint.get("/items/<uuid:item_id>")
def item_page(item_id: UUID) -> str:
    """One open matter."""
    return pages.item_page(item_id)


@blueprint.post("/dispatches/<uuid:dispatch_id>/take-over")
def take_over(dispatch_id: UUID) -> Response:
    """Answer for a dispatch that nobody acknowledges."""
    return _act(
        lambda session: dispatching.take_over(session, dispatch_id, person(), _field("reason")),
        lambda problem: _origin_page(problem, lambda: pages.dispatch_page(dispatch_id, problem)),
        lambda _: _origin_address("taken_over", url_for("board.dispatch_page", dispatch_id=dispatch_id)),
    )


@blueprint.post("/dispatches/<uuid:dispatch_id>/reassign")
def reassign(dispatch_id: UUID) -> Response:
    """Send a dispatch to another recipient."""
    return _act(
        lambda session: (
            dispatching.reassign(session, dispatch_id, _recipient(), person(), _field("reason")).id
        ),
        lambda problem: pages.dispatch_page(dispatch_id, problem),
        lambda new_id: url_for("board.dispatch_page", dispatch_id=new_id, done="reassigned"),
    )


@blueprint.post("/items/<uuid:item_id>/take")
def take_item(item_id: UUID) -> Response:
    """Take a matter up."""
    return _act(
        lambda session: worklist.take(session, item_id, person().user_id),
        lambda problem: _origin_page(problem, lambda: pages.item_page(item_id, problem)),
        lambda _: _origin_address("taken", url_for("board.item_page", item_id=item_id)),
    )


@blueprint.post("/items/<uuid:item_id>/assign")
def assign_item(item_id: UUID) -> Response:
    """Send the report of a matter to a recipient."""
    return _act(
        lambda session: dispatching.assign_from_item(
            session, core().packs, item_id, _recipient(), person(), _field("reason")
        ),
        lambda problem: pages.item_page(item_id, problem),
        lambda _: _board_address("assigned"),
    )


@blueprint.post("/items/<uuid:item_id>/close")
def close_item(item_id: UUID) -> Response:
    """End the matter of a report without (further) dispatch, for a lawful reason."""
    return _act(
        lambda session: dispatching.close_without_dispatch(session, item_id, person(), _field("reason")),
        lambda problem: pages.item_page(item_id, problem),
        lambda _: _board_address("closed"),
    )


@blueprint.post("/items/<uuid:item_id>/settle")
def settle_item(item_id: UUID) -> Response:
    """Settle a matter that is not a report's: reports and calls end with their own outcome."""

    def settle(session: Session) -> None:
        item, resolution = worklist.find(session, item_id), _field("resolution")
        if resolution not in pages.SETTLEMENTS.get(item.kind, ()):
            raise InvalidInput("resolution", "Choose how the matter was settled.")
        if item.kind == "unfinished_call":
            # The matter ends with the call.
            calls.finish_for(session, parse_id(item.subject_id), person().user_id, resolution)
        else:
            worklist.close(session, item.id, person().actor, resolution, person().user_id)

    return _act(
        settle, lambda problem: pages.item_page(item_id, problem), lambda _: _board_address("settled")
    )


def _act(
    do: Callable[[Session], object], again: Callable[[str], str], onward: Callable[[object], str]
) -> Response:
    return carry_out(lambda session: onward(do(session)), again)


def _origin_page(problem: str, detail: Callable[[], str]) -> str:
    return detail() if _field("from") == "detail" else pages.board_page(problem)


def _origin_address(done: str, detail: str) -> str:
    return f"{detail}?done={done}" if _field("from") == "detail" else _board_address(done)


def _board_address(done: str) -> str:
    return url_for("board.board", show=_field("show") or None, jurisdiction=packs.jurisdiction(), done=done)


def _recipient() -> UUID:
    chosen = _field("recipient")
    if not chosen:
        raise InvalidInput("recipient", "Choose a recipient.")
    return parse_id(chosen)


def _field(name: str) -> str:
    return request.form.get(name, "")[:100]
