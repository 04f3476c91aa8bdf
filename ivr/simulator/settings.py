"""What the simulator needs to know at start, from the environment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

# Hard limit of a voice webhook (Twilio, "Webhooks: connection overrides"): real seconds.
WEBHOOK_SECONDS = 15.0


class SettingsError(Exception):
    """A setting is missing or wrong; the message names each one with its remedy."""


@dataclass(frozen=True)
class Line:
    """One number of ours at the phone company, and where its calls are asked about."""

    number: str
    voice_url: str
    fallback_url: str | None = None
    status_callback: str | None = None
    timeout_seconds: float = WEBHOOK_SECONDS
    voice_method: str = "POST"
    fallback_method: str = "POST"
    status_callback_method: str = "POST"
    voice: bool = True
    application_sid: str | None = None
    trunk_sid: str | None = None


@dataclass(frozen=True)
class Texting:
    """A messaging service of the account, and how far its sender's registration has come (None: not begun)."""

    sid: str
    name: str
    campaign_status: str | None = None


@dataclass(frozen=True)
class Settings:
    """How the simulator runs. `speed`: callers' seconds per real second; `calls_per_second`:
    how many calls made by REST leave the queue per caller's second (the real default is 1);
    `application_url` and `application_sid`: what browsers call, with tokens that `api_key_secret` signed."""

    account_sid: str
    auth_token: str
    lines: tuple[Line, ...]
    port: int = 8002
    speed: float = 1.0
    ledger_path: Path | None = None
    calls_per_second: float = 1.0
    application_url: str | None = None
    application_sid: str | None = None
    texting: tuple[Texting, ...] = ()
    api_key_secret: str | None = None


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises SettingsError that names everything wrong at once."""
    wrong: list[str] = []
    account_sid = environ.get("TWILIO_ACCOUNT_SID", "")
    if not account_sid:
        wrong.append("TWILIO_ACCOUNT_SID is missing: give the account id that the product uses (AC...)")
    auth_token = _secret(environ, "TWILIO_AUTH_TOKEN", wrong)
    lines = _lines(environ.get("SIMULATOR_LINES", ""), wrong)
    port = _number(environ, "HOTLINE_SIMULATOR_PORT", 8002, wrong)
    speed = _number(environ, "SIMULATOR_SPEED", 1.0, wrong)
    rate = _number(environ, "SIMULATOR_CALLS_PER_SECOND", 1.0, wrong)
    if wrong:
        raise SettingsError("\n".join(wrong))
    path = environ.get("SIMULATOR_LEDGER", "")
    return Settings(
        account_sid,
        auth_token,
        lines,
        int(port),
        speed,
        Path(path) if path else None,
        rate,
        application_url=environ.get("SIMULATOR_APPLICATION_URL") or None,
        application_sid=environ.get("TWILIO_APP_SID") or None,
        api_key_secret=environ.get("TWILIO_API_KEY_SECRET") or None,
    )


def _secret(environ: Mapping[str, str], name: str, wrong: list[str]) -> str:
    value = environ.get(name, "")
    path = environ.get(f"{name}_FILE", "")
    if not value and path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            wrong.append(f"{name}_FILE cannot be read: {error.strerror}")
            return ""
    if not value:
        wrong.append(f"{name} is missing: give the token that the product checks signatures with")
    return value


def _number(environ: Mapping[str, str], name: str, default: float, wrong: list[str]) -> float:
    text = environ.get(name, "")
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if value <= 0:
        wrong.append(f"{name} is {text!r}: give a number greater than 0")
    return value


def _lines(text: str, wrong: list[str]) -> tuple[Line, ...]:
    example = '[{"number": "+16615550100", "voice_url": "http://127.0.0.1:8001/voice/incoming"}]'
    if not text:
        wrong.append(f"SIMULATOR_LINES is missing: give a JSON list such as {example}")
        return ()
    try:
        return tuple(_line(item) for item in json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        wrong.append(f"SIMULATOR_LINES is not understood ({error}): give a JSON list such as {example}")
        return ()


def _line(item: dict[str, Any]) -> Line:
    unknown = set(item) - {field.name for field in fields(Line)}
    if unknown:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r}")
    return Line(
        number=str(item["number"]),
        voice_url=str(item["voice_url"]),
        fallback_url=item.get("fallback_url") or None,
        status_callback=item.get("status_callback") or None,
        timeout_seconds=float(item.get("timeout_seconds") or WEBHOOK_SECONDS),
        voice_method=str(item.get("voice_method") or "POST"),
        fallback_method=str(item.get("fallback_method") or "POST"),
        status_callback_method=str(item.get("status_callback_method") or "POST"),
        voice=bool(item.get("voice", True)),
        application_sid=item.get("application_sid") or None,
        trunk_sid=item.get("trunk_sid") or None,
    )
