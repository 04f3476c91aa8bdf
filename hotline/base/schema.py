"""The migrations beside this package, found without importing them."""

from __future__ import annotations

from importlib.util import find_spec

from alembic.config import Config
from alembic.script import ScriptDirectory

from hotline.base.errors import ConfigurationError


def alembic_config(database_url: str) -> Config:
    """Alembic's settings for the migrations. Raises ConfigurationError when they are not installed."""
    spec = find_spec("migrations")
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError("The folder 'migrations' is not installed beside 'hotline'.")
    config = Config()
    config.set_main_option("script_location", str(next(iter(spec.submodule_search_locations))))
    # A per cent sign in a value is the start of a reference in alembic's configuration.
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


def newest_revision() -> str | None:
    """The revision that the program expects of the database."""
    return ScriptDirectory.from_config(alembic_config("")).get_current_head()
