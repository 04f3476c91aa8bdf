"""Accounts and sign-in. A session ends after 30 idle minutes or 12 hours, whichever is first."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.accounts import passwords
from hotline.accounts.models import SignInSession, User
from hotline.accounts.permissions import ROLES, allowed
from hotline.audit.record import Actor, record
from hotline.base import clock, live
from hotline.base.errors import InvalidInput, NotFound, NotPermitted
from hotline.base.ids import new_id
from hotline.telephony.numbers import classify

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
_SEEN_STEP = timedelta(seconds=30)
MAX_FAILURES = 10
LOCK = timedelta(minutes=15)


@dataclass(frozen=True)
class SignedIn:
    """The person behind a request."""

    user_id: UUID
    name: str
    roles: tuple[str, ...]
    organization_id: UUID | None
    language: str
    form_token: str

    def may(self, permission: str) -> bool:
        """Whether one of the person's roles has `permission`."""
        return allowed(self.roles, permission)

    @property
    def actor(self) -> Actor:
        """The person, for the audit."""
        return Actor.user(self.user_id)


def add_user(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    roles: Iterable[str],
    organization_id: UUID | None = None,
    languages: Iterable[str] = ("en",),
    phone_address: str | None = None,
) -> UUID:
    """Create an account; raises InvalidInput for an unknown role or a password under 12 characters."""
    wanted = list(roles)
    unknown = sorted(set(wanted) - set(ROLES))
    if unknown:
        raise InvalidInput("roles", f"Unknown role: {', '.join(unknown)}. Known: {', '.join(ROLES)}.")
    if len(password) < 12:
        raise InvalidInput("password", "A password has at least 12 characters.")
    user = User(
        id=new_id(),
        email=email.strip().lower(),
        name=name,
        password_hash=passwords.hash_password(password),
        roles=wanted,
        organization_id=organization_id,
        languages=list(languages),
        phone_address=phone_address,
        active=True,
        failed_sign_ins=0,
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    record(session, Actor.system("accounts"), "user:added", "user", user.id, {"roles": wanted})
    return user.id


def sign_in(session: Session, email: str, password: str, language: str) -> str | None:
    """Check the password and open a session: its secret token, or None when address and password don't fit.

    After ten failures in a row the account is locked for 15 minutes; the answer does not tell.
    """
    now = clock.now()
    user = session.scalar(select(User).where(User.email == email.strip().lower()).with_for_update())
    fits = passwords.verify(user.password_hash if user else None, password)
    if user is None or not user.active or (user.locked_until is not None and user.locked_until > now):
        return None
    if not fits:
        user.failed_sign_ins += 1
        if user.failed_sign_ins >= MAX_FAILURES:
            user.failed_sign_ins, user.locked_until = 0, now + LOCK
        record(session, Actor.user(user.id), "session:refused", "user", user.id)
        return None
    user.failed_sign_ins, user.locked_until = 0, None
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            token_hash=_hash(token),
            user_id=user.id,
            form_token=secrets.token_urlsafe(24),
            language=language,
            created_at=now,
            last_seen_at=now,
        )
    )
    record(session, Actor.user(user.id), "session:opened", "user", user.id)
    return token


def who(session: Session, token: str, *, touch: bool = True) -> SignedIn | None:
    """The person whose browser holds `token`, or None when the session is unknown, ended or too old.

    `touch=False` asks without counting as activity: a page that polls must not keep a session open by itself.
    """
    now = clock.now()
    row = session.execute(
        select(SignInSession, User)
        .join(User, User.id == SignInSession.user_id)
        .where(
            SignInSession.token_hash == _hash(token),
            SignInSession.ended_at.is_(None),
            SignInSession.last_seen_at > now - IDLE,
            SignInSession.created_at > now - ABSOLUTE,
            User.active,
        )
    ).first()
    if row is None:
        return None
    signed_in, user = row
    if touch and signed_in.last_seen_at < now - _SEEN_STEP:
        signed_in.last_seen_at = now
    return SignedIn(
        user.id, user.name, tuple(user.roles), user.organization_id, signed_in.language, signed_in.form_token
    )


def still_signed_in(session: Session, tokens: Iterable[str]) -> set[str]:
    """Those of `tokens` whose session goes on. Asking is no sign of anybody's activity."""
    now = clock.now()
    by_hash = {_hash(token): token for token in tokens}
    rows = session.scalars(
        select(SignInSession.token_hash)
        .join(User, User.id == SignInSession.user_id)
        .where(
            SignInSession.token_hash.in_(by_hash),
            SignInSession.ended_at.is_(None),
            SignInSession.last_seen_at > now - IDLE,
            SignInSession.created_at > now - ABSOLUTE,
            User.active,
        )
    )
    return {by_hash[found] for found in rows}


def set_language(session: Session, token: str, language: str) -> None:
    """Show this session's screens in `language` from now on."""
    session.execute(
        update(SignInSession).where(SignInSession.token_hash == _hash(token)).values(language=language)
    )


def set_desk_number(session: Session, user_id: UUID, text: str) -> None:
    """The person's ordinary telephone, in any usual spelling; an empty text takes it away.

    Raises InvalidInput for anything but a number of the country.
    """
    number = classify(text) if text.strip() else None
    if number is not None and number.kind != "number":
        raise InvalidInput("desk_number", "This is not a telephone number that can be called.")
    user = session.get_one(User, user_id)
    wanted = number.e164 if number is not None else None
    if user.desk_number != wanted:
        user.desk_number = wanted
        by = Actor.user(user_id)
        record(
            session, by, "user:desk_number_set" if wanted else "user:desk_number_taken_away", "user", user_id
        )


def sign_out(session: Session, token: str) -> None:
    """End the session at once; ending it twice is harmless."""
    row = session.get(SignInSession, _hash(token))
    if row is not None and row.ended_at is None:
        row.ended_at = clock.now()
        live.tell(session, f"session:{row.user_id}")
        record(session, Actor.user(row.user_id), "session:ended", "user", row.user_id)


def deactivate(session: Session, user_id: UUID, actor: Actor) -> None:
    """Close an account: its sessions end with it."""
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("No such account.")
    user.active = False
    live.tell(session, f"session:{user_id}")
    session.execute(
        update(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    record(session, actor, "user:deactivated", "user", user_id)


def require(person: SignedIn, permission: str) -> None:
    """Raise NotPermitted unless the person has `permission`."""
    if not person.may(permission):
        raise NotPermitted("Your role does not allow this.")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
