"""Three accounts of one day side by side, and every difference between them (pure).

The phone company's (the simulator), the recipients' (the mail catcher) and ours (the database). They must
balance: offered = answered + abandoned + diverted + open; decided = dispatched + closed + waiting for a person;
every dispatch has its mail and its acknowledgement; every call has its row with the same outcome.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

CALL_ENDS = ("answered", "abandoned", "diverted", "open")
DECISION_ENDS = ("dispatched", "closed", "waiting")


@dataclass(frozen=True)
class PhoneLedger:
    """What the phone company saw: outcome by call, and callbacks that it still has to post."""

    outcomes: Mapping[str, str]
    pending: int = 0


@dataclass(frozen=True)
class MailLedger:
    """What the recipients' mail server took: the Message-IDs in the order of arrival, repeats included."""

    message_ids: tuple[str, ...]


@dataclass(frozen=True)
class ReportRow:
    """A report that was submitted. `decided` is its decision's outcome, None while there is none."""

    reference: str
    decided: str | None
    dispatches: int
    open_items: int
    """Open worklist items about it that have an owner and a deadline."""
    reason: str = ""


@dataclass(frozen=True)
class DispatchRow:
    """A dispatch: its e-mail keys, and whether somebody acknowledged it."""

    name: str
    mail_keys: tuple[str, ...]
    acknowledged: bool


@dataclass(frozen=True)
class DatabaseLedger:
    """What we wrote: outcome by call (`open` while there is none), reports, dispatches, and other mail of ours."""

    outcomes: Mapping[str, str]
    reports: tuple[ReportRow, ...]
    dispatches: tuple[DispatchRow, ...]
    other_mail_keys: tuple[str, ...] = ()
    earlier_mail_keys: tuple[str, ...] = ()
    """Mail from before the day that may have arrived in it."""
    unsent: int = 0
    """E-mails that were wanted and not sent yet."""


@dataclass(frozen=True)
class Comparison:
    """`sides`: the same counts as each ledger has them (None: that ledger can't know). `differences`: what is wrong."""

    sides: tuple[tuple[str, int | None, int | None, int | None], ...]
    differences: tuple[str, ...]

    @property
    def balanced(self) -> bool:
        """Whether all three say the same."""
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        names = ("what", "simulator", "mail", "database")
        return {
            "balanced": self.balanced,
            "ledgers": [dict(zip(names, side, strict=True)) for side in self.sides],
            "differences": list(self.differences),
        }


def compare(phone: PhoneLedger, mail: MailLedger, database: DatabaseLedger) -> Comparison:
    """Put the ledgers side by side and name every difference."""
    differences = [
        *_calls(phone, database),
        *_decisions(database.reports),
        *_dispatches(mail, database),
    ]
    return Comparison(_sides(phone, mail, database), tuple(differences))


def _calls(phone: PhoneLedger, database: DatabaseLedger) -> Iterable[str]:
    if phone.pending:
        yield f"The phone company still has {phone.pending} callbacks to post."
    for side, outcomes in (("simulator", phone.outcomes), ("database", database.outcomes)):
        strange = sorted(set(outcomes.values()) - set(CALL_ENDS))
        if strange:
            yield f"The {side} knows outcomes that no ledger has: {', '.join(strange)}."
    for sid, outcome in phone.outcomes.items():
        ours = database.outcomes.get(sid)
        if ours is None:
            yield f"Call {sid} ({outcome}) has no row."
        elif ours != outcome:
            yield f"Call {sid} is '{outcome}' to the phone company and '{ours}' in the database."
    for sid in sorted(set(database.outcomes) - set(phone.outcomes)):
        yield f"The database has a call {sid} that the phone company does not know."


def _decisions(reports: Iterable[ReportRow]) -> Iterable[str]:
    for report in reports:
        name = f"Report {report.reference}"
        if report.decided is None:
            yield f"{name} was submitted and not decided."
        elif report.decided not in DECISION_ENDS:
            yield f"{name} ended as '{report.decided}', which no ledger has."
        elif report.decided == "dispatched" and not report.dispatches:
            yield f"{name} counts as dispatched and went to nobody."
        elif report.decided == "closed" and report.dispatches:
            yield f"{name} counts as closed and was dispatched."
        elif report.decided == "closed" and not report.reason:
            yield f"{name} was closed without a reason."
        elif report.decided == "waiting" and not report.open_items:
            yield f"{name} waits for a person, and no worklist has it with an owner and a deadline."


