"""The migrations build what the models say, and can be undone."""

from __future__ import annotations

import importlib
import pkgutil
import uuid
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Engine

import hotline
from hotline.base.database import Base
from hotline.demo.postgres import LocalPostgres
from tests.support.databases import alembic_config, execute, migrate


@pytest.fixture
def empty_url(postgres: LocalPostgres) -> Iterator[str]:
    name = f"empty_{uuid.uuid4().hex}"
    execute(postgres, "CREATE DATABASE {}", name)
    yield postgres.url(name)
    execute(postgres, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    engine = create_engine(empty_url.replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()


def load_every_model() -> None:
    for module in pkgutil.walk_packages(hotline.__path__, "hotline."):
        if module.name.endswith((".models", ".outbox")):
            importlib.import_module(module.name)


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_the_migrations_build_what_the_models_say(empty_url: str, engine: Engine) -> None:
    load_every_model()
    migrate(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert tables(engine) == set(Base.metadata.tables)


def test_every_migration_can_be_undone_and_done_again(empty_url: str, engine: Engine) -> None:
    config = alembic_config(empty_url)
    migrate(empty_url)
    built = tables(engine)
    assert built
    for _ in ScriptDirectory.from_config(config).walk_revisions():
        command.downgrade(config, "-1")
    assert tables(engine) == set()
    migrate(empty_url)
    assert tables(engine) == built


def test_the_migrations_are_one_line_without_branches(empty_url: str) -> None:
    assert len(ScriptDirectory.from_config(alembic_config(empty_url)).get_heads()) == 1
