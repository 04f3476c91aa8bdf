"""A caller is lost in the middle of a report: what was written down stays somebody's work until it is finished."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from hotline.base.clock import FrozenClock
from hotline.reports import unfinished
from hotline.worklist.models import WorklistItem
from tests.support.screener import STORY, Screener

HALF_AN_HOUR = timedelta(minutes=30)


def items(screener: Screener) -> list[WorklistItem]:
    with screener.desk.database.transaction() as session:
        unfinished.note_unfinished(session)
        found = session.scalars(select(WorklistItem).where(WorklistItem.kind == unfinished.KIND)).all()
        return [item for item in found if item.closed_at is None]


def dropped(screener: Screener, **answers: str) -> str:
    """A caller is lost while the form is being filled in; the path of the report."""
    screener.takes_calls()
    call = screener.rings()
    report = screener.accepts()
    screener.meets(call)
    for path, value in answers.items():
        assert screener.save(report, path, value).status_code == 200
    screener.hangs_up(call)
    return report


def test_a_half_written_report_is_its_screeners_work_after_half_an_hour(
    screener: Screener, clock: FrozenClock
) -> None:
    dropped(screener, **{"children/1/age": "4"})
    clock.advance(HALF_AN_HOUR - timedelta(seconds=1))
    assert items(screener) == []
    clock.advance(timedelta(seconds=1))
    for _ in range(2):
        (item,) = items(screener)
    assert (item.owner_id, item.reason) == (screener.user_id, "report_left_unfinished")
    page = screener.desk.signed_in("supervisor").get(f"/board/items/{item.id}")
    assert "nobody has written in it for half an hour" in page.text


def test_writing_on_takes_back_the_clock(screener: Screener, clock: FrozenClock) -> None:
    report = dropped(screener, **{"children/1/age": "4"})
    clock.advance(timedelta(minutes=20))
    screener.save(report, "children/1/first_name", "Mateo")
    clock.advance(timedelta(minutes=20))
    assert items(screener) == []


def test_a_form_in_which_nothing_was_written_is_nobodys_work(screener: Screener, clock: FrozenClock) -> None:
    dropped(screener)
    clock.advance(HALF_AN_HOUR)
    assert items(screener) == []


def test_a_report_that_goes_on_with_its_caller_is_left_alone(screener: Screener, clock: FrozenClock) -> None:
    screener.takes_calls()
    call = screener.rings()
    report = screener.accepts()
    screener.meets(call)
    screener.save(report, "children/1/age", "4")
    clock.advance(timedelta(minutes=40))
    assert items(screener) == []


def test_submitting_the_report_settles_it(screener: Screener, clock: FrozenClock) -> None:
    report = dropped(screener, **STORY)
    clock.advance(timedelta(minutes=20))
    screener.get("/console")
    clock.advance(timedelta(minutes=10))
    assert len(items(screener)) == 1
    assert screener.post(f"{report}/submit").status_code == 303
    assert items(screener) == []
