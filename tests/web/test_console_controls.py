"""The controls of a live call, by plain buttons and pages, without any script."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.accounts.models import User
from hotline.audit.record import Actor
from hotline.base.clock import FrozenClock
from hotline.base.config import Softphone
from hotline.calls import connecting
from hotline.calls.models import Call, CallLeg, Presence
from hotline.contacts import service as contacts
from hotline.reports.models import Report
from hotline.web.shared import headers
from hotline.web.shared.core import Core
from tests.support.pages import faults_of
from tests.support.screener import Screener, another, data


@pytest.fixture
def talk(screener: Screener) -> Call:
    """A call on which the screener talks; its report is begun."""
    call = screener.rings()
    screener.takes_calls()
    screener.accepts()
    screener.meets(call)
    return call


def press(screener: Screener, call: Call, value: str, **fields: str) -> None:
    answer = screener.post(f"/console/calls/{call.id}/act", act=value, **fields)
    assert answer.status_code == 303, answer.text


def leg(screener: Screener, call: Call, kind: str) -> CallLeg:
    with screener.desk.database.transaction() as session:
        found = session.scalars(
            select(CallLeg)
            .where(CallLeg.call_id == call.id, CallLeg.kind == kind)
            .order_by(CallLeg.created_at)
        ).all()[-1]
        session.expunge(found)
        return found


def comes_in(screener: Screener, leg_id: UUID) -> None:
    with screener.desk.database.transaction() as session:
        connecting.join(session, session.get_one(CallLeg, leg_id).call_id, leg_id)


def add_contact(
    screener: Screener, kind: str, name: str = "Voices (invented)", number: str = "+16615550183"
) -> None:
    with screener.desk.database.transaction() as session:
        contacts.add(
            session,
            screener.desk.vault,
            Actor.system("test"),
            jurisdiction="kern",
            kind=kind,
            name=name,
            number=number,
        )


@pytest.fixture
def with_softphone(screener: Screener) -> Iterator[Screener]:
    """The same hotline with softphones; the application is other tests' too."""
    parts: Core = screener.desk.app.extensions["hotline"]
    softphone = Softphone("twilio", "SK" + "1" * 32, "s" * 32, "AP" + "2" * 32)
    changed = replace(parts, settings=replace(parts.settings, softphone=softphone))
    screener.desk.app.extensions["hotline"] = changed
    yield screener
    screener.desk.app.extensions["hotline"] = parts


def test_hold_and_microphone_are_said_in_words_and_change_their_buttons(
    screener: Screener, talk: Call
) -> None:
    page = screener.get("/console")
    assert "Caller on the line" in page and "Microphone on" in page
    press(screener, talk, "hold")
    press(screener, talk, "mute")
    page = screener.get("/console")
    assert 'value="unhold"' in page and 'value="unmute"' in page
    assert re.search(r'role="status"[^>]*>On a call\. Caller on hold\. Microphone off\.', page)
    assert leg(screener, talk, "caller").held and leg(screener, talk, "screener").muted


def test_the_address_to_read_aloud_and_the_agency_of_the_place_stand_together(
    screener: Screener, talk: Call
) -> None:
    add_contact(screener, "law_enforcement", name="Sheriff (invented)", number="+16615550181")
    with screener.desk.database.transaction() as session:
        report = f"/console/reports/{session.scalars(select(Report.id)).one()}"
    panel = f"/console/calls/{talk.id}/with/law-enforcement"
    assert "No address has been written down yet" in screener.get(panel)
    screener.save(report, "location/home_town", "Delano")
    assert "no street yet: ask for it" in screener.get(panel)
    screener.save(report, "location/home_street", "1200 Main Street")
    page = screener.get(panel)
    assert "1200 Main Street, Delano" in page and "(661) 555-0181" in page
    assert "Never dial 911 from here" in page
    contact = re.search(r'name="contact" value="([^"]+)"', page)
    assert contact
    press(screener, talk, "law-enforcement", contact=contact[1])
    assert "Sheriff (invented)" in screener.get("/console")


