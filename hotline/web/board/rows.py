"""The lines of the board in words: dispatches and open matters in one list, the most pressing first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base import clock
from hotline.dispatch.models import Delivery, TrackDecision
from hotline.dispatch.queries import BoardRow, board
from hotline.policy.decision import Decision
from hotline.policy.model import Pack
from hotline.web.board.sentences import until_in_minutes, why_open, why_there
from hotline.web.shared import packs
from hotline.web.shared.dispatch_words import DISPATCH_STATES, ITEM_KINDS, ROLES
from hotline.web.shared.language import gettext, later
from hotline.web.shared.words import word
from hotline.worklist.models import WorklistItem

SHOWS = {
    "pressing": later("Needs somebody"),
    "open": later("All open"),
    "acknowledged": later("Acknowledged today"),
}
"""What the list can be narrowed to."""


@dataclass(frozen=True)
class Line:
    """One line of the board. Times are UTC. `notes` are open matters about the same dispatch."""

    key: str
    is_item: bool
    id: UUID
    href: str
    red: bool
    late: bool
    urgent: bool
    reference: str
    what: str
    notes: tuple[str, ...]
    recipient: str | None
    part: str | None
    place: str | None
    why: str
    decision: Decision | None
    due_at: datetime
    due_words: str
    told: str | None
    told_at: datetime | None
    level: int
    owner: str | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None

    @property
    def waits(self) -> bool:
        """Nobody has acknowledged or settled it."""
        return self.acknowledged_at is None

    @property
    def pressing(self) -> bool:
        """A coordinator must do something: it is overdue, or the rules left it to a person."""
        return self.waits and (self.is_item or self.red or self.late)


@dataclass(frozen=True)
class Listing:
    """The lines that are shown, and how many lines each narrowing would show."""

    lines: Sequence[Line]
    counts: dict[str, int]
    show: str


def listing(session: Session, jurisdiction: str, show: str) -> Listing:
    """The board of a jurisdiction, narrowed to `show` (a key of SHOWS)."""
    lines = _lines(session, jurisdiction)
    zone = ZoneInfo(packs.zone(jurisdiction))
    today = clock.now().astimezone(zone).date()
    kept = {
        "pressing": [line for line in lines if line.pressing],
        "open": [line for line in lines if line.waits],
        "acknowledged": sorted(
            (
                line
                for line in lines
                if line.acknowledged_at is not None and line.acknowledged_at.astimezone(zone).date() == today
            ),
            key=lambda line: line.acknowledged_at or line.due_at,
            reverse=True,
        ),
    }
    return Listing(kept[show], {name: len(found) for name, found in kept.items()}, show)


def _lines(session: Session, jurisdiction: str) -> list[Line]:
    rows = board(session, jurisdiction)
    decisions = _decisions(session, {row.report_id for row in rows if row.report_id})
    told = _last_told(session, [row.id for row in rows if row.kind == "dispatch"])
    about = _subjects(session, [row.id for row in rows if row.kind == "item"])
    on_board = {str(row.id) for row in rows if row.kind == "dispatch"}
    notes: dict[str, list[BoardRow]] = {}
    for row in rows:
        if row.kind == "item" and about[row.id][1] in on_board:
            notes.setdefault(about[row.id][1], []).append(row)
    folded = {note.id for found in notes.values() for note in found}
    lines = []
    for row in rows:
        if row.id in folded:
            continue
        decision = decisions.get(row.report_id) if row.report_id else None
        pack = packs.of_decision(decision) if decision else packs.current(jurisdiction)
        result = Decision.from_json(decision.result) if decision else None
        if row.kind == "dispatch":
            lines.append(dispatch_line(row, pack, result, told.get(row.id), notes.get(str(row.id), [])))
        else:
            lines.append(_item_line(row, pack, result, about[row.id][0]))
    return sorted(lines, key=lambda line: (not line.waits, not line.red, line.due_at, line.key))


def dispatch_line(
    row: BoardRow,
    pack: Pack,
    result: Decision | None,
    told: tuple[str, datetime] | None = None,
    notes: Iterable[BoardRow] = (),
) -> Line:
    """A dispatch in words. `told`: whom the last message was for, and when; `notes`: open matters about it."""
    matters = list(notes)
    area = packs.area_name(pack, row.why.get("area"))
    owner = row.owner or next((each.owner for each in matters if each.owner), None)
    return Line(
        key=f"dispatch-{row.id}",
        is_item=False,
        id=row.id,
        href=url_for("board.dispatch_page", dispatch_id=row.id),
        red=row.red or any(each.red for each in matters if row.acknowledged_at is None),
        late=row.late and row.acknowledged_at is None,
        urgent=row.urgent,
        reference=row.reference or "",
        what=word(DISPATCH_STATES, row.title),
        notes=tuple(_note(each) for each in matters),
        recipient=row.recipient,
        part=word(ROLES, row.role),
        place=_place(row.place, area),
        why=why_there(row.recipient or "", row.service or "", row.why, pack),
        decision=result,
        due_at=row.due_at,
        due_words=until_in_minutes(row.due_at),
        told=told[0] if told else row.told,
        told_at=told[1] if told else None,
        level=row.level,
        owner=owner,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
    )


def _item_line(row: BoardRow, pack: Pack, result: Decision | None, subject_kind: str) -> Line:
    return Line(
        key=f"item-{row.id}",
        is_item=True,
        id=row.id,
        href=url_for("board.item_page", item_id=row.id),
        red=row.red,
        late=row.late,
        urgent=row.urgent,
        reference=row.reference or (gettext("Call") if subject_kind == "call" else gettext("Matter")),
        what=word(ITEM_KINDS, row.title),
        notes=(),
        recipient=None,
        part=None,
        place=row.place,
        why=why_open(row.title, str(row.why.get("reason", "")), row.why, pack, result),
        decision=result,
        due_at=row.due_at,
        due_words=until_in_minutes(row.due_at),
        told=row.told,
        told_at=row.since if row.told else None,
        level=row.level,
        owner=row.owner,
        acknowledged_by=None,
        acknowledged_at=None,
    )


def _note(row: BoardRow) -> str:
    words = word(ITEM_KINDS, row.title)
    if row.owner:
        return gettext("%(matter)s: %(person)s takes care of it.", matter=words, person=row.owner)
    return gettext("%(matter)s: %(person)s was told.", matter=words, person=row.told or "–")


def _place(place: str | None, area: str | None) -> str | None:
    if place and area and place != area:
        return f"{place} ({area})"
    return place or area


def _decisions(session: Session, report_ids: Iterable[UUID]) -> dict[UUID, TrackDecision]:
    rows = session.scalars(
        select(TrackDecision).where(
            TrackDecision.report_id.in_(set(report_ids)), TrackDecision.superseded_at.is_(None)
        )
    )
    return {row.report_id: row for row in rows}


def _last_told(session: Session, dispatch_ids: Sequence[UUID]) -> dict[UUID, tuple[str, datetime]]:
    """Whom the last message of each dispatch was for, and when it was written."""
    rows = session.execute(
        select(Delivery.dispatch_id, User.name, Delivery.created_at)
        .join(User, User.id == Delivery.user_id)
        .where(Delivery.dispatch_id.in_(dispatch_ids))
        .order_by(Delivery.level, Delivery.created_at)
    )
    return {dispatch_id: (name, at) for dispatch_id, name, at in rows if dispatch_id}


def _subjects(session: Session, item_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Kind and id of the record that each item is about."""
    rows = session.execute(
        select(WorklistItem.id, WorklistItem.subject_kind, WorklistItem.subject_id).where(
            WorklistItem.id.in_(item_ids)
        )
    )
    return {row[0]: (row[1], row[2]) for row in rows}
