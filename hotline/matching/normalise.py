"""People made comparable: their names, dates and addresses in one form, and the keys under which they are found (pure).

Sounds are worked out here and not by the database's own functions: those know English only, and a name must get the
same key when it is stored as when it is asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zlib import crc32

from hotline.geography.addresses import place_key, zip_five
from hotline.matching.names import formal

MOST_PARTS = 4
"""How many parts of a first or a last name are compared."""

EARLIEST, LATEST = 1890, 2100
"""Years of birth that are taken seriously."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PARTICLES = _set("de la las los del da das do dos di du y e i van von der den el al")
_SUFFIXES = _set("jr sr ii iii iv junior senior")
_NOBODY = _set("unknown desconocido desconocida unk na none no nn sin nombre doe")
_STREETS = {
    "avenue": "av", "ave": "av", "avenida": "av", "street": "st", "str": "st", "calle": "st", "road": "rd",
    "drive": "dr", "lane": "ln", "court": "ct", "place": "pl", "boulevard": "blvd", "boul": "blvd",
    "circle": "cir", "highway": "hwy", "terrace": "ter", "parkway": "pkwy", "square": "sq", "way": "wy",
    "north": "n", "south": "s", "east": "e", "west": "w", "saint": "st", "trail": "trl", "camino": "cam",
    "norte": "n", "sur": "s", "este": "e", "oeste": "w", "calz": "calzada", "crescent": "cres",
}  # fmt: skip
_STREET_TYPES = _set(
    "av st rd dr ln ct pl blvd cir hwy ter pkwy sq wy trl cam cres calzada n s e w ne nw se sw"
)
_UNIT = re.compile(r"\b(?:apt|apartment|unit|suite|ste|spc|space|trlr|lot|depto|apto|int|bldg|rm)\b.*$")
_SCHOOL_WORDS = _set(
    "school elementary middle high primary junior jr sr senior academy escuela primaria secundaria colegio "
    "preschool kindergarten kinder es ms hs the of de la el grade class th st nd rd grado k"
)
_DIGITS = "0123456789"
_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