def test_one_touch_calls_an_interpreter_for_a_caller_whose_language_one_does_not_speak(
    screener: Screener,
) -> None:
    add_contact(screener, "interpreter")
    with screener.desk.database.transaction() as session:
        session.get_one(User, screener.user_id).languages = ["en"]
    call = screener.rings(language="es")
    with screener.desk.database.transaction() as session:
        session.get_one(Call, call.id).target_id = screener.user_id
    screener.takes_calls()
    assert "You will need an interpreter" in screener.get("/console")
    screener.accepts()
    screener.meets(call)
    assert "Interpreter for Spanish" in screener.get("/console")
    press(screener, call, "interpreter")
    assert "Voices (invented)" in screener.get("/console")


def test_somebody_who_does_not_come_is_shown_with_the_reason_and_called_again(
    screener: Screener, talk: Call, clock: FrozenClock
) -> None:
    press(screener, talk, "party", number="(661) 555-0164", purpose="medical_help")
    first = leg(screener, talk, "party")
    with screener.desk.database.transaction() as session:
        connecting.leg_progress(session, talk.id, first.id, "end", reason="busy")
    page = screener.get("/console")
    assert "did not come: busy" in page and "0164" not in page
    clock.advance(timedelta(seconds=5))
    press(screener, talk, f"retry/{first.id}")
    second = leg(screener, talk, "party")
    assert second.id != first.id
    comes_in(screener, second.id)
    press(screener, talk, f"hold/{second.id}")
    assert "on hold" in screener.get("/console")
    press(screener, talk, f"remove/{second.id}")
    assert "parties" not in screener.get("/console")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"number": "911", "purpose": "other"}, "911"),
        ({"number": "(661) 555-0164", "purpose": ""}, "Choose why this number is called."),
    ],
)
def test_a_number_that_may_not_be_called_is_refused_in_words(
    screener: Screener, talk: Call, fields: dict[str, str], said: str
) -> None:
    answer = screener.post(f"/console/calls/{talk.id}/act", act="party", **fields)
    assert answer.status_code == 400 and said in answer.text


def test_a_call_is_handed_on_to_a_colleague_by_a_form_alone(screener: Screener, talk: Call) -> None:
    colleague = another(screener)
    colleague.takes_calls()
    page = screener.get(f"/console/calls/{talk.id}/with/colleagues")
    assert "Colin Colleague" in page
    press(screener, talk, "hand-on", to=f"person:{colleague.user_id}")
    assert "call-title" not in screener.get("/console")
    assert "Was cut off before" in colleague.get("/console")


def test_a_colleague_is_asked_reads_along_and_takes_the_call_over_with_its_report(
    screener: Screener, talk: Call
) -> None:
    colleague = another(screener)
    colleague.takes_calls()
    press(screener, talk, "consult", colleague=str(colleague.user_id))
    assert "Colin Colleague is being asked." in screener.get("/console")
    assert "Sam Screener asks for your help on a call" in colleague.get("/console")
    report = colleague.accepts()
    assert "Somebody else writes on this report." in colleague.get(report)
    comes_in(screener, leg(screener, talk, "consult").id)
    assert "Hand the call over" in screener.get("/console")
    press(screener, talk, "hand-over")
    assert "Hold the caller" in colleague.get("/console")
    assert "form-section" in colleague.get(report)
    assert "call-title" not in screener.get("/console")


def test_after_a_cut_line_one_button_leads_back_into_the_call(screener: Screener, talk: Call) -> None:
    with screener.desk.database.transaction() as session:
        connecting.leave(session, talk.id, leg(screener, talk, "screener").id)
    assert "Your line was cut. The caller is still there" in screener.get("/console")
    screener.post(f"/console/calls/{talk.id}/come-back")
    page = screener.get("/console")
    assert "Your line was cut" not in page and 'data-state="wanted"' in page


