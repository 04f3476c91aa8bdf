"""What makes a pack unfit to judge: found when it is loaded, each with its place and a remedy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from hotline.policy.conditions import combine, counted
from hotline.policy.model import (
    DERIVED_FACTS,
    UNKNOWN,
    Criterion,
    FactValue,
    Pack,
    Rule,
    Rules,
    Table,
    criteria,
)

_FITTING = {
    "yes_no": {"is", "is_unknown"},
    "choice": {"is", "any_of", "none_of", "is_unknown"},
    "choices": {"any_of", "none_of", "is_unknown"},
    "text": {"is", "any_of", "none_of", "is_unknown"},
    "number": {"is", "below", "at_least", "between", "is_unknown"},
}
_OTHER_TEXT = "some other text"


@dataclass(frozen=True)
class Fault:
    """One thing wrong at `location` of pack.yaml, below its key `rules`."""

    location: tuple[str | int, ...]
    problem: str
    remedy: str


def faults(rules: Rules) -> Iterator[Fault]:
    """Everything that the schema alone can't see, simple things first."""
    yield from _names(rules)
    for name, (table, outcomes) in rules.tables().items():
        yield from _outcomes(name, table, outcomes)
    yield from _facts(rules)
    yield from _overrides(rules)
    earlier: dict[str, tuple[str, ...]] = {}
    for name, (table, outcomes) in rules.tables().items():
        yield from _last_rule(name, table)
        yield from _unknown_lowers(name, table)
        yield from _never_matching(name, table, rules, earlier)
        earlier[name] = tuple(sorted(outcomes))


def service_faults(pack: Pack) -> Iterator[Fault]:
    """Services that the rules name and partners.yaml doesn't offer."""
    known = {service.code: service.by for service in pack.coverage.services}
    for name, route in pack.rules.routes.items():
        for position, recipient in enumerate(route.recipients):
            if known.get(recipient.service) != recipient.kind:
                problem = (
                    f"The service {recipient.service!r} is not given by a {recipient.kind} in partners.yaml."
                )
                yield Fault(
                    ("routes", name, "recipients", position), problem, "Declare it there or correct it here."
                )
    for position, gate in enumerate(pack.rules.gates):
        if gate.service not in known:
            problem = f"The service {gate.service!r} is not in partners.yaml."
            yield Fault(("gates", position, "service"), problem, "Declare it there or correct it here.")
    for position, block in enumerate(pack.rules.blocks):
        if known.get(block.service) != "partner" or known.get(block.instead) != "area_office":
            problem = (
                "A block leads from a partner's service to one of the area office, both in partners.yaml."
            )
            yield Fault(("blocks", position), problem, "Correct service or instead.")


def _names(rules: Rules) -> Iterator[Fault]:
    seen: set[str] = set()
    for location, entry in rules.all_sourced():
        if entry.id in seen:
            yield Fault(
                (*location, "id"), f"The id {entry.id!r} is used twice.", "Give each rule an id of its own."
            )
        seen.add(entry.id)
    for name in sorted(DERIVED_FACTS & set(rules.facts)):
        yield Fault(("facts", name), f"{name!r} is the answer of a table.", "Call the fact something else.")


def _outcomes(name: str, table: Table, outcomes: frozenset[str]) -> Iterator[Fault]:
    ranked = [outcome for group in table.order for outcome in group]
    if sorted(ranked) != sorted(outcomes):
        odd = ", ".join(sorted(set(ranked) ^ outcomes)) or "one stands twice"
        yield Fault(
            (name, "order"), f"order must name each outcome once ({odd}).", "Complete or correct the order."
        )
    for position, rule in enumerate(table.rules):
        if rule.outcome not in outcomes:
            problem = f"The outcome {rule.outcome!r} is not declared."
            yield Fault(
                (name, "rules", position, "outcome"), problem, f"Use one of {', '.join(sorted(outcomes))}."
            )


