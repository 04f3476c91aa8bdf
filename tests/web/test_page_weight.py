"""What the console's pages weigh on their way: light enough for a slow line, and nothing from elsewhere."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from posixpath import dirname, join, normpath

import pytest

from hotline.base.config import Softphone
from hotline.web.shared.core import Core
from tests.support.screener import Screener

MOST = 250_000
PACKED = {"Accept-Encoding": "gzip"}
_LOADED = re.compile(r'<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"]+)"')
_IMPORTED = re.compile(r'(?:from|import) "(\./[^"]+)"')
_DRAWN = re.compile(r"url\(([^)]+)\)")


def weight(screener: Screener, path: str) -> dict[str, int]:
    """Bytes on the wire by address: the page and everything that it loads, packed as we send them."""
    found = {path: len(screener.client.get(path, headers=PACKED).data)}
    waiting = [one.partition("?")[0] for one in _LOADED.findall(screener.get(path))]
    while waiting:
        address = waiting.pop()
        assert address.startswith("/static/"), address
        if address in found:
            continue
        found[address] = len(screener.client.get(address, headers=PACKED).data)
        if address.endswith(".js") and "twilio" not in address:
            text = screener.client.get(address).text
            waiting += [normpath(join(dirname(address), one)) for one in _IMPORTED.findall(text)]
    return found


@pytest.fixture
def on_a_call(screener: Screener) -> str:
    call = screener.rings()
    screener.takes_calls()
    report = screener.accepts()
    screener.meets(call)
    for number in range(1, 4):
        screener.save(report, f"children/{number}/first_name", "Ana")
    return report


def test_each_page_of_the_console_weighs_at_most_250_kilobytes(screener: Screener, on_a_call: str) -> None:
    for path in ("/console", "/console/telephone", on_a_call):
        parts = weight(screener, path)
        assert sum(parts.values()) <= MOST, parts


def test_with_the_browser_as_the_telephone_the_companys_library_is_within_the_limit(
    screener: Screener, on_a_call: str
) -> None:
    parts: Core = screener.desk.app.extensions["hotline"]
    softphone = Softphone("twilio", "SK" + "1" * 32, "s" * 32, "AP" + "2" * 32)
    screener.desk.app.extensions["hotline"] = replace(
        parts, settings=replace(parts.settings, softphone=softphone)
    )
    try:
        loaded = weight(screener, on_a_call)
    finally:
        screener.desk.app.extensions["hotline"] = parts
    assert any("twilio-voice" in one for one in loaded)
    assert sum(loaded.values()) <= MOST, loaded


def test_the_companys_library_is_loaded_only_where_the_browser_is_the_telephone(
    screener: Screener, on_a_call: str
) -> None:
    assert not any("twilio" in one for one in weight(screener, on_a_call))


def test_a_page_is_packed_for_who_takes_it_and_never_tells_its_length(screener: Screener) -> None:
    plain = screener.client.get("/console")
    several = [screener.client.get("/console", headers=PACKED) for _ in range(5)]
    assert "Content-Encoding" not in plain.headers
    assert all(one.headers["Content-Encoding"] == "gzip" for one in several)
    assert "<h1>Console</h1>" in gzip.decompress(several[0].data).decode()
    assert len({len(one.data) for one in several}) > 1
    unchanged = screener.client.get("/console/state?at=/console", headers=PACKED).headers["ETag"]
    again = screener.client.get("/console/state?at=/console", headers=PACKED | {"If-None-Match": unchanged})
    assert (again.status_code, again.data) == (304, b"")


def test_styles_draw_nothing_from_elsewhere(screener: Screener) -> None:
    styles = [one for one in weight(screener, "/console") if one.endswith(".css")]
    assert styles
    for address in styles:
        drawn = _DRAWN.findall(screener.client.get(address).text)
        assert [one for one in drawn if re.match(r"[\"']?(https?:)?//", one)] == []
