"""Codes of callbacks, messages and placed calls in words. A test compares the tables with what the core knows."""

from __future__ import annotations

from hotline.web.shared.language import later

ORIGINS = {
    "queue": later("Asked for it while waiting"),
    "abandoned": later("Hung up before anybody answered"),
    "voicemail": later("Left a message"),
}

STATES = {
    "waiting": later("Waits for its time"),
    "in_line": later("In line, goes to the next free screener"),
    "with_person": later("A person decides"),
}

SAFETY = {
    True: later("The caller said that it is safe to call."),
    False: later("Not safe: nobody calls."),
    None: later("Nobody asked whether it is safe. Say nothing of the hotline before you know who answers."),
}

CLOSE_REASONS = {
    "reached_otherwise": later("Reached them in another way"),
    "not_safe": later("Not safe to call back"),
    "not_reached": later("Could not be reached"),
    "wrong_number": later("Wrong number"),
    "no_longer_needed": later("No longer needed"),
}

RESULTS = {
    "report_begun": later("Began a report from it"),
    "called_back": later("Called back"),
    "report_known": later("It belongs to a known report"),
    "no_report_needed": later("Heard it, no report is needed"),
    "not_understood": later("Heard it, it can't be understood"),
}

MESSAGE_STATES = {
    "left": later("The sound is on its way"),
    "missing": later("The sound did not come"),
    "kept": later("Not heard yet"),
    "heard": later("Heard"),
}

PURPOSES = {
    "report_follow_up": later("A question about a report"),
    "mandated_reporter": later("A professional reporter"),
    "law_enforcement": later("Law enforcement"),
    "partner_agency": later("A partner agency"),
    "family": later("The family"),
    "test_call": later("Test call"),
    "other": later("Another reason"),
}
