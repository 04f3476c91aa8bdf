"""What the sweep looks after besides the to-do rows, and the rosters that it insists on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from hotline.audit import verify
from hotline.base.database import Database
from hotline.base.errors import ConfigurationError
from hotline.callbacks import sweeping as callbacks
from hotline.calls import monitoring, reconciling
from hotline.calls import service as calls
from hotline.dispatch import escalation
from hotline.dispatch.sending import open_for_people
from hotline.lines.models import Line
from hotline.online_reports import sweeping as online_reports
from hotline.partners.models import Organization
from hotline.recordings import sweeping as recordings
from hotline.reports import unfinished as reports
from hotline.rosters import service as rosters
from hotline.voicemails import service as voicemails
from hotline.worklist import ladder
from hotline.written_reports import sweeping as written_reports
from workers.tools import Tools

FILL_ROSTER_WITHIN = timedelta(minutes=15)


def _in_transaction(part: Callable[[Session], object]) -> Callable[[Tools], Callable[[], None]]:
    def equipped(tools: Tools) -> Callable[[], None]:
        def round_() -> None:
            with tools.database.transaction() as session:
                part(session)

        return round_

    return equipped


def _calls(tools: Tools) -> Callable[[], None]:
    def round_() -> None:
        for turn in calls.turns():
            with tools.database.transaction() as session:
                turn(session)

    return round_


def _recordings(tools: Tools) -> Callable[[], None]:
    def round_() -> None:
        with tools.database.transaction() as session:
            recordings.sweep(session, tools.packs)

    return round_


def _online_reports(tools: Tools) -> Callable[[], None]:
    def round_() -> None:
        with tools.database.transaction() as session:
            online_reports.sweep(session, tools.vault, tools.packs)

    return round_


def _reconcile(tools: Tools) -> Callable[[], None]:
    def round_() -> None:
        with tools.database.transaction() as session:
            since = reconciling.claim(session)
        if since is not None:
            reconciling.reconcile(tools.database, tools.vault, tools.book, since)

    return round_


def check_rosters(database: Database) -> None:
    """Raise ConfigurationError that names every team of coordinators or supervisors without anybody on duty."""
    with database.transaction() as session:
        empty = empty_teams(session)
    if empty:
        raise ConfigurationError(
            "Nobody would be told of what goes wrong:\n"
            + "\n".join(f"  - nobody is on duty for '{team}'" for team in empty)
            + "\nPut at least one active person on each of these rosters, then start again."
        )


def empty_teams(session: Session) -> list[str]:
    """The teams of every jurisdiction with a line or a recipient that have nobody on duty now."""
    jurisdictions = session.scalars(
        union(select(Line.jurisdiction), select(Organization.jurisdiction)).order_by("jurisdiction")
    ).all()
    teams = [
        team(jurisdiction)
        for jurisdiction in jurisdictions
        for team in (rosters.coordinators, rosters.supervisors)
    ]
    return [team for team in teams if not rosters.ladder(session, team)]


def alarm_empty_rosters(session: Session) -> None:
    """A team that lost its last person while we run: the other team is told, by name."""
    for team in empty_teams(session):
        jurisdiction = team.partition(":")[2]
        open_for_people(
            session,
            (rosters.coordinators(jurisdiction), rosters.supervisors(jurisdiction)),
            kind="roster_empty",
            jurisdiction=jurisdiction,
            subject_kind="roster",
            subject_id=team,
            reason="roster_empty",
            due_in=FILL_ROSTER_WITHIN,
            detail={"team": team},
        )


ALL: dict[str, Callable[[Tools], Callable[[], None]]] = {
    "dispatches": _in_transaction(escalation.climb),
    "items": _in_transaction(ladder.pass_on),
    "calls": _calls,
    "callbacks": _in_transaction(callbacks.sweep),
    "voicemails": _in_transaction(voicemails.sweep),
    "reports": _in_transaction(reports.note_unfinished),
    "papers": _in_transaction(written_reports.sweep),
    "online_reports": _online_reports,
    "recordings": _recordings,
    "monitors": _in_transaction(monitoring.sweep),
    "reconcile": _reconcile,
    "audit": _in_transaction(verify.link),
    "rosters": _in_transaction(alarm_empty_rosters),
}
"""Name -> the part, to be given the tools of the process."""
