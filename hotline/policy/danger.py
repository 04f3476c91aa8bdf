"""Does what somebody wrote point to danger now? Asked of reports that nobody has read yet (pure)."""

from collections.abc import Mapping

from hotline.policy.conditions import combine, counted
from hotline.policy.decide import GivenFact, checked
from hotline.policy.model import DERIVED_FACTS, NOT_ASKED, Criterion, Pack


def shows_danger(pack: Pack, facts: Mapping[str, GivenFact]) -> bool:
    """Whether what is known meets a rule of the most urgent priority.

    Unlike a decision it takes no notice of what nobody asked: else every report that leaves questions to a screener
    would look dangerous, and none would stand out. "Asked, not known" counts as the rule says, and so does a number
    that is missing, such as an age: it only bounds what was said. Raises FactError for a fact of the wrong kind.
    """
    known = checked(pack.rules.facts, facts)
    urgent = set(pack.rules.priority.order[-1])

    def leaf(criterion: Criterion) -> bool:
        if criterion.fact in DERIVED_FACTS:
            return True
        value = known[criterion.fact]
        is_bound = pack.rules.facts[criterion.fact].kind == "number"
        return (value != NOT_ASKED or is_bound) and counted(criterion, value)

    return any(
        rule.outcome in urgent and bool(rule.when) and combine(rule.when, leaf) is True
        for rule in pack.rules.priority.rules
    )
