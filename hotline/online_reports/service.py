"""Beginning, writing and sending a report online.

Whoever writes has no account. Two secrets lead to a report: the one in the writer's browser, for as long as somebody
writes, and a code that is shown once, to come back with. Only keyed hashes of both are stored. Once sent, neither
opens what was written any more.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.online_reports import content, limits, matters
from hotline.online_reports.asked import for_reporter, is_asked
from hotline.online_reports.codes import new_code, new_number
from hotline.online_reports.models import OnlineReport
from hotline.online_reports.states import ONLINE
from hotline.policy.danger import shows_danger
from hotline.policy.loader import Shelf as PackShelf
from hotline.policy.model import Pack
from hotline.policy.online import Online, is_open, may_finish
from hotline.reports.service import Answer, SaveConflict
from hotline.vault.service import Vault
from screening_forms import facts, validation
from screening_forms.errors import UnknownField, ValueProblem
from screening_forms.loader import Shelf as FormShelf
from screening_forms.model import Form
from screening_forms.validation import Problem
from screening_forms.words import Words

IDLE = timedelta(minutes=30)
"""After so long without a request the browser has to give the code again: it may be anybody's by then."""

MOST_SIGNS = 200_000
"""Everything written in one report together; the longest story allowed is a tenth of it."""

_ACTOR = Actor.system("online_reports")
_TOO_MUCH = Words(
    en="Together this is more than a report takes. Shorten something, or call.",
    es="En conjunto es más de lo que cabe en un reporte. Acorte algo, o llame.",
)


class Closed(Conflict):
    """Reports are not taken online now."""

    def __init__(self) -> None:
        super().__init__("Online reports are not taken at this hour. Call, or come back when it is open.")


@dataclass(frozen=True)
class Begun:
    """A new report with its two secrets, which are told here and never again."""

    report: OnlineReport
    code: str
    token: str


def section_of(pack: Pack) -> Online:
    """The pack's online section; raises NotFound where it offers none."""
    online = pack.rules.online
    if online is None or not online.offered:
        raise NotFound("Reports are not taken online here.")
    return online


def begin(
    session: Session, vault: Vault, forms: FormShelf, pack: Pack, category_id: str, language: str
) -> Begun:
    """Begin a report for somebody whom the gate let through.

    Raises InvalidInput for a category that the pack has not, Closed outside its hours, TooMany (`limits`).
    """
    online = section_of(pack)
    category = online.category(category_id)
    if category is None:
        raise InvalidInput("category", "Choose what your work is.")
    now = clock.now()
    if not is_open(online.hours, pack.rules.calendar, now):
        raise Closed
    limits.refuse_if_full(session, limits.BEGUN)
    limits.note(session, limits.BEGUN)
    form = forms.current(pack.head.form)
    follows = {path: validation.parse(form.field_at(path), value) for path, value in category.answers.items()}
    code, token = new_code(), secrets.token_urlsafe(32)
    report = OnlineReport(
        id=new_id(),
        jurisdiction=pack.jurisdiction,
        form_id=form.id,
        form_version=form.version,
        language=language,
        state="writing",
        vault_id=vault.put(session, content.KIND, content.empty(category.id, follows)),
        code_hash=hash_of_code(vault, code),
        session_hash=hash_of_token(vault, token),
        session_seen_at=now,
        created_at=now,
        expires_at=now + timedelta(hours=online.keeps_drafts_hours),
        danger=False,
    )
    session.add(report)
    session.flush()
    record(session, _ACTOR, "online:begun", "online_report", report.id)
    return Begun(report, code, token)


def pack_of(packs: PackShelf, report: OnlineReport) -> Pack:
    """The rules that were in force when the report was begun."""
    return packs.in_force(report.jurisdiction, report.created_at)


def form_of(forms: FormShelf, packs: PackShelf, report: OnlineReport) -> Form:
    """Its form as its writer sees it; `asked` tells which of the questions are theirs."""
    whole = forms.get(report.form_id, report.form_version)
    return for_reporter(whole, section_of(pack_of(packs, report)))


def asked(forms: FormShelf, packs: PackShelf, report: OnlineReport, path: str) -> bool:
    """Whether its writer is asked the question of this path."""
    whole = forms.get(report.form_id, report.form_version)
    return is_asked(whole, section_of(pack_of(packs, report)), path)


