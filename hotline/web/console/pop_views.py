"""The call that comes in, on whichever page a person is; and the caller's whole number, for a reason."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.base.errors import NotFound
from hotline.calls import revealing
from hotline.calls.models import Call
from hotline.telephony.numbers import readable
from hotline.web.console.blueprint import blueprint
from hotline.web.console.call_bar import bar, notice
from hotline.web.shared import call_words, words
from hotline.web.shared.answers import safe_path, wants_data
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.incoming import incoming as alert
from hotline.web.shared.language import gettext, language
from hotline.web.shared.partials import part


@blueprint.get("/incoming")
def incoming() -> Response:
    """The call that is offered now, for the pages outside the console; empty while there is none."""
    return part(str(alert()))


@blueprint.get("/calls/<uuid:call_id>/number")
def number(call_id: UUID) -> Response | str:
    """Asks why the caller's whole number is needed."""
    at = safe_path(request.args.get("at"), url_for("console.window"))
    with transaction() as session:
        call = session.get(Call, call_id)
        if call is None or call.screener_id != person().user_id or not _may(call):
            raise NotFound("There is no number to show, or it is not yours to see.")
        rule = revealing.rule_of(core().packs, call)
    shown = render_template(
        "console/call_number.html",
        at=at,
        call_id=call_id,
        rule=rule.sentence.in_(language()) if rule else "",
        reasons=words.choices(call_words.NUMBER_REASONS),
    )
    return part(shown) if wants_data() else _page(at, shown)


@blueprint.post("/calls/<uuid:call_id>/number")
def reveal_number(call_id: UUID) -> Response | str:
    """The caller's whole number, once; the look and its reason are in the audit."""
    at = safe_path(request.form.get("at"), url_for("console.window"))
    with transaction() as session:
        found = revealing.reveal(
            session, core().vault, core().packs, call_id, person(), request.form.get("reason", "")
        )
    if wants_data():
        return jsonify(message=gettext("The caller’s number: %(number)s", number=readable(found)))
    return _page(
        at, render_template("console/call_number.html", at=at, call_id=call_id, number=readable(found))
    )


def _may(call: Call) -> bool:
    return revealing.may_reveal(core().packs, call, person())


def _page(at: str, shown: str) -> str:
    return render_template(
        "console/call_page.html", at=at, bar=bar(at, standing=True), shown=shown, notice=notice()
    )
