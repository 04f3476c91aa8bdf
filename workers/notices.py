"""The words of the notices to staff. No story, no name of a family: where to look, and by when."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hotline.dispatch.assign import is_urgent
from hotline.policy.decision import Decision
from workers.channels.base import Notice

_DISPATCH = """\
{name},

a report waits for you: {reference}.

Response:        {priority}
Your part:       {part}
Acknowledge by:  {acknowledge_by}

Open it and acknowledge it here:
{link}

{turn}
This message says nothing about the family, and an answer to it reaches nobody.
"""

_FIRST = "If nobody acknowledges it by then, the next person of your team is told."
_NEXT = "You are told because nobody has acknowledged it so far."

_ITEM = """\
{name},

something waits for you on the {place}: {what}{reference}.{more}

Deal with it by:  {due}

Open the {place} and see to it:
{link}

If nobody takes it up within five minutes, the next person of the roster is told.
This message says nothing about the family, and an answer to it reaches nobody.
"""

ITEMS = {
    "place_not_served": "no recipient serves the place",
    "place_ambiguous": "the place is ambiguous",
    "place_unknown": "the place is not known",
    "place_outside": "the place lies outside the jurisdiction",
    "needs_decision": "the rules leave the decision to a person",
    "not_acknowledged": "nobody has acknowledged a dispatch in time",
    "nobody_on_duty": "a recipient has nobody on duty",
    "not_reached": "a recipient's person can't be reached by e-mail",
    "roster_empty": "a roster is empty",
    "job_failing": "a task of the system keeps failing",
    "abandoned_call": "a caller hung up before being helped",
    "unfinished_call": "a call ended without being finished",
    "call_unrecorded": "a call happened that the hotline knows nothing of",
    "caller_waits": "a caller waits and nobody is free",
    "on_call_unanswered": "nobody on call took a caller",
    "report_addition": "something new was added to a report",
    "unfinished_report": "a report was left unfinished",
    "voicemail": "a caller left a message",
    "callback_failed": "a caller could not be called back",
    "callback_late": "a callback lies too long",
    "paper_received": "a letter or a fax came in",
    "paper_left_lying": "a letter or a fax was taken up and not settled",
    "written_report_overdue": "a written report has not come",
    "recording_failed": "a call that had to be recorded was not",
    "review_held": "a report waits for a supervisor's review",
    "review_owed": "a decision is to be reviewed by a supervisor",
    "collateral": "somebody who was asked about a report has not answered",
    "returned_report": "a supervisor has a question about your report",
    "event_undigested": "news of a call could not be taken in",
    "online_report": "an online report waits for a screener",
    "online_danger": "an online report points to danger now",
}
"""Kinds of worklist items in the words of a notice; another kind is called `a matter for you`."""


def of_dispatch(
    *,
    key: str,
    to: str,
    name: str,
    reference: str,
    role: str,
    acknowledge_by: datetime,
    result: Decision,
    link: str,
    level: int,
) -> Notice:
    """The notice of a dispatch, its times in the zone of the jurisdiction."""
    priority = result.priority_name.en if result.priority_name else "No response clock"
    return Notice(
        key=key,
        to=to,
        subject=f"{'URGENT: ' if is_urgent(result) else ''}{reference} waits for your acknowledgement",
        text=_DISPATCH.format(
            name=name,
            reference=reference,
            priority=priority,
            part="you lead the response" if role == "lead" else "you join the county office",
            acknowledge_by=local(acknowledge_by, result.time_zone),
            link=link,
            turn=_FIRST if level == 0 else _NEXT,
        ),
    )


def of_item(
    *,
    key: str,
    to: str,
    name: str,
    kind: str,
    reference: str | None,
    due_at: datetime,
    zone: str,
    more: int,
    place: str,
    link: str,
) -> Notice:
    """The notice of a worklist item. `place`: the screen on which its owner finds it (`board` or `console`).

    `more`: how many others of its kind wait for the same person.
    """
    what = ITEMS.get(kind, "a matter for you")
    return Notice(
        key=key,
        to=to,
        subject=f"Waits for you: {what}{f' ({reference})' if reference else ''}",
        text=_ITEM.format(
            name=name,
            place=place,
            what=what,
            more=f"\n{more} more of its kind wait for you." if more else "",
            reference=f" ({reference})" if reference else "",
            due=local(due_at, zone),
            link=link,
        ),
    )


def local(moment: datetime, zone: str) -> str:
    """A time as people of the jurisdiction read it, for example `Mon 2 Mar 2026, 10:30 PST`."""
    there = moment.astimezone(ZoneInfo(zone))
    return f"{there:%a} {there.day} {there:%b %Y, %H:%M %Z}"
