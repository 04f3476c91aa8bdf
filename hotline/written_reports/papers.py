"""Letters and faxes that came in: sealed, given to a named person at once, chased until somebody settles them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, Uuid, cast, exists, func, select
from sqlalchemy.orm import Session

from hotline.attachments import service as attachments
from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.calls.telling import open_for_supervisors
from hotline.reports.models import Report
from hotline.vault.service import Vault
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem
from hotline.written_reports.models import IncomingPaper

KIND = "paper_received"
LEFT_LYING = "paper_left_lying"
"""The kind of matter by which supervisors hear of a paper that somebody took up and did not settle in time."""

CHANNELS = ("letter", "fax")
READ_WITHIN = timedelta(minutes=30)
"""By when somebody has read a paper: nobody knows before how urgent it is. Our own default, not a rule."""

OUTCOMES = (
    "report_begun",
    "written_report",
    "added_to_report",
    "no_report_needed",
    "unreadable",
    "not_for_us",
)
"""What may come of a paper. The first three name a report."""

BY_HAND = OUTCOMES[3:]
"""The outcomes that a person only states."""

_MOST = 100


@dataclass(frozen=True)
class Upload:
    """A file before it is taken."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Waiting:
    """A paper that waits, as a list shows it: by when it is to be read, and who has it (`taken`: has taken it up)."""

    paper: IncomingPaper
    item: WorklistItem | None

    @property
    def taken(self) -> bool:
        return self.item is not None and self.item.taken_at is not None


def register(
    session: Session,
    vault: Vault,
    actor: Actor,
    user_id: UUID | None,
    *,
    jurisdiction: str,
    channel: str,
    received_at: datetime,
    files: Sequence[Upload],
    source_key: str | None = None,
) -> IncomingPaper:
    """Take a paper in and make it somebody's work. The same `source_key` again is the same paper, not a second.

    Raises InvalidInput for a channel that is none, a time in the future or no file at all, TooLarge and WrongKind.
    """
    if channel not in CHANNELS:
        raise InvalidInput("channel", "Say whether it is a letter or a fax.")
    if received_at > clock.now():
        raise InvalidInput("received_at", "The time of receipt lies in the future. Correct it.")
    if not files:
        raise InvalidInput("files", "Choose the scanned pages or the fax.")
    key = vault.fingerprint(f"paper:{source_key}") if source_key else None
    known = _known(session, key)
    if known is not None:
        return known
    paper = IncomingPaper(
        id=new_id(),
        jurisdiction=jurisdiction,
        channel=channel,
        received_at=received_at,
        registered_at=clock.now(),
        registered_by=user_id,
        source_key=key,
    )
    session.add(paper)
    session.flush()
    record(session, actor, "paper:received", "paper", paper.id, {"channel": channel, "files": len(files)})
    for one in files:
        attachments.add_to_paper(session, vault, paper.id, actor, user_id, one.name, one.content)
    _open_item(session, paper)
    return paper


def find(session: Session, paper_id: UUID, *, lock: bool = False) -> IncomingPaper:
    """The paper; raises NotFound."""
    paper = session.get(IncomingPaper, paper_id, with_for_update=lock or None, populate_existing=lock)
    if paper is None:
        raise NotFound("There is no such paper.")
    return paper


def open_paper(session: Session, paper_id: UUID, actor: Actor) -> IncomingPaper:
    """The paper for somebody who looks at it; the look is audited. Raises NotFound."""
    paper = find(session, paper_id)
    record(session, actor, "paper:opened", "paper", paper.id)
    return paper


def waiting(session: Session, jurisdiction: str, limit: int = 200) -> list[Waiting]:
    """The papers that nobody has settled, the oldest first."""
    rows = session.execute(
        select(IncomingPaper, WorklistItem)
        .outerjoin(WorklistItem, _its_item() & WorklistItem.closed_at.is_(None))
        .where(IncomingPaper.jurisdiction == jurisdiction, IncomingPaper.settled_at.is_(None))
        .order_by(IncomingPaper.received_at, IncomingPaper.id)
        .limit(limit)
    )
    return [Waiting(paper, item) for paper, item in rows]


def how_many_wait(session: Session) -> int:
    """How many papers of any jurisdiction nobody has settled."""
    wanted = select(func.count()).select_from(IncomingPaper).where(IncomingPaper.settled_at.is_(None))
    return session.scalar(wanted) or 0


def item_of(session: Session, paper_id: UUID) -> WorklistItem | None:
    """The open matter of a paper."""
    return session.scalar(
        select(WorklistItem).where(
            WorklistItem.kind == KIND,
            WorklistItem.subject_id == str(paper_id),
            WorklistItem.closed_at.is_(None),
        )
    )


