"""The blueprint of the public pages with all its views."""

from __future__ import annotations

from hotline.web.intake import form_views, gate_views, return_views
from hotline.web.intake.blueprint import blueprint

__all__ = ["blueprint", "form_views", "gate_views", "return_views"]
