"""Wiring of the portal: settings, the other services' addresses, pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from types import ModuleType
from typing import Final
from urllib.parse import urlencode

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from services.portal import (
    account,
    assessments,
    coordination,
    gateway,
    imports,
    legal,
    locations,
    maps,
    needs,
    offers,
    operating,
    organisations,
    people,
    search,
    signing_in,
    start,
    still_needed,
    surveys,
    visits,
)
from services.portal.api import routes
from services.portal.neighbours import Away, Neighbours, NothingHere, NotSignedIn, Refused, TooOften
from services.portal.pages import HERE, Pages, SafeHeaders
from services.portal.settings import PortalSettings
from services.portal.visitors import ForeignForm, Portal
from shared.callers import READING
from shared.logs import write_logs
from shared.web import make_app

AREAS: Final[tuple[ModuleType, ...]] = (
    start,
    signing_in,
    search,
    needs,
    offers,
    surveys,
    account,
    organisations,
    locations,
    maps,
    people,
    still_needed,
    visits,
    assessments,
    imports,
    gateway,
    coordination,
    legal,
    operating,
)
"""Each has `routes(portal)`; the first that knows an address answers."""
INSIDES: Final = frozenset({"/ready", "/metrics", "/openapi.json"})
UPLOADING: Final = ("/importe", "/imports", "/services/surveys/api/v1/imports", "/services/members/api/v1/imports")
"""Beginnings of addresses that take files."""
FORM_LIMIT: Final = 256 * 1024
"""Bytes of a form: what is 64 KiB of text as JSON may be three times as long when a browser encodes it."""
NOT_FOUND: Final = 404


def build(settings: PortalSettings, transport: httpx.AsyncBaseTransport | None = None) -> ASGIApp:
    """Return the application; `transport` stands in for the network in tests."""
    neighbours = Neighbours(settings.services(), transport)
    pages = Pages(settings.public_path, secure=settings.public_url.startswith("https://"))
    portal = Portal(settings, neighbours, pages)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await neighbours.close()

    uploads = dict.fromkeys(UPLOADING, settings.biggest_upload_mb * 1_000_000)
    app = make_app(title="Bedarfswerk portal", lifespan=lifespan, body_limit=FORM_LIMIT, body_limits=uploads)
    if not settings.shows_insides:
        app.router.routes[:] = [route for route in app.router.routes if getattr(route, "path", "") not in INSIDES]
    app.state.portal = portal
    app.include_router(routes(neighbours, pages))
    for area in AREAS:
        app.include_router(area.routes(portal))
    for name, folder in maps.vendor_folders().items():
        app.mount(f"/static/vendor/{name}", StaticFiles(directory=folder))
    app.mount("/static/vendor/htmx", StaticFiles(directory=str(files("js_lib_htmx") / "static" / "htmx")))
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    _tell_people_what_went_wrong(app, portal)
    return SafeHeaders(app, secure=portal.secure, pictures_from=settings.tile_host)


def _tell_people_what_went_wrong(app: FastAPI, portal: Portal) -> None:
    """Answer with a page where the other services answer with a problem."""

    async def nothing_here(request: Request, _: Exception) -> Response:
        return portal.page(request, "nothing_here.html", 404)

    async def away(request: Request, _: Exception) -> Response:
        return portal.page(request, "away.html", 503)

    async def not_understood(request: Request, error: Exception) -> Response:
        if isinstance(error, RequestValidationError) and any(one["loc"][0] == "path" for one in error.errors()):
            return portal.page(request, "nothing_here.html", 404)
        said = error.title if isinstance(error, Refused) else ""
        return portal.page(request, "not_understood.html", 422, said=said)

    async def foreign(request: Request, _: Exception) -> Response:
        return portal.page(request, "foreign_form.html", 403)

    async def too_often(request: Request, error: Exception) -> Response:
        minutes = error.minutes if isinstance(error, TooOften) else 1
        answer = portal.page(request, "too_often.html", 429, minutes=minutes)
        answer.headers["Retry-After"] = str(minutes * 60)
        return answer

    async def to_sign_in(request: Request, _: Exception) -> Response:
        portal.unlearn(portal.kept(request, "session"))
        whence = f"{request.url.path}?{request.url.query}".rstrip("?") if request.method in READING else "/"
        answer: Response = portal.go(f"/anmelden?{urlencode({'next': whence})}")
        if request.headers.get("hx-request") == "true":  # or the form would stand inside a part
            answer = Response(status_code=204, headers={"HX-Redirect": answer.headers["location"]})
        return answer

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        name = "nothing_here.html" if status == NOT_FOUND else "not_understood.html"
        return portal.page(request, name, status, said="")

    app.add_exception_handler(NothingHere, nothing_here)
    app.add_exception_handler(Away, away)
    app.add_exception_handler(Refused, not_understood)
    app.add_exception_handler(RequestValidationError, not_understood)
    app.add_exception_handler(ForeignForm, foreign)
    app.add_exception_handler(TooOften, too_often)
    app.add_exception_handler(NotSignedIn, to_sign_in)
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
        proxy_headers=False,  # which proxies are believed is said by TRUSTED_PROXIES
        timeout_graceful_shutdown=2,
    )
