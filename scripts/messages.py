"""Bring the Spanish catalog up to date with the words in the sources, and name what is still to be translated."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOG = ROOT / "hotline" / "web" / "translations" / "es" / "LC_MESSAGES" / "messages.po"

METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
# `later` marks words kept as data; the errors are what the core says to people, shown through gettext.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "later": None,
    "Conflict": None,
    "NotFound": None,
    "NotPermitted": None,
    "SignInNeeded": None,
    "ForeignForm": None,
    "InvalidInput": (2,),
    "TooLarge": (2,),
    "WrongKind": (2,),
    "__init__": None,
}
_CODE = re.compile(r"[a-z_]+")
_HEADER = """msgid ""
msgstr ""
"Language: es\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
_START_UP_ONLY = (
    "cli.py",
    "demo/",
    "policy/",
    "base/",
    "lines/cli.py",
    "lines/hours.py",
    "lines/service.py",
    "calls/cli.py",
    "doctor/",
    "written_reports/cli.py",
)
"""What is said only on the terminal, in English."""


def extracted() -> Catalog:
    """Every text of the screens, without its places: those would change with every edit."""
    catalog = Catalog(project="hotline", charset="utf-8")
    for name, _line, text, _comments, context in extract_from_dir(
        ROOT / "hotline", METHODS, {}, KEYWORDS, ("Translators:",)
    ):
        if not name.startswith(_START_UP_ONLY) and not _CODE.fullmatch(str(text)):
            catalog.add(text, context=context)
    return catalog


def present(path: Path = CATALOG) -> Catalog:
    """The catalog as it is."""
    with path.open("rb") as file:
        return read_po(file, locale="es", abort_invalid=True)


def untranslated(catalog: Catalog) -> Iterator[Message]:
    """Messages without a translation, or with one that was only guessed."""
    for message in catalog:
        words = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (message.fuzzy or not all(words)):
            yield message


def main() -> int:
    """Update the catalog; 1 when something is left to translate."""
    catalog = present()
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    with CATALOG.open("wb") as file:
        # A header without dates: the file changes only when words change.
        file.write(_HEADER.encode())
        write_po(file, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    left = list(untranslated(catalog))
    for message in left:
        print(message.id)
    print(f"{len(left)} to translate in {CATALOG.relative_to(ROOT)}", file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
