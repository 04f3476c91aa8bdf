"""The staff's web application."""

from __future__ import annotations

from flask import Flask

from hotline.base.bell import Bell
from hotline.base.config import Settings, load_settings
from hotline.base.database import Database
from hotline.base.logging import configure
from hotline.policy.loader import load_packs
from hotline.vault.service import Vault
from hotline.web.audit.views import blueprint as audit
from hotline.web.board.views import blueprint as board
from hotline.web.console.views import blueprint as console
from hotline.web.portal.views import blueprint as portal
from hotline.web.returns.views import blueprint as returns
from hotline.web.shared import assets, core, failures, gate, headers, health, language, shell
from hotline.web.signin.views import blueprint as signin
from hotline.web.supervision.views import blueprint as supervision
from screening_forms.loader import load_forms

SCREENS = (health.blueprint, signin, console, returns, board, supervision, portal, audit)

_LARGEST = 2 * 1024 * 1024
"""Bytes of one request; the longest story allowed in a form is far shorter."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application on `settings` (default: the environment).

    Raises ConfigurationError, FormError or PackError, each naming what is wrong and the remedy: a program that
    can't judge a report must not start.
    """
    configure()
    settings = settings or load_settings()
    app = Flask("hotline.web", static_folder=None, template_folder="shared/templates")
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST, MAX_FORM_MEMORY_SIZE=_LARGEST)
    database = Database(settings.database_url)
    Bell(settings.redis_url).ring_after_commit(database)
    vault = Vault(settings.vault_keys, settings.hash_key)
    core.install(app.extensions, core.Core(settings, database, vault, load_forms(), load_packs()))
    language.install(app)
    shell.equip(app)
    gate.guard(app)
    headers.protect(
        app,
        https=settings.secure_cookies,
        console=headers.console_policy(settings),
        live=headers.origin_of_streams(settings),
    )
    failures.explain_failures(app)
    assets.serve_assets(app)
    for blueprint in SCREENS:
        app.register_blueprint(blueprint)
    return app