def save(
    session: Session,
    vault: Vault,
    forms: FormShelf,
    packs: PackShelf,
    report_id: UUID,
    path: str,
    raw: str | list[str],
    base_version: int,
) -> Answer:
    """Save one field as typed, like `reports.service.save`, and with the same refusals.

    Raises NotFound or Conflict when nobody writes on the report any more.
    """
    report = writing(session, report_id)
    if not asked(forms, packs, report, path):
        raise UnknownField(path)
    field = form_of(forms, packs, report).field_at(path)
    value = validation.parse(field, raw)
    kept = vault.hold(session, report.vault_id)
    present = content.answers_in(kept).get(path, Answer(None, 0))
    if present.value == value and present.version:
        return present
    if present.version != base_version:
        raise SaveConflict(path, present)
    saved = Answer(value, present.version + 1)
    after = content.with_answer(kept, path, saved)
    if _signs(after) > MOST_SIGNS:
        raise ValueProblem(_TOO_MUCH)
    vault.replace(session, report.vault_id, after)
    return saved


def problems(
    session: Session, vault: Vault, forms: FormShelf, packs: PackShelf, report: OnlineReport
) -> list[Problem]:
    """What stands in the way of sending (blocking), and what is still open (not)."""
    answers = content.values(session, vault, report.vault_id)
    found = validation.check(form_of(forms, packs, report), answers, "submit")
    return [one for one in found if asked(forms, packs, report, one.path)]


def points_to_danger(
    session: Session, vault: Vault, forms: FormShelf, packs: PackShelf, report: OnlineReport
) -> bool:
    """Whether what was written so far meets a rule of the most urgent priority."""
    pack = pack_of(packs, report)
    form = forms.get(report.form_id, report.form_version)
    on = clock.now().astimezone(pack.rules.calendar.zone).date()
    return shows_danger(pack, facts.facts(form, content.values(session, vault, report.vault_id), on))


def send(
    session: Session, vault: Vault, forms: FormShelf, packs: PackShelf, report_id: UUID
) -> list[Problem]:
    """Hand the report to the screeners; the problems that stand in the way, none once it is sent. Twice is once.

    Raises Closed outside the hours, unless what was written points to danger: that is taken at any hour, and
    somebody is told at once. Raises NotFound when it was never begun or has expired.
    """
    report = _locked(session, report_id)
    if report.state in ("sent", "taken"):
        return []
    report = writing(session, report_id)
    found = problems(session, vault, forms, packs, report)
    if any(problem.blocking for problem in found):
        return found
    pack, now = pack_of(packs, report), clock.now()
    online = section_of(pack)
    danger = points_to_danger(session, vault, forms, packs, report)
    if not danger and not may_finish(online.hours, pack.rules.calendar, now):
        raise Closed
    report.state = ONLINE.next(report.state, "send")
    report.sent_at, report.danger, report.confirmation = now, danger, new_number()
    session.flush()
    matters.open_for(session, report, online)
    record(session, _ACTOR, "online:sent", "online_report", report.id, {"danger": danger})
    return []


def throw_away(session: Session, vault: Vault, report_id: UUID) -> None:
    """The writer wants nothing kept of what was not sent: it is destroyed at once. Twice is harmless."""
    report = _locked(session, report_id)
    if report.state == "writing":
        expire(session, vault, report, "thrown_away")


def expire(session: Session, vault: Vault, report: OnlineReport, why: str) -> None:
    """Destroy what was written and not sent. `why` is a code."""
    report.state = ONLINE.next(report.state, "expire")
    report.session_hash = None
    vault.destroy(session, report.vault_id, _ACTOR, "online_report_expired")
    record(session, _ACTOR, "online:expired", "online_report", report.id, {"why": why})
    session.flush()


def writing(session: Session, report_id: UUID) -> OnlineReport:
    """The report while it is being written, its row locked; raises NotFound once it is not there any more."""
    report = _locked(session, report_id)
    if report.state in ("sent", "taken"):
        raise Conflict("This report was sent already; it can no longer be changed here.")
    if report.state != "writing" or report.expires_at <= clock.now():
        raise NotFound("This report is no longer kept. Begin a new one, or call.")
    return report


def hash_of_code(vault: Vault, code: str) -> str:
    """What is stored of a code."""
    return vault.fingerprint(f"online_report_code:{code}")


def hash_of_token(vault: Vault, token: str) -> str:
    """What is stored of the secret in a writer's browser."""
    return vault.fingerprint(f"online_report_session:{token}")


def _locked(session: Session, report_id: UUID) -> OnlineReport:
    report = session.get(OnlineReport, report_id, with_for_update=True, populate_existing=True)
    if report is None:
        raise NotFound("This report is no longer kept. Begin a new one, or call.")
    return report


def _signs(kept: content.Content) -> int:
    values = (one["value"] for one in kept["answers"].values())
    return sum(len(value) if isinstance(value, str) else sum(map(len, value or ())) for value in values)
