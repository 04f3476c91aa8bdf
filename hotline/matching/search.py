"""Finding people of earlier reports: by keys that they share and, when that is not enough, by likeness of the name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Row, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.geography.addresses import Address
from hotline.matching import normalise
from hotline.matching.normalise import Person
from hotline.matching.people import make_person
from hotline.matching.score import LIST_FROM, Frequencies, Reason, Scored, compare

ENOUGH = 60
"""A score from which the search by likeness of names is not needed any more."""

_MOST_COMPARED = 400
_ALIKE = "0.45"
_STATISTICS_HOLD = timedelta(minutes=10)

_FIELDS = """p.id, p.report_id, p.entry, p.role, p.name, p.first, p.last, p.birth, p.year_from, p.year_to, p.sex,
    p.house, p.street, p.town, p.zip, p.school, p.phone"""
_NOT_THIS = "(cast(:but as uuid) is null or p.report_id <> cast(:but as uuid))"
# The people first and then their reports: of both together the planner expects far more rows than there are.
_WITH_REPORT = """
    select p.*, r.restriction is not null as sealed, c.caller_hash from found p
    join reports r on r.id = p.report_id left join calls c on c.id = r.call_id where r.state <> 'dropped'
"""
_BY_KEYS = text(f"""
    with found as materialized (
        select {_FIELDS} from report_people p where p.keys && cast(:keys as integer[]) and {_NOT_THIS}
        order by (p.birth is not distinct from cast(:birth as text))::int
            + (p.zip is not distinct from cast(:zip as text))::int
            + (p.first && cast(:first as text[]))::int + (p.last && cast(:last as text[]))::int desc, p.id desc
        limit :most
    ) {_WITH_REPORT}
""")  # noqa: S608
_BY_LIKENESS = text(f"""
    with found as materialized (
        select {_FIELDS} from report_people p where p.searched % cast(:name as text) and {_NOT_THIS}
            and similarity(p.searched, cast(:name as text)) >= {_ALIKE}
        order by similarity(p.searched, cast(:name as text)) desc, p.id desc limit :most
    ) {_WITH_REPORT}
""")  # noqa: S608
_BY_CALLER = text(f"""
    with found as materialized (
        select {_FIELDS} from calls c join reports r on r.call_id = c.id join report_people p on p.report_id = r.id
        where c.caller_hash = cast(:call as text) and {_NOT_THIS} order by r.received_at desc limit :most
    ) {_WITH_REPORT}
""")  # noqa: S608
# The planner expects one row in a hundred to share a key, and would rather read the whole table.
_BY_INDEX = text(
    "select set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),"
    " set_config('pg_trgm.similarity_threshold', :alike, true)"
)
_AS_USUAL = text(
    "set local enable_seqscan to default; set local jit to default;"
    " set local pg_trgm.similarity_threshold to default"
)
_SHARES = text("""
    select attname, most_common_elems::text::text[] as parts, most_common_elem_freqs as shares from pg_stats
    where schemaname = any(current_schemas(false)) and tablename = 'report_people' and attname in ('first', 'last')
