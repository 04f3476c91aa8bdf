"""Say a decision in plain words, for a screener who is still on the call."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from hotline.policy.clocks import Clock
from hotline.policy.decision import Decision, Reason
from hotline.policy.model import DERIVED_FACTS, NOT_ASKED, UNKNOWN, FactDeclaration, FactValue, Pack
from hotline.policy.words import Language, Words


@dataclass(frozen=True)
class ReasonLine:
    """Why one question was answered so. `verify`: the agency has to verify the rule."""

    question: str
    sentence: str
    source: str
    verify: bool
    uncertain: bool
    facts: tuple[str, ...]


@dataclass(frozen=True)
class DueLine:
    """Something with a deadline: text as a sentence, the moment in UTC, and the moment in words."""

    text: str
    due: datetime.datetime
    due_words: str
    verify: bool


@dataclass(frozen=True)
class MissingLine:
    """A question that could still change the answer. `asked`: somebody was asked and doesn't know."""

    fact: str
    question: str
    asked: bool


@dataclass(frozen=True)
class Explanation:
    """A decision in one language. `is_provisional`: missing answers could still change it."""

    headline: str
    is_provisional: bool
    notes: tuple[str, ...]
    response: DueLine | None
    track: str | None
    track_due: DueLine | None
    recipients: tuple[str, ...]
    person_due: DueLine | None
    obligations: tuple[DueLine, ...]
    considerations: tuple[str, ...]
    reasons: tuple[ReasonLine, ...]
    missing: tuple[MissingLine, ...]


def explain(decision: Decision, language: Language, pack: Pack | None = None) -> Explanation:
    """The decision in plain words. With its pack the facts are worded as questions, else named by their codes."""
    declared = pack.rules.facts if pack else {}
    provisional = decision.is_provisional
    start = _WORDS["so_far" if provisional else "answer"].in_(language)
    return Explanation(
        headline=f"{start} {decision.disposition_name.in_(language)}",
        is_provisional=provisional,
        notes=_notes(decision, language),
        response=_response(decision, language),
        track=decision.track_name.in_(language) if decision.track_name else None,
        track_due=_line(decision, _WORDS["track_due"].in_(language), decision.track_due, language),
        recipients=tuple(
            f"{_WORDS[wanted.kind].in_(language)}: {wanted.service_name.in_(language)}; "
            f"{_WORDS['acknowledge'].in_(language)} {say_clock(wanted.acknowledge, language)}"
            for wanted in decision.recipients
        ),
        person_due=_line(decision, _WORDS["person"].in_(language), decision.person_due, language),
        obligations=tuple(
            DueLine(
                text=duty.sentence.in_(language),
                due=duty.due,
                due_words=say_time(duty.due, decision.time_zone, language),
                verify=duty.confidence == "B",
            )
            for duty in decision.obligations
        ),
        considerations=tuple(note.sentence.in_(language) for note in decision.considerations),
        reasons=tuple(_reason(reason, declared, language) for reason in decision.reasons),
        missing=tuple(
            MissingLine(entry.fact, entry.question.in_(language), entry.state == UNKNOWN)
            for entry in decision.missing
        ),
    )


def say_time(moment: datetime.datetime, time_zone: str, language: Language) -> str:
    """A moment in the zone of the jurisdiction, with its weekday."""
    pattern = "EEEE d 'de' MMMM 'de' y, HH:mm" if language == "es" else "EEEE, MMMM d, y, h:mm a"
    return format_datetime(moment, pattern, tzinfo=ZoneInfo(time_zone), locale=language)


def say_clock(clock: Clock, language: Language) -> str:
    """A clock in words, such as "within 4 hours"."""
    if clock.immediately:
        return _WORDS["immediately"].in_(language)
    for name in ("minutes", "hours", "calendar_days", "business_days"):
        amount = getattr(clock, name)
        if amount is not None:
            one, many = _UNITS[name]
            return f"{_WORDS['within'].in_(language)} {amount} {(one if amount == 1 else many).in_(language)}"
    raise AssertionError("a clock has exactly one measure")


