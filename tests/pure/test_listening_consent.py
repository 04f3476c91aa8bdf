"""Who may listen: line, law and caller, in every combination, and the moves of a recording."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from hotline.policy.consent import Allowed, Refused, may
from hotline.policy.loader import load_packs
from hotline.policy.telephone import Consent, Permission
from hotline.recordings.states import RECORDING, RUNNING, TRANSCRIPTION, target

LINES = ("off", "on_request", "always", "on")
RULES: tuple[Permission | None, ...] = (*get_args(Permission), None)
CALLERS = (None, "given", "refused")


@pytest.mark.parametrize(("line", "rule", "caller"), list(product(LINES, RULES, CALLERS)))
def test_each_of_the_three_can_refuse_alone_and_nobody_can_overrule(
    line: str, rule: Permission | None, caller: str | None
) -> None:
    answer = may(line, rule, caller)
    if line == "off":
        assert answer == Refused("line_off")
    elif rule == "forbidden":
        assert answer == Refused("forbidden")
    elif caller == "refused":
        assert answer == Refused("caller_refused")
    elif caller == "given":
        assert answer == Allowed("given")
    elif rule in ("all_party", None):
        assert answer == Refused("ask_caller")
    else:
        assert answer == Allowed("one_party" if rule == "one_party" else "announced")


@pytest.mark.parametrize(("code", "announced"), [("given", True), ("announced", True), ("one_party", False)])
def test_everybody_hears_of_it_unless_one_sides_word_is_enough(code: str, announced: bool) -> None:
    assert Allowed(code).is_announced is announced


def test_a_pack_that_is_silent_permits_nothing_without_the_caller() -> None:
    assert Consent().of("recording") is None
    assert may("always", None, None) == Refused("ask_caller")


def test_every_kern_pack_asks_for_everybodys_consent_to_be_verified_with_the_agency() -> None:
    for pack in load_packs().versions("kern"):
        consent = pack.rules.telephone.consent
        for rule in (consent.recording, consent.transcription, consent.monitoring):
            assert rule is not None
            assert (rule.rule, rule.confidence) == ("all_party", "B")
            assert "verify with the agency" in rule.source


STATES = ("waiting", "connecting", "talking", "ended")


@pytest.mark.parametrize(
    ("wanted", "call", "held"), list(product(("on", "paused", "stopped"), STATES, (False, True)))
)
def test_nothing_is_recorded_unless_it_is_wanted_and_somebody_talks_with_the_caller(
    wanted: str, call: str, held: bool
) -> None:
    found = target(wanted, call, caller_held=held)
    assert (found == "on") == (wanted == "on" and call == "talking" and not held)
    assert (found == "stopped") == (wanted == "stopped" or call == "ended")


@pytest.mark.parametrize("state", sorted(RUNNING))
def test_whatever_runs_can_end_and_can_fail(state: str) -> None:
    assert RECORDING.next(state, "ended") == "stopped"
    assert RECORDING.next(state, "failed") == "failed"


def test_what_is_kept_is_never_opened_again() -> None:
    assert RECORDING.is_end("kept")
    assert TRANSCRIPTION.is_end("stopped") and TRANSCRIPTION.is_end("failed")
