"""May this call be recorded, written down or listened to?

Three have a say: the administrator of the line, the law as the pack gives it, and the caller. Each of them can
refuse alone, and what nobody has decided is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hotline.policy.telephone import Permission

Kind = Literal["recording", "transcription", "monitoring"]
KINDS: tuple[Kind, ...] = ("recording", "transcription", "monitoring")

LINE_OFF = "off"
"""What a line says unless an administrator sets something else."""


@dataclass(frozen=True)
class Allowed:
    """It may be done. `code`: `given` (the caller agreed), `announced` (the caller is told) or `one_party`."""

    code: str

    @property
    def is_announced(self) -> bool:
        """Whether everybody on the call hears of it before it begins."""
        return self.code != "one_party"


@dataclass(frozen=True)
class Refused:
    """It may not be done. `why`: `line_off`, `forbidden`, `caller_refused` or `ask_caller`."""

    why: str


def may(line: str, rule: Permission | None, caller: str | None) -> Allowed | Refused:
    """Whether one kind of listening is permitted on a call.

    `line` is the line's setting for it, `rule` the pack's (None: the pack is silent, so the strictest counts) and
    `caller` the caller's own word (`given`, `refused`; None: not asked yet).
    """
    if line == LINE_OFF:
        return Refused("line_off")
    if rule == "forbidden":
        return Refused("forbidden")
    if caller == "refused":
        return Refused("caller_refused")
    if caller == "given":
        return Allowed("given")
    if rule == "one_party":
        return Allowed("one_party")
    if rule in ("announced", "required"):
        return Allowed("announced")
    return Refused("ask_caller")
