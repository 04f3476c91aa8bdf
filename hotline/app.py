"""The web application: the staff's screens, and the public pages on which professionals report."""

from __future__ import annotations

from flask import Flask

from hotline.base.bell import Bell
from hotline.base.config import Settings, load_settings
from hotline.base.database import Database
from hotline.base.logging import configure
from hotline.online_reports import asked as online
from hotline.policy.loader import load_packs
from hotline.vault.service import Vault
from hotline.web.audit.views import blueprint as audit
from hotline.web.board.views import blueprint as board
from hotline.web.console.views import blueprint as console
from hotline.web.intake.views import blueprint as intake
from hotline.web.papers.views import blueprint as papers
from hotline.web.portal.views import blueprint as portal
from hotline.web.returns.views import blueprint as returns
from hotline.web.reviews.views import blueprint as reviews
from hotline.web.shared import (
    assets,
    core,
    failures,
    gate,
    headers,
    health,
    language,
    packing,
    shell,
    uploads,
)
from hotline.web.signin.views import blueprint as signin
from hotline.web.supervision.views import blueprint as supervision
from screening_forms.loader import load_forms

STAFF = (signin, console, returns, papers, board, reviews, supervision, portal, audit)
SERVED = {"all": (*STAFF, intake), "staff": STAFF, "intake": (intake,)}
"""Which screens a process serves, by the setting `web_serves`."""

_FAILURE, _PUBLIC_FAILURE = "shared/failure.html", "intake/failure.html"

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
    forms, packs = load_forms(), load_packs()
    online.check(packs, forms)
    core.install(app.extensions, core.Core(settings, database, vault, forms, packs))
    uploads.equip(app)
    language.install(app)
    shell.equip(app)
    gate.guard(app)
    packing.pack_pages(app)
    headers.protect(
        app,
        https=settings.secure_cookies,
        console=headers.console_policy(settings),
        live=headers.origin_of_streams(settings),
    )
    only_public = settings.web_serves == "intake"
    failures.explain_failures(
        app, {"intake": _PUBLIC_FAILURE, None: _PUBLIC_FAILURE if only_public else _FAILURE}
    )
    assets.serve_assets(app)
    for blueprint in (health.blueprint, *SERVED[settings.web_serves]):
        app.register_blueprint(blueprint)
    return app
