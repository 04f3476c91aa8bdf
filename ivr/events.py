"""What the phone company sends, read strictly (pure).

Its signature joins names and values without a delimiter and carries no time, so a request can be repeated or cut
anew and still be signed. So fields have exact forms, no field may come twice, and each event has a key under
which its second arrival is recognised.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

Pairs = Sequence[tuple[str, str]]

ENDED = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
"""Words of the phone company for a call that is over."""

_EXACT = {
    "AccountSid": re.compile(r"AC[0-9a-f]{32}"),
    "CallSid": re.compile(r"CA[0-9a-f]{32}"),
    "ParentCallSid": re.compile(r"CA[0-9a-f]{32}"),
    "CallSidEndingConference": re.compile(r"CA[0-9a-f]{32}"),
    "ConferenceSid": re.compile(r"CF[0-9a-f]{32}"),
    "FriendlyName": re.compile(r"room-[0-9a-f]{32}"),
    "SequenceNumber": re.compile(r"[0-9]{1,9}"),
    "RecordingSid": re.compile(r"RE[0-9a-f]{32}"),
    "TranscriptionSid": re.compile(r"(GT|TR)[0-9a-f]{32}"),
    "SequenceId": re.compile(r"[0-9]{1,9}"),
    "leg": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
}
"""A field that is there and has another form makes the whole request bad."""

_WORD = re.compile(r"[A-Za-z][A-Za-z_-]{0,60}")
_LENIENT = {
    "CallStatus": _WORD,
    "DialCallStatus": _WORD,
    "Direction": _WORD,
    "Digits": re.compile(r"[0-9*#]{1,20}|hangup"),
    "QueueResult": _WORD,
    "QueueTime": re.compile(r"[0-9]{1,9}"),
    "ReasonParticipantLeft": _WORD,
    "StatusCallbackEvent": _WORD,
    "RecordingDuration": re.compile(r"[0-9]{1,6}"),
    "RecordingStatus": _WORD,
    "TranscriptionEvent": _WORD,
    "TranscriptionStatus": _WORD,
    "TranscriptionText": re.compile(r".{0,20000}", re.DOTALL),
    "TranscriptionData": re.compile(r".{0,20000}", re.DOTALL),
    "Track": _WORD,
    "Hold": re.compile(r"true|false"),
    "Muted": re.compile(r"true|false"),
    "ParticipantLabel": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "ParticipantCallStatus": _WORD,
    "Final": re.compile(r"true|false"),
    "SpeechResult": re.compile(r".{0,2000}", re.DOTALL),
    "Confidence": re.compile(r"[01](\.[0-9]{1,20})?"),
    "StirVerstat": re.compile(r"[A-Za-z-]{1,60}"),
    "From": re.compile(r".{0,300}", re.DOTALL),
    "To": re.compile(r".{0,300}", re.DOTALL),
}
"""A field of another form is taken as missing. `From` and `To` may be anything that a network delivers."""

_QUERY = {
    "asked": re.compile(r"yes"),
    "call": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "diverted": re.compile(r"yes"),
    "lane": re.compile(r"[a-z_]{1,20}"),
    "language": re.compile(r"[a-z]{2,3}"),
    "leg": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "room": re.compile(r"room-[0-9a-f]{32}"),
    "round": re.compile(r"[0-9]{1,5}"),
    "plain": re.compile(r"yes"),
    "recording": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "say": re.compile(r"[a-z_]{1,30}"),
    "transcript": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "tries": re.compile(r"[0-9]{1,4}"),
}
_TOKEN = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_WITHOUT_CALL = frozenset({"announcement", "conference"})


class BadRequest(Exception):
    """The request is not one that the phone company sends. `status` is what it is answered with."""

    def __init__(self, status: int, fault: str) -> None:
        super().__init__(fault)
        self.status, self.fault = status, fault


@dataclass(frozen=True)
class CallEvent:
    """One request of the phone company, with nothing in it that we did not ask for."""

    page: str
    key: str
    call_sid: str | None
    form: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str]
    received_at: datetime

    @property
    def digits(self) -> str | None:
        """The keys that the caller pressed."""
        return self.form.get("Digits")

    @property
    def speech(self) -> str | None:
        """What the phone company understood of what the caller said. It is matched and forgotten."""
        return self.form.get("SpeechResult")

    @property
    def sign_of_life(self) -> bool:
        """Whether the caller pressed a key or spoke."""
        return bool(self.digits or self.speech)

    @property
    def language(self) -> str | None:
        """The language of the page that asked, which is known without the database."""
        return self.query.get("language")

    @property
    def tries(self) -> int:
        """How often this caller was asked to stay on the line because we were out of order."""
        return int(self.query.get("tries", "0"))

    @property
    def call_is_over(self) -> bool:
        """Whether the phone company says that the leg it speaks of has ended."""
        return self.form.get("CallStatus") in ENDED

    @property
    def sequence(self) -> int | None:
        """The room's own count of its events."""
        return int(self.form["SequenceNumber"]) if "SequenceNumber" in self.form else None

    def to_json(self) -> str:
        """For the spool."""
        return json.dumps(
            {
                "page": self.page,
                "key": self.key,
                "call_sid": self.call_sid,
                "form": dict(self.form),
                "query": dict(self.query),
                "received_at": self.received_at.isoformat(),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> CallEvent:
        """Read back what `to_json` wrote; raises ValueError or KeyError on anything else."""
        content = json.loads(text)
        return cls(**{**content, "received_at": datetime.fromisoformat(content["received_at"])})


def read(
    page: str, form: Pairs, query: Pairs, token: str | None, account_sid: str, received_at: datetime
) -> CallEvent:
    """A request as an event; raises BadRequest (400, or 403 for another account) and never anything else."""
    fields = _fields(form)
    if fields.get("AccountSid") != account_sid:
        raise BadRequest(403, "account")
    call_sid = fields.get("CallSid")
    if call_sid is None and page not in _WITHOUT_CALL:
        raise BadRequest(400, "CallSid")
    wanted = {name: value for name, value in query if name in _QUERY and _QUERY[name].fullmatch(value)}
    key = _key(page, fields, form, query, token)
    return CallEvent(page, key, call_sid, fields, wanted, received_at)


def _fields(form: Pairs) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in form:
        if name in _EXACT:
            if name in fields or not (_EXACT[name].fullmatch(value) or value == ""):
                raise BadRequest(400, name)
            if value:
                fields[name] = value
        elif name in _LENIENT and _LENIENT[name].fullmatch(value) and value:
            if fields.get(name, value) != value:
                raise BadRequest(400, name)
            fields[name] = value
    return fields


def _key(page: str, fields: Mapping[str, str], form: Pairs, query: Pairs, token: str | None) -> str:
    if page == "call-status" and "CallStatus" in fields:
        return f"status:{fields['CallSid']}:{fields['CallStatus']}"
    if page == "conference" and "ConferenceSid" in fields and "SequenceNumber" in fields:
        return f"conference:{fields['ConferenceSid']}:{fields['SequenceNumber']}"
    if page == "recording" and "RecordingSid" in fields and "RecordingStatus" in fields:
        return f"recording:{fields['RecordingSid']}:{fields['RecordingStatus']}"
    if page == "transcription" and "TranscriptionSid" in fields and "SequenceId" in fields:
        return f"transcription:{fields['TranscriptionSid']}:{fields['SequenceId']}"
    mark = token if token and _TOKEN.fullmatch(token) else _digest(form, query)
    return f"page:{page}:{fields.get('CallSid', '')}:{mark}"


def _digest(form: Pairs, query: Pairs) -> str:
    return hashlib.sha256(json.dumps([sorted(form), sorted(query)]).encode()).hexdigest()
