"""The answer to a report: what `decide` found, on which facts, by which rules."""

import datetime
from typing import Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from hotline.policy.clocks import Clock
from hotline.policy.model import FactValue
from hotline.policy.words import Confidence, Words


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reason(_Part):
    """The rule that answered one question. `uncertain`: it applied only because a fact isn't known."""

    question: Literal["disposition", "priority", "track", "route"]
    rule: str
    outcome: str
    sentence: Words
    source: str
    confidence: Confidence
    facts: dict[str, FactValue]
    uncertain: bool


class Wanted(_Part):
    """A recipient to be found for the child's place. `acknowledge` counts from the dispatch; verify it."""

    kind: Literal["area_office", "partner"]
    role: Literal["lead", "joins"]
    service: str
    service_name: Words
    acknowledge: Clock


class Blocked(_Part):
    """A partner service that this report may not be sent for, and the office's unit that takes it."""

    id: str
    service: str
    instead: str
    sentence: Words
    source: str
    confidence: Confidence
    uncertain: bool


class GateState(_Part):
    """A condition before a partner is told; `met` is None while facts are missing."""

    id: str
    service: str
    sentence: Words
    source: str
    confidence: Confidence
    met: bool | None


class Obligation(_Part):
    """A notice or act owed whatever the track. It never delays the response."""

    id: str
    sentence: Words
    by: Literal["agency", "reporter"]
    to: str
    due: AwareDatetime
    source: str
    confidence: Confidence


class Note(_Part):
    """A factor for a person to weigh; it changed nothing by itself."""

    id: str
    sentence: Words
    source: str
    confidence: Confidence


class ReviewOwed(_Part):
    """A supervisor has to look at the decision by `due`. `holds`: nothing is closed or given to a partner before."""

    id: str
    sentence: Words
    source: str
    confidence: Confidence
    due: AwareDatetime
    second_person: bool
    holds: bool


class Missing(_Part):
    """A fact that could still change the answer."""

    fact: str
    question: Words
    state: Literal["unknown", "not asked"]


class Decision(_Part):
    """Everything that a pack says about one report.

    Texts are kept in both languages, so that an old decision can be read without its pack. Times are UTC;
    `time_zone` is the zone to show them in. `track`, `priority` are codes of the pack, None where there is none.
    `possible` names, for each of the four questions, every outcome that the missing facts still leave open.
    """

    jurisdiction: str
    version: str
    digest: str
    time_zone: str
    received_at: AwareDatetime
    facts: dict[str, FactValue]

    disposition: str
    disposition_name: Words
    closes: bool
    criteria_review_required: bool

    priority: str | None
    priority_name: Words | None
    response_due: AwareDatetime | None

    track: str | None
    track_name: Words | None
    track_due: AwareDatetime | None

    recipients: tuple[Wanted, ...]
    blocked: tuple[Blocked, ...]
    gates: tuple[GateState, ...]
    obligations: tuple[Obligation, ...]
    considerations: tuple[Note, ...]
    reviews: tuple[ReviewOwed, ...] = ()
    reasons: tuple[Reason, ...]
    possible: dict[str, tuple[str, ...]]
    missing: tuple[Missing, ...]
    needs_person: bool
    person_due: AwareDatetime | None

    @property
    def path(self) -> int | None:
        """California's path number: 1, 2 or 3."""
        number = (self.track or "").removeprefix("path_")
        return int(number) if number.isdigit() else None

    @property
    def path_due(self) -> datetime.datetime | None:
        return self.track_due

    @property
    def recipient_kinds(self) -> list[str]:
        """For example ["area_office", "partner"]; empty when nobody is to be told."""
        return [wanted.kind for wanted in self.recipients]

    @property
    def is_provisional(self) -> bool:
        """Could a missing fact still change the answer?"""
        return bool(self.missing)

    def reason(self, question: str) -> Reason:
        """The reason for "disposition", "priority", "track" or "route"; raises KeyError."""
        for reason in self.reasons:
            if reason.question == question:
                return reason
        raise KeyError(question)

    @property
    def held(self) -> bool:
        """Whether a supervisor has to agree before anything comes of it."""
        return any(review.holds for review in self.reviews)

    @property
    def review_due(self) -> datetime.datetime | None:
        """By when the first review that is owed has to be done; None when none is."""
        return min((review.due for review in self.reviews), default=None)

    @property
    def decision_due(self) -> datetime.datetime | None:
        """When the clock of the decision itself ends: of the track, or of the person that the rules ask."""
        return min((at for at in (self.track_due, self.person_due) if at is not None), default=None)

    def to_json(self) -> dict[str, Any]:
        """Plain data for a JSON column."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, data: object) -> Self:
        """The decision that `to_json` wrote."""
        return cls.model_validate(data)
