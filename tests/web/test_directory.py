"""The directory of help: found by need, words, place and language; what a caller was told of is noted on the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.audit.record import Actor
from hotline.base.errors import InvalidInput
from hotline.calls.models import Call
from hotline.demo.agency import AGENCY
from hotline.partners import directory
from hotline.partners.directory import Wanted
from hotline.partners.models import CallReferral
from hotline.partners.needs import NEEDS
from hotline.web.shared import directory_words
from tests.support.screener import Screener, another, data

ENTRIES = yaml.safe_load(AGENCY.read_text(encoding="utf-8"))["directory"]


def load(session: Session) -> None:
    for entry in ENTRIES:
        directory.put(session, Actor.system("test"), jurisdiction="kern", **entry)


@pytest.fixture
def filled(session: Session) -> Session:
    load(session)
    return session


def names(found: Sequence[object]) -> list[str]:
    return [one.code for one in found]  # type: ignore[attr-defined]


def codes(session: Session, **wanted: object) -> list[str]:
    return names(directory.search(session, "kern", Wanted(**wanted)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("food", "desert-food"),
        ("COMIDA", "valley-pantry"),
        ("comda", "valley-pantry"),
        ("panales", "valley-pantry"),
        ("consejeria", "river-counseling"),
        ("eviction notice", "rent-help"),
        ("abuelos", "grand-circle"),
        ("imigration", "migrant-law"),
        ("Kern Homes First", "light-and-water"),
    ],
)
def test_words_find_it_in_both_languages_with_slips_and_without_accents(
    filled: Session, words: str, code: str
) -> None:
    assert code in codes(filled, words=words)


def test_every_word_counts_and_nonsense_finds_nothing(filled: Session) -> None:
    assert codes(filled, words="food pantry zzzzzz") == []
    assert codes(filled, words="'; drop table services; --") == []
    assert len(codes(filled)) == len(ENTRIES)


def test_need_language_and_area_each_narrow_it(filled: Session) -> None:
    assert set(codes(filled, need="food")) == {"desert-food", "valley-pantry"}
    assert codes(filled, need="food", areas=frozenset({"east-kern"})) == ["desert-food"]
    assert "river-counseling" not in codes(filled, language="es")
    assert codes(filled, need="counseling", areas=frozenset({"taft"})) == ["listening-line"]


def test_help_in_the_very_area_stands_before_help_for_everywhere(filled: Session) -> None:
    found = codes(filled, need="counseling", areas=frozenset({"kern-river-valley"}))
    assert found == ["river-counseling", "listening-line"]


def test_an_entry_is_renewed_in_place_and_only_a_change_is_audited(filled: Session) -> None:
    def puts() -> int:
        return len(filled.scalars(select(AuditEntry).where(AuditEntry.action == "service:put")).all())

    before = puts()
    load(filled)
    assert (len(codes(filled)), puts()) == (len(ENTRIES), before)
    directory.put(filled, Actor.system("test"), jurisdiction="kern", **{**ENTRIES[0], "name": "Another name"})
    assert (len(codes(filled)), puts()) == (len(ENTRIES), before + 1)


def test_an_entry_says_what_it_is_good_for(filled: Session) -> None:
    for needs in ([], ["magic"]):
        with pytest.raises(InvalidInput):
            directory.put(filled, Actor.system("test"), jurisdiction="kern", **{**ENTRIES[0], "needs": needs})


def test_every_need_has_words_on_the_screen() -> None:
    assert set(directory_words.NEEDS) == set(NEEDS)


@pytest.fixture
def helped(screener: Screener) -> Screener:
    with screener.desk.database.transaction() as session:
        load(session)
    return screener


def talks(screener: Screener, **wishes: str) -> Call:
    screener.takes_calls()
    call = screener.rings(**wishes)
    screener.accepts()
    screener.meets(call)
    return call


def search(screener: Screener, **asked: str) -> str:
    """What the search shows to a script."""
    answer = screener.client.post(
        "/console/directory", data={"form_token": screener.token, **asked}, headers={"X-Script": "1"}
    )
    assert answer.status_code == 200, answer.text
    return unescape(str(data(answer)["html"]))


def id_of(html: str, name: str) -> str:
    """The id of the entry of that name."""
    found = re.search(rf'id="service-([0-9a-f-]+)">\s*<h3>{re.escape(name)}</h3>', html)
    assert found, name
    return found[1]


def test_a_place_is_understood_and_an_unknown_one_is_said(helped: Screener) -> None:
    assert "Food boxes for families" in search(helped, need="food", place="Mojave")
    assert "Food boxes for families" not in search(helped, need="food", place="Oildale")
    assert "Food boxes for families" in search(helped, need="food", place="93501")
    said = search(helped, need="food", place="Atlantis")
    assert "No town of this name is known here" in said
    assert "Food boxes for families" in said
    assert "Nothing fits" in search(helped, words="zzzzzz")


def test_the_search_begins_with_the_callers_language_and_town(helped: Screener) -> None:
    helped.takes_calls()
    call = helped.rings()
    report = helped.accepts()
    helped.meets(call)
    with helped.desk.database.transaction() as session:
        session.get_one(Call, call.id).language = "es"
    helped.save(report, "location/home_town", "Arvin")
    page = unescape(helped.get("/console/directory"))
    assert 'id="directory-place" maxlength="200" value="Arvin"' in page
    assert '<option value="es" selected>' in page
    assert 'lang="es"' in page
    assert "Una caja de comida" not in page, "another area"
    assert "Visitas en casa para padres de bebés." in page, "read aloud in the caller's language"


def test_what_the_caller_was_told_of_stands_on_the_call_until_it_is_closed(helped: Screener) -> None:
    call = talks(helped)
    pantry = id_of(search(helped), "Food pantry")
    for _ in range(2):
        assert (
            helped.post(f"/console/calls/{call.id}/referrals", service=pantry, do="refer").status_code == 303
        )
    assert "The caller was told of it" in search(helped, words="pantry")
    helped.hangs_up(call)
    assert "Told of: <strong>Food pantry</strong>" in helped.get("/console")
    with helped.desk.database.transaction() as session:
        actions = session.scalars(select(AuditEntry).where(AuditEntry.action == "call:referred")).all()
        assert [entry.detail for entry in actions] == [{"service": "valley-pantry"}]
        assert len(session.scalars(select(CallReferral)).all()) == 1
    answer = helped.post(f"/console/calls/{call.id}/finish", disposition="information_and_referral")
    assert answer.status_code == 303
    with helped.desk.database.transaction() as session:
        assert session.get_one(Call, call.id).disposition == "information_and_referral"


def test_a_mistaken_note_is_taken_back(helped: Screener) -> None:
    call = talks(helped)
    pantry = id_of(search(helped), "Food pantry")
    for do in ("refer", "take_back", "take_back"):
        helped.post(f"/console/calls/{call.id}/referrals", service=pantry, do=do)
    assert "Told of:" not in helped.get("/console")
    assert "The caller was told of it" not in search(helped)


def test_only_the_calls_own_screener_notes_it(helped: Screener) -> None:
    call = talks(helped)
    pantry = id_of(search(helped), "Food pantry")
    other = another(helped)
    assert other.post(f"/console/calls/{call.id}/referrals", service=pantry).status_code == 404
    assert helped.post(f"/console/calls/{call.id}/referrals", service="nonsense").status_code == 404
    assert "I told the caller of it" not in search(other)


def test_it_is_one_key_away_from_the_bar_with_a_call_and_without(helped: Screener) -> None:
    link = (
        r'<a (class="[^"]*" )?href="/console/directory[^"]*" id="directory-link"( data-panel)? data-key="d">'
    )
    before = re.findall(link, helped.get("/console"))
    assert [panel for _, panel in before] == [""]
    call = talks(helped)
    assert [panel for _, panel in re.findall(link, helped.get("/console"))] == [" data-panel"]
    helped.hangs_up(call)
    assert [panel for _, panel in re.findall(link, helped.get("/console"))] == [""]


def test_others_than_screeners_are_not_let_in(helped: Screener) -> None:
    helped.desk.person("auditor")
    assert helped.desk.signed_in("auditor").get("/console/directory").status_code == 403


def test_nothing_typed_becomes_part_of_the_page_or_of_its_address(helped: Screener) -> None:
    typed = '"><script>alert(1)</script>'
    answer = helped.post("/console/directory", words=typed, place=typed, need=typed, language=typed)
    assert answer.status_code == 200
    assert typed not in answer.text


def test_it_speaks_spanish(helped: Screener) -> None:
    page = unescape(helped.desk.signed_in("screener", "es").get("/console/directory").text)
    assert "Despensa de alimentos" in page
    assert "Directorio de ayuda" in page
    assert "Food pantry" not in page
