"""Our files for the browser: read once, packed once, and kept by browsers for as long as they don't change."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, abort, request, url_for
from werkzeug.wrappers import Response

FOLDER = Path(__file__).resolve().parents[1] / "static"
_YEAR = 365 * 24 * 3600
_PACKED = frozenset({".css", ".js", ".svg"})


@dataclass(frozen=True)
class Asset:
    """A file's content, the same packed, and a digest that changes with it."""

    kind: str
    plain: bytes
    packed: bytes | None
    digest: str


def read_assets(folder: Path = FOLDER) -> dict[str, Asset]:
    """Every file under `folder` by its path, for example `js/console.js`."""
    return {path.relative_to(folder).as_posix(): _asset(path) for path in folder.rglob("*") if path.is_file()}


def serve_assets(app: Flask) -> None:
    """Answer /static/…; `asset('css/hotline.css')` in templates gives an address that names the version."""
    assets = read_assets()

    def serve(filename: str) -> Response:
        found = assets.get(filename)
        if found is None:
            abort(404)
        answer = Response(mimetype=found.kind)
        answer.headers["Vary"] = "Accept-Encoding"
        if found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            answer.headers["Content-Encoding"] = "gzip"
            answer.data = found.packed
        else:
            answer.data = found.plain
        # A module names another without its version: that one is asked for again, and answered 304.
        named = request.args.get("v") == found.digest
        answer.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if named else "no-cache"
        answer.set_etag(found.digest)
        return answer.make_conditional(request)

    app.add_url_rule("/static/<path:filename>", "static", serve)
    app.jinja_env.globals["asset"] = lambda name: url_for("static", filename=name, v=assets[name].digest)


def _asset(path: Path) -> Asset:
    plain = path.read_bytes()
    packed = gzip.compress(plain, mtime=0) if path.suffix in _PACKED else None
    kind = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
    return Asset(kind or "application/octet-stream", plain, packed, hashlib.sha256(plain).hexdigest()[:16])
