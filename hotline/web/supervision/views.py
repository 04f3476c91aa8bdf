"""The supervisors' blueprint with all its views."""

from __future__ import annotations

from hotline.web.supervision import acts, monitor_views, pages
from hotline.web.supervision.blueprint import blueprint

__all__ = ["acts", "blueprint", "monitor_views", "pages"]
