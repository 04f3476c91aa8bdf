"""The console's blueprint with all its views."""

from __future__ import annotations

from hotline.web.console import call_views, report_views
from hotline.web.console.blueprint import blueprint

__all__ = ["blueprint", "call_views", "report_views"]
