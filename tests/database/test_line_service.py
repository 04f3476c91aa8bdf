"""Lines: what can't work on the telephone is refused by the name of its field."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.audit.record import Actor
from hotline.base.errors import Conflict, InvalidInput
from hotline.calls.states import LANES
from hotline.lines import queries, service
from hotline.lines.service import NewLine
from hotline.policy.loader import load_packs

ACTOR = Actor.system("demo")
GOOD = NewLine(
    number="(661) 555-0100",
    name="Kern",
    jurisdiction="kern",
    languages=["en", "es"],
    backup_numbers=["+1 661 555 0190"],
    time_zone="America/Los_Angeles",
    hours={"mon": [["08:00", "17:00"]], "fri": [["22:00", "06:00"]]},
    holidays=["2026-12-25"],
    menu={"1": "danger", "0": "general"},
    prompts={"es": {"goodbye": {"text": "Adiós."}, "emergency": {"recording": "https://media.test/911.mp3"}}},
    overflow=["team:night", "on_call", "voicemail"],
)


def with_changes(**changes: Any) -> NewLine:
    return NewLine(**{**vars(GOOD), **changes})


def test_a_line_is_written_down_with_numbers_in_one_spelling(session: Session) -> None:
    line = service.add(session, ACTOR, GOOD)
    session.expire_all()
    assert (line.number, line.backup_numbers) == ("+16615550100", ["+16615550190"])
    assert queries.by_number(session, "661-555-0100").id == line.id
    assert [one.id for one in queries.every(session, "kern")] == [line.id]
    assert line.prompts["es"]["goodbye"] == {"text": "Adiós."}
    assert line.overflow == ["team:night", "on_call", "voicemail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "555"),
        ("number", "+442071234567"),
        ("name", " "),
        ("jurisdiction", "atlantis"),
        ("languages", []),
        ("languages", ["en", "tlh"]),
        ("languages", ["en", "en"]),
        ("backup_numbers", ["911"]),
        ("backup_numbers", ["+16615550100"]),
        ("backup_numbers", ["+19005550100"]),
        ("time_zone", "Kern"),
        ("hours", {"mon": [["8", "17"]]}),
        ("holidays", ["Christmas"]),
        ("menu", {"1": "police"}),
        ("menu", {"*": "danger"}),
        ("menu", {"0": "danger"}),
        ("menu", {"1": "danger", "2": "danger"}),
        ("prompts", {"fr": {"goodbye": {"text": "Au revoir."}}}),
        ("prompts", {"en": {"farewell": {"text": "Bye."}}}),
        ("prompts", {"en": {"position": {"text": "You are in line."}}}),
        ("prompts", {"en": {"position": {"text": "You are {0}."}}}),
        ("prompts", {"en": {"goodbye": {"text": "Bye {name"}}}),
        ("prompts", {"en": {"goodbye": {"text": ""}}}),
        ("prompts", {"en": {"goodbye": {"recording": "http://media.test/bye.mp3"}}}),
        ("prompts", {"en": {"position": {"recording": "https://media.test/place.mp3"}}}),
        ("max_wait", 5),
        ("overflow", []),
        ("overflow", ["everybody"]),
        ("overflow", ["voicemail", "on_call"]),
        ("overflow", ["team:", "voicemail"]),
        ("overflow", ["pager", "voicemail"]),
        ("recording", "sometimes"),
        ("transcription", "always"),
        ("monitoring", "yes"),
        ("caller_id", "hotline"),
    ],
)
def test_what_cannot_work_is_named(session: Session, field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.add(session, ACTOR, with_changes(**{field: value}))
    assert refused.value.field == field


def test_a_number_is_one_line_only(session: Session) -> None:
    service.add(session, ACTOR, GOOD)
    with pytest.raises(Conflict):
        service.add(session, ACTOR, GOOD)


def test_another_line_of_ours_is_no_backup(session: Session) -> None:
    service.add(session, ACTOR, GOOD)
    with pytest.raises(InvalidInput) as refused:
        service.add(session, ACTOR, with_changes(number="+16615550101", backup_numbers=["+16615550100"]))
    assert refused.value.field == "backup_numbers"


def test_a_change_is_checked_with_the_rest_and_names_its_fields_in_the_audit(session: Session) -> None:
    line = service.add(session, ACTOR, GOOD)
    service.update(session, ACTOR, line.id, max_wait=120, name="Kern")
    with pytest.raises(InvalidInput):
        # The Spanish sentences of the line would be spoken by nobody.
        service.update(session, ACTOR, line.id, languages=["en"])
    with pytest.raises(InvalidInput):
        service.update(session, ACTOR, line.id, nonsense=1)
    session.refresh(line)
    assert line.max_wait == 120
    changed = session.scalars(select(AuditEntry).where(AuditEntry.action == "line:changed")).one()
    assert changed.detail == {"fields": ["max_wait"]}


def test_a_change_of_nothing_is_nothing(session: Session) -> None:
    line = service.add(session, ACTOR, GOOD)
    service.update(session, ACTOR, line.id, name="Kern")
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "line:changed")).all() == []


def test_lines_packs_and_calls_know_the_same_lanes() -> None:
    assert set(service.LANES) == set(LANES)
    for pack in load_packs().packs:
        menu = pack.rules.telephone.menu or {}
        assert menu.get("0", "general") == "general"
        assert set(menu.values()) <= set(LANES)
    assert load_packs().packs[-1].rules.telephone.menu is not None
