"""What a check says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from hotline.base.errors import HotlineError
from hotline.base.logging import get_logger, reason

OK, WARN, FAIL = "ok", "warn", "fail"
_log = get_logger("doctor")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `remedy` says what to do; it is empty when all is well."""

    name: str
    status: str
    words: str
    remedy: str = ""


def ok(name: str, words: str) -> Finding:
    """All is well."""
    return Finding(name, OK, words)


def warn(name: str, words: str, remedy: str) -> Finding:
    """Callers are answered, but somebody should look at it."""
    return Finding(name, WARN, words, remedy)


def fail(name: str, words: str, remedy: str) -> Finding:
    """Callers are not answered, or would not be in an emergency."""
    return Finding(name, FAIL, words, remedy)


def carried_out(name: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What the check finds; a check that breaks down is a failure itself and stops no other."""
    try:
        yield from check()
    except HotlineError as error:
        yield fail(name, error.message, "Repair this first, then ask the doctor again.")
    except Exception as error:
        _log.warning("check_broke_down", check=name, error=reason(error))
        yield fail(name, f"The check itself broke down ({type(error).__name__}).", "Look into the log.")
