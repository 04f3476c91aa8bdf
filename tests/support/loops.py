"""Coroutines in tests. The browser of the session keeps a loop in the main thread, in which no other may run."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """Do it in a thread that has no loop yet, and return or raise what it does."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()
