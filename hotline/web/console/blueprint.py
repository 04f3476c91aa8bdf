"""The blueprint on which the console's views are hung."""

from __future__ import annotations

from hotline.web.shared.screen import screen

blueprint = screen(__name__, url_prefix="/console")