def take(session: Session, paper_id: UUID, user_id: UUID) -> None:
    """The person reads it and owns it from now on. Raises Conflict when it is settled already."""
    paper = _unsettled(session, paper_id)
    item = item_of(session, paper.id)
    if item is not None:
        worklist.take(session, item.id, user_id)


def settle(
    session: Session, paper_id: UUID, actor: Actor, user_id: UUID, outcome: str, report_id: UUID | None = None
) -> IncomingPaper:
    """Say what came of it. With a report its files are the report's from now on, and can't be removed there.

    Raises InvalidInput for an outcome that is none, Conflict when somebody settled it before or the
    report belongs to another county.
    """
    if outcome not in OUTCOMES or (report_id is None) != (outcome in BY_HAND):
        raise InvalidInput("outcome", "Say what came of the paper.")
    paper = _unsettled(session, paper_id)
    report = session.get_one(Report, report_id) if report_id is not None else None
    if report is not None and report.jurisdiction != paper.jurisdiction:
        raise Conflict("The report belongs to another county than the paper.")
    paper.outcome, paper.report_id = outcome, report_id
    paper.settled_at, paper.settled_by = clock.now(), user_id
    if report_id is not None:
        attachments.give_to_report(session, paper.id, report_id)
    item = item_of(session, paper.id)
    if item is not None:
        worklist.close(session, item.id, actor, outcome, user_id)
    worklist.close_for(session, LEFT_LYING, paper.id, actor, outcome)
    detail = {"outcome": outcome, "report": str(report_id or "")}
    record(session, actor, "paper:settled", "paper", paper.id, detail)
    return paper


def of_report(session: Session, report_id: UUID) -> Sequence[IncomingPaper]:
    """The papers that became part of a report, the oldest first."""
    return session.scalars(
        select(IncomingPaper).where(IncomingPaper.report_id == report_id).order_by(IncomingPaper.received_at)
    ).all()


def note_untold(session: Session) -> None:
    """For the sweep: papers that came in while there was nobody to tell become somebody's work. Harmless twice."""
    untold = select(IncomingPaper).where(
        IncomingPaper.settled_at.is_(None), ~exists().where(WorklistItem.kind == KIND, _its_item())
    )
    for paper in session.scalars(untold.limit(_MOST)).all():
        _open_item(session, paper)


def note_left_lying(session: Session) -> None:
    """For the sweep: papers whose taker has not settled them in time are told to a supervisor, once each."""
    lying = (
        select(IncomingPaper)
        .join(WorklistItem, _its_item() & (WorklistItem.kind == KIND))
        .where(
            IncomingPaper.settled_at.is_(None),
            WorklistItem.closed_at.is_(None),
            WorklistItem.taken_at.is_not(None),
            WorklistItem.due_at <= clock.now(),
            IncomingPaper.id.not_in(_told_of(LEFT_LYING)),
        )
        .limit(_MOST)
    )
    for paper in session.scalars(lying).all():
        open_for_supervisors(
            session,
            kind=LEFT_LYING,
            jurisdiction=paper.jurisdiction,
            subject_kind="paper",
            subject_id=paper.id,
            reason="paper_not_settled",
            due_in=READ_WITHIN,
            detail={"channel": paper.channel},
        )


def _told_of(kind: str) -> Select[UUID]:
    return select(cast(WorklistItem.subject_id, Uuid)).where(
        WorklistItem.kind == kind, WorklistItem.subject_kind == "paper"
    )


def _known(session: Session, key: str | None) -> IncomingPaper | None:
    """The paper of that key. A fax server that tells of it twice at once waits here for itself."""
    if key is None:
        return None
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    return session.scalar(select(IncomingPaper).where(IncomingPaper.source_key == key))


def _its_item() -> ColumnElement[bool]:
    return WorklistItem.subject_id == cast(IncomingPaper.id, Text)


def _unsettled(session: Session, paper_id: UUID) -> IncomingPaper:
    paper = find(session, paper_id, lock=True)
    if paper.settled_at is not None:
        raise Conflict("Somebody has settled this paper already.")
    return paper


def _open_item(session: Session, paper: IncomingPaper) -> None:
    open_for_supervisors(
        session,
        kind=KIND,
        jurisdiction=paper.jurisdiction,
        subject_kind="paper",
        subject_id=paper.id,
        reason=f"{paper.channel}_unread",
        due_in=READ_WITHIN,
        detail={"channel": paper.channel},
    )
