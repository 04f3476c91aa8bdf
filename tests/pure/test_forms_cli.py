"""`hotline forms …` as whoever writes a form uses it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from hotline.cli import main
from tests.support.helpline import FORMS


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["forms", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Definitions that may be changed: two versions of one form, the second with a question less and one more."""
    shutil.copytree(FORMS, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "helpline" / "every_kind.v1.yaml").read_text(encoding="utf-8")
    changed = (
        text.replace("version: 1\n", "version: 2\n", 1)
        .replace("{id: q1, kind", "{id: fear, was: [risk/q1], kind")
        .replace("q1", "fear")
        .replace("[risk/fear]", "[risk/q1]")
        .replace("en: Agrees to share", "en: May share")
        .replace('en: "Agrees to share"', 'en: "May share"')
    )
    (tmp_path / "helpline" / "every_kind.v2.yaml").write_text(changed, encoding="utf-8")
    return tmp_path


def test_every_shipped_definition_passes() -> None:
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "california-report 2: " in result.output and "connecticut-report 1: " in result.output


def test_a_fault_is_told_with_file_line_and_remedy(folder: Path) -> None:
    file = folder / "helpline" / "every_kind.v1.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("kind: note", "kind: notice", 1), encoding="utf-8"
    )
    result = run("check", file)
    assert result.exit_code == 1
    assert f"{file}:13: " in result.stderr and "Correct this value" in result.stderr
    told = json.loads(run("check", "--folder", folder, "--json").stdout)
    assert [(one["file"], one["line"]) for one in told["faults"]] == [(str(file), 13)]
    assert told["forms"] == [{"id": "helpline-contact", "version": 2, "jurisdiction": "helpline"}]


def test_two_files_of_one_version_are_a_fault_of_all(folder: Path) -> None:
    shutil.copy(folder / "helpline" / "every_kind.v2.yaml", folder / "helpline" / "other.v2.yaml")
    result = run("check", "--folder", folder)
    assert result.exit_code == 1 and "is also in every_kind.v2.yaml" in result.stderr


def test_a_form_is_shown_as_a_page_and_as_text(folder: Path) -> None:
    page = run("preview", "helpline-contact", "1", "--folder", folder, "--language", "es").output
    assert page.startswith("<!DOCTYPE html>") and '<html lang="es">' in page and "Quien llama" in page
    asked = ("preview", "helpline-contact", "--folder", folder, "--text")
    assert "case/1/types" not in run(*asked).output
    with_victim = run(*asked, "--answer", "people/1/roles=alleged_victim,caller").output
    assert "[case/1/types, multi_select]" in with_victim and "Victim, Caller" in with_victim


@pytest.mark.parametrize("answer", ["people/1/roles=aunt", "people/9", "weather/sun=yes", "caller/welcome=x"])
def test_an_answer_that_the_form_does_not_take_is_refused(folder: Path, answer: str) -> None:
    result = run("preview", "helpline-contact", "--folder", folder, "--answer", answer)
    assert result.exit_code == 2 and "Traceback" not in result.output


def test_two_versions_are_compared(folder: Path) -> None:
    result = run("diff", "helpline-contact", "1", "2", "--folder", folder)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert "+ risk/fear" in lines and "- risk/q1 (now risk/fear)" in lines
    assert "~ risk/consent: label" in lines and "~ risk/level: compute" in lines
    told = json.loads(run("diff", "helpline-contact", "1", "2", "--folder", folder, "--json").output)
    assert told["added"] == ["risk/fear"] and told["moved"] == {"risk/q1": "risk/fear"}
    same = run("diff", "helpline-contact", "1", "1", "--folder", folder)
    assert (same.exit_code, same.output) == (0, "No difference.\n")


def test_a_form_is_exported_as_a_schema() -> None:
    result = run("export", "connecticut-report")
    assert result.exit_code == 0
    Draft202012Validator.check_schema(json.loads(result.output))


def test_an_unknown_form_is_answered_with_those_that_there_are(folder: Path) -> None:
    result = run("export", "nevada-report", "--folder", folder)
    assert result.exit_code == 1
    assert "no form nevada-report" in result.stderr and "helpline-contact 1" in result.stderr
