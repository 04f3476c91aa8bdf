"""Users and their sign-in sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class User(Base):
    """A person with an account. `organization_id` limits area-office, on-call and partner roles to their own."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case."""
    name: Mapped[str]
    password_hash: Mapped[str]
    """argon2id."""
    roles: Mapped[list[str]]
    organization_id: Mapped[UUID | None]
    languages: Mapped[list[str]]
    """Languages in which the person takes calls."""
    skills: Mapped[dict[str, int]] = mapped_column(default=dict, server_default=text("'{}'"))
    """Skill -> level from 1 (can) to 3 (best): a lane (`danger`), a language (`language:es`) or another word.

    A language that is in `languages` and not here counts as level 1.
    """
    teams: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    """Teams whose calls the person takes; empty: those of every team."""
    phone_address: Mapped[str | None]
    """Where call legs to this person ring: `client:<identity>` (browser) or an E.164 number (desk telephone)."""
    desk_number: Mapped[str | None]
    """The person's ordinary telephone (E.164), for work without a softphone and for calls out of hours."""
    active: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SignInSession(Base):
    """A signed-in browser. Only a hash of its token is stored; ending the row ends the session at once."""

    __tablename__ = "sign_in_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    form_token: Mapped[str]
    """Sent with every form of the session, so that another site can't post in the person's name."""
    language: Mapped[str]
    """Language of the screens."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
