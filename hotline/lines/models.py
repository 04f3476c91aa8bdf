"""Lines."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class Line(Base):
    """A telephone number that callers dial."""

    __tablename__ = "lines"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    """E.164."""
    name: Mapped[str]
    jurisdiction: Mapped[str]
    languages: Mapped[list[str]]
    """In the order in which the greeting offers them; the first is spoken to a caller who chooses none."""
    backup_numbers: Mapped[list[str]]
    """E.164; dialled by the static answer when the application is down."""
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    time_zone: Mapped[str] = mapped_column(default="UTC", server_default=text("'UTC'"))
    """IANA name, for the opening hours."""
    hours: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """`{"mon": [["08:00", "17:00"]], …}` in local time; empty: open day and night. See `lines.hours`."""
    holidays: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    """Local dates (`2026-12-25`) on which a line with opening hours is closed."""
    menu: Mapped[dict[str, str]] = mapped_column(default=dict, server_default=text("'{}'"))
    """Key -> lane; empty: the menu of the jurisdiction's pack."""
    prompts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """Sentences of its own: language -> name -> `{"text": …}` or `{"recording": <address>}`."""
    team: Mapped[str | None]
    """The team whose screeners take its calls; None: everybody's."""
    max_wait: Mapped[int] = mapped_column(default=600, server_default=text("600"))
    """Seconds after which a waiting caller is led on to the next step of `overflow`."""
    overflow: Mapped[list[str]] = mapped_column(
        default=lambda: ["everybody", "on_call", "voicemail"],
        server_default=text("""'["everybody", "on_call", "voicemail"]'"""),
    )
    """Steps in order: `everybody`, `team:<name>`, `on_call`, `voicemail`."""
    callback_offered: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    caller_id: Mapped[str | None]
    """E.164 shown when the hotline calls out; None: the line's own number. The caller's number is never shown."""
    recording: Mapped[str] = mapped_column(default="off", server_default=text("'off'"))
    """`off`, `on_request` (the screener starts it) or `always`; each under the pack's consent rule."""
    transcription: Mapped[str] = mapped_column(default="off", server_default=text("'off'"))
    """`off` or `on_request`."""
    monitoring: Mapped[str] = mapped_column(default="off", server_default=text("'off'"))
    """Whether supervisors may listen: `off` or `on`."""
    flood_guard_until: Mapped[datetime | None]
    """Until then callers who gave no sign of life wait behind those who did. A supervisor turns it on."""


class TeamMove(Base):
    """A whole queue that is served by another team, until somebody takes it back."""

    __tablename__ = "team_moves"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    from_team: Mapped[str]
    """The empty text stands for the callers of lines without a team."""
    to_team: Mapped[str]
    moved_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    moved_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_team_moves_open", "from_team", unique=True, postgresql_where=text("ended_at is null")),
    )
