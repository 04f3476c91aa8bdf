"""What lets a browser be a telephone: its identity at the phone company, and a token that proves it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import UUID

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from hotline.base import clock
from hotline.base.config import Softphone
from hotline.telephony.addresses import identity_of

TTL_SECONDS = 3600
"""A token is renewed by the page before it runs out; a stolen one is worth no more than this."""

_IDENTITY = re.compile(r"[A-Za-z0-9_]{1,121}")
"""What the phone company takes as an identity (Twilio, "Voice SDK: identity")."""


@dataclass(frozen=True)
class Token:
    """A signed token and the seconds for which it is good."""

    text: str = field(repr=False)
    identity: str
    seconds: int


def identity(user_id: UUID, phone_address: str | None) -> str:
    """The person's name as a browser telephone: that of their address if it is one, else their id."""
    given = identity_of(phone_address or "")
    return given if given and _IDENTITY.fullmatch(given) else user_id.hex


def token(softphone: Softphone, account_sid: str, name: str) -> Token:
    """A token with which a browser may call our application, and be called, under the identity `name`."""
    now = int(clock.now().timestamp())
    made = AccessToken(
        account_sid,
        softphone.api_key_sid,
        softphone.api_key_secret,
        identity=name,
        nbf=now,
        valid_until=now + TTL_SECONDS,
        grants=[VoiceGrant(incoming_allow=True, outgoing_application_sid=softphone.app_sid)],
    )
    return Token(str(made.to_jwt()), name, TTL_SECONDS)
