"""What the demonstration decides and remembers."""

from __future__ import annotations

import shlex
import stat
import subprocess
from pathlib import Path

import pytest

from hotline.base.config import load_settings
from hotline.base.errors import ConfigurationError
from hotline.demo.servers import free_port
from hotline.demo.settings import Ports, chosen_ports, program_settings, remembered, write_for_shells
from tests.support.servers import temporary_redis

SERVERS = {
    "DATABASE_URL": "postgresql://hotline:secret@127.0.0.1:1/hotline",
    "REDIS_URL": "redis://127.0.0.1:2/0",
    "SMTP_URL": "smtp://127.0.0.1:3",
}


def environ(web: int | str, voice: int | str, simulator: int | str) -> dict[str, str]:
    names = ("HOTLINE_WEB_PORT", "HOTLINE_VOICE_PORT", "HOTLINE_SIMULATOR_PORT")
    return {name: str(value) for name, value in zip(names, (web, voice, simulator), strict=True)}


def test_free_ports_are_taken_as_chosen() -> None:
    wanted = Ports(free_port(), free_port(), free_port())
    assert chosen_ports(environ(wanted.web, wanted.voice, wanted.simulator)) == wanted


def test_a_port_in_use_is_told_by_the_name_of_its_variable() -> None:
    with temporary_redis() as busy, pytest.raises(ConfigurationError) as refusal:
        chosen_ports(environ(free_port(), busy.port, free_port()))
    assert f"Port {busy.port} is in use" in refusal.value.message
    assert "HOTLINE_VOICE_PORT=" in refusal.value.message
    assert "HOTLINE_WEB_PORT" not in refusal.value.message


@pytest.mark.parametrize("wrong", ["80a", "0", "65536", "-1", "8000.5"])
def test_a_port_that_is_no_port_is_refused(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="HOTLINE_SIMULATOR_PORT is"):
        chosen_ports(environ(free_port(), free_port(), wrong))


def test_one_port_for_two_programs_is_refused() -> None:
    port = free_port()
    with pytest.raises(ConfigurationError, match="HOTLINE_VOICE_PORT and HOTLINE_WEB_PORT are both"):
        chosen_ports(environ(port, port, free_port()))


def test_keys_and_ports_are_decided_once(tmp_path: Path) -> None:
    path = tmp_path / "settings.env"
    first = remembered(path)
    assert remembered(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_remembered_port_that_somebody_else_took_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "settings.env"
    first = remembered(path)
    with temporary_redis() as busy:
        path.write_text(path.read_text().replace(first["HOTLINE_DEMO_SMTP_PORT"], str(busy.port)))
        second = remembered(path)
        assert second["HOTLINE_DEMO_SMTP_PORT"] != str(busy.port)
    assert second["HOTLINE_VAULT_KEYS"] == first["HOTLINE_VAULT_KEYS"]


def test_the_programs_get_every_setting_that_the_product_asks_for(tmp_path: Path) -> None:
    settings = program_settings(remembered(tmp_path / "s"), Ports(1, 2, 3), tmp_path, SERVERS)
    loaded = load_settings(settings)
    assert loaded.public_web_url == "http://127.0.0.1:1"
    assert loaded.public_voice_url == "http://127.0.0.1:2"
    assert loaded.twilio_api_base_url == "http://127.0.0.1:3"


def test_another_terminal_can_read_the_settings(tmp_path: Path) -> None:
    settings = program_settings(remembered(tmp_path / "s"), Ports(1, 2, 3), tmp_path, SERVERS)
    path = tmp_path / "environment"
    write_for_shells(path, settings)
    script = f'. {shlex.quote(str(path))}; printf %s "$SIMULATOR_LINES"'
    read = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True)
    assert read.stdout == settings["SIMULATOR_LINES"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
