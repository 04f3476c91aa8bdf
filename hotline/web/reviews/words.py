"""Codes of reviews in words. A test compares the tables with what the core knows."""

from __future__ import annotations

from hotline.web.shared.language import later
from hotline.web.shared.words import REVIEW_ACTS

KINDS = {
    "review_held": later("Waits for your agreement"),
    "needs_decision": later("The rules leave it to a person"),
    "review_owed": later("Review beside the response"),
    "returned_report": later("Its writer answers a question"),
}

STATES = {
    "open": later("Nobody has looked at it yet"),
    "half": later("The first of two people has agreed"),
    "proposed": later("A lesser response is proposed"),
    "approved": later("Agreed to"),
    "returned": later("Returned with a question"),
    "overridden": later("Another path was chosen"),
}

ACTS = REVIEW_ACTS

DONE = {
    "approved": later("You agreed to the decision."),
    "half": later("You agreed. A second person has to agree as well."),
    "returned": later("The report went back to its writer with your question."),
    "overridden": later("The other path holds now, and everybody it needs is told."),
    "proposed": later("Your proposal waits for a second person. Until then the response stays as it is."),
    "open": later("The proposal was refused. The decision stays as it is."),
    "taken": later("You take care of it."),
}
"""What the page says after an act, by the code in its address."""

REFUSALS = (
    later("Write what the writer is to find out or correct."),
    later("Say why, in your own words: it is kept with the report."),
    later("No review of this decision is owed."),
    later("You wrote this report: another supervisor has to review it."),
    later("A second person has to agree: you were the first."),
    later("This report has moved on since the page was shown. Reload it."),
    later("This matter is not settled here: its own page says who does it."),
)
"""What the core says from where the catalog does not look, so that it is found for translation."""
