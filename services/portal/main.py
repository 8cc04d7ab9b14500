"""Wiring of the portal: settings, the other services' addresses, pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from services.portal.api import routes
from services.portal.neighbours import Away, Neighbours, NothingHere
from services.portal.pages import HERE, Pages, SafeHeaders
from services.portal.settings import PortalSettings
from shared.logs import write_logs
from shared.web import make_app

NOT_FOUND: Final = 404


def build(settings: PortalSettings, transport: httpx.AsyncBaseTransport | None = None) -> ASGIApp:
    """Return the application; `transport` stands in for the network in tests."""
    neighbours = Neighbours(settings.services(), transport)
    pages = Pages(settings.public_path)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await neighbours.close()

    app = make_app(title="Bedarfswerk portal", lifespan=lifespan)
    app.include_router(routes(neighbours, pages))
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    _tell_people_what_went_wrong(app, pages)
    return SafeHeaders(app)


def _tell_people_what_went_wrong(app: FastAPI, pages: Pages) -> None:
    """Answer with a page where the other services answer with a problem."""

    async def nothing_here(request: Request, _: Exception) -> Response:
        return pages.page(request, "nothing_here.html", 404)

    async def away(request: Request, _: Exception) -> Response:
        return pages.page(request, "away.html", 503)

    async def not_understood(request: Request, _: Exception) -> Response:
        return pages.page(request, "not_understood.html", 422)

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return pages.page(request, "nothing_here.html" if status == NOT_FOUND else "not_understood.html", status)

    app.add_exception_handler(NothingHere, nothing_here)
    app.add_exception_handler(Away, away)
    app.add_exception_handler(RequestValidationError, not_understood)
    app.add_exception_handler(HTTPException, refused)


if __name__ == "__main__":
    read = PortalSettings()
    write_logs(read.log_level)
    uvicorn.run(
        build(read),
        host=read.http_host,
        port=read.http_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