def _dispatches(mail: MailLedger, database: DatabaseLedger) -> Iterable[str]:
    arrived = set(mail.message_ids)
    expected = set(database.other_mail_keys)
    if database.unsent:
        yield f"{database.unsent} e-mails were wanted and not sent."
    for dispatch in database.dispatches:
        expected |= set(dispatch.mail_keys)
        if not dispatch.mail_keys:
            yield f"{dispatch.name}: nobody was written to."
        for key in dispatch.mail_keys:
            if key not in arrived:
                yield f"{dispatch.name}: the mail {key} did not arrive."
        if not dispatch.acknowledged:
            yield f"{dispatch.name}: nobody acknowledged it."
    for key in database.other_mail_keys:
        if key not in arrived:
            yield f"The mail {key} did not arrive."
    for key in sorted(arrived - expected - set(database.earlier_mail_keys)):
        yield f"The mail {key} arrived and the database knows nothing of it."


def _sides(
    phone: PhoneLedger, mail: MailLedger, database: DatabaseLedger
) -> tuple[tuple[str, int | None, int | None, int | None], ...]:
    theirs, ours = Counter(phone.outcomes.values()), Counter(database.outcomes.values())
    decided = Counter(report.decided for report in database.reports if report.decided is not None)
    written_to = sum(
        bool(set(dispatch.mail_keys) & set(mail.message_ids)) for dispatch in database.dispatches
    )
    wanted = {key for dispatch in database.dispatches for key in dispatch.mail_keys}
    wanted |= set(database.other_mail_keys)
    return (
        ("calls offered", len(phone.outcomes), None, len(database.outcomes)),
        *((f"  {end}", theirs[end], None, ours[end]) for end in CALL_ENDS),
        ("reports submitted", None, None, len(database.reports)),
        ("reports decided", None, None, sum(decided.values())),
        *((f"  {end}", None, None, decided[end]) for end in DECISION_ENDS),
        ("dispatches", None, written_to, len(database.dispatches)),
        ("  acknowledged", None, None, sum(one.acknowledged for one in database.dispatches)),
        ("mails, each once", None, len(set(mail.message_ids)), len(wanted)),
        ("  repeated", None, len(mail.message_ids) - len(set(mail.message_ids)), None),
    )


def as_text(comparison: Comparison) -> str:
    """A table for people, then the differences or the words that there are none."""
    cells = [("", "simulator", "mail", "database")]
    cells += [(name, _cell(a), _cell(b), _cell(c)) for name, a, b, c in comparison.sides]
    width = max(len(row[0]) for row in cells)
    lines = [f"{name:<{width}}  {a:>9}  {b:>9}  {c:>9}".rstrip() for name, a, b, c in cells]
    if comparison.balanced:
        return "\n".join([*lines, "", "The three ledgers agree."])
    count = len(comparison.differences)
    heading = "There is 1 difference:" if count == 1 else f"There are {count} differences:"
    return "\n".join([*lines, "", heading, *(f"  - {one}" for one in comparison.differences)])


def _cell(count: int | None) -> str:
    return "" if count is None else str(count)


def ledgers_from_json(document: Mapping[str, Any]) -> tuple[PhoneLedger, MailLedger, DatabaseLedger]:
    """The three ledgers as `ledgers_as_json` wrote them; raises KeyError or TypeError for anything else."""
    ours = dict(document["database"])
    ours["reports"] = tuple(ReportRow(**row) for row in ours["reports"])
    ours["dispatches"] = tuple(
        DispatchRow(**{**row, "mail_keys": tuple(row["mail_keys"])}) for row in ours["dispatches"]
    )
    for name in ("other_mail_keys", "earlier_mail_keys"):
        ours[name] = tuple(ours.get(name, ()))
    return (
        PhoneLedger(**document["simulator"]),
        MailLedger(tuple(document["mail"]["message_ids"])),
        DatabaseLedger(**ours),
    )


def ledgers_as_json(phone: PhoneLedger, mail: MailLedger, database: DatabaseLedger) -> dict[str, Any]:
    """The three ledgers in full, to be kept and compared again."""
    return {"simulator": asdict(phone), "mail": asdict(mail), "database": asdict(database)}
