"""Words in the person's language. The only module that knows of Flask-Babel.

Catalogs are compiled when the program starts: there is no compiled file that could be missing or stale.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, cast

import flask_babel  # type: ignore[import-untyped]
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request

from hotline.base.errors import ConfigurationError
from hotline.web.shared.cookies import LANGUAGE

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")
NAMES: dict[Language, str] = {"en": "English", "es": "Español"}
CATALOGS = Path(__file__).resolve().parents[1] / "translations"


def gettext(text: str, **values: object) -> str:
    """`text` in the language of this request, with `%(name)s` replaced."""
    return cast(str, flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The form that fits `num`, in the language of this request; `%(num)s` is the number."""
    return cast(str, flask_babel.ngettext(one, many, num, **values))


def later(text: str) -> str:
    """Marks `text` for translation where it is written as data; `gettext` translates it where it is shown."""
    return text


def language() -> Language:
    """The language of this request: the session's, else this computer's, else the browser's."""
    if not has_request_context():
        return "en"
    person = g.get("person")
    wanted = person.language if person is not None else request.cookies.get(LANGUAGE)
    if wanted not in LANGUAGES:
        # `es-MX` is Spanish: only the first part of what the browser names counts.
        spoken = (name.split("-")[0].lower() for name in request.accept_languages.values())
        wanted = next((name for name in spoken if name in LANGUAGES), "en")
    return "es" if wanted == "es" else "en"


def language_names(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Languages with their names in the language of this request, by name."""
    known = Locale.parse(language()).languages
    named = [(code, str(known.get(code, code)).capitalize()) for code in codes]
    return sorted(named, key=lambda one: one[1])


def read_catalog(code: str, folder: Path = CATALOGS) -> Catalog:
    """The catalog of a language; raises ConfigurationError naming the file and what is wrong with it."""
    path = folder / code / "LC_MESSAGES" / "messages.po"
    try:
        with path.open("rb") as file:
            return read_po(file, locale=code, abort_invalid=True)
    except (OSError, PoFileError) as error:
        raise ConfigurationError(f"{path}: can't be read as a catalog of words ({error}).") from error


def compiled(catalog: Catalog) -> Translations:
    """The catalog, ready for use."""
    file = io.BytesIO()
    write_mo(file, catalog)
    file.seek(0)
    return Translations(file)


class _Domain(flask_babel.Domain):  # type: ignore[misc]
    def __init__(self, translations: dict[str, NullTranslations]) -> None:
        super().__init__()
        self._ours = translations

    def get_translations(self) -> NullTranslations:
        return self._ours[language()]


class _Babel(flask_babel.Babel):  # type: ignore[misc]
    def __init__(self, translations: dict[str, NullTranslations]) -> None:
        super().__init__()
        self._translations = translations

    @property
    def domain_instance(self) -> _Domain:
        return _Domain(self._translations)


def install(app: Flask) -> None:
    """Let `app` speak its languages; raises ConfigurationError for a catalog that can't be read."""
    _Babel({"en": NullTranslations(), "es": compiled(read_catalog("es"))}).init_app(
        app, locale_selector=language
    )
    app.jinja_env.globals.update(language=language, languages=NAMES)
