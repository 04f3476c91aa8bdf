"""The call that is offered to a person, on the pages outside the console: seen, announced, and taken from there."""

from __future__ import annotations

from flask import g, render_template
from markupsafe import Markup

from hotline.calls import service as calls
from hotline.web.shared import words
from hotline.web.shared.core import transaction


def incoming() -> Markup:
    """The alert for the call that this person is offered now; without an offer, the silent place of the alert.

    Empty for somebody who takes no calls.
    """
    who = g.get("person")
    if who is None or not who.may("calls:take"):
        return Markup("")
    with transaction() as session:
        offer = calls.open_offer(session, who.user_id)
    return Markup(render_template("shared/incoming.html", offer=offer, words=words))
