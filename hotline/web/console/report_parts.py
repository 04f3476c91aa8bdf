"""What stands on the page of a report around its form: who is who, dangers, seals, additions and earlier reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from hotline.reports import access, additions, sealing
from hotline.reports.additions import Addition
from hotline.reports.models import Report
from hotline.reports.sealing import Reason
from hotline.web.console import history_panel
from hotline.web.console.people_overview import Overview, overview
from hotline.web.shared.core import core, person
from screening_forms.rendering import FormView


@dataclass(frozen=True)
class Parts:
    """`history` is the rendered panel of earlier reports; empty for who does not write this report."""

    overview: Overview
    additions: Sequence[Addition]
    may_add: bool
    may_seal: bool
    may_begin_another: bool
    sealed: bool
    reasons: Sequence[Reason]
    history: Markup
    found: int
    """How many earlier reports the panel lists as possible."""


def parts(session: Session, report: Report, form: FormView) -> Parts:
    """The parts of an opened report for the person who looks at it."""
    me, vault = person(), core().vault
    mine = access.is_its_screener(session, report, me)
    may_seal = sealing.may_seal(session, report, me)
    rows = history_panel.rows(session, report) if mine else []
    over = report.state not in ("draft", "dropped")
    return Parts(
        overview=overview(form),
        additions=additions.of(session, vault, report) if over else (),
        may_add=over and me.may("reports:write"),
        may_seal=may_seal,
        may_begin_another=mine and me.may("reports:write"),
        sealed=report.restriction is not None,
        reasons=sealing.reasons(session, vault, report) if may_seal else (),
        history=Markup(history_panel.panel(session, report, rows)) if mine else Markup(""),
        found=sum(row.state != "rejected" for row in rows),
    )
