"""The directory of help: on a page of its own, and under the bar of a live call. What was told is noted on the call."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import jsonify, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base import clock
from hotline.base.ids import parse_id
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.queries import CallView
from hotline.geography.addresses import Address, zip_five
from hotline.geography.locate import locate
from hotline.partners import directory
from hotline.partners.directory import Wanted
from hotline.partners.models import Service
from hotline.partners.needs import NEEDS
from hotline.reports import queries
from hotline.reports import service as reports
from hotline.telephony.numbers import readable
from hotline.web.console.blueprint import blueprint
from hotline.web.console.call_bar import bar, notice
from hotline.web.console.call_views import back
from hotline.web.shared import directory_words, packs, words
from hotline.web.shared.answers import safe_path, wants_data
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import language, language_names
from hotline.web.shared.partials import part

_LONGEST = 200
"""Characters of the words and of the place that are looked at."""

_TOWNS = ("location/now_town", "location/home_town")
"""Where a report that is being written says that the family is."""


@dataclass(frozen=True)
class Asked:
    """What stands in the search form; `place` is as typed."""

    need: str = ""
    words: str = ""
    place: str = ""
    language: str = ""


@dataclass(frozen=True)
class Entry:
    """A service in one language: what to read, or to read aloud."""

    name: str
    description: str
    schedule: str
    eligibility: str | None


@blueprint.get("/directory")
def open_directory() -> Response | str:
    """The search, begun with the caller's language and town where they are known."""
    with transaction() as session:
        call = calls.current_call(session, person().user_id)
        shown = _whole(session, call, _beginning(session, call))
    if wants_data():
        return part(shown)
    at = safe_path(request.args.get("at"), url_for("console.window"))
    return _page(shown, at)


@blueprint.post("/directory")
def search_directory() -> Response | str:
    """What the search finds; what somebody typed stands in no page's address. A script puts it into its place."""
    asked = Asked(*(request.form.get(name, "")[:_LONGEST] for name in ("need", "words", "place", "language")))
    with transaction() as session:
        call = calls.current_call(session, person().user_id)
        if wants_data():
            return jsonify(html=_results(session, call, asked))
        shown = _whole(session, call, asked)
    return _page(shown, url_for("console.window"))


@blueprint.post("/calls/<uuid:call_id>/referrals")
def refer(call_id: UUID) -> Response:
    """Note that the caller was told of a service, or take that back."""
    service_id = parse_id(request.form.get("service", ""))
    with transaction() as session:
        if request.form.get("do") == "take_back":
            directory.take_back(session, call_id, service_id, person())
        else:
            directory.refer(session, call_id, service_id, person())
    return back()


def _page(shown: str, at: str) -> str:
    here = url_for("console.open_directory")
    return render_template(
        "console/directory_page.html", at=at, bar=bar(here, standing=True), shown=shown, notice=notice()
    )


def _beginning(session: Session, call: CallView | None) -> Asked:
    if call is None:
        return Asked()
    for report in queries.of_call(session, call.call_id):
        answers = reports.without_reporter(session, core().vault, report)
        town = next((str(answers[path]) for path in _TOWNS if answers.get(path)), "")
        if town:
            return Asked(language=call.language, place=town)
    return Asked(language=call.language)


def _whole(session: Session, call: CallView | None, asked: Asked) -> str:
    jurisdiction = _jurisdiction(call)
    everything = directory.search(session, jurisdiction, Wanted())
    return render_template(
        "console/directory.html",
        asked=asked,
        needs=words.choices(directory_words.NEEDS),
        languages=language_names({code for one in everything for code in one.languages}),
        results=Markup(_results(session, call, asked)),
    )


def _results(session: Session, call: CallView | None, asked: Asked) -> str:
    jurisdiction = _jurisdiction(call)
    areas, placed = _areas(session, jurisdiction, asked.place)
    need = asked.need if asked.need in NEEDS else ""
    wanted = Wanted(need, asked.words, areas, asked.language)
    # A colleague who was asked into a call looks things up, too; its screener notes what was told.
    own = call is not None and session.get_one(Call, call.call_id).screener_id == person().user_id
    mine = call if own else None
    told = {one.id for one in directory.referred(session, mine.call_id)} if mine else set()
    spoken = call.language if call is not None else language()
    return render_template(
        "console/directory_results.html",
        found=directory.search(session, jurisdiction, wanted),
        in_=_in,
        readable=readable,
        language_names=language_names,
        placed=placed,
        call=mine,
        told=told,
        spoken=spoken,
        need_words=directory_words.NEEDS,
        words=words,
    )


def _jurisdiction(call: CallView | None) -> str:
    return call.jurisdiction if call is not None else packs.jurisdiction()


def _areas(session: Session, jurisdiction: str, place: str) -> tuple[frozenset[str], bool]:
    """The areas in one of which a place may lie, and whether it is known at all; none for nothing typed."""
    if not place.strip():
        return frozenset(), True
    pack = packs.current(jurisdiction)
    on = clock.now().astimezone(pack.rules.calendar.zone).date()
    address = Address(zip_code=place) if zip_five(place) else Address(city=place)
    found = locate(session, jurisdiction, pack.head.state, address, on, pack.counties)
    codes = {found.area_code} if found.area_code else {one.area for one in found.candidates}
    return frozenset(code for code in codes if code), bool(codes)


def _in(service: Service, code: str) -> Entry:
    """A service in that language, in English where the agency has no other words."""
    if code != "es":
        return Entry(service.name, service.description, service.schedule, service.eligibility)
    return Entry(
        service.name_es or service.name,
        service.description_es or service.description,
        service.schedule_es or service.schedule,
        service.eligibility_es or service.eligibility,
    )
