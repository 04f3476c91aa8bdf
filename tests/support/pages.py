"""Reading a page as a checker of documents does, without a browser."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"input", "meta", "link", "img", "br", "hr"})
_UNLABELLED = frozenset({"hidden", "submit", "button"})


@dataclass
class _Reader(HTMLParser):
    ids: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    controls: list[dict[str, str]] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    h1: int = 0
    lang: str = ""
    faults: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self.open.append(tag)
        self.h1 += tag == "h1"
        self.lang = given.get("lang", "") if tag == "html" else self.lang
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label":
            self.labels.add(given.get("for", ""))
        if tag in ("input", "select", "textarea") and given.get("type") not in _UNLABELLED:
            self.controls.append(given)
        for name in ("aria-labelledby", "aria-describedby"):
            self.references += given.get(name, "").split()
        self._check(tag, given)

    def _check(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form" and not given.get("action") and given.get("method") != "dialog":
            self.faults.append("a form without an action")
        if tag == "img" and "alt" not in given:
            self.faults.append("a picture without alt")
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"something inline in <{tag}>")
        if tag == "script" and not given.get("src"):
            self.faults.append("an inline script")
        for name in ("src", "href"):
            if given.get(name, "").startswith(("http:", "https:", "//")):
                self.faults.append(f"something from elsewhere: {given[name]}")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def faults_of(page: str, language: str) -> list[str]:
    """What is wrong with the document of a page that should be in `language`."""
    read = _Reader()
    read.feed(page)
    faults = list(read.faults)
    if read.open:
        faults.append(f"never closed: {read.open}")
    if read.h1 != 1:
        faults.append(f"{read.h1} h1")
    if read.lang != language:
        faults.append(f"lang is {read.lang!r}")
    faults += [f"id twice: {name}" for name, count in Counter(read.ids).items() if count > 1]
    faults += [f"no such id: {name}" for name in read.references if name not in read.ids]
    faults += [
        f"no label: {control.get('name') or control.get('id')}"
        for control in read.controls
        if control.get("id") not in read.labels and not control.get("aria-label")
    ]
    return faults
