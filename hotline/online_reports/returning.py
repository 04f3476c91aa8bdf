"""Coming back to a report: by the secret in the browser, by the code, and to its state alone once it was sent."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.online_reports import limits
from hotline.online_reports.codes import read_code, read_number
from hotline.online_reports.models import OnlineReport
from hotline.online_reports.service import IDLE, hash_of_code, hash_of_token
from hotline.vault.service import Vault

_ACTOR = Actor.system("online_reports")
_SEEN_STEP = timedelta(seconds=30)


def in_browser(session: Session, vault: Vault, token: str) -> OnlineReport | None:
    """The report that the browser with this secret writes, or has sent; None once it sat idle or was left."""
    now = clock.now()
    report = session.scalar(
        select(OnlineReport).where(
            OnlineReport.session_hash == hash_of_token(vault, token),
            OnlineReport.session_seen_at > now - IDLE,
            OnlineReport.state != "expired",
        )
    )
    if report is None or (report.state == "writing" and report.expires_at <= now):
        return None
    if report.session_seen_at < now - _SEEN_STEP:
        report.session_seen_at = now
    return report


def leave(session: Session, vault: Vault, token: str) -> None:
    """From now on this browser needs the code. Twice is harmless."""
    report = session.scalar(
        select(OnlineReport).where(OnlineReport.session_hash == hash_of_token(vault, token))
    )
    if report is not None:
        report.session_hash = None


def resume(session: Session, vault: Vault, typed: str) -> tuple[OnlineReport, str] | None:
    """The report of a code and a new secret for the browser, which replaces any other's.

    None for a code of no report that is still being written; such a try is counted. Raises TooMany (`limits`).
    """
    report = _of_code(session, vault, typed)
    if report is None or report.state != "writing" or report.expires_at <= clock.now():
        return None
    token = secrets.token_urlsafe(32)
    report.session_hash, report.session_seen_at = hash_of_token(vault, token), clock.now()
    session.flush()
    record(session, _ACTOR, "online:resumed", "online_report", report.id)
    return report, token


def sent(session: Session, vault: Vault, number: str, typed: str) -> OnlineReport | None:
    """The report that was sent under this number with this code, to tell its state and nothing else; else None.

    A try that fits nothing is counted. Raises TooMany (`limits`).
    """
    report = _of_code(session, vault, typed)
    wanted = read_number(number)
    if report is None or wanted is None or report.confirmation is None:
        return None
    return report if hmac.compare_digest(report.confirmation.encode(), wanted.encode()) else None


def _of_code(session: Session, vault: Vault, typed: str) -> OnlineReport | None:
    limits.refuse_if_full(session, limits.WRONG_CODE)
    code = read_code(typed)
    # The hash is keyed: how long the search for it takes tells nothing about the code.
    wanted = hash_of_code(vault, code or "none")
    report = session.scalar(select(OnlineReport).where(OnlineReport.code_hash == wanted).with_for_update())
    if report is None:
        limits.note(session, limits.WRONG_CODE)
    return report