def _facts(rules: Rules) -> Iterator[Fault]:
    derived: dict[str, frozenset[str]] = {}
    by_table = {name: dict(derived_before) for name, derived_before in _derived_before(rules)}
    for name, (_, outcomes) in rules.tables().items():
        if name in DERIVED_FACTS:
            derived[name] = outcomes
    for location, conditions in rules.conditions():
        available = by_table.get(str(location[0]), derived)
        for criterion in criteria(conditions):
            yield from _criterion(location, criterion, rules, available)


def _derived_before(rules: Rules) -> Iterator[tuple[str, dict[str, frozenset[str]]]]:
    before: dict[str, frozenset[str]] = {}
    for name, (_, outcomes) in rules.tables().items():
        yield name, dict(before)
        before[name] = outcomes


def _criterion(
    at: tuple[str | int, ...], criterion: Criterion, rules: Rules, derived: Mapping[str, frozenset[str]]
) -> Iterator[Fault]:
    name = criterion.fact
    operator = next(key for key, value in criterion.comparisons().items() if value is not None)
    if name in derived:
        kind, values = "choice", derived[name]
        if criterion.unknown or criterion.is_unknown:
            yield Fault(at, f"{name} is an answer and never unknown.", "Remove unknown here.")
    elif name in rules.facts:
        kind, values = rules.facts[name].kind, frozenset(rules.facts[name].values)
        if (criterion.unknown is None) != bool(criterion.is_unknown):
            problem = f"It must be said what an unknown {name!r} does here."
            yield Fault(
                at, problem, "Write unknown: holds or unknown: fails (and neither beside is_unknown)."
            )
    else:
        yield Fault(
            at, f"The fact {name!r} is not declared.", "Declare it under facts or correct its spelling."
        )
        return
    if operator not in _FITTING[kind]:
        yield Fault(
            at, f"{operator!r} does not fit {name!r}, which is {kind}.", f"Use {sorted(_FITTING[kind])}."
        )
        return
    right = {"yes_no": bool, "number": int}.get(kind, str)
    if criterion.is_ is not None and type(criterion.is_) is not right:
        yield Fault(at, f"{criterion.is_!r} is not a value of {name!r}.", f"Compare with a {right.__name__}.")
    named = set(criterion.any_of or ()) | set(criterion.none_of or ())
    named |= {criterion.is_} if isinstance(criterion.is_, str) else set()
    if values and named - values:
        yield Fault(
            at, f"{name!r} never is {', '.join(sorted(named - values))}.", f"Use some of {sorted(values)}."
        )


def _overrides(rules: Rules) -> Iterator[Fault]:
    for position, override in enumerate(rules.overrides):
        at: tuple[str | int, ...] = ("overrides", position)
        strange = {override.of, override.to} - set(rules.tracks)
        if strange or override.of == override.to:
            yield Fault(at, "An override leads from one declared track to another.", "Correct of or to.")
            continue
        if override.disposition is not None and override.disposition not in rules.dispositions:
            problem = f"The disposition {override.disposition!r} is not declared."
            yield Fault(at, problem, f"Use one of {', '.join(sorted(rules.dispositions))}.")
        if rules.track.rank(override.to) > rules.track.rank(override.of):
            continue
        if not override.second_person or override.disposition is not None:
            problem = (
                f"{override.id!r} lowers the response, which takes a second person and no other disposition."
            )
            yield Fault(at, problem, "Write second_person: true, and no disposition.")
        if any(one.unknown == "holds" or one.is_unknown for one in criteria(override.when)):
            problem = f"{override.id!r} would lower the response because a fact is not known."
            yield Fault(at, problem, "Write unknown: fails for each of its facts.")


def _last_rule(name: str, table: Table) -> Iterator[Fault]:
    last = len(table.rules) - 1
    if table.rules[last].when or not table.rules[last].needs_person:
        problem = "The table does not end in a rule without `when` that needs a person."
        yield Fault((name, "rules", last), problem, "Add a last rule with needs_person: true and no when.")
    for position, rule in enumerate(table.rules[:last]):
        if not rule.when:
            problem = f"{rule.id!r} matches everything, so the rules after it never match."
            yield Fault((name, "rules", position), problem, "Give it a when, or move it to the end.")


