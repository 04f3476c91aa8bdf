"""The simulator speaks the phone company's own REST interface: no path, field or state of its own invention.

Every other test of the simulator compares each answer with the description when it ends (see conftest).
"""

import re
from pathlib import Path

import pytest

from ivr.simulator.server import create_app
from ivr.simulator.settings import Line, Settings
from tests.simulator.stub_product import ACCOUNT, CALLER, LINE, TOKEN, Product, Telephones
from tests.support.openapi import Exchange, description

CALLS = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"


def routes(tmp_path: Path) -> list[tuple[str, str]]:
    settings = Settings(ACCOUNT, TOKEN, (Line(LINE, "http://127.0.0.1:9/"),), ledger_path=tmp_path / "ledger")
    return [
        (method, re.sub(r"<[^>]+>", "X", rule.rule))
        for rule in create_app(settings).url_map.iter_rules()
        for method in sorted(set(rule.methods or ()) & {"GET", "POST", "DELETE"})
        if rule.rule.startswith("/2010-04-01/") and rule.rule.endswith(".json")
    ]


def test_every_path_of_the_simulator_is_one_of_the_phone_company(tmp_path: Path) -> None:
    offered = routes(tmp_path)
    assert len(offered) > 15
    assert [route for route in offered if description().operation(*route) is None] == []


def test_a_new_call_is_answered_in_the_official_shape(telephones: Telephones, product: Product) -> None:
    answer = telephones.rest("POST", "Calls.json", To=CALLER, From=LINE, Url=f"{product.url}/x")
    exchange = Exchange("POST", CALLS, {"To": [CALLER]}, answer.status_code, answer.json())
    assert description().answer_faults(exchange) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"colour": "red"}, "'colour' was unexpected"),
        ({"status": "somewhere"}, "somewhere"),
        ({"date_created": "yesterday"}, "yesterday"),
    ],
)
def test_the_comparison_sees_what_is_wrong_with_an_answer(
    telephones: Telephones, product: Product, change: dict[str, str], fault: str
) -> None:
    answer = telephones.rest("POST", "Calls.json", To=CALLER, From=LINE, Url=f"{product.url}/x").json()
    (found,) = description().answer_faults(Exchange("POST", CALLS, {}, 201, answer | change))
    assert fault in found


def test_the_comparison_sees_what_is_missing(telephones: Telephones, product: Product) -> None:
    answer = telephones.rest("POST", "Calls.json", To=CALLER, From=LINE, Url=f"{product.url}/x").json()
    del answer["direction"]
    (found,) = description().answer_faults(Exchange("POST", CALLS, {}, 201, answer))
    assert "'direction' is a required property" in found


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"To": ["+1"]}, "'From' is a required property"),
        ({"To": ["+1"], "From": ["+1"], "Loudness": ["7"]}, "'Loudness' was unexpected"),
        ({"To": ["+1"], "From": ["+1"], "Timeout": ["soon"]}, "'soon' is not of type 'integer'"),
        ({"To": ["+1"], "From": ["+1"], "Method": ["BREW"]}, "BREW"),
        ({"To": ["+1", "+2"], "From": ["+1"]}, "is not of type 'string'"),
    ],
)
def test_the_comparison_sees_what_is_wrong_with_a_request(form: dict[str, list[str]], fault: str) -> None:
    (found,) = description().request_faults(Exchange("POST", CALLS, form, 0, None))
    assert fault in found


def test_a_field_may_be_repeated_where_the_phone_company_takes_a_list() -> None:
    form = {"To": ["+1"], "From": ["+1"], "StatusCallbackEvent": ["ringing", "completed"]}
    assert description().request_faults(Exchange("POST", CALLS, form, 0, None)) == []
