"""`hotline lines fallback`: the static answer of every line, as files for another host."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from hotline.lines.cli import AS_JSON, DRY_RUN, ONE_LINE, chosen, installation
from hotline.lines.models import Line
from hotline.lines.pointing import fallback_file
from ivr import prompts
from ivr.prompts import Prompts
from ivr.twiml import down
from ivr.twiml.down import DownLine

INDEX = "index.json"
README = "README.txt"

_README = """The static answer of the hotline
================================

These files answer callers while the hotline's own machines do not. They ask nothing of those machines: they say the
emergency notice, ring the backup numbers of the line, and end with a word of regret and the notice again.

1. Upload the whole folder to a host that is not the hotline's own and not in the same place: a storage bucket or
   any web server. The files must be served over https as text/xml or application/xml, to anybody.
   With GET, which every file server takes, the address of a request carries the caller's number: turn the server's
   access log off. A server that answers POST with the file does not need that: set PUBLIC_FALLBACK_METHOD=POST and
   write the files again.
2. Set PUBLIC_FALLBACK_URL to the address of the folder, for example https://files.example.org/hotline-fallback
3. Run: hotline lines provision
4. Ring each line once with the voice process stopped. A backup telephone must ring; press a key there to talk.

Write and upload them again whenever a line, a language, a sentence or a backup number changes. `hotline doctor`
tells when a file is missing there, or does not ring today's backup numbers.

Callers whom this answer served are unknown to the hotline until it is back. It then reads the phone company's list
of calls and puts each one on the supervisors' worklist: see `hotline calls reconcile`.

Files
-----
"""


def files(lines: Sequence[Line], words: Prompts, method: str = "GET") -> Mapping[str, str]:
    """Name -> content of every file of the bundle, for the lines in use."""
    found: dict[str, str] = {}
    index: dict[str, dict[str, object]] = {}
    for line in lines:
        if not line.active:
            continue
        own, known = words.for_line(line.prompts), _down_line(line, words, method)
        found[fallback_file(line.number)] = down.entry(own, known)
        for language in known.languages:
            found[down.language_file(known, language)] = down.backups(own, known, language)
        first = known.languages[0]
        found[down.take_file(first)] = down.take(words, first, method)
        index[line.number] = {
            "name": line.name,
            "entry": fallback_file(line.number),
            "languages": {code: down.language_file(known, code) for code in known.languages},
            "backup_numbers": len(known.backup_numbers),
        }
    found[down.TAKEN_FILE] = down.taken()
    found[INDEX] = json.dumps(index, indent=2, sort_keys=True) + "\n"
    rows = [f"{one['entry']}  {number}  {one['name']}" for number, one in index.items()]
    found[README] = _README + "\n".join(rows) + "\n"
    return found


def _down_line(line: Line, words: Prompts, method: str) -> DownLine:
    spoken = [code for code in line.languages if code in words.languages]
    return DownLine(
        stem=fallback_file(line.number).removesuffix(".xml"),
        languages=spoken or [prompts.DEFAULT],
        backup_numbers=line.backup_numbers,
        shown=line.caller_id or line.number,
        method=method,
    )


@click.command()
@click.option(
    "--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR"
)
@ONE_LINE
@DRY_RUN
@AS_JSON
def fallback(folder: Path, number: str | None, dry_run: bool, as_json: bool) -> None:
    """Write the static answer that rings the backup numbers with the whole hotline down; see README.txt in it."""
    with installation() as (settings, session):
        found = chosen(session, number)
        written = files(found, prompts.load(), settings.public_fallback_method)
        silent = [line.number for line in found if line.active and not line.backup_numbers]
    if not dry_run:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in written.items():
            (folder / name).write_text(content, encoding="utf-8")
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "files": sorted(written), "written": not dry_run}))
        return
    click.echo(f"{'Would write' if dry_run else 'Wrote'} {len(written)} files to {folder}.")
    for one in silent:
        click.echo(
            f"Warning: {one} has no backup number: its callers hear the notice and nobody rings.", err=True
        )
