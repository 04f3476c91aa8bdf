"""Settings, read once at start from the environment. Any of them may come from a file named NAME_FILE."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from hotline.base.crypto import Keyring, decode_key
from hotline.base.errors import ConfigurationError

T = TypeVar("T")


@dataclass(frozen=True)
class Softphone:
    """How a browser is a telephone. `kind`: `twilio`, or `simulator` where no real phone company is used."""

    kind: str
    api_key_sid: str
    api_key_secret: str = field(repr=False)
    app_sid: str


@dataclass(frozen=True)
class Settings:
    """What an installation decides. Secrets do not appear in its repr."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    vault_keys: Keyring
    hash_key: bytes = field(repr=False)
    twilio_account_sid: str
    twilio_auth_token: str = field(repr=False)
    twilio_api_base_url: str
    public_voice_url: str
    public_web_url: str
    public_live_url: str
    spool_dir: Path
    smtp_url: str = field(repr=False)
    mail_from: str
    secure_cookies: bool
    softphone: Softphone | None
    """None: screeners are called on their telephones."""
    carrier: str = "twilio"
    """Which phone company serves the lines: a name of `telephony.carriers`."""
    public_fallback_url: str = ""
    """Where the static answer of `hotline lines fallback` is served from; empty: nowhere yet."""
    web_serves: str = "all"
    """Which pages the web process serves: `staff`, the public `intake`, or `all` of them."""
    public_intake_url: str = ""
    """The address of the public pages, where they have a host name of their own; empty: that of the screens."""
    public_fallback_method: str = "GET"
    """`GET` as any file server takes it, or `POST`, which keeps callers' numbers out of that server's log."""


