"""The blueprint on which the console's views are hung."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from weakref import WeakKeyDictionary

from hotline.base import clock
from hotline.base.database import Database
from hotline.calls import service as calls
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.screen import screen

blueprint = screen(__name__, url_prefix="/console")


_STEP = timedelta(seconds=5)
_written: WeakKeyDictionary[Database, dict[UUID, datetime]] = WeakKeyDictionary()


@blueprint.before_request
def sign_of_life() -> None:
    """Whatever a console asks for shows that somebody sits there, with scripts or without.

    Written down every few seconds: a page asks often, and saves with every field.
    """
    now, user_id = clock.now(), person().user_id
    last = _written.setdefault(core().database, {})
    if user_id in last and timedelta() <= now - last[user_id] < _STEP:
        return
    with transaction() as session:
        calls.seen(session, user_id)
    last[user_id] = now


@blueprint.context_processor
def _telephone() -> dict[str, object]:
    softphone = core().settings.softphone
    return {"softphone_kind": softphone.kind if softphone is not None else None}
