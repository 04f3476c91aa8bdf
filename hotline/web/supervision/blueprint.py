"""The blueprint on which the supervisors' views are hung."""

from __future__ import annotations

from hotline.web.shared.screen import screen

blueprint = screen(__name__, url_prefix="/supervision")
