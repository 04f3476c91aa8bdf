"""Why something stands on the board, in one sentence, and its clock in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotline.base import clock
from hotline.policy.decision import Decision
from hotline.policy.model import Pack
from hotline.web.shared.dispatch_words import ASSIGN, ITEM_REASONS, REASSIGN
from hotline.web.shared.language import gettext, language
from hotline.web.shared.packs import area_name, service_name
from hotline.web.shared.times import span
from hotline.web.shared.words import LANES, LANGUAGES, word


def until_in_minutes(due: datetime) -> str:
    """A deadline in whole minutes: `in 12 minutes`, `late by 3 minutes`.

    Counted from minute to minute of the clock, so that the words of all deadlines change together, once a minute.
    """
    now = clock.now()
    whole = abs(_minute(due) - _minute(now))
    if now <= due:
        return gettext("in %(span)s", span=span(whole)) if whole else gettext("in less than a minute")
    return gettext("late by %(span)s", span=span(whole)) if whole else gettext("late by less than a minute")


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def why_there(recipient: str, service: str, why: Mapping[str, Any], pack: Pack) -> str:
    """Why this recipient has the report. `service` and what `why` holds are codes."""
    choice, named = why.get("choice"), service_name(pack, service)
    area = area_name(pack, why.get("area"))
    if choice == "person":
        reason = str(why.get("reason", ""))
        words = word(REASSIGN if "instead_of" in why else ASSIGN, reason)
        return gettext("A coordinator chose it: %(reason)s.", reason=words)
    if why.get("provisional"):
        return gettext("An emergency: sent to the lead office before the place was clear.")
    if choice == "covers_area" and area:
        return gettext("%(who)s serves %(area)s: %(service)s.", who=recipient, area=area, service=named)
    return gettext("%(who)s serves the whole county: %(service)s.", who=recipient, service=named)


def why_open(kind: str, reason: str, detail: Mapping[str, Any], pack: Pack, result: Decision | None) -> str:
    """Why a person must settle this. `detail` holds the codes and names that belong to the reason."""
    place = str(detail.get("place") or gettext("this place"))
    if kind == "place_not_served":
        return _not_served(place, detail, pack)
    if kind == "place_ambiguous":
        names = [str(each["name"]) for each in detail.get("candidates", [])]
        if not names:
            return gettext("What was said of the place contradicts itself.")
        return gettext("%(place)s may be: %(areas)s.", place=place, areas="; ".join(names))
    if kind == "place_unknown":
        return gettext("Nothing that was said leads to a place of the county.")
    if kind == "place_outside":
        return gettext("What was said of the place points to another county.")
    if kind == "needs_decision" and reason not in ITEM_REASONS:
        return _undecided(reason, result)
    if kind == "job_failing":
        return gettext(
            "A task has failed %(tries)s times and is tried again.", tries=detail.get("tries", "?")
        )
    return " ".join(filter(None, (word(ITEM_REASONS, reason), _of_call(detail))))


def _not_served(place: str, detail: Mapping[str, Any], pack: Pack) -> str:
    sentences = []
    for wanted in detail.get("wanted", []):
        service = service_name(pack, str(wanted["service"]))
        if wanted["kind"] == "partner":
            text = gettext(
                "No community partner serves %(place)s for “%(service)s”.", place=place, service=service
            )
        else:
            text = gettext("No office serves %(place)s for “%(service)s”.", place=place, service=service)
        sentences.append(text)
    return " ".join(sentences) or gettext("Nobody serves %(place)s.", place=place)


def _undecided(rule: str, result: Decision | None) -> str:
    """The sentence of the rule that left the answer to a person, and of the gates that are shut."""
    if result is None:
        return gettext("The rules leave this to a person.")
    said = [each.sentence.in_(language()) for each in result.reasons if each.rule == rule]
    said += [each.sentence.in_(language()) for each in result.gates if not each.met]
    return " ".join(dict.fromkeys(said)) or gettext("The rules leave this to a person.")


def _of_call(detail: Mapping[str, Any]) -> str:
    """Lane and language of a call, where an item is about one."""
    said = [word(LANES, detail.get("lane")), word(LANGUAGES, detail.get("language"))]
    known = [each for each in said if each]
    return f"({', '.join(known)})" if known else ""
