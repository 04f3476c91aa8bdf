"""Where an address lies, said below it while it is typed: area, office, evidence, and candidates to choose."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from hotline.geography.addresses import Address
from hotline.geography.locate import Placement, locate
from hotline.geography.suggest import Town, towns, towns_of_zip
from hotline.partners.coverage import choices
from hotline.policy.model import UNKNOWN, Pack
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.web.console import drafts
from hotline.web.shared import words
from hotline.web.shared.core import core
from hotline.web.shared.dispatch_words import EVIDENCE
from hotline.web.shared.language import gettext, later
from hotline.web.shared.packs import area_name
from screening_forms.errors import UnknownField
from screening_forms.model import Field, Form
from screening_forms.rendering import FormView

PARTS = ("town", "zip", "county", "state")
"""What places an address. Street and number are not asked for: no map is behind this."""

CONFIDENCE = {
    "sure": later("Certain"),
    "verify": later("Certain of the town; its area is to be verified with the agency"),
    "likely": later("Likely, please confirm with the caller"),
    "open": later("Not certain"),
}


@dataclass(frozen=True)
class Candidate:
    """A place to choose: what the button says, and the answers that it fills in, as JSON of path to value."""

    label: str
    fill: str


@dataclass(frozen=True)
class Found:
    """An address as it is understood. `area` and `office` are names, None where there is none."""

    placement: Placement
    area: str | None
    office: str | None
    county: str | None
    confidence: str
    evidence: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    said: bool
    """Whether anything was given that could place it."""


def boxes(session: Session, report: Report, view: FormView) -> dict[str, Markup]:
    """The box of every address on the page, by the id of the block or question below which it stands."""
    form = reports.form_of(core().forms, report)
    made = {}
    for prefix, beside, values in _on_page(view):
        made[beside] = Markup(box(session, report, form, prefix, values))
    return made


def box(session: Session, report: Report, form: Form, prefix: str, values: Mapping[str, str]) -> str:
    """The box of the address whose questions begin with `prefix` ("location/home"), for these parts of it."""
    found = understood(session, report, form, prefix, values)
    return render_template("console/place.html", prefix=prefix, found=found, report=report, words=words)


def understood(session: Session, report: Report, form: Form, prefix: str, values: Mapping[str, str]) -> Found:
    """What is known of an address, and what might be meant."""
    pack = drafts.pack_of(report)
    on = report.received_at.astimezone(pack.rules.calendar.zone).date()
    address = Address.from_parts(
        {"city" if part == "town" else part: _said(values.get(part, "")) for part in PARTS}
    )
    placement = locate(session, pack.jurisdiction, pack.head.state, address, on, pack.counties)
    filling = _Filling(form, prefix)
    return Found(
        placement=placement,
        area=area_name(pack, placement.area_code),
        office=_office(session, pack, placement, on),
        county=_county_name(placement.county) if placement.county else None,
        confidence=CONFIDENCE[_confidence(pack, placement)],
        evidence=tuple(
            gettext(EVIDENCE[one.code], place=one.place or "–")
            for one in placement.evidence
            if one.code in EVIDENCE and one.code != "nothing_given"
        ),
        candidates=tuple(_candidates(session, pack, placement, address, on, filling)),
        said=not address.is_empty,
    )


def _on_page(view: FormView) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each address of the page: its prefix, the id below which its box stands, and what is typed."""
    for section in view.sections:
        for instance in section.instances:
            by_path = {field.path: field for field in instance.fields}
            for path, town in by_path.items():
                prefix, _, part = path.rpartition("_")
                if part != "town" or f"{prefix}_zip" not in by_path or town.read_only:
                    continue
                own = [field for name, field in by_path.items() if name.rpartition("_")[0] == prefix]
                values = {field.path.rpartition("_")[2]: field.value for field in own}
                yield prefix, own[-1].group_id or own[-1].html_id, values


def _said(value: str) -> str:
    return "" if value == UNKNOWN else value


def _office(session: Session, pack: Pack, placement: Placement, on: date) -> str | None:
    """The county office that answers for the area; None while there is no area."""
    if placement.status != "found":
        return None
    services = (
        one.service
        for route in pack.rules.routes.values()
        for one in route.recipients
        if one.kind == "area_office"
    )
    service = next(services, None)
    if service is None:
        return None
    offices = choices(session, pack.jurisdiction, "area_office", service, placement.area_code, on)
    return next((office.name for office in offices if office.chosen), None)


def _confidence(pack: Pack, placement: Placement) -> str:
    codes = {one.code for one in placement.evidence}
    if placement.status == "outside":
        return "sure" if codes & {"town_elsewhere", "state_elsewhere"} else "likely"
    if placement.status != "found":
        return "open"
    if "town_named" not in codes:
        return "likely"
    known = pack.areas.place(placement.place or "")
    return "verify" if known is not None and known.confidence == "B" else "sure"


def _candidates(
    session: Session, pack: Pack, placement: Placement, address: Address, on: date, filling: _Filling
) -> Iterator[Candidate]:
    codes = {one.code for one in placement.evidence}
    if placement.status == "ambiguous":
        # Whoever chooses between a town and a ZIP code that contradict each other drops the other one.
        drop = {"zip": ""} if "zip_disagrees" in codes else {}
        for one in placement.candidates:
            yield Candidate(one.name, filling.of(Town(one.name, placement.county, one.name), drop))
        return
    offered: tuple[Town, ...] = ()
    if address.city:
        offered = towns(session, pack.jurisdiction, address.city, on)
    elif address.zip_code:
        offered = towns_of_zip(session, pack.jurisdiction, address.zip_code, on, pack.counties)
    own = min(pack.counties) if len(pack.counties) == 1 else None
    for town in offered:
        fill = filling.of(town, {}, county=town.county or own)
        yield Candidate(_label(town), fill)


def _label(town: Town) -> str:
    if town.area and town.area != town.name:
        return f"{town.name} ({town.area})"
    if town.county and not town.area:
        place = gettext("%(name)s County", name=_county_name(town.county))
        return f"{town.name} ({place}, {town.state})" if town.state else f"{town.name} ({place})"
    return town.name


def _county_name(code: str) -> str:
    return code.replace("_", " ").title()


class _Filling:
    """Which answers of an address a chosen town fills in, as the form's questions take them."""

    def __init__(self, form: Form, prefix: str) -> None:
        self._prefix = prefix
        self._fields = {part: field for part in PARTS if (field := _field(form, f"{prefix}_{part}"))}

    def of(self, town: Town, more: Mapping[str, str], county: str | None = None) -> str:
        """JSON of path to value: town, county and state as far as they are known, and `more` by part."""
        county = county or town.county
        answers = {"town": town.name, **more}
        if county is not None and "county" in self._fields:
            taken = _as_taken(self._fields["county"], county, _county_name(county))
            answers |= {"county": taken} if taken else {}
        if town.state is not None and "state" in self._fields:
            taken = _as_taken(self._fields["state"], town.state, town.state)
            answers |= {"state": taken} if taken else {}
        kept = {f"{self._prefix}_{part}": value for part, value in answers.items() if part in self._fields}
        return json.dumps(kept)


def _field(form: Form, path: str) -> Field | None:
    try:
        return form.field_at(path)
    except UnknownField:
        return None


def _as_taken(field: Field, code: str, name: str) -> str | None:
    """The value with which a question says this county or state; None when it is not among its choices."""
    values = {option.value for option in field.options}
    if not values:
        return name
    return next((value for value in (code, code.lower(), "other_county") if value in values), None)
