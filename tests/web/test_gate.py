"""The gate: who may enter which page, and what every form must carry."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hotline.accounts.permissions import ROLES, allowed
from hotline.base.config import Settings
from hotline.web.shared.gate import GATE, OPEN, PASSIVE
from tests.support.desk import Desk
from tests.support.screener import Screener

NOWHERE = UUID(int=0)
SIGN_IN = "/sign-in"


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def address(app: Flask, rule: Rule) -> str:
    """An address of the rule, for records that do not exist."""
    values = {name: NOWHERE if type(converter).__name__ == "UUIDConverter" else "x"
              for name, converter in rule._converters.items()}  # fmt: skip
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, values, force_external=False)
    return str(built)


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def refused(answer: TestResponse) -> bool:
    """Whether the gate itself said no: a page behind it may say 403 for a record, with other words."""
    return answer.status_code == 403 and "Your role does not allow this." in answer.text


def test_every_route_has_a_row_and_every_row_a_route(screener: Screener) -> None:
    assert {rule.endpoint for rule in screener.desk.app.url_map.iter_rules()} == set(GATE)


def test_what_is_polled_is_a_reading_route(screener: Screener) -> None:
    polled = [rule for rule in rules(screener.desk.app) if rule.endpoint in PASSIVE]
    assert {rule.endpoint for rule in polled} == PASSIVE
    assert all(methods(rule) == ["GET"] for rule in polled)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_enters_exactly_what_its_permissions_name(screener: Screener, role: str) -> None:
    desk = screener.desk
    desk.person(role)
    client = desk.signed_in(role)
    for rule in rules(desk.app):
        if GATE[rule.endpoint] == OPEN or rule.endpoint == "signin.leave":
            continue
        for method in methods(rule):
            path = address(desk.app, rule)
            answer = client.get(path) if method == "GET" else desk.post(client, path)
            assert refused(answer) is not allowed([role], GATE[rule.endpoint]), f"{role}: {method} {path}"


def test_nobody_who_is_not_signed_in_gets_past_the_gate(screener: Screener) -> None:
    app = screener.desk.app
    for rule in rules(app):
        if GATE[rule.endpoint] == OPEN:
            continue
        for method in methods(rule):
            answer = app.test_client().open(address(app, rule), method=method)
            if method == "GET":
                assert answer.status_code == 303, rule
                assert str(answer.location).startswith(SIGN_IN)
            else:
                assert answer.status_code == 401, rule


def test_a_route_without_a_row_is_closed_even_to_an_administrator(settings: Settings) -> None:
    with Desk.opened(settings) as desk:
        desk.person("administrator")
        client = desk.signed_in("administrator")
        desk.app.view_functions["stray"] = lambda: "open"
        desk.app.url_map.add(Rule("/stray", endpoint="stray", methods=["GET"]))
        answer = client.get("/stray")
    assert answer.status_code == 403
    assert "open to nobody" in answer.text


def test_an_unknown_address_is_not_found(screener: Screener) -> None:
    assert screener.client.get("/no/such/page").status_code == 404


def posting_paths(screener: Screener, role: str) -> list[str]:
    """What the role may post to; signing in opens the session that the token belongs to."""
    app = screener.desk.app
    return [
        address(app, rule)
        for rule in rules(app)
        if "POST" in methods(rule)
        and rule.endpoint != "signin.enter"
        and (GATE[rule.endpoint] == OPEN or allowed([role], GATE[rule.endpoint]))
    ]


@pytest.mark.parametrize("role", ROLES)
def test_no_form_is_taken_without_its_token(screener: Screener, role: str) -> None:
    screener.desk.person(role)
    client = screener.desk.signed_in(role)
    for path in posting_paths(screener, role):
        for fields in ({}, {"form_token": ""}, {"form_token": "wrong"}, {"form_token": "ñ" * 32}):
            answer = client.post(path, data=fields)
            assert answer.status_code == 403, path
            assert "earlier session" in answer.text, path


def test_the_token_of_somebody_elses_session_is_not_taken(screener: Screener) -> None:
    other = screener.desk.signed_in("coordinator")
    screener.client.set_cookie("hotline_session", other.get_cookie("hotline_session").value)  # type: ignore[union-attr]
    page = screener.client.get("/board").text
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    mine = screener.desk.signed_in("screener")
    assert mine.post("/console/presence", data={"state": "available", "form_token": token}).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_form_from_another_site_is_refused_at_sign_in_too(
    screener: Screener, headers: dict[str, str]
) -> None:
    answer = screener.desk.app.test_client().post(SIGN_IN, data={"email": "x"}, headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text


def test_our_own_origin_is_taken(screener: Screener) -> None:
    for origin in ("http://localhost", "http://web.test"):
        answer = screener.desk.app.test_client().post(SIGN_IN, headers={"Origin": origin})
        assert answer.status_code == 422


def test_a_script_may_carry_the_token_in_a_header(screener: Screener) -> None:
    token = screener.get("/console").partition('name="form-token" content="')[2].partition('"')[0]
    answer = screener.client.post(
        "/console/presence", data={"state": "available"}, headers={"X-Form-Token": token}
    )
    assert answer.status_code == 303
