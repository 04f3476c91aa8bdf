"""Judge one report by one pack. Pure: the same facts and pack give the same answer, whatever the time."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotline.policy.clocks import Clock, due
from hotline.policy.conditions import Known, Possible, Silence, met, open_facts, settled
from hotline.policy.decision import (
    Blocked,
    Decision,
    GateState,
    Missing,
    Note,
    Obligation,
    Reason,
    ReviewOwed,
    Wanted,
)
from hotline.policy.errors import FactError
from hotline.policy.model import (
    NOT_ASKED,
    UNKNOWN,
    Block,
    Condition,
    FactDeclaration,
    FactValue,
    Override,
    Pack,
    Priority,
    Rule,
    Rules,
    Table,
    criteria,
)

GivenFact = bool | int | str | Sequence[str]


def decide(
    pack: Pack,
    facts: Mapping[str, GivenFact],
    received_at: datetime.datetime,
    override: Override | None = None,
) -> Decision:
    """What `pack` says about a report with these facts, received then.

    With an `override` of the pack a person's choice stands in the place of the tables of the track and, where it names
    one, of the disposition; every other answer follows from it by the rules.

    A fact that is absent counts as not asked; facts that the pack does not declare are ignored. Works on
    half-empty facts: `missing` then names what could still change the answer. Raises FactError for a value of
    the wrong kind and ValueError for a time without a zone.
    """
    if received_at.tzinfo is None:
        raise ValueError("received_at needs a time zone")
    return _Judging(
        pack.rules,
        checked(pack.rules.facts, facts),
        received_at.astimezone(datetime.UTC),
        _chosen(override) if override else {},
    ).answer(pack)


def _chosen(override: Override) -> dict[str, Rule]:
    """What a person chose, as the rule of each question that is not judged by its table."""
    outcomes = {"track": override.to, "disposition": override.disposition}
    return {
        question: Rule(
            id=override.id,
            sentence=override.sentence,
            source=override.source,
            confidence=override.confidence,
            outcome=outcome,
        )
        for question, outcome in outcomes.items()
        if outcome is not None
    }


def checked(declared: Mapping[str, FactDeclaration], given: Mapping[str, GivenFact]) -> dict[str, FactValue]:
    """Every declared fact with its value, "not asked" where none was given; raises FactError."""
    return {name: _checked_one(name, shape, given.get(name, NOT_ASKED)) for name, shape in declared.items()}


def _checked_one(name: str, shape: FactDeclaration, value: GivenFact) -> FactValue:
    if isinstance(value, str) and value in (UNKNOWN, NOT_ASKED):
        return str(value)
    if shape.kind == "yes_no":
        if isinstance(value, bool):
            return value
        raise FactError(name, "true or false")
    if shape.kind == "number":
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise FactError(name, "a whole number from 0")
    if shape.kind == "choices":
        if not isinstance(value, bool | int | str) and set(value) <= set(shape.values):
            return tuple(sorted(value))
        raise FactError(name, f"a list of some of {', '.join(shape.values)}")
    if isinstance(value, str) and (shape.kind == "text" or value in shape.values):
        return str(value)
    raise FactError(name, f"one of {', '.join(shape.values)}" if shape.values else "text")


@dataclass
class _Judging:
    """One run through the tables; each table's answer becomes a fact for the next.

    `firm` holds the same facts, but in the place of an answer all that a missing fact could still make of it:
    so the questions of later tables are asked for before the earlier ones are settled. What is asked only if
    mentioned, and was not, keeps nothing open there.
    """

    rules: Rules
    facts: dict[str, FactValue]
    received_at: datetime.datetime
    chosen: Mapping[str, Rule] = field(default_factory=dict)
    firm: dict[str, Known] = field(default_factory=dict)
    open: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, declared in self.rules.facts.items():
            unmentioned = declared.ask == "if_mentioned" and self.facts[name] == NOT_ASKED
            self.firm[name] = Silence.NOT_MENTIONED if unmentioned else self.facts[name]

    def answer(self, pack: Pack) -> Decision:
        given = dict(self.facts)
        reasons: list[Reason] = []
        needs_person = False
        for question in ("disposition", "priority", "track", "route"):
            rule = self._judge(question)
            reasons.append(self._reason(question, rule))
            needs_person = needs_person or rule.needs_person
        disposition = self.rules.dispositions[reasons[0].outcome]
        priority = self.rules.priorities[reasons[1].outcome]
        track, track_code = self.rules.tracks[reasons[2].outcome], reasons[2].outcome
        track_clock = disposition.track_clock or priority.track_clock
        gates, blocked, recipients, open_gate = self._recipients(
            pack, reasons[3].outcome, priority.acknowledge
        )
        needs_person = needs_person or open_gate
        obligations = self._obligations()
        return Decision(
            jurisdiction=pack.jurisdiction,
            version=pack.version,
            digest=pack.digest,
            time_zone=self.rules.calendar.time_zone,
            received_at=self.received_at,
            facts=given,
            disposition=reasons[0].outcome,
            disposition_name=disposition.name,
            closes=disposition.closes,
            criteria_review_required=disposition.criteria_review,
            priority=reasons[1].outcome if priority.response else None,
            priority_name=priority.name if priority.response else None,
            response_due=self._due(priority.response),
            track=None if track_code == "none" else track_code,
            track_name=None if track_code == "none" else track.name,
            track_due=None if track_code == "none" else self._due(track_clock),
            recipients=recipients,
            blocked=blocked,
            gates=gates,
            obligations=obligations,
            considerations=self._considerations(),
            reviews=self._reviews(priority, recipients),
            reasons=tuple(reasons),
            possible={reason.question: self._possible(reason.question) for reason in reasons},
            missing=self._missing(),
            needs_person=needs_person,
            person_due=self._due(priority.person_decides) if needs_person else None,
        )

    def _judge(self, question: str) -> Rule:
        """The first rule that matches; notes the missing facts that could make it another."""
        if question in self.chosen:
            rule = self.chosen[question]
            self.facts[question], self.firm[question] = rule.outcome, Possible({rule.outcome})
            return rule
        found: Rule | None = None
        possible: set[str] = set()
        for rule in self._table(question).rules:
            certain = settled(rule.when, self.firm)
            if certain is not False:
                possible.add(rule.outcome)
            self._note_open(rule.when)
            if found is None and met(rule.when, self.facts):
                found = rule
            if certain:
                break
        assert found is not None  # the loader refuses a table without a last rule for everything
        self.facts[question] = found.outcome
        self.firm[question] = Possible(possible)
        return found

    def _possible(self, question: str) -> tuple[str, ...]:
        """The outcomes still open, from the least to the most urgent."""
        outcomes = self.firm[question]
        assert isinstance(outcomes, Possible)
        return tuple(
            outcome for group in self._table(question).order for outcome in group if outcome in outcomes
        )

    def _table(self, question: str) -> Table:
        table, _ = self.rules.tables()[question]
        return table

    def _note_open(self, conditions: tuple[Condition, ...]) -> None:
        self.open.update(dict.fromkeys(open_facts(conditions, self.firm)))

    def _reason(self, question: str, rule: Rule) -> Reason:
        used = {criterion.fact: self.facts[criterion.fact] for criterion in criteria(rule.when)}
        return Reason.model_validate(
            {
                "question": question,
                "rule": rule.id,
                "outcome": rule.outcome,
                "sentence": rule.sentence,
                "source": rule.source,
                "confidence": rule.confidence,
                "facts": used,
                "uncertain": settled(rule.when, self.facts) is None,
            }
        )

    def _recipients(
        self, pack: Pack, route: str, acknowledge: Clock
    ) -> tuple[tuple[GateState, ...], tuple[Blocked, ...], tuple[Wanted, ...], bool]:
        """Gates and blocks of the wanted services, the recipients that remain, and: is a gate still shut?"""
        gates: list[GateState] = []
        blocked: list[Blocked] = []
        recipients: list[Wanted] = []
        self._note_blocks()
        for recipient in self.rules.routes[route].recipients:
            kind, service = recipient.kind, recipient.service
            block = self._block(service)
            if block is not None:
                kind, service = "area_office", block.instead
                blocked.append(_blocked(block, uncertain=settled(block.when, self.facts) is None))
            here = self._gates(service)
            gates += here
            if all(gate.met for gate in here):
                name = pack.coverage.service(service).name
                wanted = Wanted(
                    kind=kind,
                    role=recipient.role,
                    service=service,
                    service_name=name,
                    acknowledge=acknowledge,
                )
                recipients.append(wanted)
        return tuple(gates), tuple(blocked), tuple(recipients), not all(gate.met for gate in gates)

    def _block(self, service: str) -> Block | None:
        for block in self.rules.blocks:
            if block.service == service and met(block.when, self.facts):
                return block
        return None

    def _note_blocks(self) -> None:
        """Ask for the facts that block a service which is still possible."""
        routes = [self.rules.routes[name] for name in self._possible("route")]
        services = {recipient.service for route in routes for recipient in route.recipients}
        for block in self.rules.blocks:
            if block.service in services:
                self._note_open(block.when)

    def _gates(self, service: str) -> list[GateState]:
        return [
            GateState(
                id=gate.id,
                service=gate.service,
                sentence=gate.sentence,
                source=gate.source,
                confidence=gate.confidence,
                met=settled(gate.requires, self.facts),
            )
            for gate in self.rules.gates
            if gate.service == service
        ]

    def _obligations(self) -> tuple[Obligation, ...]:
        for duty in self.rules.obligations:
            self._note_open(duty.when)
        return tuple(
            Obligation(
                id=duty.id,
                sentence=duty.sentence,
                by=duty.by,
                to=duty.to,
                due=due(duty.clock, self.received_at, self.rules.calendar),
                source=duty.source,
                confidence=duty.confidence,
            )
            for duty in self.rules.obligations
            if met(duty.when, self.facts)
        )

    def _considerations(self) -> tuple[Note, ...]:
        return tuple(
            Note(id=entry.id, sentence=entry.sentence, source=entry.source, confidence=entry.confidence)
            for entry in self.rules.considerations
            if met(entry.when, self.facts)
        )

    def _reviews(self, priority: Priority, recipients: tuple[Wanted, ...]) -> tuple[ReviewOwed, ...]:
        """A response in person waits for no review: whoever reviews it does so while it goes on."""
        somebody_goes = priority.response is not None or any(one.kind == "area_office" for one in recipients)
        return tuple(
            ReviewOwed(
                id=review.id,
                sentence=review.sentence,
                source=review.source,
                confidence=review.confidence,
                due=due(review.clock, self.received_at, self.rules.calendar),
                second_person=review.second_person,
                holds=review.holds and not somebody_goes,
            )
            for review in self.rules.reviews
            if met(review.when, self.facts)
        )

    def _missing(self) -> tuple[Missing, ...]:
        found = []
        for name, declared in self.rules.facts.items():
            value = self.facts[name]
            if name in self.open:
                found.append(
                    Missing.model_validate({"fact": name, "question": declared.question, "state": value})
                )
        return tuple(found)

    def _due(self, clock: Clock | None) -> datetime.datetime | None:
        return None if clock is None else due(clock, self.received_at, self.rules.calendar)


def _blocked(block: Block, *, uncertain: bool) -> Blocked:
    return Blocked(
        id=block.id,
        service=block.service,
        instead=block.instead,
        sentence=block.sentence,
        source=block.source,
        confidence=block.confidence,
        uncertain=uncertain,
    )
