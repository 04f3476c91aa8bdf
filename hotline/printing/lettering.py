"""Text as a typeface can show it (pure): nothing invisible, nothing that it lacks, lines in the order of the eye."""

from __future__ import annotations

import unicodedata
from collections.abc import Container

from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

MISSING = "□"
"""Stands for a sign that the typeface lacks."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def shown(text: str, signs: Container[int]) -> tuple[str, int]:
    """The text with what can be shown of it, and how many signs can't. `signs`: the code points of the typeface.

    Line breaks stay; control and format marks go; what has a composed form is composed.
    """
    found, missing = [], 0
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    for one in unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode()):
        if one == "\n":
            found.append(one)
        elif one.isspace():
            found.append(" ")
        elif _is_invisible(one) or (unicodedata.combining(one) and ord(one) not in signs):
            continue
        elif ord(one) in signs:
            found.append(one)
        else:
            found.append(MISSING)
            missing += 1
    return "".join(found), missing


def _is_invisible(one: str) -> bool:
    return unicodedata.category(one) in _INVISIBLE


def reads_from_the_right(text: str) -> bool:
    """Whether the first letter with a direction is one of a script that is read from the right."""
    for one in text:
        direction = unicodedata.bidirectional(one)
        if direction == "L":
            return False
        if direction in _RIGHT_TO_LEFT:
            return True
    return False


def ordered(line: str, *, from_the_right: bool) -> str:
    """One line in the order in which the eye meets its signs from the left. `from_the_right`: its paragraph is."""
    if all(unicodedata.bidirectional(one) not in _RIGHT_TO_LEFT for one in line):
        return line
    direction = TextDirection.RTL if from_the_right else TextDirection.LTR
    return BidiParagraph(line, direction).get_reordered_string()
