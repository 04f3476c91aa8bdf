"""The jobs that exist, by name. The core names a job; a worker process finds the function.

Each takes one argument, the id of the row that it is about, as text. A test proves that each path exists.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """`path` is the importable function, `queue` the RQ queue whose workers carry it out."""

    path: str
    queue: str


CALLS = "calls"
DISPATCH = "dispatch"
QUEUES = (CALLS, DISPATCH)

JOBS: dict[str, Job] = {
    "connect_call": Job("workers.connect_call.connect_call", CALLS),
    "steer_call": Job("workers.steer_call.steer_call", CALLS),
    "call_out": Job("workers.call_out.call_out", CALLS),
    "fetch_voicemail": Job("workers.fetch_voicemail.fetch_voicemail", CALLS),
    "end_call": Job("workers.end_call.end_call", CALLS),
    "check_call": Job("workers.check_call.check_call", CALLS),
    "ring_on_call": Job("workers.ring_on_call.ring_on_call", CALLS),
    "steer_recording": Job("workers.steer_recording.steer_recording", CALLS),
    "keep_recording": Job("workers.keep_recording.keep_recording", CALLS),
    "steer_transcript": Job("workers.steer_transcript.steer_transcript", CALLS),
    "steer_monitor": Job("workers.steer_monitor.steer_monitor", CALLS),
    "assign_track": Job("workers.assign_track.assign_track", DISPATCH),
    "match_priors": Job("workers.match_priors.match_priors", DISPATCH),
    "deliver": Job("workers.deliver.deliver", DISPATCH),
    "tell_owner": Job("workers.tell_owner.tell_owner", DISPATCH),
}
