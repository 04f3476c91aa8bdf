"""Signing in and out, sessions and their ends, the language of the screens."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from flask.testing import FlaskClient

from hotline.accounts import passwords
from hotline.accounts.permissions import ROLES
from hotline.base.clock import FrozenClock
from hotline.calls import service as calls
from tests.support.desk import PASSWORD
from tests.support.screener import Screener, data

LANDINGS = {
    "screener": "/console",
    "coordinator": "/board",
    "supervisor": "/board",
    "area_office": "/portal",
    "on_call": "/portal",
    "partner": "/portal",
    "auditor": "/audit",
    "administrator": "/audit",
}


def visitor(screener: Screener) -> FlaskClient:
    return screener.desk.app.test_client()


def sign_in(client: FlaskClient, password: str = PASSWORD, **more: str) -> tuple[int, str | None, str]:
    answer = client.post("/sign-in", data={"email": "screener@hotline.test", "password": password, **more})
    return answer.status_code, answer.location, answer.text


@pytest.mark.parametrize("role", ROLES)
def test_each_role_lands_on_its_own_page(screener: Screener, role: str) -> None:
    screener.desk.person(role)
    client = screener.desk.signed_in(role)
    assert client.get("/").location == LANDINGS[role]
    assert client.get(LANDINGS[role]).status_code == 200


def test_after_sign_in_one_is_back_at_the_page_that_was_asked_for(screener: Screener) -> None:
    client = visitor(screener)
    asked = client.get("/console?notice=offer_gone").location
    page = client.get(str(asked)).text
    assert 'name="next" value="/console?notice=offer_gone"' in page
    assert sign_in(client, next="/console?notice=offer_gone")[1] == "/console?notice=offer_gone"


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil.example", "/\r\nX: y", "evil"]
)
def test_nobody_is_sent_to_another_site_after_sign_in(screener: Screener, address: str) -> None:
    assert sign_in(visitor(screener), next=address)[1] == "/console"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(screener: Screener) -> None:
    wrong = visitor(screener).post("/sign-in", data={"email": "screener@hotline.test", "password": "wrong"})
    nobody = visitor(screener).post("/sign-in", data={"email": "nobody@hotline.test", "password": "wrong"})
    assert wrong.status_code == nobody.status_code == 422
    assert wrong.text.replace("screener@", "nobody@") == nobody.text
    assert "Set-Cookie" not in wrong.headers


def test_an_unknown_address_costs_a_check_of_a_password_too(screener: Screener) -> None:
    with mock.patch.object(passwords, "verify", wraps=passwords.verify) as verify:
        visitor(screener).post("/sign-in", data={"email": "nobody@hotline.test", "password": "wrong"})
    assert verify.call_args_list == [mock.call(None, "wrong")]


@pytest.mark.parametrize("field", ["email", "password"])
@pytest.mark.parametrize("text", ["\0", "x" * 100_000, "مرحبا 😀", ""])
def test_odd_input_is_only_refused(screener: Screener, field: str, text: str) -> None:
    answer = visitor(screener).post("/sign-in", data={"email": "a@b.test", "password": "p", field: text})
    assert answer.status_code == 422


def test_ten_wrong_tries_lock_the_account_for_fifteen_minutes(screener: Screener, clock: FrozenClock) -> None:
    for _ in range(10):
        assert sign_in(visitor(screener), "wrong")[0] == 422
    assert sign_in(visitor(screener))[0] == 422
    clock.advance(timedelta(minutes=16))
    assert sign_in(visitor(screener))[0] == 303


def test_the_cookie_can_be_read_by_no_script_and_no_other_site(screener: Screener) -> None:
    answer = visitor(screener).post("/sign-in", data={"email": "screener@hotline.test", "password": PASSWORD})
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("hotline_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age" not in cookie


def test_each_sign_in_has_a_token_of_its_own_and_ends_the_one_before(screener: Screener) -> None:
    client = visitor(screener)
    sign_in(client)
    first = client.get_cookie("hotline_session")
    sign_in(client)
    second = client.get_cookie("hotline_session")
    assert first is not None and second is not None and first.value != second.value
    client.set_cookie("hotline_session", first.value)
    assert client.get("/console").status_code == 303


def test_a_session_ends_after_thirty_idle_minutes(screener: Screener, clock: FrozenClock) -> None:
    clock.advance(timedelta(minutes=29))
    assert screener.client.get("/console").status_code == 200
    clock.advance(timedelta(minutes=31))
    assert screener.client.get("/console").status_code == 303


def test_a_page_that_only_polls_does_not_keep_a_session_open(screener: Screener, clock: FrozenClock) -> None:
    for _ in range(6):
        clock.advance(timedelta(minutes=6))
        last = screener.client.get("/console/state", headers={"X-Script": "1"})
    assert last.status_code == 401


def test_a_session_does_not_end_while_somebody_is_on_the_line(screener: Screener, clock: FrozenClock) -> None:
    screener.takes_calls()
    call = screener.rings()
    report = screener.accepts()
    screener.meets(call)
    for _ in range(10):
        clock.advance(timedelta(minutes=6))
        assert screener.client.get("/console/state", headers={"X-Script": "1"}).status_code == 200
    assert screener.client.get(report).status_code == 200


def test_a_session_ends_after_twelve_hours_whatever_is_done(screener: Screener, clock: FrozenClock) -> None:
    for _ in range(12 * 4):
        clock.advance(timedelta(minutes=14, seconds=59))
        assert screener.client.get("/console").status_code == 200
    clock.advance(timedelta(minutes=2))
    assert screener.client.get("/console").status_code == 303


def test_signing_out_needs_a_post_and_ends_the_session_at_once(screener: Screener) -> None:
    cookie = screener.client.get_cookie("hotline_session")
    assert screener.client.get("/sign-out").status_code == 405
    assert screener.post("/sign-out").location == "/sign-in"
    assert cookie is not None
    screener.client.set_cookie("hotline_session", cookie.value)
    assert screener.client.get("/console").status_code == 303


def test_signing_out_takes_a_screener_off_duty(screener: Screener) -> None:
    screener.takes_calls()
    screener.post("/sign-out")
    with screener.desk.database.transaction() as session:
        assert calls.presence_of(session, screener.user_id).state == "offline"


def test_signing_out_during_a_call_leaves_the_call_alone(screener: Screener) -> None:
    screener.takes_calls()
    call = screener.rings()
    screener.accepts()
    screener.meets(call)
    assert screener.post("/sign-out").status_code == 303
    with screener.desk.database.transaction() as session:
        present = calls.current_call(session, screener.user_id)
    assert present is not None and present.ended_at is None


def test_an_open_page_signs_in_again_without_leaving(screener: Screener, clock: FrozenClock) -> None:
    report = screener.draft()
    clock.advance(timedelta(hours=1))
    script = {"X-Script": "1", "Accept": "application/json"}
    late = screener.client.post(f"{report}/fields", data={"path": "x"}, headers=script)
    assert late.status_code == 401
    wrong = screener.client.post("/sign-in", data={"email": "x", "password": "y"}, headers=script)
    assert wrong.status_code == 422 and "don't fit" in data(wrong)["message"]
    credentials = {"email": "screener@hotline.test", "password": PASSWORD}
    answer = screener.client.post("/sign-in", data=credentials, headers=script)
    assert data(answer)["person"] == str(screener.user_id)
    saved = screener.client.post(
        f"{report}/fields",
        data={"path": "children/1/first_name", "value": "Ana", "base_version": "0"},
        headers={**script, "X-Form-Token": data(answer)["form_token"]},
    )
    assert saved.status_code == 200


def test_a_page_learns_of_a_session_that_was_renewed_in_another_tab(
    screener: Screener, clock: FrozenClock
) -> None:
    before = data(screener.client.get("/session"))
    assert before == {"form_token": screener.token, "person": str(screener.user_id)}
    sign_in(screener.client)
    after = data(screener.client.get("/session"))
    assert after["person"] == before["person"]
    assert after["form_token"] != before["form_token"]
    clock.advance(timedelta(hours=1))
    assert screener.client.get("/session", headers={"X-Script": "1"}).status_code == 401


def test_a_part_tells_the_page_of_the_present_session(screener: Screener) -> None:
    answer = screener.client.get("/console/state")
    assert answer.headers["X-Person"] == str(screener.user_id)
    assert answer.headers["X-Form-Token"] in screener.get("/console")


def test_the_sign_in_page_speaks_the_browsers_language(screener: Screener) -> None:
    client = visitor(screener)
    assert '<html lang="es">' in client.get("/sign-in", headers={"Accept-Language": "es-MX,en;q=0.5"}).text
    assert '<html lang="en">' in client.get("/sign-in", headers={"Accept-Language": "fr"}).text


def test_the_language_is_chosen_by_a_button_and_stays(screener: Screener) -> None:
    client = visitor(screener)
    assert client.post("/language", data={"language": "es", "next": "/sign-in"}).location == "/sign-in"
    assert "Contraseña" in client.get("/sign-in").text
    sign_in(client)
    assert "Mis borradores" in client.get("/console").text


def test_a_session_keeps_its_language_on_every_page(screener: Screener) -> None:
    screener.post("/language", language="es", next="/console")
    assert "Mis borradores" in screener.get("/console")
    screener.post("/language", language="en", next="/console")
    assert "My drafts" in screener.get("/console")


def test_an_unknown_language_changes_nothing(screener: Screener) -> None:
    assert screener.post("/language", language="xx", next="/console").status_code == 303
    assert "My drafts" in screener.get("/console")
