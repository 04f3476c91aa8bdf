"""The figures as a person reads them, and as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from scripts.bench import console, search
from scripts.bench.console import Typing
from scripts.bench.crowd import Crowd
from scripts.bench.dispatch import Delays
from scripts.bench.load import Figures
from scripts.bench.offers import Reach
from scripts.bench.panel import WANTED_MS as PANEL_P95_MS
from scripts.bench.panel import Panel
from scripts.bench.search import SearchFigures

WEBHOOK_P50, WEBHOOK_P99 = 2.0, 2.5
"""How many times as long as the bare view the webhook may take."""

SLOWEST_WEBHOOK_MS = 2000
OFFER_P95_MS = 500


@dataclass(frozen=True)
class Results:
    """Everything that one run measured. `webhook`: by number of clients, (ours, bare view)."""

    webhook: Mapping[int, tuple[Figures, Figures]]
    crowd: Crowd
    reach: Reach
    delivered: Delays
    started: Delays
    panel: Panel
    typing: Typing
    search: SearchFigures


def ratios(ours: Figures, bare: Figures) -> dict[str, float]:
    """Ours by the bare view's; below 1 in requests per second means that ours is slower."""
    return {
        "p50": ours.p50 / bare.p50,
        "p99": ours.p99 / bare.p99,
        "per_second": ours.per_second / bare.per_second,
    }


def webhook_table(clients: int, ours: Figures, bare: Figures) -> str:
    """The two servers and their ratio."""
    ratio = ratios(ours, bare)
    rows = [
        f"\nIncoming call, {clients} at once           p50 ms   p99 ms   requests/s",
        _figures("signed webhook, recorded", ours),
        _figures("bare view, one row", bare),
        f"  {'ratio':<30}{ratio['p50']:>9.2f}{ratio['p99']:>9.2f}{ratio['per_second']:>11.3f}",
        f"  {'wanted at most':<30}{WEBHOOK_P50:>9.2f}{WEBHOOK_P99:>9.2f}",
    ]
    return "\n".join(rows)


def _figures(name: str, figures: Figures) -> str:
    return f"  {name:<30}{figures.p50:>9.2f}{figures.p99:>9.2f}{figures.per_second:>11.0f}"


def crowd_table(crowd: Crowd) -> str:
    """All callers together."""
    return (
        f"\n{crowd.calls} callers, {crowd.most_at_once} at once   p50 ms   p99 ms   worst ms   wrong   lost\n"
        f"  {f'{crowd.requests} signed webhooks':<26}{crowd.p50:>7.1f}{crowd.p99:>9.1f}{crowd.worst:>11.0f}"
        f"{crowd.failures:>8}{crowd.lost:>7}\n"
        f"  {'wanted at most':<26}{'':>7}{'':>9}{SLOWEST_WEBHOOK_MS:>11}{0:>8}{0:>7}"
    )


def reach_table(reach: Reach) -> str:
    """From the menu's request to the screener."""
    rows = [
        "\nFrom a caller who is ready           p50 ms   p95 ms",
        f"  {'to the live stream':<30}{reach.told_p50:>9.1f}{reach.told_p95:>9.1f}",
        f"  {'to the screener: offer shown':<30}{reach.shown_p50:>9.1f}{reach.shown_p95:>9.1f}",
        f"  {'wanted at most':<30}{'':>9}{OFFER_P95_MS:>9}",
    ]
    return "\n".join(rows)


def dispatch_table(delivered: Delays, started: Delays) -> str:
    """The two ways through the queue and their ratio."""
    rows = [
        "\nOne report at a time                 p50 ms   p95 ms",
        f"  {'submit to delivered':<30}{delivered.p50:>9.1f}{delivered.p95:>9.1f}",
        f"  {'the queue: enqueue to start':<30}{started.p50:>9.1f}{started.p95:>9.1f}",
        f"  {'ratio':<30}{delivered.p50 / started.p50:>9.2f}{delivered.p95 / started.p95:>9.2f}",
    ]
    return "\n".join(rows)


def panel_table(panel: Panel) -> str:
    """From an answer to the panel."""
    rows = [
        "\nThe panel speaks of an answer         p50 ms   p95 ms",
        f"  {'after it was saved':<30}{panel.saved_p50:>9.1f}{panel.saved_p95:>9.1f}",
        f"  {'wanted at most':<30}{'':>9}{PANEL_P95_MS:>9}",
        f"  {'after it was clicked':<30}{panel.clicked_p50:>9.1f}{panel.clicked_p95:>9.1f}",
    ]
    return "\n".join(rows)


def as_json(results: Results) -> dict[str, Any]:
    """Every figure by name: milliseconds, requests per second, and the ratios to the least that could do."""
    webhooks = {
        str(clients): {"webhook": asdict(ours), "bare": asdict(bare), "ratio": ratios(ours, bare)}
        for clients, (ours, bare) in results.webhook.items()
    }
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "incoming_call_by_clients": webhooks,
        "many_calls": asdict(results.crowd),
        "offer_reach": asdict(results.reach),
        "panel": asdict(results.panel),
        "form": console.as_json(results.typing),
        "search": search.as_json(results.search),
        "submit_to_delivered": asdict(results.delivered),
        "enqueue_to_start": asdict(results.started),
        "ratio": {
            "p50": results.delivered.p50 / results.started.p50,
            "p95": results.delivered.p95 / results.started.p95,
        },
        "wanted": {
            "incoming_call_ratio": {"p50": WEBHOOK_P50, "p99": WEBHOOK_P99},
            "slowest_webhook_ms": SLOWEST_WEBHOOK_MS,
            "offer_p95_ms": OFFER_P95_MS,
            "panel_after_save_p95_ms": PANEL_P95_MS,
        },
    }
