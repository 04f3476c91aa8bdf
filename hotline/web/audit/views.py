"""Reading the audit and checking its chain. Each view of it is an entry of its own."""

from __future__ import annotations

from flask import render_template, request

from hotline.accounts import queries as people
from hotline.audit import queries
from hotline.audit.record import record
from hotline.audit.verify import ChainBroken, unlinked, verify
from hotline.base import clock
from hotline.web.audit import trail as trails
from hotline.web.audit.filters import Filters, read_filters
from hotline.web.shared import packs
from hotline.web.shared.audit_words import ACTIONS, SYSTEM_PARTS
from hotline.web.shared.core import person, transaction
from hotline.web.shared.screen import screen

blueprint = screen(__name__)

PAGE = 50


@blueprint.get("/audit")
def trail() -> str:
    """The newest entries that fit the filters, fifty to a page."""
    zone = packs.zone(packs.jurisdiction())
    filters = read_filters(request.args, zone)
    with transaction() as session:
        wanted = trails.wanted(session, filters)
        found = queries.entries(session, wanted, before=filters.before, limit=PAGE + 1)
        rows = trails.rows(session, found[:PAGE], zone)
        record(session, person().actor, "audit:viewed", "audit", "trail", _traces(filters))
        everybody = people.everybody(session)
    older = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template(
        "audit/trail.html",
        rows=rows,
        filters=filters,
        older=older,
        everybody=everybody,
        parts=SYSTEM_PARTS,
        actions=ACTIONS,
        zone=zone,
    )


@blueprint.post("/audit/verify")
def check_chain() -> str:
    """Check the whole chain, on demand, and tell how it stands."""
    broken_at, length, waiting = None, 0, 0
    with transaction() as session:
        try:
            length = verify(session)
            waiting = unlinked(session)
        except ChainBroken as broken:
            broken_at = broken.position
        record(
            session,
            person().actor,
            "audit:verified",
            "audit",
            "chain",
            {"length": length, "waiting": waiting, "broken_at": broken_at},
        )
    return render_template(
        "audit/chain.html",
        broken_at=broken_at,
        length=length,
        waiting=waiting,
        at=clock.now(),
        zone=packs.zone(packs.jurisdiction()),
    )


def _traces(filters: Filters) -> dict[str, object]:
    """What somebody looked for, in ids and codes. A reference that was typed is not repeated."""
    return {
        "person": filters.actor or "",
        "action": filters.action or "",
        "one_report": bool(filters.report),
        "before": filters.before or "",
    }
