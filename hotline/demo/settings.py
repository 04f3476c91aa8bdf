"""What the demonstration decides once and remembers: ports, keys and passwords, in `.demo/settings.env`."""

from __future__ import annotations

import base64
import json
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hotline.base.errors import ConfigurationError
from hotline.demo.servers import free_port, is_taken

HOST = "127.0.0.1"
# 555-0100 to 555-0199 are set aside for invented numbers.
LINE = "+16615550100"
PUBLIC_PORTS = {"HOTLINE_WEB_PORT": 8000, "HOTLINE_VOICE_PORT": 8001, "HOTLINE_SIMULATOR_PORT": 8002}
PRIVATE_PORTS = (
    "HOTLINE_DEMO_POSTGRES_PORT",
    "HOTLINE_DEMO_REDIS_PORT",
    "HOTLINE_DEMO_SMTP_PORT",
    "HOTLINE_DEMO_MAIL_PAGE_PORT",
    "HOTLINE_DEMO_LIVE_PORT",
)


@dataclass(frozen=True)
class Ports:
    """The three ports that a person chooses."""

    web: int
    voice: int
    simulator: int


def chosen_ports(environ: Mapping[str, str]) -> Ports:
    """The public ports, checked to be numbers, different and free; ConfigurationError names the variable."""
    faults, taken_by = [], dict[int, str]()
    for name, default in PUBLIC_PORTS.items():
        text = environ.get(name, "").strip() or str(default)
        if not (text.isdecimal() and 0 < int(text) < 65536):
            faults.append(f"{name} is '{text}': give a port number from 1 to 65535.")
            continue
        port = int(text)
        if port in taken_by:
            faults.append(f"{name} and {taken_by[port]} are both {port}: choose another for one of them.")
        elif is_taken(port):
            faults.append(
                f"Port {port} is in use by another program. Stop that one, or choose another port: "
                f"make demo {name}={port + 10}"
            )
        taken_by.setdefault(port, name)
    if faults:
        raise ConfigurationError("\n".join(faults))
    ports = {name: port for port, name in taken_by.items()}
    return Ports(*(ports[name] for name in PUBLIC_PORTS))


def remembered(path: Path) -> dict[str, str]:
    """Read the file of decisions, decide what is missing, and write it back (mode 0600).

    A private port that another program has taken meanwhile is replaced.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    known = dict(line.split("=", 1) for line in lines if "=" in line)
    decided = {name: known.get(name) or secret for name, secret in new_secrets().items()}
    for name in PRIVATE_PORTS:
        port = known.get(name, "")
        decided[name] = port if port and not is_taken(int(port)) else str(free_port())
    if decided != known:
        path.touch(0o600)
        path.write_text("".join(f"{key}={value}\n" for key, value in decided.items()), encoding="utf-8")
    return decided


def new_secrets() -> dict[str, str]:
    """Keys and an account at a phone company of our own, drawn at random."""
    return {
        "HOTLINE_VAULT_KEYS": f"k1:{_key()}",
        "HOTLINE_HASH_KEY": _key(),
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_API_KEY_SID": "SK" + secrets.token_hex(16),
        "TWILIO_API_KEY_SECRET": secrets.token_hex(16),
        "TWILIO_APP_SID": "AP" + secrets.token_hex(16),
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def program_settings(
    decided: Mapping[str, str], ports: Ports, folder: Path, servers: Mapping[str, str]
) -> dict[str, str]:
    """The settings of every program of the demonstration. `servers` are the addresses of the three servers.

    They replace what the surrounding shell may say: the demonstration never calls the real phone company.
    """
    voice = f"http://{HOST}:{ports.voice}"
    line = {
        "number": LINE,
        "voice_url": f"{voice}/voice/incoming",
        "status_callback": f"{voice}/voice/call-status",
    }
    return {
        **decided,
        **servers,
        "TWILIO_API_BASE_URL": f"http://{HOST}:{ports.simulator}",
        "PUBLIC_VOICE_URL": voice,
        "PUBLIC_WEB_URL": f"http://{HOST}:{ports.web}",
        "PUBLIC_LIVE_URL": f"http://{HOST}:{decided['HOTLINE_DEMO_LIVE_PORT']}",
        "HOTLINE_SPOOL_DIR": str(folder / "spool"),
        "HOTLINE_MAIL_FROM": "dispatch@hotline.test",
        "HOTLINE_SOFTPHONE": "simulator",
        "HOTLINE_DEMO_DIR": str(folder),
        "HOTLINE_DEMO_MAIL_URL": f"http://{HOST}:{decided['HOTLINE_DEMO_MAIL_PAGE_PORT']}",
        "HOTLINE_SIMULATOR_PORT": str(ports.simulator),
        "SIMULATOR_LINES": json.dumps([line]),
        "SIMULATOR_APPLICATION_URL": f"{voice}/voice/softphone",
        "SIMULATOR_LEDGER": str(folder / "simulator.jsonl"),
        "PYTHONUNBUFFERED": "1",
    }


def write_for_shells(path: Path, settings: Mapping[str, str]) -> None:
    """Keep the settings (mode 0600) as a shell reads them, for commands in another terminal."""
    path.touch(0o600)
    path.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in settings.items()))
