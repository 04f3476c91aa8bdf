"""The voice process: `granian --interface wsgi --factory ivr.app:create_app`. Only the phone company posts here."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from flask import Flask, Request, Response, abort, request
from sqlalchemy.engine.url import make_url
from werkzeug.exceptions import HTTPException

from hotline.base import clock, logging
from hotline.base.bell import Bell
from hotline.base.config import Settings, load_settings
from hotline.base.database import Database
from hotline.base.errors import ConfigurationError
from hotline.policy.errors import PackError
from hotline.policy.loader import load_packs
from hotline.telephony.carriers import carrier_of
from hotline.telephony.links import Links
from hotline.vault.service import Vault
from ivr import prompts
from ivr.deadline import SECONDS, THREADS, DatabaseAway, Guard
from ivr.desk import Desk
from ivr.events import BadRequest, CallEvent, read
from ivr.gateway import Gateway, Keeper
from ivr.lines import LineBook
from ivr.pages import PAGES, STILL
from ivr.signature import Signature
from ivr.spool import Spool

MAX_BODY = 64 * 1024
_READY_SECONDS = 1.0
_TOKEN_HEADER = "I-Twilio-Idempotency-Token"  # the name of a header
# A connection whose other end has vanished without a word is given up after about 20 seconds.
_KEEPALIVE = {"keepalives_idle": "5", "keepalives_interval": "5", "keepalives_count": "3"}

_log = logging.get_logger("voice")


def create_app(settings: Settings | None = None, *, keep: bool = True, patience: float = SECONDS) -> Flask:
    """The application; without `settings` they are read from the environment, and faults are printed plainly.

    `patience`: seconds that a request may wait for the database. `keep=False` starts no thread that replays the
    spool (tests replay by hand).
    """
    if settings is None:
        logging.configure()
        try:
            settings = load_settings()
            _signature(settings).checked()
        except ConfigurationError as error:
            print(error.message, file=sys.stderr)
            raise SystemExit(1) from error
    gateway = make_gateway(settings, patience)
    signature = _signature(settings)
    _log.info("signed_address", address=signature.checked())
    app = Flask("ivr", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    app.extensions["gateway"] = gateway
    _voice_routes(app, gateway, signature, settings)
    _health_routes(app, gateway)
    app.register_error_handler(HTTPException, _bare)
    if keep:
        keeper = Keeper(gateway)
        keeper.start()
        app.extensions["keeper"] = keeper
    return app


def _signature(settings: Settings) -> Signature:
    return Signature(carrier_of(settings), settings.public_voice_url)


def make_gateway(settings: Settings, patience: float = SECONDS) -> Gateway:
    """The gateway with the installation's database, keys, words and spool."""
    url = make_url(settings.database_url).update_query_dict(_KEEPALIVE)
    database = Database(
        url.render_as_string(hide_password=False),
        pool_size=THREADS,
        # Where the server still answers, it gives up before we do, and the connection stays good.
        statement_timeout=patience - 0.5,
        lock_timeout=patience - 1,
    )
    Bell(settings.redis_url).ring_after_commit(database)
    spool = Spool(settings.spool_dir, settings.vault_keys)
    desk = Desk(
        database=database,
        vault=Vault(settings.vault_keys, settings.hash_key),
        prompts=prompts.load(),
        links=Links(settings.public_voice_url),
        lines=LineBook(settings.spool_dir),
        menus=_menus(),
    )
    return Gateway(desk, spool, Guard(patience))


def _menus() -> dict[str, Mapping[str, str]]:
    """The callers' menu by jurisdiction, from its newest pack. A faulty pack must not keep callers out."""
    try:
        packs = load_packs().packs
    except PackError as error:
        _log.critical("packs_unreadable", file=str(error.file), line=error.line)
        return {}
    return {pack.jurisdiction: pack.rules.telephone.menu or {} for pack in packs}


def _voice_routes(app: Flask, gateway: Gateway, signature: Signature, settings: Settings) -> None:
    @app.before_request
    def only_the_phone_company() -> None:
        if request.path.startswith("/voice/") and not signature.is_valid(request):
            _log.warning("signature_refused", path=request.path[:40])
            abort(403)

    @app.post("/voice/<page>")
    def voice(page: str) -> Response:
        if page not in PAGES and page not in STILL:
            abort(404)
        try:
            event = _event(page, request, settings.twilio_account_sid)
        except BadRequest as fault:
            _log.warning("request_refused", page=page, fault=fault.fault)
            abort(fault.status)
        if page in STILL:
            return _twiml(STILL[page](gateway.desk.prompts, gateway.desk.links, event.language or "en"))
        return _twiml(gateway.answer(event))


def _event(page: str, received: Request, account_sid: str) -> CallEvent:
    return read(
        page,
        list(received.form.items(multi=True)),
        list(received.args.items(multi=True)),
        received.headers.get(_TOKEN_HEADER),
        account_sid,
        clock.now(),
    )


def _health_routes(app: Flask, gateway: Gateway) -> None:
    probe = Guard(_READY_SECONDS, threads=2)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> tuple[dict[str, object], int]:
        try:
            probe.run(gateway.desk.database.ping)
            database = "ok"
        except DatabaseAway:
            database = "away"
        waiting = gateway.spool.waiting()
        ready = database == "ok" and waiting == 0 and not gateway.breaker.is_open
        return {"ready": ready, "database": database, "spool_files": waiting}, 200 if ready else 503


def _twiml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")


def _bare(error: HTTPException) -> Response:
    """A refusal without a word: whoever is refused learns nothing."""
    return Response(status=error.code or 500)
