"""Codes of recording, transcript and consent in the words of the screens."""

from __future__ import annotations

from hotline.web.shared.language import gettext, later

RECORDING = {
    "asked": later("Recording is about to begin: the caller hears an announcement"),
    "on": later("This call is being recorded"),
    "paused": later("The recording is paused"),
    "stopped": later("The recording has ended"),
    "kept": later("The recording is kept"),
    "failed": later("The recording has failed"),
    "called_off": later("Not recorded"),
}

TRANSCRIPT = {
    "asked": later("The transcript is about to begin: the caller hears an announcement"),
    "on": later("The talk is being written down"),
    "stopped": later("The transcript has ended"),
    "failed": later("The transcript has failed"),
}

CONSENT = {
    "given": later("The caller agreed"),
    "refused": later("The caller said no: nothing is recorded, written down or listened to"),
}

FAILURES = {
    "recording_refused": later("The phone company can’t record this call."),
    "sound_absent": later("The phone company recorded no sound."),
    "sound_lost": later("The phone company lost the sound."),
    "sound_missing": later("The sound never became ready."),
    "sound_refused": later("The phone company does not hand out the sound."),
    "transcript_refused": later("The phone company can’t write this call down."),
    "transcript_error": later("The phone company stopped writing down."),
}

LISTENERS = {
    "listen": later("%(name)s (supervisor) listens to this call"),
    "whisper": later("%(name)s (supervisor) talks to you; the caller does not hear it"),
    "barge": later("%(name)s (supervisor) is on the call and everybody hears them"),
}
"""What a screener is told of a supervisor on the call."""

COMING = {
    "listen": later("%(name)s (supervisor) is about to listen to this call"),
    "whisper": later("%(name)s (supervisor) is about to talk to you"),
    "barge": later("%(name)s (supervisor) is about to join the call"),
}

TRACKS = {"caller": later("Caller"), "others": later("Others")}


def of_listener(name: str, mode: str, *, is_here: bool) -> str:
    """The sentence about a supervisor who listens, or is about to."""
    return gettext((LISTENERS if is_here else COMING)[mode], name=name)