def _unknown_lowers(name: str, table: Table) -> Iterator[Fault]:
    """A missing fact may only move a report up: by induction over the table, from these two conditions."""
    ranks = [table.rank(rule.outcome) for rule in table.rules]
    for position, rule in enumerate(table.rules[:-1]):
        here, later = ranks[position], ranks[position + 1 :]
        for criterion in criteria(rule.when):
            raises = criterion.unknown == "holds" or bool(criterion.is_unknown)
            if raises and here < max(later):
                problem = (
                    f"An unknown {criterion.fact!r} would choose {rule.outcome!r} over a more urgent outcome."
                )
                yield Fault(
                    (name, "rules", position), problem, "Write unknown: fails, or move the rule down."
                )
            if criterion.unknown == "fails" and here > min(later):
                problem = f"An unknown {criterion.fact!r} would pass over {rule.outcome!r} to a less urgent outcome."
                yield Fault(
                    (name, "rules", position), problem, "Write unknown: holds, or move the rule down."
                )


def _never_matching(
    name: str, table: Table, rules: Rules, earlier: Mapping[str, tuple[str, ...]]
) -> Iterator[Fault]:
    """Exact: every fact takes each value that the table can tell apart, and unknown."""
    domains = _domains(table, rules, earlier)
    for position, rule in enumerate(table.rules[:-1]):
        if not _reachable(rule, table.rules[:position], domains, {}):
            problem = f"{rule.id!r} can never match: the rules before it take every report that it means."
            yield Fault((name, "rules", position), problem, "Remove it, correct it or move it up.")


def _reachable(
    rule: Rule, before: tuple[Rule, ...], domains: Mapping[str, list[FactValue]], chosen: dict[str, FactValue]
) -> bool:
    """Is there a choice of values that meets `rule` and none before it? Depth first, cut where it is decided."""

    def leaf(criterion: Criterion) -> bool | None:
        return counted(criterion, chosen[criterion.fact]) if criterion.fact in chosen else None

    own = combine(rule.when, leaf)
    others = [(other, combine(other.when, leaf)) for other in before]
    if own is False or any(answer is True for _, answer in others):
        return False
    open_rules = [rule] if own is None else [other for other, answer in others if answer is None]
    if not open_rules:
        return True
    name = next(c.fact for c in criteria(open_rules[0].when) if c.fact not in chosen)
    return any(_reachable(rule, before, domains, {**chosen, name: value}) for value in domains[name])


def _domains(
    table: Table, rules: Rules, earlier: Mapping[str, tuple[str, ...]]
) -> dict[str, list[FactValue]]:
    asked: dict[str, list[Criterion]] = {}
    for rule in table.rules:
        for criterion in criteria(rule.when):
            asked.setdefault(criterion.fact, []).append(criterion)
    found: dict[str, list[FactValue]] = {}
    for name, criteria_of_fact in asked.items():
        if name in earlier:
            found[name] = list(earlier[name])
        elif name in rules.facts:
            found[name] = [
                *_values(rules.facts[name].kind, tuple(rules.facts[name].values), criteria_of_fact),
                UNKNOWN,
            ]
    return found


def _values(kind: str, declared: tuple[str, ...], asked: list[Criterion]) -> list[FactValue]:
    if kind == "yes_no":
        return [True, False]
    if kind == "choice":
        return list(declared)
    if kind == "number":
        edges = {0}
        for criterion in asked:
            bounds = [criterion.below, criterion.at_least, *(criterion.between or ())]
            bounds += [criterion.is_] if isinstance(criterion.is_, int) else []
            edges |= {max(0, edge + step) for edge in bounds if edge is not None for step in (-1, 0, 1)}
        return sorted(edges)
    named = {word for criterion in asked for word in (*(criterion.any_of or ()), *(criterion.none_of or ()))}
    named |= {criterion.is_ for criterion in asked if isinstance(criterion.is_, str)}
    if kind == "text":
        return [*sorted(named), _OTHER_TEXT]
    return [chosen for size in range(len(named) + 1) for chosen in combinations(sorted(named), size)]
