"""The official JSON shape of calls, rooms, participants and queues (2010-04-01)."""

from datetime import UTC, datetime
from typing import Any

from ivr.simulator.clock import rfc2822
from ivr.simulator.conference import Participant, Room
from ivr.simulator.legs import Call
from ivr.simulator.numbers import formatted
from ivr.simulator.queues import CallQueue, Member

BOUGHT = datetime(2026, 1, 1, tzinfo=UTC)
"""When the account came by its numbers."""

# Events that are no state of the REST resource.
_STATUS = {"initiated": "queued"}


def base(account_sid: str) -> str:
    """The path that every resource of an account starts with."""
    return f"/2010-04-01/Accounts/{account_sid}"


def call_json(call: Call) -> dict[str, Any]:
    """A call."""
    uri = f"{base(call.account_sid)}/Calls/{call.sid}"
    subresources = (
        "notifications",
        "recordings",
        "payments",
        "events",
        "siprec",
        "streams",
        "transcriptions",
    )
    return {
        "account_sid": call.account_sid,
        "answered_by": None,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": rfc2822(call.created_at),
        "date_updated": rfc2822(call.updated_at),
        "direction": call.direction,
        "duration": str(call.seconds) if call.over else None,
        "end_time": rfc2822(call.ended_at),
        "forwarded_from": None,
        "from": call.from_,
        "from_formatted": formatted(call.from_),
        "group_sid": None,
        "parent_call_sid": call.parent_sid,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": rfc2822(call.answered_at or call.created_at) if call.status != "queued" else None,
        "status": _STATUS.get(call.status, call.status),
        "subresource_uris": {name: f"{uri}/{name.capitalize()}.json" for name in subresources},
        "to": call.to,
        "to_formatted": formatted(call.to),
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def conference_json(room: Room) -> dict[str, Any]:
    """A conference."""
    uri = f"{base(room.account_sid)}/Conferences/{room.sid}"
    return {
        "account_sid": room.account_sid,
        "api_version": "2010-04-01",
        "call_sid_ending_conference": room.ended_by_sid,
        "date_created": rfc2822(room.created_at),
        "date_updated": rfc2822(room.updated_at),
        "friendly_name": room.name,
        "reason_conference_ended": room.reason_ended,
        "region": "us1",
        "sid": room.sid,
        "status": room.status,
        "subresource_uris": {
            "participants": f"{uri}/Participants.json",
            "recordings": f"{uri}/Recordings.json",
        },
        "uri": f"{uri}.json",
    }


def participant_json(room: Room, participant: Participant) -> dict[str, Any]:
    """A participant of a conference."""
    entry, call = participant.entry, participant.call
    states = {"in-progress": "connected", "completed": "complete", "initiated": "connecting"}
    return {
        "account_sid": room.account_sid,
        "call_sid": call.sid,
        "call_sid_to_coach": entry.coaching,
        "coaching": entry.coaching is not None,
        "conference_sid": room.sid,
        "date_created": rfc2822(participant.joined_at),
        "date_updated": rfc2822(participant.joined_at),
        "end_conference_on_exit": entry.end_on_exit,
        "hold": participant.hold,
        "label": entry.label,
        "muted": participant.muted,
        "queue_time": "0",
        "start_conference_on_enter": entry.start_on_enter,
        "status": states.get(call.status, call.status if call.status in ("queued", "ringing") else "failed"),
        "uri": f"{base(room.account_sid)}/Conferences/{room.sid}/Participants/{call.sid}.json",
    }


def queue_json(queue: CallQueue) -> dict[str, Any]:
    """A queue."""
    uri = f"{base(queue.account_sid)}/Queues/{queue.sid}"
    return {
        "account_sid": queue.account_sid,
        "average_wait_time": queue.average_wait,
        "current_size": len(queue.members),
        "date_created": rfc2822(queue.created_at),
        "date_updated": rfc2822(queue.created_at),
        "friendly_name": queue.name,
        "max_size": queue.max_size,
        "sid": queue.sid,
        "uri": f"{uri}.json",
    }


def member_json(queue: CallQueue, member: Member) -> dict[str, Any]:
    """A waiting caller."""
    return {
        "call_sid": member.call.sid,
        "date_enqueued": rfc2822(member.at),
        "position": queue.members.index(member) + 1 if member in queue.members else 0,
        "queue_sid": queue.sid,
        "uri": f"{base(queue.account_sid)}/Queues/{queue.sid}/Members/{member.call.sid}.json",
        "wait_time": queue.waited(member),
    }


def page_json(name: str, items: list[dict[str, Any]], path: str, page: int, size: int) -> dict[str, Any]:
    """One page of a list, newest first. `path` ends with `?` and whatever narrows the list."""
    chosen = items[page * size : (page + 1) * size]
    more = len(items) > (page + 1) * size
    return {
        name: chosen,
        "end": page * size + max(len(chosen) - 1, 0),
        "first_page_uri": f"{path}PageSize={size}&Page=0",
        "next_page_uri": f"{path}PageSize={size}&Page={page + 1}" if more else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": f"{path}PageSize={size}&Page={page - 1}" if page else None,
        "start": page * size,
        "uri": f"{path}PageSize={size}&Page={page}",
    }
