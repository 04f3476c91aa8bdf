"""Run the worked cases that a pack brings with it."""

import datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, Field, ValidationError

from hotline.policy.clocks import Strict
from hotline.policy.decide import decide
from hotline.policy.decision import Decision
from hotline.policy.errors import FactError, PackError
from hotline.policy.loader import PACKS
from hotline.policy.model import Pack
from hotline.policy.words import Confidence
from screening_forms.yaml_marks import first_fault, read


class Expected(Strict):
    """What must come out. A name that is left out is not looked at; lists of ids must be among those found."""

    disposition: str | None = None
    criteria_review_required: bool | None = None
    priority: str | None = None
    response_due: AwareDatetime | None = None
    track: str | None = None
    track_due: AwareDatetime | None = None
    recipients: tuple[str, ...] | None = None
    services: tuple[str, ...] | None = None
    served: bool | None = None
    needs_person: bool | None = None
    missing: tuple[str, ...] | None = None
    blocked: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    considerations: tuple[str, ...] = ()
    obligation_due: dict[str, AwareDatetime] = Field(default_factory=dict)


class Example(Strict):
    """One worked case: facts, time of receipt, and what the pack must answer."""

    id: str
    title: str
    confidence: Confidence
    received: AwareDatetime
    place: str | None = None
    facts: dict[str, bool | int | str | tuple[str, ...]]
    expect: Expected


class Examples(Strict):
    """The content of examples.yaml."""

    examples: tuple[Example, ...] = Field(min_length=1)


class Outcome(Strict):
    """How one example went; `differences` is empty when all came out as expected."""

    example: Example
    differences: tuple[str, ...]


def load_examples(pack: Pack, packs: Path = PACKS) -> tuple[Example, ...]:
    """The examples beside the pack; raises PackError with file, line and remedy."""
    marked = read(packs / pack.jurisdiction / pack.version / "examples.yaml", PackError)
    try:
        return Examples.model_validate(marked.data).examples
    except ValidationError as error:
        raise first_fault(marked, error, PackError) from error


def run_examples(pack: Pack, packs: Path = PACKS) -> tuple[Outcome, ...]:
    """Judge every example of the pack and compare; raises PackError when examples.yaml is faulty."""
    return tuple(
        Outcome(example=example, differences=tuple(_differences(pack, example)))
        for example in load_examples(pack, packs)
    )


def _differences(pack: Pack, example: Example) -> list[str]:
    try:
        decision = decide(pack, example.facts, example.received)
    except FactError as error:
        return [str(error)]
    unknown = sorted(set(example.facts) - set(pack.rules.facts))
    found = [f"The pack declares no fact {name!r}." for name in unknown]
    expected = example.expect
    for name, wanted, got in _compared(pack, example, decision):
        if wanted is not None and wanted != got:
            found.append(f"{name}: expected {wanted}, got {got}.")
    for name, ids, entries in (
        ("blocked", expected.blocked, decision.blocked),
        ("obligations", expected.obligations, decision.obligations),
        ("considerations", expected.considerations, decision.considerations),
    ):
        absent = sorted(set(ids) - {entry.id for entry in entries})
        found += [f"{name}: {id_} is absent." for id_ in absent]
    due = {duty.id: duty.due for duty in decision.obligations}
    for id_, when in expected.obligation_due.items():
        if due.get(id_) != when:
            found.append(f"{id_}: expected to be due {when}, got {due.get(id_)}.")
    return found


def _compared(pack: Pack, example: Example, decision: Decision) -> list[tuple[str, Any, Any]]:
    expected = example.expect
    return [
        ("disposition", expected.disposition, decision.disposition),
        ("criteria_review_required", expected.criteria_review_required, decision.criteria_review_required),
        ("priority", expected.priority, decision.priority or "none"),
        ("response_due", expected.response_due, decision.response_due),
        ("track", expected.track, decision.track or "none"),
        ("track_due", expected.track_due, decision.track_due),
        ("recipients", expected.recipients, tuple(decision.recipient_kinds)),
        ("services", expected.services, tuple(wanted.service for wanted in decision.recipients)),
        ("served", expected.served, _served(pack, example, decision)),
        ("needs_person", expected.needs_person, decision.needs_person),
        ("missing", expected.missing, tuple(entry.fact for entry in decision.missing)),
    ]


def _served(pack: Pack, example: Example, decision: Decision) -> bool | None:
    """Is the wanted partner service open at the example's place on the day of receipt? None: nothing to look up."""
    place = pack.areas.place(example.place) if example.place else None
    wanted = [recipient.service for recipient in decision.recipients if recipient.kind == "partner"]
    if place is None or place.area is None or not wanted:
        return None
    on: datetime.date = example.received.astimezone(pack.rules.calendar.zone).date()
    return pack.coverage.open_in(place.area, wanted[0], on) is not None
