"""From submitting a report to its first delivered message, beside the queue's own enqueue to start.

Both run on the same Redis and the same worker processes, in turn. A delivery means: rules applied, place looked
up, recipient chosen, rows committed, second job started, message taken by the mail server.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from redis import Redis
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from hotline.accounts import service as accounts
from hotline.accounts.service import SignedIn
from hotline.base import clock
from hotline.base.bell import Bell, queue_of
from hotline.base.config import Settings, load_settings
from hotline.base.database import Database
from hotline.base.errors import HotlineError
from hotline.base.jobs import DISPATCH
from hotline.base.outbox import backlog
from hotline.demo.day.people import Person
from hotline.reports import service as reports
from hotline.vault.service import Vault
from screening_forms.loader import load_forms
from scripts.bench.load import percentile

COUNT = 30
PATIENCE = 30.0
IDLE = 0.3
# An invented family in Delano; the rules send it to the area office and to a partner.
ANSWERS: dict[str, str | list[str]] = {
    "reporter/mandated": "no",
    "children/1/age": "7",
    "location/child_now": "home",
    "location/home_town": "Delano",
    "location/home_county": "kern",
    "allegations/1/types": ["general_neglect"],
    "narrative/story": "The kitchen has had no food for two days; the mother asks for help.",
    "decision/immediate_danger": "no",
    "decision/without_caregiver": "no",
    "decision/caregiver_impaired": "no",
    "decision/injury_unexplained": "no",
    "decision/suspect_is_caregiver": "yes",
    "decision/meets_definition": "yes",
    "decision/risk": "low",
    "decision/services_likely": "yes",
    "decision/domestic_violence": "no",
    "decision/indian_child": "no",
    "decision/csec": "no",
}
FIRST_DELIVERY = """
SELECT extract(epoch FROM min(deliveries.sent_at) - reports.submitted_at) * 1000
FROM reports
JOIN track_decisions ON track_decisions.report_id = reports.id
JOIN dispatches ON dispatches.decision_id = track_decisions.id
JOIN deliveries ON deliveries.dispatch_id = dispatches.id
WHERE deliveries.channel = 'email' AND reports.reference = ANY(%s)
GROUP BY reports.id, reports.submitted_at
HAVING min(deliveries.sent_at) IS NOT NULL
"""


@dataclass(frozen=True)
class Delays:
    """Milliseconds."""

    p50: float
    p95: float


def delays(values: Sequence[float]) -> Delays:
    """Median and 95th percentile of measured milliseconds: thirty values can't tell more."""
    return Delays(percentile(values, 0.50), percentile(values, 0.95))


def measure(settings: Mapping[str, str], people: Sequence[Person]) -> tuple[Delays, Delays]:
    """(submit to delivered, enqueue to start). HotlineError when something is not delivered in time."""
    loaded = load_settings(settings)
    database = Database(loaded.database_url)
    bell = Bell(loaded.redis_url)
    bell.ring_after_commit(database)
    screener = next(person for person in people if person.role == "screener")
    delivered, started = list[float](), list[float]()
    try:
        with Redis.from_url(loaded.redis_url) as redis:
            for number in range(COUNT + 1):
                _wait_until_idle(database)
                pair = _submit_and_wait(database, loaded, screener), _ring_and_wait(database, redis)
                # The first of each finds everything cold, and is not counted.
                if number:
                    delivered.append(pair[0])
                    started.append(pair[1])
    finally:
        bell.close()
        database.dispose()
    return delays(delivered), delays(started)


def _submit_and_wait(database: Database, settings: Settings, screener: Person) -> float:
    vault, forms = Vault(settings.vault_keys, settings.hash_key), load_forms()
    with database.transaction() as session:
        person = _person(session, screener)
        report = reports.begin(
            session,
            vault,
            forms,
            person,
            jurisdiction="kern",
            form_id="california-report",
            received_at=clock.now(),
        )
        for path, answer in ANSWERS.items():
            reports.save(session, vault, forms, report.id, path, answer, person, 0)
        report_id, reference = report.id, report.reference
    with database.transaction() as session:
        problems = reports.submit(session, vault, forms, report_id, _person(session, screener))
    if any(problem.blocking for problem in problems):
        raise HotlineError("The benchmark's report is not complete any more: see ANSWERS in scripts/bench.")
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            row = connection.execute(FIRST_DELIVERY, [[reference]]).fetchone()
            if row:
                return float(row[0])
            time.sleep(0.02)
    raise HotlineError(f"{reference} was not delivered within {PATIENCE:.0f} s.")


def _wait_until_idle(database: Database) -> None:
    """Return once all work is done and the workers have had a moment to come back to their queues."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with database.transaction() as session:
            waiting, _ = backlog(session)
        if not waiting:
            time.sleep(IDLE)
            return
        time.sleep(0.02)
    raise HotlineError(f"The workers were not idle within {PATIENCE:.0f} s.")


def _person(session: Session, screener: Person) -> SignedIn:
    token = accounts.sign_in(session, screener.email, screener.password, "en")
    person = accounts.who(session, token) if token else None
    if person is None:
        raise HotlineError("The demonstration's screener can't sign in.")
    return person


def _ring_and_wait(database: Database, redis: Redis) -> float:
    """Enqueue a job that does nothing for a worker that is idle; milliseconds until it was started."""
    _wait_until_idle(database)
    job: Job = queue_of(redis, DISPATCH).enqueue("time.time", description="nothing", result_ttl=60)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        job = Job.fetch(job.id, connection=redis, serializer=JSONSerializer)
        if job.started_at and job.enqueued_at:
            return (job.started_at - job.enqueued_at).total_seconds() * 1000
        time.sleep(0.005)
    raise HotlineError("No worker started a job of the queue.")
