"""Files that a browser sends: held in memory only, so that nobody's letter lies readable in a temporary folder."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Flask, Request, request

from hotline.written_reports.papers import Upload

LARGEST = 26 * 1024 * 1024
"""Bytes of one request that carries files: two of the largest, or many small ones."""

WITH_FILES = frozenset(
    {
        "console.begin",
        "console.add_files",
        "papers.register",
    }
)
"""Endpoints that take files. Every other request is small."""


class InMemory(Request):
    """A request whose files never touch the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


def equip(app: Flask) -> None:
    """Let `app` take files where it should."""
    app.request_class = InMemory


def make_room(asked: Request) -> None:
    """Allow the request its files, if it is one that carries them. Before anything of it is read."""
    if asked.endpoint in WITH_FILES:
        asked.max_content_length = LARGEST


def files(name: str = "files") -> list[Upload]:
    """The files that the form carries under that name; fields in which nothing was chosen are left out."""
    found = [(one.filename or "", one.read()) for one in request.files.getlist(name)]
    return [Upload(called, content) for called, content in found if called or content]
