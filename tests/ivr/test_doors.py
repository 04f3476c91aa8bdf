"""Who may post here, and in which form."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from hotline.base.database import Database
from hotline.calls.models import Call, CallEvent, WebhookReceipt
from hotline.vault.models import VaultRecord
from ivr.app import MAX_BODY, create_app
from ivr.pages import PAGES
from tests.support.calls import sid
from tests.support.voice import Caller, Voice


def rows(database: Database) -> int:
    with database.transaction() as session:
        tables = (Call, CallEvent, WebhookReceipt, VaultRecord)
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


@pytest.mark.parametrize("page", [*PAGES, "hold", "no-such-page"])
@pytest.mark.parametrize("signature", ["", "bm90IHRoZSByaWdodCBvbmU=", "ñ"])
def test_what_the_phone_company_did_not_sign_leaves_no_row(
    voice: Voice, database: Database, page: str, signature: str
) -> None:
    response = voice.send(
        f"/voice/{page}", Caller(voice).form(), signature=signature.encode().decode("latin-1")
    )
    assert (response.status_code, response.data) == (403, b"")
    assert rows(database) == 0


TAMPERINGS: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "another number": lambda form: form | {"From": "+16615550143"},
    "a field more": lambda form: form | {"Digits": "1"},
    "a field less": lambda form: {name: form[name] for name in form if name != "To"},
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_a_signed_form_that_was_changed_is_refused(voice: Voice, database: Database, how: str) -> None:
    form = Caller(voice).form()
    signature = voice.sign(f"{voice.settings.public_voice_url}/voice/incoming", form)
    response = voice.send("/voice/incoming", TAMPERINGS[how](form), signature=signature)
    assert response.status_code == 403
    assert rows(database) == 0


def test_a_signature_for_another_address_is_refused(voice: Voice, database: Database) -> None:
    form = Caller(voice).form()
    for url in ("http://other.test/voice/incoming", f"{voice.settings.public_voice_url}/voice/menu"):
        assert voice.send("/voice/incoming", form, signature=voice.sign(url, form)).status_code == 403
    query_unsigned = voice.sign(f"{voice.settings.public_voice_url}/voice/incoming", form)
    response = voice.send("/voice/incoming?lane=danger", form, signature=query_unsigned)
    assert response.status_code == 403
    assert rows(database) == 0


def test_forwarded_headers_do_not_choose_the_address(voice: Voice) -> None:
    form = Caller(voice).form()
    evil = {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https", "Host": "evil.test"}
    signature = voice.sign("https://evil.test/voice/incoming", form)
    client = voice.app.test_client()
    response = client.post("/voice/incoming", data=form, headers=evil | {"X-Twilio-Signature": signature})
    assert response.status_code == 403
    signature = voice.sign(f"{voice.settings.public_voice_url}/voice/incoming", form)
    response = client.post("/voice/incoming", data=form, headers=evil | {"X-Twilio-Signature": signature})
    assert response.status_code == 200


def test_blank_fields_belong_to_what_is_signed(voice: Voice) -> None:
    response = voice.send("/voice/incoming", Caller(voice).form(CallerName="", Digits=""))
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("AccountSid", "AC" + "f" * 32, 403),
        ("CallSid", "CA1", 400),
        ("CallSid", "CA" + "G" * 32, 400),
        ("CallSid", "CA" + "0" * 32 + "\n", 400),
        ("CallSid", "", 400),
        ("ParentCallSid", "x", 400),
        ("SequenceNumber", "-1", 400),
        ("ConferenceSid", "CA" + "0" * 32, 400),
        ("FriendlyName", "room of Maria", 400),
    ],
)
def test_a_field_of_another_form_makes_the_request_bad(
    voice: Voice, database: Database, field: str, value: str, status: int
) -> None:
    response = voice.send(
        "/voice/conference" if "CF" in value else "/voice/incoming", Caller(voice).form(**{field: value})
    )
    assert (response.status_code, response.data) == (status, b"")
    assert rows(database) == 0


def test_a_name_cut_anew_from_a_signed_one_is_refused(voice: Voice, database: Database) -> None:
    form = Caller(voice).form()
    signature = voice.sign(f"{voice.settings.public_voice_url}/voice/incoming", form)
    spliced = {name: value for name, value in form.items() if name != "CallSid"}
    spliced["CallSi"] = "d" + form["CallSid"]
    assert voice.send("/voice/incoming", spliced, signature=signature).status_code == 400
    assert rows(database) == 0


def test_a_field_given_twice_is_refused(voice: Voice, database: Database) -> None:
    form = Caller(voice).form()
    address = f"{voice.settings.public_voice_url}/voice/incoming"
    doubled = [*form.items(), ("CallSid", sid())]
    body = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in doubled)
    signature = voice.sign(address, _multi(doubled))
    response = voice.app.test_client().post(
        "/voice/incoming",
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )
    assert response.status_code == 400
    assert rows(database) == 0


def _multi(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """A form whose doubled field is signed as the phone company does: each value once, in order."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: name.join(sorted(set(many))) for name, many in values.items()}


def test_a_huge_body_is_refused(voice: Voice, database: Database) -> None:
    form = Caller(voice).form(SpeechResult="x" * MAX_BODY)
    assert voice.send("/voice/incoming", form).status_code == 413
    assert rows(database) == 0


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_posts_are_answered(voice: Voice, method: str) -> None:
    url = f"{voice.settings.public_voice_url}/voice/incoming"
    headers = {"X-Twilio-Signature": voice.sign(url, {})}
    assert voice.app.test_client().open("/voice/incoming", method=method, headers=headers).status_code == 405


def test_a_page_that_does_not_exist_is_not_found(voice: Voice) -> None:
    assert voice.send("/voice/no-such-page", Caller(voice).form()).status_code == 404


def test_the_process_tells_its_health_to_anybody(voice: Voice) -> None:
    client = voice.app.test_client()
    assert client.get("/healthz").data == b"ok\n"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"ready": True, "database": "ok", "spool_files": 0})


def test_missing_settings_are_printed_plainly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TWILIO_AUTH_TOKEN", raising=False)
    with pytest.raises(SystemExit):
        create_app()
    said = capsys.readouterr().err
    assert "TWILIO_AUTH_TOKEN is not set" in said
    assert "Traceback" not in said
