"""An invented hotline for tests of calls: a line, screeners and a supervisor on the roster."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base import clock
from hotline.base.config import Settings
from hotline.base.crypto import Keyring, decode_key
from hotline.base.ids import new_id
from hotline.calls import connecting, service, supervising
from hotline.calls.models import Call, CallLeg, Offer
from hotline.calls.service import Incoming
from hotline.lines.models import Line
from hotline.rosters import service as rosters
from hotline.vault.service import Vault
from tests.support.settings import HASH_KEY, VAULT_KEYS

LINE = "+16615550100"
CALLER = "+16615550142"
VAULT = Vault(Keyring.parse(VAULT_KEYS), decode_key(HASH_KEY, "HOTLINE_HASH_KEY"))


def sid(prefix: str = "CA") -> str:
    """A name as the phone company gives it."""
    return prefix + secrets.token_hex(16)


def add_line(
    session: Session,
    number: str = LINE,
    languages: Sequence[str] = ("en", "es"),
    backups: Sequence[str] = (),
) -> Line:
    """A telephone number that callers dial."""
    line = Line(
        id=new_id(),
        number=number,
        name="Test line",
        jurisdiction="kern",
        languages=list(languages),
        backup_numbers=list(backups),
    )
    session.add(line)
    session.flush()
    return line


def add_person(
    session: Session,
    name: str,
    role: str = "screener",
    languages: Sequence[str] = ("en",),
    phone_address: str | None = None,
) -> UUID:
    """Somebody with an account that no password opens."""
    user = User(
        id=new_id(),
        email=f"{name}@hotline.test",
        name=name,
        password_hash="none",
        roles=[role],
        languages=list(languages),
        phone_address=phone_address,
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    return user.id


def add_supervisor(session: Session) -> UUID:
    """A supervisor on duty."""
    user_id = add_person(session, "susana", "supervisor")
    start = clock.now() - timedelta(hours=1)
    rosters.add(session, rosters.supervisors("kern"), user_id, 1, start)
    return user_id


@dataclass
class Hotline:
    """A hotline in the session of a test, and what happens in it."""

    session: Session
    settings: Settings | None = None

    def screener(self, name: str, *languages: str, phone_address: str | None = None) -> UUID:
        """A screener who takes calls from now on, in English unless `languages` says otherwise."""
        user_id = add_person(self.session, name, languages=languages or ("en",), phone_address=phone_address)
        service.set_available(self.session, user_id)
        return user_id

    def staffs(self, user_id: UUID, **wishes: Any) -> None:
        """A supervisor sets the languages, skills or teams of a screener."""
        supervising.set_staffing(self.session, user_id, user_id, **wishes)

    @property
    def line(self) -> Line:
        """The first line."""
        return self.session.query(Line).order_by(Line.number).limit(1).one()

    def rings(self, number: str = CALLER, to: str = LINE) -> Call:
        """Somebody calls."""
        payload = Incoming(sid=sid(), from_=number, to=to, received_at=clock.now())
        return service.register_incoming(self.session, VAULT, payload)

    def waits(
        self, lane: str | None = None, language: str = "en", number: str = CALLER, to: str = LINE
    ) -> Call:
        """Somebody calls, chooses and waits."""
        call = self.rings(number, to)
        service.choose_language(self.session, call.id, language)
        return service.choose_lane(self.session, call.id, lane)

    def offer(self, user_id: UUID) -> UUID:
        """The offer that the screener looks at."""
        view = service.open_offer(self.session, user_id)
        assert view is not None, "no offer"
        return view.offer_id

    def offered_to(self, call: Call) -> list[UUID]:
        """Who was asked for a call, in order."""
        offers = self.session.query(Offer).filter_by(call_id=call.id).order_by(Offer.offered_at, Offer.id)
        return [offer.screener_id for offer in offers]

    def accepts(self, user_id: UUID) -> Call:
        """The screener takes the call that is offered."""
        return service.accept_offer(self.session, self.offer(user_id), user_id)

    def leg(self, call: Call, kind: str = "screener") -> CallLeg:
        """The call's newest leg of a kind."""
        legs = self.session.query(CallLeg).filter_by(call_id=call.id, kind=kind)
        # In a test two legs may be of the same moment: the one that lives is the newer.
        order = CallLeg.created_at.desc(), CallLeg.state.in_(["closing", "ended"])
        return legs.order_by(*order).populate_existing().first() or CallLeg()

    def meet(self, call: Call) -> None:
        """Both legs go into the room."""
        for kind in ("caller", "screener"):
            leg = self.leg(call, kind)
            leg.sid = leg.sid or sid()
            connecting.join(self.session, call.id, leg.id)

    def talks(self, user_id: UUID, lane: str | None = None, language: str = "en") -> Call:
        """Somebody calls and talks with that screener."""
        self.waits(lane, language)
        call = self.accepts(user_id)
        self.meet(call)
        return call

    def hangs_up(self, call: Call) -> None:
        """The caller's leg ends."""
        connecting.caller_gone(self.session, call.id)

    def loses_leg(self, call: Call) -> None:
        """The screener's newest leg leaves the room by itself."""
        connecting.leave(self.session, call.id, self.leg(call).id)

    def state(self, user_id: UUID) -> str:
        """The screener's presence."""
        self.session.expire_all()
        return service.presence_of(self.session, user_id).state
