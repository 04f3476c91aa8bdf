"""Settings for processes and applications under test."""

from __future__ import annotations

import base64
from pathlib import Path

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "test-token-of-the-phone-company"
VAULT_KEYS = "k1:" + base64.b64encode(bytes(range(32))).decode()
HASH_KEY = base64.b64encode(bytes(range(32, 64))).decode()


def environment(*, database_url: str, redis_url: str, spool_dir: Path, **changes: str) -> dict[str, str]:
    """Every setting that `load_settings` asks for; `changes` replaces or adds some by name.

    Public addresses and the mail server are on ports where nothing listens, unless replaced.
    """
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "HOTLINE_VAULT_KEYS": VAULT_KEYS,
        "HOTLINE_HASH_KEY": HASH_KEY,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
        "PUBLIC_VOICE_URL": "http://voice.test",
        "PUBLIC_WEB_URL": "http://web.test",
        "HOTLINE_SPOOL_DIR": str(spool_dir),
        "SMTP_URL": "smtp://127.0.0.1:9",
        "HOTLINE_MAIL_FROM": "dispatch@hotline.test",
    } | changes
