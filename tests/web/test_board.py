"""The coordinator's board: what it shows to whom, and what it never shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy.engine import Connection

from hotline.base.clock import FrozenClock
from tests.support import kern as county
from tests.support.calls import Hotline, add_line
from tests.support.coordinator import CoordinatorDesk
from tests.support.desk import CANARY, Desk
from tests.support.kern import EMERGENCY, PATH_1, PATH_2, PATH_3, Kern


@pytest.fixture
def board(county_here: tuple[Connection, Kern], clock: FrozenClock) -> Iterator[CoordinatorDesk]:
    connection, kern = county_here
    with Desk.within(connection) as desk:
        yield CoordinatorDesk(desk, kern, desk.signed_in(kern.coordinators[0].user_id))


# What is shown


def test_a_line_says_what_waits_where_why_there_and_until_when(board: CoordinatorDesk) -> None:
    board.dispatch(EMERGENCY, "Shafter")
    (line,) = board.lines()
    assert "KERN-" in line
    assert "Assigned, the notice is on its way" in line
    assert "Office" in line and "Shafter" in line
    assert "Office serves the whole county: Visit by a social worker." in line
    assert "in 30 minutes" in line and "Mon, Mar 2, 10:30 AM" in line
    assert "Olga" in line
    assert "kern.priority.danger" in line and "Manual of Policies and Procedures" in line


def test_red_lines_come_first_and_say_so_in_words(board: CoordinatorDesk, clock: FrozenClock) -> None:
    red = board.dispatch(PATH_3, "Shafter")
    board.late(clock, timedelta(hours=5), steps=10)
    clock.advance(timedelta(hours=3))
    board.late(clock, timedelta(0), steps=3)
    board.dispatch(EMERGENCY, "Lamont")
    first, second = board.lines()
    assert first.startswith(f"dispatch-{red.id}")
    assert "Red" in first and "<svg" in first and "late by" in first
    assert "Nobody acknowledges: Cole was told." in first
    assert "Red" not in second


def test_the_other_lines_are_in_the_order_of_their_clocks(board: CoordinatorDesk) -> None:
    later, soon = board.dispatch(PATH_3, "Shafter"), board.dispatch(EMERGENCY, "Shafter")
    assert [line[: len(f"dispatch-{soon.id}")] for line in board.lines()] == [
        f"dispatch-{soon.id}",
        f"dispatch-{later.id}",
    ]


def test_an_unserved_place_is_told_in_a_sentence(board: CoordinatorDesk) -> None:
    board.item(PATH_1, "Frazier Park")
    (line,) = board.lines("pressing")
    assert "Nobody serves this place" in line
    assert "No community partner serves Frazier Park for “Differential Response - Path 1”." in line
    assert "Cole" in line


def test_an_ambiguous_place_comes_with_its_candidates(board: CoordinatorDesk) -> None:
    board.decided(PATH_2, "Bakersfield")
    (line,) = board.lines("pressing")
    assert "Bakersfield may be:" in line
    assert "Oildale" in line and "Southeast Bakersfield" in line


def test_what_the_rules_leave_to_a_person_is_told_with_their_sentence(board: CoordinatorDesk) -> None:
    board.decided(county.CALM, "Arvin")
    (line,) = board.lines("pressing")
    assert "A person must decide" in line
    assert "Vera" in line


def test_an_acknowledged_dispatch_is_only_under_acknowledged_today(board: CoordinatorDesk) -> None:
    dispatch = board.dispatch(PATH_1, "Lamont")
    board.acknowledged(dispatch, board.kern.lamont[1])
    assert board.lines() == []
    (line,) = board.lines("acknowledged")
    assert "Hank" in line and "Acknowledged" in line and "10:00 AM" in line


def test_yesterdays_acknowledgements_are_not_todays(board: CoordinatorDesk, clock: FrozenClock) -> None:
    board.acknowledged(board.dispatch(PATH_1, "Lamont"), board.kern.lamont[0])
    board.late(clock, timedelta(hours=15))
    assert board.lines("acknowledged") == []


def test_only_what_needs_a_coordinator_is_pressing(board: CoordinatorDesk, clock: FrozenClock) -> None:
    board.dispatch(EMERGENCY, "Shafter")
    assert board.lines("pressing") == []
    board.late(clock, timedelta(minutes=31))
    assert len(board.lines("pressing")) == 1


@pytest.mark.parametrize(
    ("show", "words"),
    [
        ("open", "The board is empty"),
        ("pressing", "Nothing needs you right now"),
        ("acknowledged", "Nothing was acknowledged today"),
        ("nonsense", "The board is empty"),
    ],
)
def test_an_empty_list_says_so_kindly(board: CoordinatorDesk, show: str, words: str) -> None:
    assert words in board.page(f"/board?show={show}")


def test_the_part_that_refreshes_itself_is_sent_again_only_when_it_changed(
    board: CoordinatorDesk, clock: FrozenClock
) -> None:
    board.dispatch(PATH_3, "Shafter")
    first = board.client.get("/board/rows")
    same = {"If-None-Match": first.headers["ETag"]}
    clock.advance(timedelta(seconds=59))
    assert board.client.get("/board/rows", headers=same).status_code == 304
    board.decided(PATH_1, "Frazier Park")
    assert board.client.get("/board/rows", headers=same).status_code == 200


def test_the_whole_board_is_there_without_scripts(board: CoordinatorDesk) -> None:
    dispatch = board.dispatch(PATH_3, "Shafter")
    page = board.page()
    assert f"dispatch-{dispatch.id}" in page
    assert "Refresh" in page
    assert page.count("<h1") == 1


def test_callers_and_screeners_are_counted(board: CoordinatorDesk) -> None:
    page = board.page()
    assert "Callers waiting" in page and "nobody waits" in page and "Screeners free" in page
    with board.desk.database.transaction() as session:
        add_line(session)
        Hotline(session).waits()
    page = board.page()
    assert "1 caller waits." in page
    assert 'data-since="2026-03-02T18:00:00+00:00">0:00<' in page


# Who sees what, and what nobody sees


def test_recipients_and_screeners_see_no_board(board: CoordinatorDesk) -> None:
    dispatch = board.dispatch(PATH_1, "Lamont")
    item = board.item(PATH_1, "Frazier Park")
    for person in (board.kern.office[0], board.kern.lamont[0], board.kern.screener):
        client = board.desk.signed_in(person.user_id)
        for path in ("", "/rows", f"/dispatches/{dispatch.id}", f"/items/{item.id}"):
            assert client.get(f"/board{path}").status_code == 403, path


def test_opening_a_line_is_audited_as_opening_the_report(board: CoordinatorDesk) -> None:
    dispatch, item = board.dispatch(PATH_3, "Shafter"), board.item(PATH_1, "Frazier Park")
    board.page(f"/board/dispatches/{dispatch.id}")
    board.page(f"/board/items/{item.id}")
    assert "report:opened" in board.actions(dispatch.report_id)
    assert "report:opened" in board.actions(item.subject_id)


def test_the_page_of_a_dispatch_tells_its_whole_way(board: CoordinatorDesk, clock: FrozenClock) -> None:
    dispatch = board.dispatch(EMERGENCY, "Shafter")
    board.late(clock, timedelta(minutes=31), steps=2)
    page = board.page(f"/board/dispatches/{dispatch.id}")
    for words in (
        "A child is in danger now",
        "Facts that the rules had",
        "The town was named: Shafter.",
        "Portal",
        "E-mail",
        "Told a person of a dispatch: Noah",
        "Decided a report by the rules",
    ):
        assert words in page, words


def test_who_called_and_what_they_told_is_on_no_page_of_the_board(board: CoordinatorDesk) -> None:
    story: dict[str, str | list[str]] = {"narrative/story": "Zanzibar lullaby"}
    dispatch = board.dispatch(EMERGENCY | story, "Shafter")
    item = board.item(PATH_1 | story, "Frazier Park")
    for path in ("/board", "/board/rows", f"/board/dispatches/{dispatch.id}", f"/board/items/{item.id}"):
        page = board.page(path)
        assert CANARY not in page
        assert "Zanzibar" not in page


def test_names_are_escaped(board: CoordinatorDesk) -> None:
    with board.desk.database.transaction() as session:
        organization_id, _ = county.organization(
            session, "<script>alert(1)</script>", "partner", [("path_1", "taft")], ("<b>mallory",)
        )
    dispatch = board.dispatch(PATH_1, "Taft", to=organization_id)
    for path in ("/board", f"/board/dispatches/{dispatch.id}"):
        page = board.client.get(path).text
        assert "<script>alert" not in page.lower() and "<b>mallory" not in page.lower()
        assert "&lt;script&gt;" in page.lower()


def test_the_board_speaks_spanish(board: CoordinatorDesk) -> None:
    dispatch, item = board.dispatch(EMERGENCY, "Shafter"), board.item(PATH_1, "Frazier Park")
    client = board.desk.signed_in(board.kern.coordinators[0].user_id, language="es")
    pages = unescape(client.get("/board").text)
    assert '<html lang="es">' in pages
    for words in (
        "Tablero",
        "Acusar recibo antes de",
        "en 30 minutos",
        "Nadie atiende este lugar",
        "Hacerse cargo",
    ):
        assert words in pages, words
    page = unescape(client.get(f"/board/dispatches/{dispatch.id}").text)
    for words in (
        "Lo que dijeron las reglas",
        "Un niño está en peligro ahora",
        "Se nombró la localidad: Shafter.",
    ):
        assert words in page, words
    assert "Enviarlo a un destinatario" in client.get(f"/board/items/{item.id}").text
