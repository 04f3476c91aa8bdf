"""Which other track a supervisor may choose for a decision (pure). A track that none leads away from is mandatory."""

from collections.abc import Mapping

from hotline.policy.conditions import met
from hotline.policy.decision import Decision
from hotline.policy.model import FactValue, Override, Pack


def allowed(pack: Pack, decision: Decision) -> tuple[Override, ...]:
    """The overrides of the pack that lead away from the track of this decision, in the order of the pack.

    None lowers a track that was chosen only because a fact is not known: uncertainty moves up, never down.
    """
    track = decision.reason("track")
    facts = _facts(decision)
    return tuple(
        one
        for one in pack.rules.overrides
        if one.of == track.outcome
        and met(one.when, facts)
        and not (lowers(pack, one) and (track.uncertain or decision.reason("priority").uncertain))
    )


def lowers(pack: Pack, override: Override) -> bool:
    """Whether the track that it leads to is a lesser response than the one that it leads away from."""
    table = pack.rules.track
    return table.rank(override.to) <= table.rank(override.of)


def _facts(decision: Decision) -> Mapping[str, FactValue]:
    answers = {
        question: decision.reason(question).outcome for question in ("disposition", "priority", "track")
    }
    return {**decision.facts, **answers}
