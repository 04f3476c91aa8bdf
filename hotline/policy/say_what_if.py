"""Say in plain words what would change the answer, for a screener who is still on the call."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hotline.policy.explain import say_fact
from hotline.policy.model import Pack
from hotline.policy.what_if import SOMETHING_ELSE, Change, Effect, Step
from hotline.policy.words import Language, Words


@dataclass(frozen=True)
class StepLine:
    """A question with the answer that would matter; several that do the same are joined by a stroke."""

    fact: str
    question: str
    answer: str


@dataclass(frozen=True)
class IfLine:
    """Everything that leads to one other answer: `ways`, each a question or two that must come together.

    `urgency`: whether the other answer is more urgent, less urgent, or neither.
    """

    then: tuple[str, ...]
    ways: tuple[tuple[StepLine, ...], ...]
    urgency: Literal["more", "less", "other"]


def say_changes(pack: Pack, changes: Sequence[Change], language: Language) -> tuple[IfLine, ...]:
    """The changes in words, those with one effect together, in their order."""
    ways: dict[tuple[Effect, ...], list[tuple[StepLine, ...]]] = {}
    for change in changes:
        steps = tuple(_step(pack, step, language) for step in change.steps)
        ways.setdefault(change.effects, []).append(steps)
    return tuple(
        IfLine(tuple(_then(pack, effects, language)), tuple(_joined(one)), _urgency(effects))
        for effects, one in ways.items()
    )


def _step(pack: Pack, step: Step, language: Language) -> StepLine:
    declared = pack.rules.facts[step.fact]
    named = step.value != SOMETHING_ELSE
    answer = say_fact(step.value, language, declared) if named else _SOMETHING_ELSE.in_(language)
    return StepLine(step.fact, declared.question.in_(language), answer)


def _joined(ways: Sequence[tuple[StepLine, ...]]) -> list[tuple[StepLine, ...]]:
    """One way for every question that leads there by itself, with each of its answers."""
    found: dict[object, tuple[StepLine, ...]] = {}
    for way in ways:
        key = way[0].fact if len(way) == 1 else way
        known = found.get(key)
        if known is not None:
            way = (replace(known[0], answer=f"{known[0].answer} / {way[0].answer}"),)
        found[key] = way
    return list(found.values())


def _then(pack: Pack, effects: Sequence[Effect], language: Language) -> list[str]:
    rules = pack.rules
    after = {effect.question: effect.after for effect in effects}
    said: list[Words] = []
    if "disposition" in after:
        said.append(rules.dispositions[after["disposition"]].name)
    if "priority" in after:
        said.append(rules.priorities[after["priority"]].name)
    if "track" in after:
        said.append(rules.tracks[after["track"]].name)
    if after.get("recipients"):
        said += [pack.coverage.service(code).name for code in after["recipients"].split("+")]
    elif "route" in after and "recipients" in after:
        said.append(rules.routes[after["route"]].name)
    elif not said:
        said.append(_NOBODY if "recipients" in after else rules.routes[after["route"]].name)
    return list(dict.fromkeys(words.in_(language) for words in said))


def _urgency(effects: Sequence[Effect]) -> Literal["more", "less", "other"]:
    """The first of priority, disposition and track that moves up or down says it."""
    moved = {effect.question: effect.urgency for effect in effects}
    for question in ("priority", "disposition", "track"):
        if moved.get(question, 0):
            return "more" if moved[question] > 0 else "less"
    return "other"


_SOMETHING_ELSE = Words(en="Another one", es="Otro")
_NOBODY = Words(en="Nobody is told yet", es="Todavía no se avisa a nadie")