def test_the_telephone_is_chosen_and_its_number_checked(screener: Screener) -> None:
    refused = screener.post("/console/telephone", telephone="desk", desk_number="12")
    assert refused.status_code == 400
    screener.post("/console/telephone", telephone="desk", desk_number="(661) 555-0165")
    with screener.desk.database.transaction() as session:
        assert session.get_one(User, screener.user_id).desk_number == "+16615550165"
        assert session.get_one(Presence, screener.user_id).telephone == "desk"
    assert "My ordinary telephone: it rings, and I press 1" in screener.get("/console")


def test_a_colleague_with_a_desk_telephone_is_called_there(screener: Screener, talk: Call) -> None:
    colleague = another(screener)
    colleague.post("/console/telephone", telephone="desk", desk_number="(661) 555-0165")
    colleague.takes_calls()
    press(screener, talk, "consult", colleague=str(colleague.user_id))
    colleague.accepts()
    assert leg(screener, talk, "consult").address == "+16615550165"


def test_whoever_wishes_it_stays_away_after_a_call(screener: Screener, talk: Call) -> None:
    assert "After this: available at once" in screener.get("/console")
    screener.post("/console/after-call", available="no")
    assert "After this: away" in screener.get("/console")


def test_a_button_pressed_by_a_script_answers_without_another_page(screener: Screener, talk: Call) -> None:
    fields = {"act": "hold", "form_token": screener.token}
    answer = screener.client.post(f"/console/calls/{talk.id}/act", data=fields, headers={"X-Script": "1"})
    assert answer.status_code == 200 and data(answer) == {"message": None}
    part = screener.client.get(
        f"/console/calls/{talk.id}/with/people", headers={"X-Script": "1", "Accept": "text/html"}
    )
    assert "<html" not in part.text and "party-number" in part.text


def test_nobody_else_steers_a_call(screener: Screener, talk: Call) -> None:
    colleague = another(screener)
    assert colleague.post(f"/console/calls/{talk.id}/act", act="hold").status_code == 404
    assert colleague.client.get(f"/console/calls/{talk.id}/with/people").status_code == 404
    assert screener.post(f"/console/calls/{talk.id}/act", act="explode").status_code == 400


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ["law-enforcement", "people", "colleagues"])
def test_every_page_of_the_call_is_a_sound_document(
    screener: Screener, talk: Call, name: str, language: str
) -> None:
    client = screener.desk.signed_in("screener", language)
    for path in (f"/console/calls/{talk.id}/with/{name}", "/console/telephone", "/console"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert faults_of(answer.text, language) == []


def test_a_softphone_token_is_for_oneself_and_never_stored(with_softphone: Screener) -> None:
    answer = with_softphone.client.get("/console/softphone-token", headers={"X-Script": "1"})
    given = data(answer)
    claims = json.loads(base64.urlsafe_b64decode(given["token"].split(".")[1] + "=="))
    assert claims["grants"]["identity"] == given["identity"] == with_softphone.user_id.hex
    assert claims["exp"] - claims["nbf"] == given["seconds"] == 3600
    assert claims["grants"]["voice"]["outgoing"]["application_sid"] == "AP" + "2" * 32
    assert answer.headers["Cache-Control"] == "no-store"
    assert "twilio-voice/twilio.min.js" in with_softphone.get("/console")


def test_without_softphones_there_is_no_token(screener: Screener) -> None:
    assert screener.client.get("/console/softphone-token").status_code == 404
    assert 'name="softphone"' not in screener.get("/console")


def test_only_the_consoles_pages_may_reach_the_phone_company() -> None:
    class Given:
        softphone: Softphone | None = Softphone("twilio", "SK1", "x" * 32, "AP1")
        twilio_api_base_url = "http://127.0.0.1:8002"

    given = Given()
    assert "connect-src 'self' https://*.twilio.com wss://*.twilio.com" in headers.console_policy(given)  # type: ignore[arg-type]
    given.softphone = Softphone("simulator", "SK1", "x" * 32, "AP1")
    assert "connect-src 'self' http://127.0.0.1:8002;" in headers.console_policy(given)  # type: ignore[arg-type]
    given.softphone = None
    assert headers.console_policy(given) == headers.POLICY  # type: ignore[arg-type]
