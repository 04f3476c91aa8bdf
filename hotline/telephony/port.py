"""What we ask of a phone company, and how it may refuse. One module per company translates its own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hotline.base.errors import HotlineError
from hotline.telephony.listening import ListeningCompany

LIVE = frozenset({"queued", "initiated", "ringing", "in-progress"})
"""States of a call that goes on; every other one is an end."""


class CallGone(HotlineError):
    """The call that was to be changed has ended, or was never there."""

    def __init__(self) -> None:
        super().__init__("The telephone call has ended.")


class TryAgain(HotlineError):
    """The phone company did not answer, was busy or broken: the same request may succeed later."""

    def __init__(self) -> None:
        super().__init__("The phone company does not answer at the moment.")


class Refused(HotlineError):
    """The phone company will never do this. `code` is its own number for the reason."""

    def __init__(self, code: int) -> None:
        super().__init__(f"The phone company refused the request (code {code}).")
        self.code = code


class MediaGone(HotlineError):
    """The phone company has no such recording: not yet, or not any more."""

    def __init__(self) -> None:
        super().__init__("The phone company has no such recording.")


class PhoneCompany(ListeningCompany, Protocol):
    """Each method raises TryAgain or Refused; those that change a call also CallGone."""

    def redirect_call(self, sid: str, url: str) -> None:
        """Let a live call go on with the document at `url`."""

    def dial(
        self, to: str, from_: str, url: str, status_callback: str, timeout: int, digits: str | None = None
    ) -> str:
        """Call `to` (E.164 or `client:<identity>`), ring for `timeout` seconds; the new call's sid.

        `digits` are keyed in once the call is answered (`w` waits half a second).
        """

    def end_call(self, sid: str) -> None:
        """End a call, ringing or talking."""

    def call_status(self, sid: str) -> str | None:
        """The state of a call in the phone company's words; None for a call that it does not know."""

    def live_calls_to(self, to: str) -> Sequence[str]:
        """Sids of calls that we placed to that address and that go on."""

    def participants(self, room: str) -> Sequence[str] | None:
        """Sids of the calls that are in a conference room now; None when no such room is open."""

    def change_participant(
        self,
        room: str,
        sid: str,
        *,
        muted: bool | None = None,
        held: bool | None = None,
        hold_url: str | None = None,
    ) -> None:
        """Mute or hold a call that is in a conference room, or take it back; None leaves it as it is.

        `hold_url`: the document that is heard on hold. Raises CallGone when the call is not in that room.
        """

    def remove_participant(self, room: str, sid: str) -> None:
        """Put a call out of a conference room: it goes on with what its own document says next."""

    def fetch_recording(self, sid: str) -> bytes:
        """The sound of a recording as MP3. Raises MediaGone when there is none (yet)."""

    def delete_recording(self, sid: str) -> None:
        """Let the phone company destroy its copy of a recording; one that is gone already is no fault."""