class _Reader:
    """Collects every fault before it complains, so that one start shows all of them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.faults: list[str] = []

    def text(self, name: str, remedy: str, default: str | None = None) -> str:
        value = self._environ.get(name, "").strip()
        path = self._environ.get(f"{name}_FILE", "").strip()
        if not value and path:
            try:
                value = Path(path).read_text().strip()
            except OSError as error:
                self.faults.append(f"{name}_FILE: can't read {path} ({error.strerror}).")
                return ""
        if not value and default is None:
            self.faults.append(f"{name} is not set. {remedy}")
        return value or default or ""

    def url(self, name: str, schemes: tuple[str, ...], remedy: str, default: str | None = None) -> str:
        value = self.text(name, remedy, default)
        if value:
            parts = urlsplit(value)
            if parts.scheme not in schemes or not parts.netloc:
                self.faults.append(f"{name}: expected an address that starts with {schemes[0]}://. {remedy}")
        return value.rstrip("/")

    def parsed(self, parse: Callable[[str], T], text: str) -> T | None:
        if not text:
            return None
        try:
            return parse(text)
        except ConfigurationError as error:
            self.faults.append(error.message)
            return None


def _account_sid(text: str) -> str:
    if len(text) == 34 and text.startswith("AC"):
        return text
    raise ConfigurationError("TWILIO_ACCOUNT_SID: expected 'AC' and 32 hexadecimal digits.")


_SOFTPHONE = ("TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET", "TWILIO_APP_SID")


def _softphone(read: _Reader) -> Softphone | None:
    """All three settings of the softphone or none; without a word about it, it is on when they are there."""
    key_sid, secret, app_sid = (read.text(name, "", default="") for name in _SOFTPHONE)
    given = bool(key_sid and secret and app_sid)
    kind = read.text("HOTLINE_SOFTPHONE", "", default="twilio" if key_sid or secret or app_sid else "off")
    if kind not in ("twilio", "simulator", "off"):
        read.faults.append("HOTLINE_SOFTPHONE: expected 'twilio', 'simulator' or 'off'.")
    elif kind != "off" and not given:
        read.faults.append(
            f"A softphone needs {', '.join(_SOFTPHONE)}: set all three, or HOTLINE_SOFTPHONE=off."
        )
    elif kind != "off" and not (key_sid.startswith("SK") and app_sid.startswith("AP")):
        read.faults.append("TWILIO_API_KEY_SID starts with 'SK' and TWILIO_APP_SID with 'AP'.")
    return Softphone(kind, key_sid, secret, app_sid) if given and kind != "off" else None


def _public_addresses(read: _Reader) -> tuple[str, str, str]:
    """Of the voice process, of the screens and of the live streams."""
    voice_url = read.url(
        "PUBLIC_VOICE_URL",
        ("https", "http"),
        "The address at which the phone company reaches the voice process.",
    )
    web_url = read.url("PUBLIC_WEB_URL", ("https", "http"), "The address at which staff reach the console.")
    live_url = read.url(
        "PUBLIC_LIVE_URL",
        ("https", "http"),
        "The address at which browsers reach the live process; unset: /live below PUBLIC_WEB_URL.",
        f"{web_url}/live",
    )
    return voice_url, web_url, live_url


def _fallback(read: _Reader) -> tuple[str, str]:
    """Where the static answer is, and how it is asked for."""
    fallback_url = read.url(
        "PUBLIC_FALLBACK_URL",
        ("https", "http"),
        "The folder on another host to which you uploaded what `hotline lines fallback` wrote.",
        "",
    )
    fallback_method = read.text("PUBLIC_FALLBACK_METHOD", "", "GET")
    if fallback_method not in ("GET", "POST"):
        read.faults.append("PUBLIC_FALLBACK_METHOD: expected GET or POST.")
    return fallback_url, fallback_method


def _intake(read: _Reader) -> tuple[str, str]:
    """Which pages are served, and where the public ones are."""
    serves = read.text("HOTLINE_WEB_SERVES", "", "all")
    if serves not in ("all", "staff", "intake"):
        read.faults.append("HOTLINE_WEB_SERVES: expected all, staff or intake.")
    address = read.url(
        "PUBLIC_INTAKE_URL",
        ("https", "http"),
        "The address of the pages on which professionals report; unset: that of the screens.",
        "",
    )
    return serves, address


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check every setting; raises ConfigurationError that lists all faults with their remedies."""
    read = _Reader(environ)
    database_url = read.url(
        "DATABASE_URL",
        ("postgresql", "postgresql+psycopg"),
        "Example: postgresql://hotline:secret@db.example.org/hotline",
    )
    redis_url = read.url("REDIS_URL", ("redis", "rediss", "unix"), "Example: redis://127.0.0.1:6379/0")
    keys_text = read.text("HOTLINE_VAULT_KEYS", "Give 'id:base64 of 32 random bytes', the current key first.")
    hash_text = read.text("HOTLINE_HASH_KEY", "Give 32 random bytes in base64; it must never change.")
    sid_text = read.text("TWILIO_ACCOUNT_SID", "It stands on the first page of the Twilio console.")
    vault_keys = read.parsed(Keyring.parse, keys_text)
    hash_key = read.parsed(lambda text: decode_key(text, "HOTLINE_HASH_KEY"), hash_text)
    account_sid = read.parsed(_account_sid, sid_text)
    auth_token = read.text("TWILIO_AUTH_TOKEN", "It stands beside the account SID in the Twilio console.")
    api_base = read.url(
        "TWILIO_API_BASE_URL",
        ("https", "http"),
        "Leave it unset for Twilio itself.",
        "https://api.twilio.com",
    )
    voice_url, web_url, live_url = _public_addresses(read)
    spool_dir = read.text(
        "HOTLINE_SPOOL_DIR", "A folder on a local disk that only the voice process may read."
    )
    fallback_url, fallback_method = _fallback(read)
    serves, intake_url = _intake(read)
    smtp_url = read.url("SMTP_URL", ("smtp", "smtps"), "Example: smtp://user:secret@mail.example.org:587")
    mail_from = read.text(
        "HOTLINE_MAIL_FROM", "The sender address of notices, for example dispatch@example.org"
    )
    softphone = _softphone(read)
    if read.faults or vault_keys is None or hash_key is None or account_sid is None:
        raise ConfigurationError(
            "Hotline can't start:\n" + "\n".join(f"  - {fault}" for fault in read.faults)
        )
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        vault_keys=vault_keys,
        hash_key=hash_key,
        twilio_account_sid=account_sid,
        twilio_auth_token=auth_token,
        twilio_api_base_url=api_base,
        public_voice_url=voice_url,
        public_web_url=web_url,
        public_live_url=live_url,
        spool_dir=Path(spool_dir),
        smtp_url=smtp_url,
        mail_from=mail_from,
        secure_cookies=web_url.startswith("https://"),
        softphone=softphone,
        carrier=read.text("HOTLINE_CARRIER", "", "twilio"),
        public_fallback_url=fallback_url,
        public_fallback_method=fallback_method,
        web_serves=serves,
        public_intake_url=intake_url,
    )
