"""Settings: every fault named at once, with its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.base.config import load_settings
from hotline.base.errors import ConfigurationError
from tests.support.settings import environment


def complete(tmp_path: Path) -> dict[str, str]:
    return environment(
        database_url="postgresql://u:p@127.0.0.1/db", redis_url="redis://127.0.0.1:1/0", spool_dir=tmp_path
    )


def test_every_missing_setting_is_named_with_its_remedy() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings({})
    for name in ("DATABASE_URL", "REDIS_URL", "HOTLINE_VAULT_KEYS", "TWILIO_AUTH_TOKEN", "PUBLIC_VOICE_URL"):
        assert f"{name} is not set." in caught.value.message
    assert "Example: postgresql://" in caught.value.message


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "sqlite:///x", "starts with postgresql://"),
        ("PUBLIC_VOICE_URL", "voice.example.org", "starts with https://"),
        ("HOTLINE_HASH_KEY", "short", "32 random bytes"),
        ("HOTLINE_VAULT_KEYS", "noid", "id:base64"),
        ("TWILIO_ACCOUNT_SID", "AC12", "32 hexadecimal"),
        ("HOTLINE_WEB_SERVES", "both", "all, staff or intake"),
        ("PUBLIC_INTAKE_URL", "report.example", "starts with https://"),
    ],
)
def test_a_wrong_value_is_refused_and_explained(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings({**complete(tmp_path), name: value})
    assert name in caught.value.message
    assert said in caught.value.message


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    given = complete(tmp_path)
    token = tmp_path / "token"
    token.write_text("from-a-file\n")
    del given["TWILIO_AUTH_TOKEN"]
    assert load_settings({**given, "TWILIO_AUTH_TOKEN_FILE": str(token)}).twilio_auth_token == "from-a-file"


def test_an_unreadable_file_of_a_secret_is_named(tmp_path: Path) -> None:
    given = complete(tmp_path)
    del given["TWILIO_AUTH_TOKEN"]
    with pytest.raises(ConfigurationError, match="TWILIO_AUTH_TOKEN_FILE: can't read"):
        load_settings({**given, "TWILIO_AUTH_TOKEN_FILE": str(tmp_path / "none")})


def test_secrets_are_not_shown_when_settings_are_printed(tmp_path: Path) -> None:
    given = complete(tmp_path)
    shown = repr(load_settings(given))
    for name in ("TWILIO_AUTH_TOKEN", "HOTLINE_HASH_KEY", "DATABASE_URL"):
        assert given[name] not in shown
    assert given["HOTLINE_VAULT_KEYS"].split(":")[1] not in shown


SOFTPHONE = {
    "TWILIO_API_KEY_SID": "SK" + "1" * 32,
    "TWILIO_API_KEY_SECRET": "s" * 32,
    "TWILIO_APP_SID": "AP" + "2" * 32,
}


def test_every_page_is_served_unless_something_else_is_said(tmp_path: Path) -> None:
    silent = load_settings(complete(tmp_path))
    assert (silent.web_serves, silent.public_intake_url) == ("all", "")
    apart = {"HOTLINE_WEB_SERVES": "intake", "PUBLIC_INTAKE_URL": "https://report.example/"}
    said = load_settings({**complete(tmp_path), **apart})
    assert (said.web_serves, said.public_intake_url) == ("intake", "https://report.example")


def test_the_softphone_is_on_when_its_three_settings_are_there(tmp_path: Path) -> None:
    softphone = load_settings({**complete(tmp_path), **SOFTPHONE}).softphone
    assert softphone is not None
    assert (softphone.kind, softphone.app_sid) == ("twilio", SOFTPHONE["TWILIO_APP_SID"])
    assert "sss" not in repr(softphone)
    assert load_settings(complete(tmp_path)).softphone is None
    assert load_settings({**complete(tmp_path), **SOFTPHONE, "HOTLINE_SOFTPHONE": "off"}).softphone is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"TWILIO_APP_SID": ""}, "set all three"),
        ({"HOTLINE_SOFTPHONE": "loud"}, "'twilio', 'simulator' or 'off'"),
        ({"TWILIO_API_KEY_SID": "AC" + "1" * 32}, "starts with 'SK'"),
    ],
)
def test_half_a_softphone_is_refused(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings({**complete(tmp_path), **SOFTPHONE, **changes})
    assert said in caught.value.message