_KEPT = 50_000
"""How many names a process keeps worked out: they come again and again."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the search sees them. Every text is normalised already; empty means not known."""

    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    birth: str = ""
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
    years: tuple[int, int] | None = None
    """The years of birth that an age leaves open, both included."""
    sex: str = ""
    house: str = ""
    street: str = ""
    town: str = ""
    zip: str = ""
    school: str = ""
    phone: str = ""

    @property
    def searched(self) -> str:
        """All parts of the name with spaces between."""
        return " ".join(self.first + self.last)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is known by which anybody could be found."""
        return not (self.first or self.last or self.birth or self.street or self.phone)


@lru_cache(maxsize=_KEPT)
def plain(text: str) -> str:
    """Lower-case words without accents and punctuation: `Muñoz-Pérez` is `munoz perez`, `O'Neil` is `oneil`."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    joined = re.sub(r"['’`´]", "", text.casefold())
    return " ".join(re.sub(r"[\W_]+", " ", joined).split())


@lru_cache(maxsize=_KEPT)
def name_parts(text: str) -> tuple[str, ...]:
    """The parts of a first or last name that tell people apart, at most four, none twice.

    Particles and suffixes are left out (`de la Cruz` is `cruz`, `Smith Jr.` is `smith`), a double surname is two
    parts, `Mc Donald` is one. "Unknown" is no name.
    """
    words = plain(text).split()
    parts: list[str] = []
    prefix = ""
    for word in words:
        if word in ("mc", "mac", "o") and word != words[-1]:
            prefix = word
            continue
        if prefix or word not in _PARTICLES | _SUFFIXES:
            parts.append(prefix + word)
        prefix = ""
    if not parts:
        parts = [word for word in words if word not in _SUFFIXES]
    return tuple(dict.fromkeys(part for part in parts if part not in _NOBODY))[:MOST_PARTS]


def birth_of(text: str) -> str:
    """A date of birth as `YYYY[-MM[-DD]]`; empty when it is none. Of a day that does not exist the year is kept."""
    found = _PARTIAL.fullmatch(text.strip())
    if found is None or not EARLIEST <= int(found[1]) <= LATEST:
        return ""
    if found[3] is not None and not _is_day(int(found[1]), int(found[2]), int(found[3])):
        return found[1]
    if found[2] is not None and not 1 <= int(found[2]) <= 12:
        return found[1]
    return found[0]


def years_of(age: int, estimated: bool, on: date) -> tuple[int, int]:
    """The years of birth of somebody who is `age` years old on that day: a guess may be two years off, or a fifth."""
    slack = max(2, age // 5) if estimated else 0
    return on.year - age - 1 - slack, on.year - age + slack


def street_of(text: str) -> tuple[str, str]:
    """House number and street name of what was typed: `1204-B N. Chester Ave., Apt 3` is `1204`, `n chester av`."""
    # The sign # begins a unit.
    said = _UNIT.sub("", plain(text.split("#")[0]))
    words = [_STREETS.get(word, word) for word in said.split()]
    number = next((word for word in words if word[0].isdigit()), "")
    digits = re.match(r"[0-9]+", number)
    # "5th St" is a name, not a house.
    if digits is None or re.fullmatch(r"[0-9]+(?:st|nd|rd|th)", number):
        return "", " ".join(words)
    words.remove(number)
    return digits[0].lstrip("0") or "0", " ".join(word for word in words if len(word) > 1 or word in "nsew")


@lru_cache(maxsize=_KEPT)
def school_of(text: str) -> str:
    """The words of a school's name that tell it apart, sorted: `Pine Elementary, 3rd grade` is `pine`."""
    words = [word for word in plain(text).split() if word not in _SCHOOL_WORDS and not word[0].isdigit()]
    return " ".join(sorted(dict.fromkeys(words)))


@lru_cache(maxsize=_KEPT)
def town_of(text: str) -> str:
    """A town's name as geography compares it; empty for "unknown"."""
    key = place_key(text)
    return "" if key in _NOBODY else key


def zip_of(text: str) -> str:
    """Five digits, or what was typed when it is another country's code."""
    return zip_five(text) or plain(text).replace(" ", "")


@lru_cache(maxsize=_KEPT)
def sounds(word: str) -> str:
    """How a normalised name sounds to somebody who speaks English or Spanish, in at most six letters.

    `hernandez` and `ernandes`, `jimenez` and `gimenes`, `catherine` and `katrin` are alike. Vowels count only at
    the beginning, and there all are one.
    """
    said = word
    for pattern, letters in _SOUNDS:
        said = pattern.sub(letters, said)
    head, tail = said[:1], said[1:]
    if head in "aeiou":
        head = "a"
    return (head + re.sub(r"[aeiouy]", "", tail))[:6] or word[:1]


_SOUNDS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"^(?:kn|gn)", "n"),
        (r"^wr", "r"),
        (r"^ps", "s"),
        (r"^x", "j"),
        (r"^y(?=[aeiou])", "j"),
        (r"ph", "f"),
        (r"t?sch|sh", "s"),
        (r"gh(?![aeiou])", ""),
        (r"t?ch|ck", "k"),
        (r"gu(?=[ei])", "g"),
        (r"qu|q", "k"),
        (r"g(?=[eiy])", "j"),
        (r"c(?=[eiy])|z", "s"),
        (r"c", "k"),
        (r"x", "ks"),
        (r"v", "b"),
        (r"d", "t"),
        (r"h", ""),
        (r"(?<=[a-z])w", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=_KEPT)
def sounds_of_first(part: str) -> frozenset[str]:
    """The sounds under which a part of a first name is found: its own, and those of the names it is short for."""
    return frozenset({sounds(part), *(sounds(name) for name in formal(part))})


def keys(person: Person) -> frozenset[int]:
    """What a person is stored under."""
    tags = "1" if person.first and person.last else "12"
    single = {f"{tag} {code} {year}" for tag in tags for code in _codes(person) for year in _years(person)}
    return frozenset(map(_number, single.union(_shared_keys(person))))


def asked(person: Person) -> frozenset[int]:
    """What to look for: also a date of birth with one slip in it, and people of whom one name only is known.

    A single name and a year alone bring too many people to be asked for when both names are known.
    """
    codes = _codes(person)
    tried = set(_shared_keys(person))
    tried |= {f"d {code} {day}" for day in slips(person.birth) for code in codes}
    tag = "2" if person.first and person.last else "1"
    tried |= {f"{tag} {code} {year}" for code in codes for year in _years(person)}
    return frozenset(map(_number, tried))


def phone_key(fingerprint: str) -> int:
    """The key of everybody who has the telephone number of that keyed hash."""
    return _number(f"p {fingerprint}")


def _shared_keys(person: Person) -> Iterable[str]:
    firsts = sorted({code for part in person.first for code in sounds_of_first(part)})
    lasts = sorted({sounds(part) for part in person.last})
    # Somebody may give the names in any order: each pair has one key.
    pairs = {(min(one, two), max(one, two)) for one in firsts for two in lasts}
    yield from (f"n {one} {two}" for one, two in pairs)
    halves = [f"{code} {other[:1]}" for one, two in pairs for code, other in ((one, two), (two, one))]
    for year in _years(person):
        yield from (f"y {half} {year}" for half in halves)
    if len(person.birth) == 10:
        day = _either_way(person.birth)
        yield f"b {day}"
        yield from (f"d {code} {day}" for code in _codes(person))
    street = _street_sound(person.street)
    if street and person.house:
        yield from (
            f"a {person.house} {street} {place}" for place in (sounds(person.town), person.zip) if place
        )
        yield from (f"h {person.house} {street} {code}" for code in _codes(person))
    # Not the town: half a county may live in one.
    if person.zip:
        yield from (f"z {half} {person.zip}" for half in halves)
    if person.school:
        yield from (f"s {person.school} {code}" for code in firsts)
    if person.phone:
        yield f"p {person.phone}"


def slips(birth: str) -> frozenset[str]:
    """The whole dates that one wrong digit, or two neighbouring digits in the wrong order, make of one.

    Day and month in the wrong order are not among them: such dates have one key.
    """
    if len(birth) != 10:
        return frozenset()
    digits = birth.replace("-", "")
    tried = {
        digits[:place] + digit + digits[place + 1 :]
        for place, allowed in ((2, _DIGITS), (3, _DIGITS), (4, "01"), (5, _DIGITS), (6, "0123"), (7, _DIGITS))
        for digit in allowed
    }
    tried |= {
        digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :] for place in range(2, 7)
    }
    tried.discard(digits)
    return frozenset(
        _either_way(f"{one[:4]}-{one[4:6]}-{one[6:]}")
        for one in tried
        if EARLIEST <= int(one[:4]) <= LATEST and _is_day(int(one[:4]), int(one[4:6]), int(one[6:]))
    )


def _codes(person: Person) -> frozenset[str]:
    return frozenset(
        {code for part in person.first for code in sounds_of_first(part)}
        | {sounds(part) for part in person.last}
    )


def _years(person: Person) -> range:
    if person.birth:
        year = int(person.birth[:4])
        return range(year, year + 1)
    if person.years is None or person.years[1] - person.years[0] > 12:
        return range(0)
    return range(person.years[0], person.years[1] + 1)


def _either_way(day: str) -> str:
    """One key for a date and the one with day and month in the wrong order."""
    year, month, number = day.split("-")
    return f"{year} {min(month, number)} {max(month, number)}"


def _street_sound(street: str) -> str:
    words = [word for word in street.split() if word not in _STREET_TYPES] or street.split()
    return sounds(words[0]) if words else ""


def _number(key: str) -> int:
    """A key as a signed number of 32 bits, for a small index: two keys with one number cost a comparison more."""
    number = crc32(key.encode())
    return number - 0x1_0000_0000 if number >= 0x8000_0000 else number


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
