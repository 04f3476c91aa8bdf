"""How likely two descriptions are of one person, with the reasons that people can read (pure).

After Fellegi and Sunter ("A theory for record linkage", 1969): each field that both descriptions have adds bits of
evidence, the more the rarer the value is, or takes some away. The sum becomes a figure between 0 and 100 that grows
with it. It is no probability: it says how much speaks for one person, and a person decides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import permutations
from typing import Any, Literal, get_args

from rapidfuzz.distance import OSA, JaroWinkler

from hotline.matching.names import variants
from hotline.matching.normalise import Person, sounds

Code = Literal[
    "first_equal", "last_equal", "first_similar", "last_similar", "nickname", "last_in_part",
    "names_swapped", "first_differs", "last_differs",
    "birth_equal", "birth_swapped", "birth_slip", "birth_agrees", "birth_near", "birth_differs",
    "age_agrees", "age_differs", "sex_differs",
    "address_equal", "address_similar", "street_equal", "place_equal",
    "school_equal", "school_similar", "phone_equal", "same_caller", "more_people",
]  # fmt: skip
CODES: tuple[str, ...] = get_args(Code)
"""Every reason there is; the screens have words for each, in both languages."""

SUGGEST_FROM = 60
"""A report is suggested as an earlier one when two of its people reach this score."""

LIST_FROM = 15
"""What is below this is not listed at all."""

_MIDDLE, _SCALE = 15.0, 4.0
_RAREST = 0.0001
_MOST_BITS = 20.0
_SWAP_COSTS = 2.0
_MISSED = 1.5
_DISAGREES = {"first": -3.5, "last": -3.5}


@dataclass(frozen=True)
class Reason:
    """Why two people may be one: a code of `CODES`, and what the sentence is filled with (never a name)."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "params": dict(self.params)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Reason:
        return cls(stored["code"], stored["params"])


@dataclass(frozen=True)
class Scored:
    """`score` is 0 to 100, `bits` the evidence that it stands for, the strongest reasons come first."""

    score: int
    bits: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Frequencies:
    """The share of people whose first, or last, name has a part. `rest` is that of a part that is not listed."""

    first: Mapping[str, float] = field(default_factory=dict)
    last: Mapping[str, float] = field(default_factory=dict)
    rest: float = 0.0005

    def of_first(self, part: str) -> float:
        return self.first.get(part, self.rest)

    def of_last(self, part: str) -> float:
        return self.last.get(part, self.rest)

    def of_either(self, part: str) -> float:
        """The greater of both: a name in the wrong place proves no more than one in its own."""
        return max(self.of_first(part), self.of_last(part))


NOTHING_KNOWN = Frequencies()
_Finding = tuple[float, str]
"""Bits of evidence for (or, below 0, against) one person, and the reason's code; empty: not worth a word."""


def compare(
    one: Person, other: Person, frequencies: Frequencies = NOTHING_KNOWN, *, same_caller: bool = False
) -> Scored:
    """The evidence that both are one person. Which of the two comes first makes no difference.

    A field that only one of them has says nothing; nobody scores higher against a person than their equal.
    `same_caller`: both were reported from one telephone number.
    """
    found = _names(one, other, frequencies)
    found += [
        finding
        for look in (_birth, _sex, _address, _school, _phone)
        if (finding := look(one, other)) is not None
    ]
    if same_caller:
        found.append((4.0, "same_caller"))
    bits = math.fsum(weight for weight, _ in found)
    found.sort(key=lambda finding: (-abs(finding[0]), finding[1]))
    return Scored(score_of(bits), bits, tuple(Reason(code) for _, code in found if code))


def score_of(bits: float) -> int:
    """Evidence as a figure from 0 to 100: 50 at fifteen bits, which is less than two names that are both rare."""
    return round(100 / (1 + 2 ** min(60.0, (_MIDDLE - bits) / _SCALE)))


def _names(one: Person, other: Person, known: Frequencies) -> list[_Finding]:
    straight = _side(one.first, other.first, known.of_first, "first")
    straight += _side(one.last, other.last, known.of_last, "last")
    if not (_may_fit(one.first, other.last) or _may_fit(one.last, other.first)):
        return straight
    crossed = _side(one.first, other.last, known.of_either, "first")
    crossed += _side(one.last, other.first, known.of_either, "last")
    swapped = math.fsum(weight for weight, _ in crossed) - _SWAP_COSTS
    if swapped > max(0.0, math.fsum(weight for weight, _ in straight)):
        return [(swapped, "names_swapped")]
    return straight


