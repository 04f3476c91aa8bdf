"""A call in which a screener talks, for tests of the jobs that speak to the phone company."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.base.outbox import OutboxRow
from hotline.calls import connecting, service
from hotline.calls.models import Call, CallLeg
from tests.support.calls import Hotline, add_line, add_supervisor
from tests.support.telephones import PaperPhones
from workers import tools
from workers.job import Job, Work
from workers.steer_call import steer_call


@dataclass
class Scene:
    """A call in which a screener talks, and the phone company that knows of it."""

    database: Database
    equipment: tools.Tools
    phones: PaperPhones
    call_id: UUID
    ann: UUID

    @property
    def base(self) -> str:
        return self.equipment.settings.public_voice_url

    def does(self, job: Job = steer_call, attempt: int = 1) -> None:
        """Run a job about the call."""
        job.function(Work(str(self.call_id), attempt, self.equipment))

    def call(self) -> Call:
        with self.database.transaction() as session:
            return session.get_one(Call, self.call_id)

    def leg(self, kind: str) -> CallLeg:
        """The newest leg of a kind."""
        with self.database.transaction() as session:
            query = select(CallLeg).where(CallLeg.call_id == self.call_id, CallLeg.kind == kind)
            return session.scalars(query.order_by(CallLeg.created_at.desc(), CallLeg.id.desc())).first() or (
                CallLeg()
            )

    def joins(self, kind: str) -> None:
        """The newest leg of a kind is in the room."""
        with self.database.transaction() as session:
            connecting.join(session, self.call_id, self.leg(kind).id)

    def asked(self, name: str) -> list[tuple[str, ...]]:
        """What was asked of the phone company under that name."""
        return [request for request in self.phones.asked if request[0] == name]

    def jobs(self, name: str) -> list[OutboxRow]:
        with self.database.transaction() as session:
            query = select(OutboxRow).where(OutboxRow.job == name, OutboxRow.subject_id == str(self.call_id))
            return list(session.scalars(query.order_by(OutboxRow.id)))


@contextmanager
def a_talk(settings: Settings) -> Iterator[Scene]:
    """Ann talks with a caller."""
    phones = PaperPhones()
    equipment = replace(tools.make(settings), phone=phones)
    with equipment.database.transaction() as session:
        add_line(session)
        add_supervisor(session)
        hotline = Hotline(session)
        ann = hotline.screener("ann")
        call = hotline.talks(ann)
    yield Scene(equipment.database, equipment, phones, call.id, ann)
    equipment.database.dispose()
    equipment.bell.close()


def consulted(scene: Scene) -> UUID:
    """A colleague has accepted to come in."""
    with scene.database.transaction() as session:
        hotline = Hotline(session)
        ben = hotline.screener("ben")
        service.consult(session, scene.call_id, scene.ann, ben)
        service.accept_offer(session, hotline.offer(ben), ben)
    return ben
