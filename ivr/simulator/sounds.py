"""Recordings that the phone company keeps, and their sound: silence of the right length, as MP3."""

from dataclasses import dataclass
from datetime import datetime

# One frame of silence: MPEG 2.5 layer III, 8 kbit/s, 8 kHz, one channel; everything behind its header is zero.
_FRAME = bytes.fromhex("ffe318c4") + bytes(68)
_FRAME_SECONDS = 576 / 8000


@dataclass
class Recorded:
    """One recording. `status` is the official word: in-progress, paused, stopped, processing, completed, absent."""

    sid: str
    account_sid: str
    call_sid: str
    source: str
    started_at: datetime
    seconds: int = 0
    status: str = "completed"
    channels: int = 1
    conference_sid: str | None = None


def sound(seconds: int) -> bytes:
    """Silence as MP3."""
    return _FRAME * max(1, round(seconds / _FRAME_SECONDS))
