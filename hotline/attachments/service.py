"""Taking files in, handing them out, removing them.

Whoever may open a report may open its files; each look is audited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.attachments import kinds
from hotline.attachments.models import Attachment
from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.reports.access import open_report, own_draft
from hotline.reports.states import WRITABLE
from hotline.vault.service import Vault

LARGEST = 10 * 1024 * 1024
"""Bytes of one file: sixty pages of fax, or a good photograph."""

MOST = 30
"""Files of one report or paper."""


class TooLarge(InvalidInput):
    """More bytes, or more files, than are taken."""


class WrongKind(InvalidInput):
    """A kind of file that is not taken."""


@dataclass(frozen=True)
class Listed:
    """A file as a list shows it. `from_paper`: it is what was received, and can't be removed."""

    id: UUID
    name: str = field(repr=False)
    media_type: str
    size: int
    added_at: datetime
    from_paper: bool


@dataclass(frozen=True)
class File:
    """A file as it is handed out."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


def add(session: Session, vault: Vault, report_id: UUID, person: SignedIn, name: str, content: bytes) -> UUID:
    """Put a file on a report that the person writes; its id.

    Raises NotFound for somebody else's report, Conflict for one that was submitted, TooLarge and WrongKind with
    what to do about it. What kind it is is found by its content.
    """
    report = own_draft(session, report_id, person)
    if report.state not in WRITABLE:
        raise Conflict("This report was submitted already; it can no longer be changed here.")
    _check_count(session, Attachment.report_id == report_id)
    found = _keep(session, vault, name, content, report_id=report_id, added_by=person.user_id)
    report.version += 1
    record(session, person.actor, "file:added", "report", report_id, _told(found))
    return found.id


def add_to_paper(
    session: Session,
    vault: Vault,
    paper_id: UUID,
    actor: Actor,
    user_id: UUID | None,
    name: str,
    content: bytes,
) -> UUID:
    """Put a file on a paper that came in (`user_id` None: a machine did). Raises TooLarge and WrongKind."""
    _check_count(session, Attachment.paper_id == paper_id)
    found = _keep(session, vault, name, content, paper_id=paper_id, added_by=user_id)
    record(session, actor, "file:added", "paper", paper_id, _told(found))
    return found.id


def give_to_report(session: Session, paper_id: UUID, report_id: UUID) -> list[UUID]:
    """The files of a paper are the report's from now on; their ids."""
    rows = session.scalars(_present(Attachment.paper_id == paper_id).with_for_update()).all()
    for row in rows:
        row.report_id = report_id
    session.flush()
    return [row.id for row in rows]


def of(session: Session, vault: Vault, report_id: UUID) -> list[Listed]:
    """The files of a report, the oldest first. Not audited here: whoever shows the list has opened the report."""
    return _listed(session, vault, session.scalars(_present(Attachment.report_id == report_id)).all())


def of_paper(session: Session, vault: Vault, paper_id: UUID) -> list[Listed]:
    """The files of a paper, the oldest first. Not audited here: whoever shows them records the look."""
    return _listed(session, vault, session.scalars(_present(Attachment.paper_id == paper_id)).all())


def read(session: Session, vault: Vault, report_id: UUID, attachment_id: UUID, person: SignedIn) -> File:
    """A file of a report, for whoever may open the report; the look is audited. Raises NotFound."""
    open_report(session, report_id, person, reason="file")
    row = session.get(Attachment, attachment_id)
    if row is None or row.report_id != report_id:
        raise NotFound("There is no such file.")
    return _file(session, vault, row, person.actor)


def read_of_paper(session: Session, vault: Vault, paper_id: UUID, attachment_id: UUID, actor: Actor) -> File:
    """A file of a paper; the look is audited. Who may is the caller's matter. Raises NotFound."""
    row = session.get(Attachment, attachment_id)
    if row is None or row.paper_id != paper_id:
        raise NotFound("There is no such file.")
    return _file(session, vault, row, actor)


def remove(session: Session, vault: Vault, report_id: UUID, attachment_id: UUID, person: SignedIn) -> None:
    """Take a file off a report that the person writes: its content and name are destroyed, a tombstone stays.

    Twice is harmless. Raises NotFound, and Conflict for what came in as a paper: that is what was received.
    """
    report = own_draft(session, report_id, person)
    if report.state not in WRITABLE:
        raise Conflict("This report was submitted already; it can no longer be changed here.")
    row = session.get(Attachment, attachment_id, with_for_update=True)
    if row is None or row.report_id != report_id:
        raise NotFound("There is no such file.")
    if row.removed_at is not None:
        return
    if row.paper_id is not None:
        raise Conflict("This file came in as a paper and stays with the report.")
    row.removed_at, row.removed_by = clock.now(), person.user_id
    vault.destroy(session, row.content_vault_id, person.actor, "file_removed")
    vault.destroy(session, row.name_vault_id, person.actor, "file_removed")
    report.version += 1
    record(session, person.actor, "file:removed", "report", report_id, {"file": str(row.id)})


def check(content: bytes) -> str:
    """The kind of a file that may be taken; raises TooLarge or WrongKind."""
    if len(content) > LARGEST:
        raise TooLarge(
            "files", "A file may have at most 10 MB. Scan it with fewer dots, or send it in parts."
        )
    kind = kinds.media_type(content)
    if kind is None:
        raise WrongKind(
            "files", "Only PDF, PNG, JPEG, TIFF and plain text are taken. Save or scan it as one of these."
        )
    return kind


def _check_count(session: Session, whose: ColumnElement[bool]) -> None:
    present = session.scalar(select(func.count()).select_from(_present(whose).subquery())) or 0
    if present >= MOST:
        raise TooLarge("files", "There are 30 files here already. Put the pages into one file.")


def _keep(
    session: Session,
    vault: Vault,
    name: str,
    content: bytes,
    *,
    report_id: UUID | None = None,
    paper_id: UUID | None = None,
    added_by: UUID | None,
) -> Attachment:
    kind = check(content)
    row = Attachment(
        id=new_id(),
        report_id=report_id,
        paper_id=paper_id,
        content_vault_id=vault.put_bytes(session, "file", content),
        name_vault_id=vault.put(session, "file_name", {"name": kinds.clean_name(name, kind)}),
        media_type=kind,
        size=len(content),
        added_at=clock.now(),
        added_by=added_by,
    )
    session.add(row)
    session.flush()
    return row


def _present(whose: ColumnElement[bool]) -> Select[Attachment]:
    wanted = select(Attachment).where(whose, Attachment.removed_at.is_(None))
    return wanted.order_by(Attachment.added_at, Attachment.id)


def _listed(session: Session, vault: Vault, rows: Sequence[Attachment]) -> list[Listed]:
    names = vault.show(session, [row.name_vault_id for row in rows])
    return [
        Listed(
            row.id,
            names.get(row.name_vault_id, {}).get("name", ""),
            row.media_type,
            row.size,
            row.added_at,
            row.paper_id is not None,
        )
        for row in rows
    ]


def _file(session: Session, vault: Vault, row: Attachment, actor: Actor) -> File:
    content = vault.reveal_bytes(session, row.content_vault_id, actor, "file")
    name = vault.show(session, [row.name_vault_id])[row.name_vault_id]["name"]
    return File(name, row.media_type, content)


def _told(row: Attachment) -> dict[str, object]:
    return {"file": str(row.id), "kind": row.media_type, "bytes": row.size}
