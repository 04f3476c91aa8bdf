"""The blueprint on which the console's views are hung."""

from __future__ import annotations

from hotline.calls import service as calls
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.screen import screen

blueprint = screen(__name__, url_prefix="/console")


@blueprint.before_request
def sign_of_life() -> None:
    """Whatever a console asks for shows that somebody sits there, with scripts or without."""
    with transaction() as session:
        calls.seen(session, person().user_id)


@blueprint.context_processor
def _telephone() -> dict[str, object]:
    softphone = core().settings.softphone
    return {"softphone_kind": softphone.kind if softphone is not None else None}