""")


@dataclass(frozen=True)
class Query:
    """Who is looked for, as typed; everything may be missing.

    `names` is a name in one piece, for a box that does not tell first from last. `birth` is `YYYY[-MM[-DD]]`.
    `phone` and `call` are keyed hashes (`Vault.fingerprint`): of a number of the person, and of this call's number.
    """

    first: str = ""
    last: str = ""
    names: str = ""
    birth: str = ""
    age: int | None = None
    age_estimated: bool = False
    sex: str = ""
    address: Address | None = None
    school: str = ""
    phone: str = ""
    call: str = ""

    def person(self, on: date) -> Person:
        """The same, normalised. `on` is the day on which the age is true."""
        first, _, rest = self.names.strip().partition(" ")
        return make_person(
            first=self.first or first,
            last=self.last or rest,
            birth=self.birth,
            age=self.age,
            estimated=self.age_estimated,
            on=on,
            sex=self.sex,
            address=self.address,
            school=self.school,
            phone=self.phone,
        )


@dataclass(frozen=True)
class Candidate:
    """Somebody of another report who may be the person that is looked for.

    Of a sealed report neither name nor birth nor reasons are told: only that it is there.
    """

    person_id: UUID
    report_id: UUID
    entry: str
    role: str
    name: str
    birth: str
    score: int
    bits: float
    reasons: tuple[Reason, ...]
    sealed: bool


def candidates(
    session: Session, query: Query, limit: int = 10, exclude_report: UUID | None = None
) -> list[Candidate]:
    """Who of all reports is most like the person looked for, the likeliest first, at most `limit`."""
    return find(session, query.person(clock.now().date()), query.call, limit, exclude_report)


def find(
    session: Session, person: Person, call: str = "", limit: int = 10, exclude_report: UUID | None = None
) -> list[Candidate]:
    """The same for somebody who is normalised already. `call` is the keyed hash of this call's number, or empty."""
    known = frequencies(session)
    best: dict[UUID, Candidate] = {}

    def take(rows: Iterable[Row[Any]]) -> None:
        for row in rows:
            if row.id not in best:
                same_caller = bool(call) and row.caller_hash == call
                best[row.id] = _candidate(row, compare(person, stored(row), known, same_caller=same_caller))

    but = {"but": exclude_report, "most": _MOST_COMPARED}
    with _by_index(session):
        if keys := sorted(normalise.asked(person)):
            near = {"birth": person.birth, "zip": person.zip}
            names = {"first": list(person.first), "last": list(person.last)}
            take(session.execute(_BY_KEYS, {"keys": keys, **near, **names, **but}))
        if call:
            take(session.execute(_BY_CALLER, {"call": call, **but}))
        if len(person.searched) > 4 and max((one.score for one in best.values()), default=0) < ENOUGH:
            take(session.execute(_BY_LIKENESS, {"name": person.searched, **but, "most": 50}))
    listed = sorted(best.values(), key=lambda one: (-one.bits, str(one.person_id)))
    return [one for one in listed if one.score >= LIST_FROM][:limit]


def stored(row: Row[Any]) -> Person:
    """The person of a row of `report_people`."""
    years = None if row.year_from is None else (row.year_from, row.year_to)
    return Person(
        tuple(row.first),
        tuple(row.last),
        row.birth or "",
        years,
        row.sex or "",
        row.house or "",
        row.street or "",
        row.town or "",
        row.zip or "",
        row.school or "",
        row.phone or "",
    )


def columns(person: Person) -> dict[str, Any]:
    """A person as the columns of `report_people`."""
    years = person.years or (None, None)
    return {
        "searched": person.searched,
        "first": list(person.first),
        "last": list(person.last),
        "birth": person.birth or None,
        "year_from": years[0],
        "year_to": years[1],
        "sex": person.sex or None,
        "house": person.house or None,
        "street": person.street or None,
        "town": person.town or None,
        "zip": person.zip or None,
        "school": person.school or None,
        "phone": person.phone or None,
        "keys": sorted(normalise.keys(person)),
    }


@contextmanager
def _by_index(session: Session) -> Iterator[None]:
    """Have what is asked for in the block found by index, whatever the planner expects."""
    session.execute(_BY_INDEX, {"alike": _ALIKE})
    yield
    session.execute(_AS_USUAL)


_read: WeakKeyDictionary[Engine, tuple[datetime, Frequencies]] = WeakKeyDictionary()


def frequencies(session: Session) -> Frequencies:
    """How common names are among the people of this installation: what the server's own statistics say.

    They are read anew after ten minutes. Without statistics every name counts as moderately rare.
    """
    bind = session.get_bind()
    engine = bind.engine if isinstance(bind, Connection) else bind
    at, known = _read.get(engine, (None, None))
    now = clock.now()
    if known is None or at is None or not timedelta() <= now - at < _STATISTICS_HOLD:
        known = _frequencies(session.execute(_SHARES).all())
        _read[engine] = now, known
    return known


def _frequencies(rows: Sequence[Row[Any]]) -> Frequencies:
    shares: dict[str, Mapping[str, float]] = {"first": {}, "last": {}}
    for row in rows:
        # After the shares of the parts stand their least and greatest, and that of no part at all.
        shares[row.attname] = dict(zip(row.parts or (), row.shares or (), strict=False))
    listed = [share for side in shares.values() for share in side.values()]
    rest = min(Frequencies.rest, min(listed) / 2) if listed else Frequencies.rest
    return Frequencies(shares["first"], shares["last"], rest)


def _candidate(row: Row[Any], result: Scored) -> Candidate:
    hidden = row.sealed
    return Candidate(
        person_id=row.id,
        report_id=row.report_id,
        entry=row.entry,
        role=row.role,
        name="" if hidden else row.name,
        birth="" if hidden else row.birth or "",
        score=result.score,
        bits=result.bits,
        reasons=() if hidden else result.reasons,
        sealed=hidden,
    )
