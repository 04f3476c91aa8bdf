"""Making the blueprint of a screen."""

from __future__ import annotations

from flask import Blueprint


def screen(import_name: str, url_prefix: str | None = None) -> Blueprint:
    """A blueprint named after the folder of the module `import_name`, with the templates beside it."""
    name = import_name.split(".")[-2]
    return Blueprint(name, import_name, url_prefix=url_prefix, template_folder="templates")
