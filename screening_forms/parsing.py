"""Take an answer in: each kind keeps what people type in one form, or says in words why it can't."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Sequence

from screening_forms.errors import ValueProblem
from screening_forms.fields import SEVERAL, UNKNOWN, Field, Value
from screening_forms.model import MAX_INSTANCES
from screening_forms.words import Words

_EARLIEST, _LATEST = 1880, 2100
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AMERICAN = re.compile(r"(?:(\d{1,2})/)?(\d{1,2})/(\d{4})")
_PHONE = re.compile(r"[0-9+().\-/ ]+(?:(?:ext\.?|x|#) ?[0-9]{1,6})?", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2})(?::?(\d{2}))? ?(?:([ap])\.? ?m\.?)?", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOST = 100
_NOT_KNOWN = {"?", "unknown", "not known", "desconocido", "no se sabe"}


def parse(field: Field, raw: str | Sequence[str]) -> Value:
    """The answer as it is kept: text in Unicode's composed form, "" or [] for none; raises ValueProblem.

    A list is what a page posts under one name: empty entries are dropped, and a question with one answer takes
    the last entry. Numbers, dates and times accept "?" for not known.
    """
    if not field.takes_answer:
        raise _problem("Nobody answers this: it comes by itself.", "Nadie contesta esto: sale solo.")
    entries = [_text(entry) for entry in ([raw] if isinstance(raw, str) else raw)]
    given = [entry for entry in entries if entry.strip()]
    if field.kind in SEVERAL:
        several = _files(given) if field.kind == "file" else _several(field, given)
        return _at_most(field.most or _MOST, several)
    if not given:
        return ""
    text = given[-1]
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    text = lines.rstrip() if field.kind == "long_text" else " ".join(lines.split("\n")).strip()
    if len(text) > field.longest:
        raise _problem(
            f"This is {len(text):,} characters long; {field.longest:,} fit here. Shorten it.",
            f"Tiene {len(text):,} caracteres; aquí caben {field.longest:,}. Acórtelo.",
        )
    return _BY_KIND[field.kind](field, text)


def _text(raw: str) -> str:
    """Any language's letters, but nothing that can't be stored."""
    if "\x00" in raw:
        raise _problem(
            "This contains a character that can't be stored (NUL). Delete it, or type the text again.",
            "Contiene un carácter que no se puede guardar (NUL). Bórrelo o escriba el texto de nuevo.",
        )
    if any("\ud800" <= letter <= "\udfff" for letter in raw):
        raise _problem(
            "This contains half of a character. Delete it, or type the text again.",
            "Contiene la mitad de un carácter. Bórrelo o escriba el texto de nuevo.",
        )
    return unicodedata.normalize("NFC", raw)


def _several(field: Field, given: list[str]) -> list[str]:
    chosen = {_choice(field, entry.strip()) for entry in given}
    return [option.value for option in field.options if option.value in chosen]


def _choice(field: Field, text: str) -> str:
    values = [option.value for option in field.options] or ["yes", "no", UNKNOWN]
    if text not in values:
        raise _problem(
            "This is not one of the answers offered. Choose one of them.",
            "No es una de las respuestas ofrecidas. Elija una de ellas.",
        )
    return text


def _number(field: Field, text: str) -> str:
    if text.casefold() in _NOT_KNOWN:
        return UNKNOWN
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise _problem(
            "This is not a whole number. Type digits only, or ? if nobody knows.",
            "No es un número entero. Escriba solo cifras, o ? si nadie lo sabe.",
        )
    number = int(text)
    low, high = field.minimum or 0, field.maximum if field.maximum is not None else 999_999_999
    if not low <= number <= high:
        raise _problem(
            f"This must be from {low} to {high}. Correct it, or type ? if nobody knows.",
            f"Debe estar entre {low} y {high}. Corríjalo, o escriba ? si nadie lo sabe.",
        )
    return str(number)


def _date(field: Field, text: str) -> str:
    parts = _date_parts(text)
    if len(parts) == 1:
        return parts[0]
    if len(parts) != 3:
        raise _problem(
            "The day or the month is missing. Type month/day/year, such as 3/14/2019.",
            "Falta el día o el mes. Escriba mes/día/año, por ejemplo 3/14/2019.",
        )
    return "-".join(parts)


def _partial_date(field: Field, text: str) -> str:
    if re.fullmatch(r"\d{4}", text):
        _real_date(int(text), None, None)
        return text
    return "-".join(_date_parts(text))


def _date_parts(text: str) -> tuple[str, ...]:
    """("unknown",), or year and month, or year, month and day, padded for sorting."""
    if text.casefold() in _NOT_KNOWN:
        return (UNKNOWN,)
    iso, american = _ISO.fullmatch(text), _AMERICAN.fullmatch(text)
    if iso and iso[2]:
        year, month, day = iso[1], iso[2], iso[3]
    elif american:
        # 3/2019 is a month and a year, 3/14/2019 also has a day
        year = american[3]
        month, day = (american[1], american[2]) if american[1] else (american[2], None)
    else:
        raise _problem(
            "This is not a date. Type month/day/year, such as 3/14/2019, or ? if nobody knows.",
            "No es una fecha. Escriba mes/día/año, por ejemplo 3/14/2019, o ? si nadie la sabe.",
        )
    _real_date(int(year), int(month), int(day) if day else None)
    return (year, f"{int(month):02}", *((f"{int(day):02}",) if day else ()))


def _real_date(year: int, month: int | None, day: int | None) -> None:
    try:
        datetime.date(year, 1 if month is None else month, 1 if day is None else day)
        possible = _EARLIEST <= year <= _LATEST
    except ValueError:
        possible = False
    if not possible:
        raise _problem(
            "There is no such date. Correct the day, the month or the year.",
            "Esa fecha no existe. Corrija el día, el mes o el año.",
        )


def _time(field: Field, text: str) -> str:
    if text.casefold() in _NOT_KNOWN:
        return UNKNOWN
    found = _TIME.fullmatch(text)
    if found is None or (found[2] is None and found[3] is None):
        raise _problem(
            "This is not a time. Type hours and minutes, such as 3:30 pm or 15:30, or ? if nobody knows.",
            "No es una hora. Escriba horas y minutos, por ejemplo 3:30 pm o 15:30, o ? si nadie la sabe.",
        )
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        possible = 1 <= hour <= 12
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    else:
        possible = hour <= 23
    if not possible or minute > 59:
        raise _problem(
            "There is no such time. Correct the hours or the minutes.",
            "Esa hora no existe. Corrija las horas o los minutos.",
        )
    return f"{hour:02}:{minute:02}"


def _person(field: Field, text: str) -> str:
    section, _, number = text.partition("/")
    known = re.fullmatch(r"[1-9][0-9]?", number) and int(number) <= MAX_INSTANCES
    if text != UNKNOWN and (section not in field.people or not known):
        raise _problem(
            "This is not one of the people of the report. Choose one of them.",
            "No es una de las personas del reporte. Elija una de ellas.",
        )
    return text


def _at_most(most: int, several: list[str]) -> list[str]:
    if len(several) > most:
        raise _problem(
            f"{len(several)} were chosen; at most {most} may be. Take some away.",
            f"Se eligieron {len(several)}; como máximo pueden ser {most}. Quite algunos.",
        )
    return several


def _files(given: list[str]) -> list[str]:
    files = list(dict.fromkeys(entry.strip().lower() for entry in given))
    if any(not _ID.fullmatch(file) for file in files):
        raise _problem(
            "This is not a file of the report. Add the file first, then choose it.",
            "No es un archivo del reporte. Añada primero el archivo y después elíjalo.",
        )
    return files


def _phone(field: Field, text: str) -> str:
    digits = sum(letter.isdigit() for letter in text)
    if text.casefold() in _NOT_KNOWN:
        return UNKNOWN
    if not _PHONE.fullmatch(text) or not 3 <= digits <= 21:
        raise _problem(
            "This is not a telephone number. Type digits, such as 661 555 0100, or ? if nobody knows.",
            "No es un número de teléfono. Escriba cifras, por ejemplo 661 555 0100, o ? si nadie lo sabe.",
        )
    return text


def _as_is(field: Field, text: str) -> str:
    return text


def _problem(en: str, es: str) -> ValueProblem:
    return ValueProblem(Words(en=en, es=es))


_BY_KIND: dict[str, Callable[[Field, str], str]] = {
    "text": _as_is,
    "long_text": _as_is,
    "number": _number,
    "date": _date,
    "partial_date": _partial_date,
    "yes_no_unknown": _choice,
    "select": _choice,
    "phone": _phone,
    "time": _time,
    "person": _person,
    "copied": _as_is,
}
