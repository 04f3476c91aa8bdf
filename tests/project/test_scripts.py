"""The scripts behind `make`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import browser
from scripts.compile_catalogs import compile_catalog, outdated
from tests.support.tree import PACKAGES, ROOT

FIND_PYTHON = ROOT / "scripts" / "find-python.sh"
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: es\\n"\n\n'


def find_python(path: Path, python: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(FIND_PYTHON)],
        env={"PATH": str(path), "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


def pretend(path: Path, name: str, exit_code: int) -> None:
    program = path / name
    program.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    program.chmod(0o755)


def test_without_a_python_the_message_says_what_to_install(tmp_path: Path) -> None:
    found = find_python(tmp_path)
    assert found.returncode == 1
    assert "Python 3.11 or newer" in found.stderr


def test_a_python_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    pretend(tmp_path, "python3.12", 1)
    pretend(tmp_path, "python3", 0)
    assert find_python(tmp_path).stdout.strip() == str(tmp_path / "python3")


def test_the_chosen_python_is_the_only_one_tried(tmp_path: Path) -> None:
    pretend(tmp_path, "python3.12", 0)
    found = find_python(tmp_path, python="python9")
    assert found.returncode == 1
    assert "PYTHON=python9" in found.stderr


def test_the_running_python_is_accepted(tmp_path: Path) -> None:
    assert find_python(tmp_path, python=sys.executable).stdout.strip() == sys.executable


def test_the_system_browser_is_found_on_the_path(tmp_path: Path) -> None:
    pretend(tmp_path, "google-chrome", 0)
    assert browser.on_system({"PATH": str(tmp_path)}) == str(tmp_path / "google-chrome")
    assert browser.on_system({"PATH": str(tmp_path / "empty")}) is None


def test_a_chosen_browser_wins_and_must_exist(tmp_path: Path) -> None:
    pretend(tmp_path, "chromium", 0)
    chosen = str(tmp_path / "chromium")
    assert browser.on_system({"PATH": "", "HOTLINE_BROWSER": chosen}) == chosen
    assert browser.on_system({"PATH": str(tmp_path), "HOTLINE_BROWSER": str(tmp_path / "none")}) is None


@pytest.mark.parametrize(
    ("ci", "user", "may"), [("1", 0, True), ("true", 0, True), ("", 0, False), ("1", 1000, False)]
)
def test_system_packages_are_installed_only_by_root_on_a_build_machine(
    ci: str, user: int, may: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert browser.may_use_apt({"CI": ci}) is may


def test_a_missing_browser_fails_with_the_command_to_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("on_system", "downloaded", "install"):
        monkeypatch.setattr(browser, name, lambda *arguments: None)
    assert browser.main() == 1
    assert "apt-get install chromium" in capsys.readouterr().err


def test_a_catalog_is_compiled_once(tmp_path: Path) -> None:
    folder = tmp_path / "hotline" / "web" / "translations" / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "messages.po"
    source.write_text(HEADER + 'msgid "Yes"\nmsgstr "Sí"\n')
    assert outdated(tmp_path) == [source]
    compile_catalog(source)
    assert "Sí".encode() in source.with_suffix(".mo").read_bytes()
    assert outdated(tmp_path) == []


def test_a_catalog_that_drops_a_place_holder_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "es" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.write_text(HEADER + '#, python-format\nmsgid "%(count)s calls"\nmsgstr "%(número)s llamadas"\n')
    with pytest.raises(ValueError, match=r"messages\.po"):
        compile_catalog(source)


def test_every_catalog_of_ours_compiles(tmp_path: Path) -> None:
    for package in PACKAGES:
        for source in (ROOT / package).glob("**/translations/**/*.po"):
            copy = tmp_path / package / source.parent.parent.name / "LC_MESSAGES" / source.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
            compile_catalog(copy)
