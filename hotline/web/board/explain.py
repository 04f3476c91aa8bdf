"""What a decision rests on, in words: the facts, and how the place was found."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.geography.locate import Placement
from hotline.policy.decision import Decision
from hotline.policy.explain import say_fact
from hotline.policy.model import NOT_ASKED, Pack
from hotline.web.shared.dispatch_words import EVIDENCE, PLACEMENTS
from hotline.web.shared.language import gettext, language
from hotline.web.shared.words import word


def facts(result: Decision, pack: Pack) -> list[tuple[str, str]]:
    """Question and answer of every fact that was asked for."""
    declared = pack.rules.facts
    return [
        (declared[name].question.in_(language()), say_fact(value, language(), declared[name]))
        for name, value in result.facts.items()
        if value != NOT_ASKED and name in declared
    ]


def place(placement: Placement) -> str:
    """The place that was found, or how far the search came."""
    answer = word(PLACEMENTS, placement.status)
    return f"{placement.place}: {answer}" if placement.place else answer


def evidence(codes: Sequence[tuple[str, str]]) -> list[str]:
    """What spoke for or against a place; each entry is a code and a place name, which may be empty."""
    return [
        gettext(EVIDENCE[code], place=name or "–") if code in EVIDENCE else word({}, code)
        for code, name in codes
    ]
