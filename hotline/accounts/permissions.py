"""Which role may do what (pure). A route that names no permission of this table is refused for everybody."""

from __future__ import annotations

from collections.abc import Iterable

ROLES = (
    "screener",
    "supervisor",
    "coordinator",
    "area_office",
    "on_call",
    "partner",
    "administrator",
    "auditor",
)

PERMISSIONS: dict[str, frozenset[str]] = {
    "account:own": frozenset(ROLES),
    "calls:take": frozenset({"screener", "supervisor"}),
    "calls:place": frozenset({"screener", "supervisor"}),
    "calls:supervise": frozenset({"supervisor"}),
    "calls:monitor": frozenset({"supervisor"}),
    "recordings:hear": frozenset({"supervisor"}),
    "directory:use": frozenset({"screener", "supervisor"}),
    "reports:write": frozenset({"screener", "supervisor"}),
    "reports:read": frozenset({"screener", "supervisor", "coordinator"}),
    "caller:reveal": frozenset({"screener", "supervisor"}),
    "reviews:decide": frozenset({"supervisor"}),
    "reporter:reveal": frozenset({"screener", "supervisor"}),
    "papers:read": frozenset({"screener", "supervisor", "coordinator"}),
    "papers:work": frozenset({"screener", "supervisor", "coordinator"}),
    "papers:waive": frozenset({"supervisor", "coordinator"}),
    "board:read": frozenset({"coordinator", "supervisor"}),
    "dispatch:manage": frozenset({"coordinator"}),
    "worklist:work": frozenset({"coordinator", "supervisor", "screener"}),
    "portal:read": frozenset({"area_office", "on_call", "partner"}),
    "dispatch:acknowledge": frozenset({"area_office", "on_call", "partner"}),
    "audit:read": frozenset({"auditor", "administrator"}),
}
"""Permission -> roles that have it. Scope (own call, own office, own partner) is checked where a record is fetched."""


def allowed(roles: Iterable[str], permission: str) -> bool:
    """Whether any of `roles` has `permission`; raises KeyError for a permission that does not exist."""
    return not PERMISSIONS[permission].isdisjoint(roles)
