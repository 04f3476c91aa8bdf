"""What was written online, as it stands in the vault: each answer by its path, with how often it was saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.online_reports.models import OnlineReport
from hotline.reports.service import Answer, plain
from hotline.vault.service import Vault

KIND = "online_report"
"""The kind of the vault record."""

Content = Mapping[str, Any]


def empty(category: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """A new record: who the writer said to be, and the answers that follow from it."""
    return {
        "category": category,
        "answers": {path: {"value": value, "version": 1} for path, value in answers.items()},
    }


def answers_in(content: Content) -> dict[str, Answer]:
    """Every answer by path."""
    return {path: Answer(one["value"], one["version"]) for path, one in content["answers"].items()}


def with_answer(content: Content, path: str, answer: Answer) -> dict[str, Any]:
    """The record with one answer more or another value of it."""
    answers = {**content["answers"], path: {"value": answer.value, "version": answer.version}}
    return {**content, "answers": answers}


def written(session: Session, vault: Vault, online: OnlineReport) -> dict[str, Answer]:
    """Every answer, for its own writer's page. Empty once it was taken up or has expired.

    Not audited here: that the writer came back is, once.
    """
    return answers_in(vault.show(session, [online.vault_id]).get(online.vault_id, {"answers": {}}))


def values(session: Session, vault: Vault, vault_id: UUID) -> dict[str, Any]:
    """The present values by path, for a computation that shows nothing of them."""
    return plain(answers_in(vault.use(session, vault_id)))
