"""The console's blueprint with all its views."""

from __future__ import annotations

from hotline.web.console import (
    call_views,
    control_views,
    directory_views,
    finish_views,
    form_views,
    history_views,
    list_views,
    listening_views,
    online_views,
    panel_views,
    paper_views,
    people_views,
    places_views,
    pop_views,
    print_views,
    report_views,
    sealing_views,
    telephone_views,
)
from hotline.web.console.blueprint import blueprint

__all__ = [
    "blueprint",
    "call_views",
    "control_views",
    "directory_views",
    "finish_views",
    "form_views",
    "history_views",
    "list_views",
    "listening_views",
    "online_views",
    "panel_views",
    "paper_views",
    "people_views",
    "places_views",
    "pop_views",
    "print_views",
    "report_views",
    "sealing_views",
    "telephone_views",
]
