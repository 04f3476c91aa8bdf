"""What every button of a page without scripts does: act, then go on; refused, show the page again and say why."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base.errors import Conflict, HotlineError, InvalidInput
from hotline.base.states import IllegalMove
from hotline.web.shared.core import transaction
from hotline.web.shared.failures import status_of
from hotline.web.shared.language import gettext, later

REFUSALS: tuple[type[HotlineError], ...] = (Conflict, InvalidInput)
"""Somebody was faster, or something is missing: the page itself can say so, beside what was typed."""

_MOVED_ON = later("It has moved on since this page was shown. Nothing was done: look at it again.")


def carry_out(
    do: Callable[[Session], str],
    again: Callable[[str], str],
    refusals: tuple[type[HotlineError], ...] = REFUSALS,
) -> Response:
    """Do it in one transaction and go to the address that it returns.

    Where it raises one of `refusals`, nothing was done: the page is `again` made, with what to tell.
    """
    try:
        with transaction() as session:
            onward = do(session)
    except refusals as refusal:
        words = gettext(_MOVED_ON if isinstance(refusal, IllegalMove) else refusal.message)
        return Response(again(words), status=status_of(refusal), mimetype="text/html")
    return redirect(onward, 303)
