"""The live process: one address that streams, and whether it is ready."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from urllib.parse import urlsplit

from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from hotline.accounts import service as accounts
from hotline.accounts.service import SignedIn
from hotline.base.config import Settings, load_settings
from hotline.base.database import Database
from hotline.base.logging import configure
from hotline.web.live.hub import Full, Hub
from hotline.web.live.streams import Stream
from hotline.web.shared.cookies import token_in

EVENTS = "/events"


def create_app(settings: Settings | None = None) -> Starlette:
    """The application on `settings` (default: the environment); raises ConfigurationError."""
    configure()
    settings = settings or load_settings()
    database = Database(settings.database_url, pool_size=2)
    address = make_url(settings.database_url).set(drivername="postgresql")

    def still_in(tokens: Iterable[str]) -> set[str]:
        with database.transaction() as session:
            return accounts.still_signed_in(session, tokens)

    hub = Hub(address.render_as_string(hide_password=False), still_in)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        running = asyncio.create_task(hub.run())
        yield
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        database.dispose()

    app = Starlette(
        routes=_routes(hub, database, urlsplit(settings.public_web_url)._replace(path="").geturl()),
        lifespan=lifespan,
    )
    app.state.hub = hub
    return app


def _routes(hub: Hub, database: Database, web: str) -> list[Route]:
    def who(token: str) -> SignedIn | None:
        with database.transaction() as session:
            # A stream that stays open is no sign that somebody sits there.
            return accounts.who(session, token, touch=False)

    async def events(request: Request) -> Response:
        token = token_in(request.cookies)
        headers = {
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            # A proxy must hand on each word at once.
            "X-Accel-Buffering": "no",
            # Only our own pages, which may stand at another address, may read it with the person's cookie.
            "Access-Control-Allow-Origin": web,
            "Access-Control-Allow-Credentials": "true",
            "Vary": "Origin",
        }
        if request.headers.get("Origin", web) != web:
            return Response(status_code=403)
        try:
            person = await asyncio.to_thread(who, token) if token else None
        except SQLAlchemyError:
            return Response(status_code=503, headers=headers)
        if person is None or token is None:
            return Response(status_code=401, headers=headers)
        if not hub.listening:
            return Response(status_code=503, headers=headers)
        stream = Stream(person, token)
        try:
            hub.join(stream)
        except Full:
            return Response(status_code=503, headers=headers)
        return StreamingResponse(_said(hub, stream), media_type="text/event-stream", headers=headers)

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        body = {"ready": hub.listening, "streams": len(hub)}
        return JSONResponse(body, 200 if hub.listening else 503)

    return [
        # Behind a proxy the whole path arrives, at an address of its own only the last part.
        Route(EVENTS, events),
        Route(f"/live{EVENTS}", events),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
    ]


async def _said(hub: Hub, stream: Stream) -> AsyncIterator[str]:
    try:
        async for words in stream.words():
            yield words
    finally:
        hub.leave(stream)
