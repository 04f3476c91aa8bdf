"""A small Kern County for tests: areas of the real pack, a few invented recipients, and reports to be decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.accounts.service import SignedIn
from hotline.audit.record import Actor
from hotline.base import clock
from hotline.base.crypto import Keyring, decode_key
from hotline.base.ids import new_id
from hotline.dispatch.models import TrackDecision
from hotline.dispatch.track import decide_report
from hotline.geography.service import load_areas
from hotline.partners import service as partners
from hotline.policy.loader import load_packs
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.rosters import service as rosters
from hotline.vault.service import Vault
from screening_forms.loader import load_forms
from tests.support.settings import HASH_KEY, VAULT_KEYS

PACKS = load_packs()
FORMS = load_forms()
VAULT = Vault(Keyring.parse(VAULT_KEYS), decode_key(HASH_KEY, "HOTLINE_HASH_KEY"))
BEFORE_ALL = datetime(2020, 1, 1, tzinfo=UTC)
TEST = Actor.system("test")

CALM: dict[str, str | list[str]] = {
    "narrative/story": "A neighbor called about the children.",
    "location/child_now": "home",
    "location/home_county": "kern",
    "children/1/age": "9",
    "allegations/1/types": ["general_neglect"],
    "decision/immediate_danger": "no",
    "decision/without_caregiver": "no",
    "decision/caregiver_impaired": "no",
    "decision/injury_unexplained": "no",
    "decision/suspect_is_caregiver": "yes",
    "decision/caregiver_protects": "no",
    "decision/domestic_violence": "no",
    "decision/indian_child": "no",
    "decision/csec": "no",
}
"""Every question that decides, answered so that nothing presses."""

PATH_1 = CALM | {"decision/meets_definition": "no", "decision/risk": "low", "decision/services_likely": "yes"}
PATH_2 = CALM | {
    "decision/meets_definition": "yes",
    "decision/risk": "moderate",
    "decision/services_likely": "yes",
}
PATH_3 = CALM | {
    "decision/meets_definition": "yes",
    "decision/risk": "high",
    "decision/services_likely": "no",
}
EMERGENCY = PATH_3 | {"decision/immediate_danger": "yes"}


FOLLOW = ("assign_track", "match_priors")
"""The jobs that follow when a report is submitted."""


@dataclass(frozen=True)
class Kern:
    """Who is there. Ladders in the order of telling."""

    screener: SignedIn
    supervisor: SignedIn
    coordinators: tuple[SignedIn, ...]
    office_id: UUID
    office: tuple[SignedIn, ...]
    lamont_id: UUID
    lamont: tuple[SignedIn, ...]
    shafter_id: UUID
    shafter: tuple[SignedIn, ...]


def person(session: Session, name: str, role: str, organization_id: UUID | None = None) -> SignedIn:
    """An account that nobody can sign in to, and the person behind it."""
    user = User(
        id=new_id(),
        email=f"{name}@{role.replace('_', '-')}.test",
        name=name.capitalize(),
        password_hash="none",
        roles=[role],
        organization_id=organization_id,
        languages=["en"],
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    return SignedIn(user.id, user.name, (role,), organization_id, "en", "form-token")


def on_ladder(session: Session, team: str, people: Iterable[SignedIn]) -> None:
    """Put people on a team's ladder in this order."""
    for position, one in enumerate(people, start=1):
        rosters.add(session, team, one.user_id, position, BEFORE_ALL)


def organization(
    session: Session, code: str, kind: str, covers: Iterable[tuple[str, str | None]], names: Iterable[str]
) -> tuple[UUID, tuple[SignedIn, ...]]:
    """A recipient with what it covers (service, area) and its ladder."""
    organization_id = partners.add_organization(
        session, TEST, jurisdiction="kern", code=code, name=code.capitalize(), kind=kind
    )
    for service, area in covers:
        partners.add_coverage(session, TEST, organization_id, service=service, area_code=area)
    role = "area_office" if kind == "area_office" else "partner"
    people = tuple(person(session, name, role, organization_id) for name in names)
    on_ladder(session, rosters.organization(organization_id), people)
    return organization_id, people


def build(session: Session) -> Kern:
    """The county, empty of reports."""
    load_areas(session, PACKS, "kern")
    supervisor = person(session, "vera", "supervisor")
    coordinators = (person(session, "cole", "coordinator"), person(session, "dora", "coordinator"))
    on_ladder(session, rosters.supervisors("kern"), [supervisor])
    on_ladder(session, rosters.coordinators("kern"), coordinators)
    office_id, office = organization(
        session,
        "office",
        "area_office",
        [("emergency_response", None), ("er_domestic_violence", None)],
        ("olga", "noah", "ruth"),
    )
    lamont_id, lamont = organization(
        session, "lamont", "partner", [("path_1", "lamont"), ("path_2", "lamont")], ("ines", "hank")
    )
    shafter_id, shafter = organization(
        session, "shafter", "partner", [("path_2", "shafter")], ("elena", "grant")
    )
    return Kern(
        screener=person(session, "ana", "screener"),
        supervisor=supervisor,
        coordinators=coordinators,
        office_id=office_id,
        office=office,
        lamont_id=lamont_id,
        lamont=lamont,
        shafter_id=shafter_id,
        shafter=shafter,
    )


def submitted(
    session: Session, kern: Kern, answers: dict[str, str | list[str]], *, received_at: datetime | None = None
) -> Report:
    """A report with these answers, handed in."""
    report = reports.begin(
        session,
        VAULT,
        FORMS,
        kern.screener,
        jurisdiction="kern",
        form_id="california-report",
        received_at=received_at or clock.now(),
    )
    for path, value in answers.items():
        reports.save(session, VAULT, FORMS, report.id, path, value, kern.screener, 0)
    problems = reports.submit(session, VAULT, FORMS, report.id, kern.screener)
    assert not [problem for problem in problems if problem.blocking], problems
    return report


def decided(
    session: Session,
    kern: Kern,
    answers: dict[str, str | list[str]],
    *,
    town: str = "",
    received_at: datetime | None = None,
) -> TrackDecision:
    """A report with these answers and this home town, handed in and decided."""
    given = answers | ({"location/home_town": town} if town else {})
    report = submitted(session, kern, given, received_at=received_at)
    return decide_report(session, VAULT, FORMS, PACKS, report.id)
