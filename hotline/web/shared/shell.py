"""What every template may use: the person, the menu, the form's token, times in words."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, g, request
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

from hotline.base import clock
from hotline.web.shared import navigation, times
from hotline.web.shared.answers import safe_path
from hotline.web.shared.core import core
from hotline.web.shared.incoming import incoming
from screening_forms import rendering

TEMPLATES = Path(__file__).parent / "templates"


def equip(app: Flask) -> None:
    """Give the templates of `app` their functions and values."""
    app.jinja_env.globals.update(
        form_token=_form_token,
        incoming=incoming,
        local_time=times.local_time,
        local_clock=times.local_clock,
        until=times.until,
        span=times.span,
        is_past=_is_past,
        elapsed=lambda since: times.minutes_and_seconds(clock.now() - since),
        remaining=lambda due: times.minutes_and_seconds(due - clock.now()),
    )
    app.context_processor(_values)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(TEMPLATES), FileSystemLoader(rendering.TEMPLATES)])
    # Screens bring their own templates; the form's stand beside the form.
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _values() -> dict[str, object]:
    who = g.get("person")
    # An answer to a form has no address to come back to; the page on which the form stood has.
    stood = urlsplit(request.referrer or "").path
    here = request.full_path.rstrip("?") if request.method == "GET" else stood
    return {
        "now": clock.now(),
        "person": who,
        "menu": navigation.menu(who),
        "here": safe_path(here, "/"),
        "streams": f"{core().settings.public_live_url}/events",
    }


def _form_token() -> Markup:
    who = g.get("person")
    if who is None:
        return Markup("")
    return Markup('<input type="hidden" name="form_token" value="{}">').format(who.form_token)


def _is_past(moment: datetime) -> bool:
    return moment <= clock.now()
