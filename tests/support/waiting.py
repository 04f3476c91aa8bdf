"""Wait for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(
    condition: Callable[[], object], seconds: float = 10, also: Callable[[], object] = lambda: None
) -> None:
    """Return as soon as `condition` is true; fail after `seconds`. `also` is called before each new look."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"the awaited condition did not come true within {seconds:g} s"
        also()
        time.sleep(0.02)
