"""Codes of calls, of their legs and of telephones, in the words of the console."""

from __future__ import annotations

from hotline.web.shared.language import later

LEG_KINDS = {
    "caller": later("Caller"),
    "screener": later("Screener"),
    "consult": later("Colleague"),
    "interpreter": later("Interpreter"),
    "law_enforcement": later("Law enforcement"),
    "party": later("Another number"),
    "supervisor": later("Supervisor"),
    "on_call": later("On call"),
}

LEG_STATES = {
    "wanted": later("is being called"),
    "dialing": later("is being called"),
    "ringing": later("it rings"),
    "answered": later("has answered"),
    "moving": later("is joining"),
    "in_room": later("on the call"),
    "closing": later("is leaving"),
    "ended": later("did not come"),
}

LEG_REASONS = {
    "busy": later("busy"),
    "no_answer": later("no answer"),
    "failed": later("the number can’t be reached"),
    "address_refused": later("the phone company refuses the number"),
    "leg_ended": later("hung up"),
    "not_reached": later("was not reached"),
}
"""Why somebody from outside did not come."""

MODES = {
    "listen": later("listens"),
    "whisper": later("speaks to you only"),
    "barge": later("speaks to everybody"),
}
"""How a supervisor takes part."""

CONSULTS = {
    "asked": later("%(name)s is being asked."),
    "coming": later("%(name)s is on the way."),
    "here": later("%(name)s is on the call. The caller hears neither of you."),
    "declined": later("%(name)s can’t come now."),
    "no_answer": later("%(name)s did not answer."),
    "failed": later("%(name)s could not be reached."),
    "left": later("%(name)s has left."),
}

PURPOSES = {
    "medical_help": later("Medical help"),
    "crisis_service": later("Crisis service"),
    "fire_or_rescue": later("Fire or rescue"),
    "school_or_child_care": later("School or child care"),
    "other_agency": later("Another agency"),
    "person_with_knowledge": later("Somebody who knows the family"),
    "other": later("Another reason"),
}
"""Why any other number is called into a call; the codes are those of `calls.parties.PURPOSES`."""

NUMBER_REASONS = {
    "line_cut": later("The line was cut, and I call back"),
    "send_help": later("Help must be sent to the caller"),
    "caller_asked": later("The caller wants to be sure that we have it"),
    "threat": later("A threat was spoken"),
}
"""Why somebody looks at a caller's whole number; the codes are those of `calls.revealing.REASONS`."""

OUTCOMES = {
    "answered": later("answered"),
    "abandoned": later("hung up before anybody answered"),
    "diverted": later("led on: callback, message or other help"),
}
"""What became of an earlier call of which nobody said what it was about."""

SERVES = {
    "serves_area": later("serves the child’s place"),
    "whole_jurisdiction": later("serves the whole county"),
    "other_area": later("serves another place"),
}

TELEPHONES = {
    "softphone": later("This browser"),
    "ring": later("The telephone of my account: it rings"),
    "desk": later("My ordinary telephone: it rings, and I press 1"),
}

FLAGS = {
    "silent": later("Silent calls from this number"),
    "hostile": later("Hostile calls from this number"),
    "prank": later("Prank calls from this number"),
}

NO_REPORT = {
    "information_and_referral": "f",
    "wrong_number": "w",
    "silent": "s",
    "prank": "k",
    "test_call": "t",
}
"""What a call without a report is most often about, with the key that closes it so."""
