"""Codes of the audit in words. A test compares the tables with what the code records."""

from __future__ import annotations

from hotline.web.shared.language import later

ACTIONS: dict[str, str] = {
    "audit:verified": later("Checked the chain of the audit"),
    "audit:viewed": later("Looked at the audit"),
    "call:accepted": later("Accepted a call"),
    "call:finished": later("Finished a call"),
    "call:hung_up": later("Ended a call"),
    "call:returned_to_line": later("Put a caller back at the front of the line"),
    "coverage:added": later("Added what a recipient covers"),
    "dispatch:acknowledged": later("Acknowledged a dispatch"),
    "dispatch:assigned": later("Assigned a report to a recipient"),
    "dispatch:chosen": later("Chose the recipient"),
    "dispatch:notice_sent": later("Sent a notice of a dispatch"),
    "dispatch:person_not_reached": later("Could not reach a person"),
    "dispatch:person_told": later("Told a person of a dispatch"),
    "dispatch:reassigned": later("Chose another recipient"),
    "dispatch:red": later("Turned red: nobody acknowledged"),
    "dispatch:taken_over": later("Took a dispatch over"),
    "dispatch:withdrawn": later("Withdrew a dispatch"),
    "field:saved": later("Saved a field"),
    "flag:lifted": later("Lifted the flag of a number"),
    "flag:set": later("Flagged the number of a call"),
    "flood_guard:off": later("Turned the flood guard off"),
    "flood_guard:on": later("Turned the flood guard on"),
    "item:closed": later("Settled a matter"),
    "item:notice_sent": later("Sent a notice of a matter"),
    "item:opened": later("Opened a matter for a person"),
    "item:passed_on": later("Passed a matter on to the next person"),
    "item:taken": later("Took a matter up"),
    "offer:declined": later("Declined a call"),
    "offer:timed_out": later("Did not answer an offered call"),
    "organization:added": later("Added a recipient"),
    "organization:deactivated": later("Closed a recipient"),
    "presence:available": later("Became available"),
    "presence:away": later("Was set to away"),
    "presence:offline": later("Went off duty"),
    "queue:moved": later("Moved a queue to another team"),
    "queue:taken_back": later("Took a queue back"),
    "report:begun": later("Began a report"),
    "report:closed_by_person": later("Closed a report without dispatch"),
    "report:decided": later("Decided a report by the rules"),
    "report:opened": later("Opened a report"),
    "report:submitted": later("Submitted a report"),
    "session:ended": later("Signed out"),
    "session:opened": later("Signed in"),
    "session:refused": later("Failed to sign in"),
    "user:added": later("Added an account"),
    "user:deactivated": later("Closed an account"),
    "user:staffing_set": later("Set a person's languages, skills and teams"),
    "vault:destroyed": later("Destroyed an identity"),
    "vault:revealed": later("Opened an identity"),
}
"""Action -> what somebody did."""

SUBJECTS: dict[str, str] = {
    "audit": later("Audit"),
    "call": later("Call"),
    "dispatch": later("Dispatch"),
    "line": later("Line"),
    "organization": later("Recipient"),
    "report": later("Report"),
    "team": later("Team"),
    "user": later("Account"),
    "vault_record": later("Identity"),
    "worklist_item": later("Matter"),
}
"""Kind of record -> its name."""

SYSTEM_PARTS: dict[str, str] = {
    "accounts": later("the accounts"),
    "assign_track": later("the rules"),
    "calls": later("call handling"),
    "deliver": later("sending of notices"),
    "dispatch": later("the dispatch desk"),
    "escalation": later("the clock"),
    "sweep": later("the clock of calls"),
    "tell_owner": later("telling of owners"),
    "worklist": later("the worklist"),
}
"""Parts of the system that act by themselves."""
