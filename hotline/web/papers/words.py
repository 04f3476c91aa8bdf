"""Codes of papers and written reports in words. A test compares the tables with what the core knows."""

from __future__ import annotations

from hotline.web.shared.language import later

OUTCOMES = {
    "report_begun": later("A report was begun from it"),
    "written_report": later("It is the written report of a call"),
    "added_to_report": later("It was added to a known report"),
    "no_report_needed": later("Read, no report is needed"),
    "unreadable": later("It can't be read, and the sender was asked for it again"),
    "not_for_us": later("Not meant for us, and handed on"),
}

WAIVERS = {
    "not_mandated": later("The reporter is not mandated after all"),
    "one_report_for_several": later("One of several reporters has sent it for all"),
    "sent_to_other_agency": later("It was sent to another agency, which has it"),
    "reporter_refuses": later("The reporter was asked and refuses"),
    "reporter_not_reached": later("The reporter can't be reached"),
    "other_reason": later("Another reason"),
}

FITS = {
    "reference": later("same reference"),
    "reporter_phone": later("same telephone of the reporter"),
    "reporter_name": later("same name of the reporter"),
    "part_of_reporter_name": later("a part of the reporter's name is the same"),
    "child": later("a child's name is alike"),
}
"""Why a paper may belong to a call."""

CHANNELS = ("letter", "fax", "walk_in", "online")
"""How a written report may come."""
