"""Checks of the people and of the calls: rosters, backup numbers, news of calls, and the comparison of lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.base.heartbeat import silent_for
from hotline.calls import reconciling
from hotline.calls.models import Call
from hotline.doctor.finding import Finding, fail, ok, warn
from hotline.lines.hours import is_open
from hotline.lines.models import Line
from hotline.lines.service import backup_fault
from hotline.rosters import service as rosters

QUIET_AFTER = timedelta(hours=24)
"""A line that is open and heard nothing for so long may be pointed elsewhere."""

RECONCILE_LATE = 5 * reconciling.EVERY


def webhooks(
    session: Session, lines: Sequence[Line], quiet_after: timedelta = QUIET_AFTER
) -> Iterator[Finding]:
    """When the phone company last told us of a call, line by line."""
    newest = select(Call.line_id, func.max(Call.received_at)).where(Call.direction == "inbound")
    latest = {row[0]: row[1] for row in session.execute(newest.group_by(Call.line_id))}
    for line in lines:
        if not line.active:
            continue
        name, seen = f"last call {line.number}", latest.get(line.id)
        if seen is None:
            yield warn(name, "The phone company never told of one.", "Ring the line from a telephone.")
        elif clock.now() - seen > quiet_after and is_open(line, clock.now()):
            words = f"None since {seen:%Y-%m-%d %H:%M} UTC."
            yield warn(name, words, "Ring the line from a telephone.")
        else:
            yield ok(name, f"{seen:%Y-%m-%d %H:%M:%S} UTC")


def backups(lines: Sequence[Line]) -> Iterator[Finding]:
    """Whether every backup number can be dialled."""
    own = {line.number for line in lines}
    for line in lines:
        if not line.active:
            continue
        name = f"backup numbers {line.number}"
        faults = [fault for fault in (backup_fault(number, own) for number in line.backup_numbers) if fault]
        if not line.backup_numbers:
            words = "It has none: with everything down nobody is rung."
            yield warn(name, words, f"Run `hotline lines change {line.number} --set 'backup_numbers=[…]'`.")
        elif faults:
            yield from (fail(name, fault, "Choose another number.") for fault in faults)
        else:
            yield ok(name, f"{len(line.backup_numbers)} can be dialled")


def duty(session: Session, lines: Sequence[Line]) -> Iterator[Finding]:
    """Whether somebody is on duty for each team that is told of what goes wrong."""
    active = [line for line in lines if line.active]
    teams = {
        team(line.jurisdiction) for line in active for team in (rosters.supervisors, rosters.coordinators)
    }
    teams |= {rosters.on_call(line.jurisdiction) for line in active if "on_call" in line.overflow}
    for team in sorted(teams):
        people = len(rosters.ladder(session, team))
        if people:
            yield ok(f"roster {team}", f"{people} on duty")
        else:
            yield fail(f"roster {team}", "Nobody is on duty.", "Put somebody on this roster.")


def comparison(session: Session) -> Iterator[Finding]:
    """When the phone company's list of calls was last compared with ours."""
    silence = silent_for(session, reconciling.DONE)
    remedy = "Run `hotline calls reconcile`, and look into the sweep's log."
    if silence is None:
        yield warn("list of calls", "It was never compared with the phone company's.", remedy)
    elif silence > RECONCILE_LATE:
        yield warn(
            "list of calls", f"Last compared {int(silence.total_seconds() // 60)} minutes ago.", remedy
        )
    else:
        yield ok("list of calls", f"compared {int(silence.total_seconds())} s ago")
