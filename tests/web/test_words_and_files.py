"""Catalogs are complete and fit their sources; the browser's files are ours, small and self-contained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from hotline.base.errors import ConfigurationError
from hotline.web.shared import assets
from hotline.web.shared.language import CATALOGS, compiled, read_catalog
from scripts import messages
from tests.support.screener import Screener

STATIC = assets.FOLDER
OURS = sorted((STATIC / "js").glob("*.js"))
TEMPLATES = sorted(path for path in STATIC.parent.rglob("templates/**/*.html"))


def test_every_word_of_the_screens_is_in_the_spanish_catalog() -> None:
    known = {message.id for message in messages.present()}
    wanted = {message.id for message in messages.extracted() if message.id}
    assert sorted(map(str, wanted - known)) == []


def test_every_word_of_the_catalog_is_translated() -> None:
    assert [message.id for message in messages.untranslated(messages.present())] == []


def test_no_word_of_the_catalog_is_left_over() -> None:
    wanted = {message.id for message in messages.extracted()}
    assert sorted(str(message.id) for message in messages.present() if message.id not in wanted) == []


def test_translations_keep_the_places_for_values() -> None:
    catalog = messages.present()
    for message in catalog:
        faults = [str(fault) for fault in message.check(catalog)]
        assert faults == [], message.id


def test_the_catalog_compiles_without_a_file() -> None:
    assert compiled(read_catalog("es")).gettext("Sign in") == "Iniciar sesión"
    assert not list(CATALOGS.rglob("*.mo")) or (CATALOGS / "es").exists()


def test_a_broken_catalog_stops_the_start_with_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with pytest.raises(ConfigurationError, match=r"messages\.po"):
        read_catalog("es", tmp_path)
    (folder / "messages.po").write_text('msgid "a"\nnonsense\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"messages\.po"):
        read_catalog("es", tmp_path)


def test_a_guessed_translation_counts_as_none() -> None:
    catalog = read_po(
        ["#, fuzzy", 'msgid "One"', 'msgstr "Uno"', "", 'msgid "Two"', 'msgstr "Dos"'], locale="es"
    )
    assert [message.id for message in messages.untranslated(catalog)] == ["One"]


INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|https?://")
TRUSTED = (
    "{{ live('bar', url_for('console.state', at=at), bar | safe, on='user') }}",
    "panel | safe, 0 if draft",
    "transcript | safe, on='user'",
    '<div class="card">{{ shown | safe }}</div>',
)
"""Whole parts that a template of ours rendered a moment before."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_anything_inline_from_elsewhere_or_unescaped(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for part in TRUSTED:
        text = text.replace(part, "")
    assert not INLINE.search(text)
    assert not re.search(r"\|\s*safe\b|autoescape", text)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_script_keeps_anything_or_builds_pages_from_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"localStorage|sessionStorage|indexedDB|innerHTML|outerHTML|eval\(|https?://", text)
    assert len(text.splitlines()) < 250


def test_style_sheets_ask_for_no_font_and_only_for_pictures_that_are_there() -> None:
    for sheet in STATIC.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert "@font-face" not in text and "@import" not in text
        for address in re.findall(r"url\(([^)]+)\)", text):
            assert (sheet.parent / address.strip("'\"")).resolve().is_file(), address


def test_licences_lie_beside_what_others_made() -> None:
    assert (STATIC / "uswds" / "LICENSE.txt").is_file()
    assert (STATIC / "twilio-voice" / "LICENSE.txt").is_file()
    assert (Path(__file__).parents[1] / "vendor" / "axe-core" / "LICENSE").is_file()


def test_a_file_is_packed_named_by_its_version_and_asked_for_once(screener: Screener) -> None:
    page = screener.get("/console")
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = screener.client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    plain = screener.client.get(address.partition("?")[0])
    assert plain.headers["Cache-Control"] == "no-cache"
    again = screener.client.get(address, headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["../app.py", "..%2fapp.py", "css", "css/none.css"])
def test_nothing_but_those_files_is_served(screener: Screener, path: str) -> None:
    assert screener.client.get(f"/static/{path}").status_code == 404


def test_the_console_weighs_less_than_250_kilobytes(screener: Screener) -> None:
    page = screener.client.get(screener.begin())
    packed = {"Accept-Encoding": "gzip"}
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    modules = {f"/static/js/{path.name}" for path in OURS}
    files = sum(len(screener.client.get(address, headers=packed).data) for address in addresses | modules)
    assert files + len(page.data) < 250_000
