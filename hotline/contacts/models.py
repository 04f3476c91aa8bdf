"""Telephone contacts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class Contact(Base):
    """An interpreter service or a law-enforcement agency."""

    __tablename__ = "contacts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    """`interpreter` or `law_enforcement`."""
    name: Mapped[str]
    number: Mapped[str]
    """E.164: the ten-digit number. `911` reaches the centre of our own registered address, so it is no contact."""
    language: Mapped[str | None]
    """An interpreter's language; None: any."""
    area: Mapped[str | None]
    """The area of the pack that an agency serves; None: the whole jurisdiction."""
    pin_vault_id: Mapped[UUID | None]
    """The customer code that is keyed in once the interpreter service answers (`{"pin": …}` in the vault)."""
    position: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
