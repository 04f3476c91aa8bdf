"""What the rules may know of confirmed earlier reports: how many there are, and what kind of people made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from hotline.matching.models import ReportLink
from hotline.matching.normalise import plain
from hotline.policy.decide import GivenFact
from hotline.policy.model import Pack
from hotline.reports.models import Report
from hotline.vault.service import Vault

COUNT, SOURCES = "prior_reports", "prior_report_sources"

OTHER = "other"
_WORDS = {
    "former_partner": "ex former divorced separated expareja exesposo exesposa exmarido exnovio exnovia divorciado "
    "divorciada separado separada",
    "the_child": "self myself child victim mismo misma yo",
    "relative": "relative family mother mom father dad parent grandmother grandma grandfather grandpa grandparent aunt "
    "uncle cousin sister brother sibling stepmother stepfather niece nephew pariente familiar familia madre mama "
    "padre papa abuela abuelo tia tio prima primo hermana hermano madrastra padrastro",
    "neighbor": "neighbor neighbour friend landlord roommate vecino vecina amigo amiga casero casera",
}
_SOURCE_OF = {word: source for source, words in _WORDS.items() for word in words.split()}


@dataclass(frozen=True)
class Priors:
    """How many earlier reports a person has confirmed, and the kinds of their reporters as far as they are known."""

    count: int
    sources: frozenset[str]


def rule_facts(session: Session, vault: Vault, report_id: UUID) -> Priors:
    """The confirmed reports that came in no later than this one.

    A report of the same incident is no earlier report, and neither is a suggestion that nobody confirmed. The
    reporters' records are used for their kind alone (`source_of`): no word of theirs leaves here.
    """
    this, other = aliased(Report), aliased(Report)
    found = session.execute(
        select(other.reporter_vault_id, other.wrapped_key)
        .join(ReportLink, ReportLink.other_id == other.id)
        .join(this, this.id == ReportLink.report_id)
        .where(
            ReportLink.report_id == report_id,
            ReportLink.state == "confirmed",
            other.state != "dropped",
            other.received_at <= this.received_at,
        )
    ).all()
    kinds = {
        source_of(vault.use(session, row.reporter_vault_id)) for row in found if row.wrapped_key is not None
    }
    return Priors(len(found), frozenset(kind for kind in kinds if kind is not None))


def with_priors(facts: Mapping[str, GivenFact], priors: Priors, pack: Pack) -> dict[str, GivenFact]:
    """The facts of the form with those of the confirmed reports: the higher count counts, the sources are joined.

    What the caller told of earlier reports elsewhere is kept. Sources for which the pack has no word are left out.
    """
    found = dict(facts)
    if not priors.count:
        return found
    typed = found.get(COUNT)
    known = typed if isinstance(typed, int) and not isinstance(typed, bool) else 0
    found[COUNT] = max(known, priors.count)
    declared = pack.rules.facts.get(SOURCES)
    said = found.get(SOURCES)
    told = set(said) if isinstance(said, (list, tuple)) else set()
    sources = told | (priors.sources & set(declared.values) if declared is not None else set())
    if sources:
        found[SOURCES] = sorted(sources)
    return found


def source_of(reporter: Mapping[str, Any]) -> str | None:
    """The kind of a reporter by what the form asks of them, as a code; None when nothing was answered.

    A duty to report weighs more than kinship, and kinship more than the wish to stay unnamed. A relationship in
    the screener's own words is taken by the words that it has; words that are not known are `other`.
    """

    def said(field: str) -> str:
        entry = reporter.get(f"reporter/{field}")
        value = entry["value"] if entry is not None else None
        return value if isinstance(value, str) and value != "unknown" else ""

    if said("mandated") == "yes":
        return "mandated_reporter"
    relationship = said("relationship")
    kinds = {_SOURCE_OF[word] for word in plain(relationship).split() if word in _SOURCE_OF}
    for kind in _WORDS:
        if kind in kinds or relationship == kind:
            return kind
    if said("anonymous") == "yes":
        return "anonymous"
    return OTHER if relationship else None
