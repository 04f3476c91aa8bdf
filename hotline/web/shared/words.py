"""Codes of the core in the words of the screens."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.web.shared.language import gettext, later

LANGUAGES = {"en": later("English"), "es": later("Spanish")}

LANES = {
    "danger": later("Danger right now"),
    "youth": later("Child or young person calling"),
    "mandated": later("Professional reporter"),
    "general": later("General"),
}

PRESENCES = {
    "offline": later("Not on duty"),
    "available": later("Available"),
    "offered": later("Call offered"),
    "on_call": later("On a call"),
    "wrap_up": later("Wrap-up"),
    "away": later("Away"),
}

AWAY_REASONS = {
    "break": later("Break"),
    "meal": later("Meal"),
    "training": later("Training"),
    "documentation": later("Finishing a report"),
    "supervision": later("Talk with a supervisor"),
    "technical": later("Technical trouble"),
    "other": later("Another reason"),
}
"""What a person chooses from; the codes are those of `calls.states.BREAKS`."""

SET_AWAY = {
    "missed_offer": later("you did not answer a call"),
    "silent": later("the console was not heard of"),
    "leg_lost": later("the connection to the telephone broke"),
    "gave_back": later("you gave a call back"),
    "after_call": later("after a call, by your own wish"),
}
"""Why the line itself set somebody away. Never offered as a choice."""

ABSENCES = {**AWAY_REASONS, **SET_AWAY}

DECLINE_REASONS = {
    "conflict_of_interest": later("I know the people"),
    "language": later("I don't speak the language well enough"),
    "not_ready": later("I can't take a call right now"),
    "technical": later("Technical trouble"),
}

DISPOSITIONS = {
    "report": later("Report of abuse or neglect"),
    "information_and_referral": later("Information and referral"),
    "law_enforcement_matter": later("Matter for the police"),
    "other_county": later("Belongs to another county"),
    "wrong_number": later("Wrong number"),
    "silent": later("Nobody spoke"),
    "prank": later("Prank"),
    "test_call": later("Test call"),
    "follow_up": later("About an earlier report"),
    "reached": later("We called, and spoke with them"),
    "not_reached": later("We called, and did not reach them"),
    "other_non_report": later("Something else, no report"),
}

REPORT_STATES = {
    "draft": later("Draft"),
    "submitted": later("Submitted, being decided"),
    "waiting": later("A person must decide"),
    "returned": later("Returned with a question"),
    "dispatched": later("Sent to the recipient"),
    "closed": later("Closed"),
    "dropped": later("Dropped: no report"),
}

CHANNELS = {
    "telephone": later("Call"),
    "walk_in": later("In person"),
    "letter": later("Letter"),
    "fax": later("Fax"),
    "online": later("Online"),
}
"""How a report came in."""

SEAL_EVENTS = {
    "sealed": later("sealed it"),
    "unsealed": later("lifted the seal"),
    "opened": later("opened it"),
}
"""What somebody gave a written reason for; codes of `reports.models.ReportReason.kind`."""

REVIEW_ACTS = {
    "approved": later("Agreed to the decision"),
    "confirmed": later("Agreed as the second person"),
    "returned": later("Returned it with a question"),
    "proposed": later("Proposed a lesser response"),
    "refused": later("Refused the proposal"),
    "overridden": later("Chose another path"),
    "taken": later("Took over the writing"),
}

PLACES = {
    "found": later("Area found"),
    "ambiguous": later("Several areas fit: ask for the neighborhood or the nearest crossing"),
    "unknown": later("Area not known yet"),
    "outside": later("Outside the county"),
}

PLACE_WARNINGS = {
    "town_not_recognised": later(
        "No town of this name is known here. It is saved as typed; a coordinator will look."
    ),
    "zip_malformed": later("The ZIP code doesn't have five digits. It is saved as typed."),
    "zip_unknown": later("No such ZIP code is known. It is saved as typed; ask for the town."),
    "zip_town_not_listed": later("The ZIP code's town is in no area of the county. Ask for the community."),
    "zip_disagrees": later("Town and ZIP code don't fit each other. Ask which is right."),
    "county_disagrees": later("Town and county don't fit each other. Ask which is right."),
    "counties_disagree": later("What is known of the place points to different counties."),
}
"""Evidence about an address that is worth a question to the caller."""

REFUSALS = (
    later("You are on a call."),
    later("Finish your last call first."),
    later("The caller has hung up, or the call went to somebody else."),
    later("The time to answer ran out: the call went to the next screener."),
    later("You declined this call."),
    later("This call has moved on."),
)
"""What the core says from a table, so that it is found for translation."""


def word(table: Mapping[str, str], code: str | None) -> str:
    """The words for `code`; a code that has none is shown as it is, so that nothing is hidden."""
    if code is None:
        return ""
    text = table.get(code)
    return code.replace("_", " ") if text is None else gettext(text)


def choices(table: Mapping[str, str], *but: str) -> list[tuple[str, str]]:
    """Code and words of every entry, for a list to choose from, `but` some."""
    return [(code, gettext(text)) for code, text in table.items() if code not in but]