def say_fact(value: FactValue, language: Language, declared: FactDeclaration | None = None) -> str:
    """The value of a fact in words, as its pack words it where that is known."""
    if isinstance(value, bool):
        return _WORDS["yes" if value else "no"].in_(language)
    if isinstance(value, tuple):
        return ", ".join(say_fact(word, language, declared) for word in value)
    if value in (UNKNOWN, NOT_ASKED):
        return _WORDS[str(value)].in_(language)
    if declared is not None and value in declared.values:
        return declared.values[str(value)].in_(language)
    return str(value).replace("_", " ").title()


def _notes(decision: Decision, language: Language) -> tuple[str, ...]:
    notes = []
    if any(reason.uncertain for reason in decision.reasons):
        notes.append(_WORDS["uncertain"].in_(language))
    if decision.needs_person:
        notes.append(_WORDS["needs_person"].in_(language))
    if not decision.criteria_review_required:
        notes.append(_WORDS["no_review"].in_(language))
    notes += [block.sentence.in_(language) for block in decision.blocked]
    notes += [gate.sentence.in_(language) for gate in decision.gates if not gate.met]
    return tuple(notes)


def _response(decision: Decision, language: Language) -> DueLine | None:
    if decision.priority_name is None:
        return None
    text = f"{_WORDS['response'].in_(language)}: {decision.priority_name.in_(language)}"
    return _line(decision, text, decision.response_due, language)


def _line(decision: Decision, text: str, due: datetime.datetime | None, language: Language) -> DueLine | None:
    if due is None:
        return None
    return DueLine(text, due, say_time(due, decision.time_zone, language), verify=False)


def _reason(reason: Reason, declared: Mapping[str, FactDeclaration], language: Language) -> ReasonLine:
    facts = []
    for name, value in reason.facts.items():
        if name in DERIVED_FACTS:
            continue
        shape = declared.get(name)
        question = shape.question.in_(language) if shape else name.replace("_", " ")
        facts.append(f"{question} {say_fact(value, language, shape)}")
    return ReasonLine(
        question=reason.question,
        sentence=reason.sentence.in_(language),
        source=reason.source,
        verify=reason.confidence == "B",
        uncertain=reason.uncertain,
        facts=tuple(facts),
    )


def _words(en: str, es: str) -> Words:
    return Words(en=en, es=es)


_UNITS = {
    "minutes": (_words("minute", "minuto"), _words("minutes", "minutos")),
    "hours": (_words("hour", "hora"), _words("hours", "horas")),
    "calendar_days": (_words("calendar day", "día natural"), _words("calendar days", "días naturales")),
    "business_days": (_words("business day", "día hábil"), _words("business days", "días hábiles")),
}

_WORDS = {
    "so_far": _words("So far:", "Hasta ahora:"),
    "answer": _words("Decision:", "Decisión:"),
    "response": _words("First visit", "Primera visita"),
    "track_due": _words("The path is to be chosen by", "La vía debe elegirse antes de"),
    "person": _words("A person decides by", "Una persona decide antes de"),
    "area_office": _words("County office", "Oficina del condado"),
    "partner": _words("Community partner", "Socio de la comunidad"),
    "acknowledge": _words("acknowledges", "acusa recibo"),
    "within": _words("within", "en"),
    "immediately": _words("at once", "de inmediato"),
    "yes": _words("Yes", "Sí"),
    "no": _words("No", "No"),
    UNKNOWN: _words("Not known", "No se sabe"),
    NOT_ASKED: _words("Not asked yet", "Aún no se ha preguntado"),
    "uncertain": _words(
        "Something is not known, so the safer answer is used.",
        "Algo no se sabe, por lo que se usa la respuesta más segura.",
    ),
    "needs_person": _words("A supervisor has to decide.", "Tiene que decidir un supervisor."),
    "no_review": _words(
        "The screening criteria need no review.", "No hace falta revisar los criterios de evaluación."
    ),
}
