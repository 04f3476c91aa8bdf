"""Signing in and out, and the language of the screens."""

from __future__ import annotations

from flask import g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.accounts import service as accounts
from hotline.calls import service as calls
from hotline.web.shared import cookies
from hotline.web.shared.answers import safe_path, wants_data
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import LANGUAGES, gettext, language
from hotline.web.shared.navigation import landing
from hotline.web.shared.screen import screen

blueprint = screen(__name__)

_LONGEST = 1000
"""Nobody's address or password is longer; argon2 shall not chew on a megabyte."""


@blueprint.get("/")
def home() -> Response:
    """Send the person to the page on which their role starts."""
    return redirect(landing(person()), 303)


@blueprint.get("/sign-in")
def form() -> Response | str:
    """The sign-in page; whoever is signed in already goes on."""
    if g.person is not None:
        return redirect(safe_path(request.args.get("next"), url_for("signin.home")), 303)
    return _page(safe_path(request.args.get("next"), ""))


@blueprint.post("/sign-in")
def enter() -> Response | tuple[Response | str, int]:
    """Check address and password. A script (the page whose session ended) gets the new form token instead."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    token = _try(email, password)
    if token is None:
        words = gettext(
            "Address and password don't fit. After ten wrong tries an account rests for 15 minutes."
        )
        if wants_data():
            return jsonify(message=words), 422
        return _page(safe_path(request.form.get("next"), ""), email=email[:_LONGEST], problem=words), 422
    with transaction() as session:
        signed_in = accounts.who(session, token)
    assert signed_in is not None  # the session was opened a moment ago
    answer: Response
    if wants_data():
        answer = jsonify(form_token=signed_in.form_token, person=str(signed_in.user_id))
    else:
        answer = redirect(safe_path(request.form.get("next"), landing(signed_in)), 303)
    secure = core().settings.secure_cookies
    cookies.set_session(answer, token, secure=secure)
    cookies.set_language(answer, signed_in.language, secure=secure)
    return answer


@blueprint.get("/session")
def present() -> Response:
    """Who is signed in now and with which form token: for an open page whose session was renewed in another tab."""
    me = person()
    return jsonify(form_token=me.form_token, person=str(me.user_id))


@blueprint.post("/sign-out")
def leave() -> Response:
    """End the session at once, and take no more calls. A call that is going on stays as it is."""
    token, me = cookies.session_token(request), person()
    with transaction() as session:
        if me.may("calls:take") and calls.current_call(session, me.user_id) is None:
            calls.set_offline(session, me.user_id)
        if token is not None:
            accounts.sign_out(session, token)
    answer = redirect(url_for("signin.form"), 303)
    cookies.drop_session(answer, secure=core().settings.secure_cookies)
    return answer


@blueprint.post("/language")
def choose_language() -> Response:
    """Show the screens in another language from now on."""
    wanted = request.form.get("language", "")
    answer = redirect(safe_path(request.form.get("next"), url_for("signin.home")), 303)
    if wanted not in LANGUAGES:
        return answer
    token = cookies.session_token(request)
    if g.person is not None and token is not None:
        with transaction() as session:
            accounts.set_language(session, token, wanted)
    cookies.set_language(answer, wanted, secure=core().settings.secure_cookies)
    return answer


def _try(email: str, password: str) -> str | None:
    previous = cookies.session_token(request)
    if max(len(email), len(password)) > _LONGEST or "\0" in email:
        return None
    with transaction() as session:
        token = accounts.sign_in(session, email, password, language())
        if token is not None and previous is not None:
            accounts.sign_out(session, previous)
        return token


def _page(going_to: str, *, email: str = "", problem: str | None = None) -> str:
    return render_template("signin/form.html", going_to=going_to, email=email, problem=problem)
