"""What a pack says of reports that professionals write online: for whom, when, and when they must call instead (pure).

A report that somebody writes waits until a person reads it, so nobody may write one while a child is in danger:
every question of the gate that is not answered "no" leads to the telephone.
"""

import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hotline.policy.clocks import Calendar, Strict
from hotline.policy.words import Confidence, Words

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
_ONE_DAY = datetime.timedelta(days=1)
_LOOK_AHEAD = 60
"""Days within which a next opening is looked for."""

Answer = Literal["yes", "no", "unknown"]


class _Said(Strict):
    """A rule in words, with what it rests on."""

    sentence: Words
    source: str = Field(min_length=1)
    confidence: Confidence


class Opening(Strict):
    """A span of local time on some days of the week; at `closes` it is over."""

    days: tuple[Day, ...] = Field(min_length=1)
    opens: datetime.time
    closes: datetime.time

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("an opening ends later on the same day than it begins")
        return self


class Hours(_Said):
    """When reports are taken online, in the zone of the pack's calendar. Without openings: day and night."""

    openings: tuple[Opening, ...] = ()
    on_holidays: Literal["open", "closed"] = "closed"
    finish_within_minutes: int = Field(default=60, ge=0, le=24 * 60)
    """How long after closing a report that was begun before may still be sent."""


class GateQuestion(Strict):
    """One question before the form: only "no" leads on."""

    id: _Id
    question: Words
    help: Words | None = None
    source: str = Field(min_length=1)
    confidence: Confidence


class Category(Strict):
    """A kind of mandated reporter who may use the form, and which answers of the form follow from it."""

    id: _Id
    label: Words
    answers: dict[str, str] = Field(default_factory=dict)


class Users(_Said):
    """Who may report online; whoever is none of `categories` is asked to call."""

    categories: tuple[Category, ...] = Field(min_length=1)


class Wording(Strict):
    """How a question, or the title of a section, is put to somebody who writes alone; what is left out stays."""

    label: Words | None = None
    help: Words | None = None


class Online(Strict):
    """The online section of a pack. `offered: false` closes the way without taking its text away."""

    offered: bool = True
    users: Users
    hours: Hours
    gate: tuple[GateQuestion, ...] = Field(min_length=1)
    telephone: str | None = Field(default=None, pattern=r"^\+[1-9][0-9]{6,14}$")
    """E.164; None: the number of the jurisdiction's line."""
    leaves_out: tuple[str, ...] = ()
    """Sections ("decision") and fields ("decision/risk") of the form that a screener answers, not the reporter."""
    needs: tuple[str, ...] = ()
    """Fields without which a report can't be sent, besides those that the form itself requires."""
    wording: dict[str, Wording] = Field(default_factory=dict)
    """Other words for sections and fields than those that are meant for a screener."""
    answer_inquiries_within_hours: int | None = Field(default=None, ge=1, le=240)
    keeps_drafts_hours: int = Field(default=72, ge=1, le=14 * 24)
    take_within_minutes: int = Field(default=15, ge=1, le=24 * 60)
    """By when a screener takes up a report that was sent."""
    take_danger_within_minutes: int = Field(default=5, ge=1, le=60)
    """The same where what was written points to danger now."""

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        for ids in ([one.id for one in self.gate], [one.id for one in self.users.categories]):
            if len(set(ids)) != len(ids):
                raise ValueError("two questions or two categories have the same id")
        return self

    def category(self, category_id: str) -> Category | None:
        """The category of that id, if there is one."""
        return next((one for one in self.users.categories if one.id == category_id), None)

    def must_call(self, answers: dict[str, str]) -> bool:
        """Whether these answers to the gate lead to the telephone: anything but "no" to every question does."""
        return any(answers.get(question.id) != "no" for question in self.gate)


def is_open(hours: Hours, calendar: Calendar, at: datetime.datetime) -> bool:
    """Whether a report may be begun at `at`; raises ValueError for a naive time.

    The clock on the wall counts: the hour that comes twice in autumn is open twice.
    """
    if at.tzinfo is None:
        raise ValueError("at needs a time zone")
    local = at.astimezone(calendar.zone)
    if hours.on_holidays == "closed" and _is_holiday(calendar, local.date()):
        return False
    if not hours.openings:
        return True
    return any(span.opens <= local.time() < span.closes for span in _on(hours, local.date()))


def may_finish(hours: Hours, calendar: Calendar, at: datetime.datetime) -> bool:
    """Whether a report that was begun while it was open may be sent at `at`: in the hours, and shortly after them."""
    grace = datetime.timedelta(minutes=hours.finish_within_minutes)
    return is_open(hours, calendar, at) or (bool(grace) and is_open(hours, calendar, at - grace))


def next_opening(hours: Hours, calendar: Calendar, at: datetime.datetime) -> datetime.datetime | None:
    """When it opens next, in UTC: `at` itself while it is open; None when it stays closed for two months."""
    if is_open(hours, calendar, at):
        return at.astimezone(datetime.UTC)
    today = at.astimezone(calendar.zone).date()
    for ahead in range(_LOOK_AHEAD):
        day = today + ahead * _ONE_DAY
        if hours.on_holidays == "closed" and _is_holiday(calendar, day):
            continue
        begins = [span.opens for span in _on(hours, day)] if hours.openings else [datetime.time.min]
        moments = [
            datetime.datetime.combine(day, one, calendar.zone).astimezone(datetime.UTC) for one in begins
        ]
        later = [moment for moment in moments if moment > at]
        if later:
            return min(later)
    return None


def _on(hours: Hours, day: datetime.date) -> list[Opening]:
    name = _DAYS[day.weekday()]
    return [span for span in hours.openings if name in span.days]


def _is_holiday(calendar: Calendar, day: datetime.date) -> bool:
    # New Year's Day on a Saturday is kept on 31 December of the year before.
    years = (day.year, day.year + 1)
    return any(holiday.in_year(year) == day for holiday in calendar.holidays for year in years)
