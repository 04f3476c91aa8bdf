"""The demonstration's invented agency, written into the database from agency.yaml. Loading again changes nothing."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts import passwords
from hotline.accounts.models import User
from hotline.accounts.service import add_user
from hotline.audit.record import Actor
from hotline.base.config import load_settings
from hotline.base.database import Database
from hotline.base.errors import ConfigurationError
from hotline.base.ids import new_id
from hotline.contacts import service as contacts
from hotline.contacts.models import Contact
from hotline.geography.service import load_areas
from hotline.lines.models import Line
from hotline.partners import queries as partner_queries
from hotline.partners import service as partners
from hotline.partners.directory import put as put_service
from hotline.partners.models import Organization
from hotline.policy.loader import Shelf, load_packs
from hotline.rosters import service as rosters
from hotline.rosters.models import RosterEntry
from hotline.vault.service import Vault

AGENCY = Path(__file__).with_name("agency.yaml")
SIGN_INS = "signins.json"
ON_DUTY_SINCE = datetime(2026, 1, 1, tzinfo=UTC)

_ACTOR = Actor.system("demo")
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


@dataclass(frozen=True)
class SignIn:
    """How somebody of the agency signs in."""

    name: str
    role: str
    email: str
    password: str


def load(database: Database, packs: Shelf, vault: Vault, directory: Path) -> list[SignIn]:
    """Load areas, line, contacts, the directory of help, recipients, people and rosters.

    Answers with everybody's sign-in, which is also kept in `directory`/signins.json.

    Passwords are drawn once and stay: a second loading reads them from that file (mode 0600). When the file is
    gone, everybody gets a new one.
    """
    agency = yaml.safe_load(AGENCY.read_text(encoding="utf-8"))
    known = _remembered(directory / SIGN_INS)
    people = [*agency["people"], *(one for body in agency["organizations"] for one in body["people"])]
    sign_ins = [
        SignIn(one["name"], one["role"], one["email"], known.get(one["email"]) or new_password())
        for one in people
    ]
    # Written first: a password that is in the database and nowhere else would lock its person out.
    _remember(directory / SIGN_INS, sign_ins)
    by_email = {one.email: one for one in sign_ins}
    with database.transaction() as session:
        jurisdiction = agency["jurisdiction"]
        load_areas(session, packs, jurisdiction)
        _load_line(session, jurisdiction, agency["line"])
        _load_contacts(session, vault, jurisdiction, agency["contacts"])
        own = {one["key"]: _load_person(session, one, None, by_email, known) for one in agency["people"]}
        for team, keys in agency["teams"].items():
            _load_roster(session, f"{team}:{jurisdiction}", [own[key] for key in keys])
        for entry in agency["directory"]:
            put_service(session, _ACTOR, jurisdiction=jurisdiction, **entry)
        for body in agency["organizations"]:
            organization_id = _load_organization(session, jurisdiction, body)
            ladder = [_load_person(session, one, organization_id, by_email, known) for one in body["people"]]
            _load_roster(session, rosters.organization(organization_id), ladder)
    return sign_ins


def new_password() -> str:
    """A password that can be read out and typed, of about 46 random bits."""
    syllables = ["".join(map(secrets.choice, (_CONSONANTS, _VOWELS))) for _ in range(6)]
    words = ["".join(syllables[at : at + 2]) for at in range(0, 6, 2)]
    return "-".join([*words, f"{secrets.randbelow(1000):03d}"])


def _load_line(session: Session, jurisdiction: str, given: dict[str, Any]) -> None:
    if session.scalar(select(Line.id).where(Line.number == given["number"])) is None:
        session.add(
            Line(
                id=new_id(),
                number=given["number"],
                name=given["name"],
                jurisdiction=jurisdiction,
                languages=given["languages"],
                time_zone=given["time_zone"],
                backup_numbers=given["backup_numbers"],
            )
        )


def _load_contacts(
    session: Session, vault: Vault, jurisdiction: str, given: dict[str, list[dict[str, Any]]]
) -> None:
    if session.scalar(select(Contact.id).where(Contact.jurisdiction == jurisdiction).limit(1)) is not None:
        return
    for kind, ones in (("interpreter", given["interpreters"]), ("law_enforcement", given["law_enforcement"])):
        for position, one in enumerate(ones, start=1):
            for area in one.get("areas", [None]):
                contacts.add(
                    session,
                    vault,
                    _ACTOR,
                    jurisdiction=jurisdiction,
                    kind=kind,
                    name=one["name"],
                    number=one["number"],
                    language=one.get("language"),
                    area=area,
                    pin=one.get("pin"),
                    position=position,
                )


def _load_person(
    session: Session,
    given: dict[str, Any],
    organization_id: UUID | None,
    sign_ins: dict[str, SignIn],
    known: dict[str, str],
) -> UUID:
    email = given["email"]
    user = session.scalar(select(User).where(User.email == email))
    if user is None:
        screener = given["role"] == "screener"
        user_id = add_user(
            session,
            email=email,
            name=given["name"],
            password=sign_ins[email].password,
            roles=[given["role"]],
            organization_id=organization_id,
            languages=given.get("languages", ["en"]),
            phone_address=f"client:{given['key']}" if screener else None,
        )
        session.get_one(User, user_id).desk_number = given.get("desk")
        return user_id
    if email not in known:
        user.password_hash = passwords.hash_password(sign_ins[email].password)
    return user.id


def _load_organization(session: Session, jurisdiction: str, given: dict[str, Any]) -> UUID:
    found: Organization | None = partner_queries.by_code(session, jurisdiction, given["code"])
    if found is not None:
        return found.id
    organization_id = partners.add_organization(
        session,
        _ACTOR,
        jurisdiction=jurisdiction,
        code=given["code"],
        name=given["name"],
        kind=given["kind"],
        languages=given.get("languages", ["en"]),
    )
    for cover in given["covers"]:
        for area in cover.get("areas", [None]):
            partners.add_coverage(session, _ACTOR, organization_id, service=cover["service"], area_code=area)
    return organization_id


def _load_roster(session: Session, team: str, people: Sequence[UUID]) -> None:
    present = set(session.scalars(select(RosterEntry.user_id).where(RosterEntry.team == team)))
    for position, user_id in enumerate(people, start=1):
        if user_id not in present:
            rosters.add(session, team, user_id, position, ON_DUTY_SINCE)


def _remembered(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    return {one["email"]: one["password"] for one in json.loads(path.read_text(encoding="utf-8"))}


def _remember(path: Path, sign_ins: Sequence[SignIn]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
    part = path.with_name(f"{path.name}.new")
    part.touch(0o600)
    part.write_text(
        json.dumps([asdict(one) for one in sign_ins], ensure_ascii=False, indent=1), encoding="utf-8"
    )
    part.replace(path)


@click.command()
def seed() -> None:
    """Load the Kern pack's places and the invented agency into the database (again: changes nothing)."""
    directory = os.environ.get("HOTLINE_DEMO_DIR", "").strip()
    if not directory:
        raise ConfigurationError(
            "HOTLINE_DEMO_DIR is not set. Name the folder in which to keep the sign-ins."
        )
    settings = load_settings()
    database = Database(settings.database_url)
    vault = Vault(settings.vault_keys, settings.hash_key)
    try:
        sign_ins = load(database, load_packs(), vault, Path(directory))
    finally:
        database.dispose()
    click.echo(f"The agency has {len(sign_ins)} people; their sign-ins are in {Path(directory) / SIGN_INS}.")