def _may_fit(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return any(_fit(one, other)[0] >= 0.5 for one in ours for other in theirs)


def _side(
    ours: tuple[str, ...], theirs: tuple[str, ...], share: Callable[[str], float], side: str
) -> list[_Finding]:
    """The parts of a first or of a last name against those of another, each part paired once, as well as they fit."""
    if not ours or not theirs:
        return []
    few, many = (ours, theirs) if (len(ours), ours) <= (len(theirs), theirs) else (theirs, ours)
    worth = [[_worth(one, other, share) for other in many] for one in few]
    best: tuple[float, tuple[str, ...]] = (0.0, ())
    for order in permutations(range(len(many)), len(few)):
        pairs = [worth[row][column] for row, column in enumerate(order)]
        weight = math.fsum(pair[0] for pair in pairs)
        if weight >= best[0]:
            best = max(best, (weight, tuple(sorted(pair[1] for pair in pairs))))
    weight, how = best
    if weight <= 0:
        return [(_DISAGREES[side], f"{side}_differs")]
    return [(min(weight, _MOST_BITS) - how.count("") * _MISSED, _name_code(how, len(many), side))]


def _worth(one: str, other: str, share: Callable[[str], float]) -> tuple[float, str]:
    fit, how = _fit(one, other)
    return (fit * min(_bits(share(one)), _bits(share(other))), how) if fit else (0.0, "")


def _name_code(how: tuple[str, ...], parts: int, side: str) -> str:
    if "nickname" in how and side == "first":
        return "nickname"
    if set(how) == {"equal"}:
        return f"{side}_equal" if len(how) == parts or side == "first" else "last_in_part"
    return "last_in_part" if side == "last" and "equal" in how else f"{side}_similar"


@lru_cache(maxsize=10_000)
def _bits(share: float) -> float:
    return math.log2(0.9 / min(0.1, max(share, _RAREST)))


@lru_cache(maxsize=200_000)
def _fit(one: str, other: str) -> tuple[float, str]:
    """How much of the evidence of an equal name a pair of names is worth, 0 to 1, and how they are alike."""
    if one == other:
        return 1.0, "equal"
    if variants(one, other):
        return 0.75, "nickname"
    longest = max(len(one), len(other))
    if min(len(one), len(other)) == 1:
        return (0.2, "similar") if one[0] == other[0] else (0.0, "")
    slips = OSA.distance(one, other, score_cutoff=3)
    likeness = JaroWinkler.similarity(min(one, other), max(one, other))
    # The strongest first; a slip weighs more in a short name.
    for holds, worth in (
        (slips == 1 and longest > 4, 0.75),
        (sounds(one) == sounds(other), 0.6),
        (slips == 1, 0.5),
        (slips == 2 and longest > 6, 0.55),
        (likeness >= 0.9, 0.45),
        (slips == 3 and longest > 9, 0.4),
        (likeness >= 0.84, 0.25),
    ):
        if holds:
            return worth, "similar"
    return 0.0, ""


def _birth(one: Person, other: Person) -> _Finding | None:
    if not (one.birth and other.birth):
        return _age(_range(one), _range(other))
    if len(one.birth) < 10 or len(other.birth) < 10:
        return _partial_birth(one.birth, other.birth)
    if one.birth == other.birth:
        return 12.0, "birth_equal"
    year, month, day = one.birth.split("-")
    other_year, other_month, other_day = other.birth.split("-")
    apart = abs(int(year) - int(other_year))
    if apart == 0 and (month, day) == (other_day, other_month):
        return 9.0, "birth_swapped"
    if OSA.distance(one.birth.replace("-", ""), other.birth.replace("-", "")) == 1:
        return 7.5, "birth_slip"
    if (month, day) == (other_month, other_day):
        return (4.0 if apart <= 2 else 2.5), "birth_near"
    if apart == 0:
        return (2.5, "birth_near") if month == other_month or day == other_day else (-0.5, "")
    return (-2.0 if apart <= 1 else -4.5), "birth_differs"


def _partial_birth(one: str, other: str) -> _Finding:
    shared = min(len(one), len(other))
    if one[:shared] == other[:shared]:
        return (4.0 if shared == 4 else 7.0), "birth_agrees"
    apart = abs(int(one[:4]) - int(other[:4]))
    if apart <= 1:
        return (0.0, "") if apart == 0 else (-1.0, "birth_differs")
    return -4.0, "birth_differs"


def _range(person: Person) -> tuple[int, int] | None:
    return (int(person.birth[:4]), int(person.birth[:4])) if person.birth else person.years


def _age(one: tuple[int, int] | None, other: tuple[int, int] | None) -> _Finding | None:
    """Years of birth of which at least one comes of an age: the wider the range, the less it says."""
    if one is None or other is None:
        return None
    gap = max(one[0], other[0]) - min(one[1], other[1])
    if gap <= 0:
        width = max(one[1] - one[0], other[1] - other[0]) + 1
        return min(3.5, max(0.3, math.log2(20 / width))), "age_agrees"
    return -min(4.5, 0.75 * gap), "age_differs" if gap > 1 else ""


def _sex(one: Person, other: Person) -> _Finding | None:
    told = {"female", "male"}
    if one.sex not in told or other.sex not in told:
        return None
    return (0.9, "") if one.sex == other.sex else (-2.0, "sex_differs")


def _address(one: Person, other: Person) -> _Finding | None:
    place = _place(one, other)
    if one.street and other.street:
        fit = _street_fit(one.street, other.street)
        if fit and one.house and other.house:
            slips = OSA.distance(one.house, other.house)
            if slips == 0:
                return (
                    11.0 if fit == 1.0 else 8.0
                ) + place, "address_equal" if fit == 1.0 else "address_similar"
            if slips == 1 and fit == 1.0:
                return 4.5 + place, "address_similar"
        if fit == 1.0:
            return 3.0 + place, "street_equal"
    if place > 0:
        return place, "place_equal"
    return (-0.5, "") if place < 0 else None


def _place(one: Person, other: Person) -> float:
    if one.zip and one.zip == other.zip:
        return 3.0
    if one.town and other.town and (one.town == other.town or _street_fit(one.town, other.town)):
        return 2.0
    known = (one.zip and other.zip) or (one.town and other.town)
    return -1.0 if known else 0.0


@lru_cache(maxsize=50_000)
def _street_fit(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return 0.5 if JaroWinkler.similarity(min(one, other), max(one, other)) >= 0.9 else 0.0


def _school(one: Person, other: Person) -> _Finding | None:
    if not one.school or not other.school:
        return None
    if one.school == other.school:
        return 6.0, "school_equal"
    ours, theirs = set(one.school.split()), set(other.school.split())
    if ours <= theirs or theirs <= ours or OSA.distance(one.school, other.school) <= 2:
        return 4.0, "school_similar"
    return -0.5, ""


def _phone(one: Person, other: Person) -> _Finding | None:
    return (14.0, "phone_equal") if one.phone and one.phone == other.phone else None
