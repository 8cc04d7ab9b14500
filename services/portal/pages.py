"""Pages: templates in the reader's language, with headers that keep links secret and strangers' scripts out."""

import logging
from collections.abc import Callable, Coroutine
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.neighbours import Away, NothingHere, NotSignedIn, Refused, TooOften
from shared.events.base import Language
from shared.language import HOME, decimal, euros, long_day, translations
from shared.problems import language_of

_log = logging.getLogger(__name__)
HERE: Final = Path(__file__).parent
POLICY: Final = "Content-Security-Policy"
HEADERS: Final = {
    POLICY: "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Addresses carry signatures, which no other site may see; "no-referrer" would make browsers hide from ourselves
    # where a form comes from ("Origin: null").
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


A_YEAR: Final = 365 * 24 * 60 * 60
HSTS: Final = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
PAGE: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "The link is not valid, or what it leads to is gone", "content": {"text/html": {}}},
    503: {"description": "A service is away; nothing is lost", "content": {"text/html": {}}},
}
"""What each page may answer besides itself."""


class PageRoute(APIRoute):
    """A route whose unforeseen errors become a page, too, instead of the JSON of the other services."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request to this route."""
        answer = super().get_route_handler()

        async def answer_or_explain(request: Request) -> Response:
            try:
                return await answer(request)
            except (Away, NothingHere, NotSignedIn, Refused, TooOften, HTTPException, RequestValidationError):
                raise
            except Exception as error:
                _log.exception("page failed", extra={"route": self.path})
                raise HTTPException(500) from error

        return answer_or_explain


class SafeHeaders:
    """Gives every answer the headers above; what is not a static file is not kept by browsers or proxies."""

    def __init__(self, app: ASGIApp, *, secure: bool = False, pictures_from: str = "") -> None:
        self._app = app
        self._headers = HEADERS | (HSTS if secure else {})
        if pictures_from:
            # Leaflet puts an empty picture as data: in place of a tile that it throws away.
            self._headers |= {POLICY: f"{HEADERS[POLICY]}; img-src 'self' data: {pictures_from}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with these headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                kept = scope["path"].startswith("/static/")
                headers.setdefault("Cache-Control", "public, max-age=3600" if kept else "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)


class Pages:
    """Renders templates; `root` is the path under which a proxy shows the portal, empty for the root."""

    def __init__(self, root: str = "", *, secure: bool = False) -> None:
        self._root = root
        self._secure = secure

    def page(self, request: Request, template: str, status: int = 200, /, **shown: Any) -> HTMLResponse:
        """Return a page in the language of `language_wanted`."""
        language = language_wanted(request)
        token = getattr(request.state, "csrf", "")
        known = {
            "root": self._root,
            "path": request.url.path,
            "done": request.query_params.get("done"),
            "partial": request.headers.get("hx-request") == "true",
            "language": language.value,
            "languages": _switch(request),
            "visitor": getattr(request.state, "visitor", None),
            "csrf": Markup('<input type="hidden" name="csrf" value="{}">').format(token) if token else "",
        }
        body = _environment(language).get_template(template).render(**known, **shown)
        headers = {"Content-Language": language.value, "Vary": "Accept-Language, Cookie"}
        if status == 503:  # noqa: PLR2004 - unavailable
            headers["Retry-After"] = "10"
        answer = HTMLResponse(body, status, headers)
        if request.query_params.get("lang") == language.value:
            answer.set_cookie(
                "lang", language.value, max_age=A_YEAR, path="/", secure=self._secure, httponly=True, samesite="lax"
            )
        return answer


def language_wanted(request: Request) -> Language:
    """Return the language of the page: named by the address, chosen earlier, the member's, the browser's, German."""
    member: Language | None = getattr(request.state, "language", None)
    for named in (request.query_params.get("lang"), request.cookies.get("lang"), member):
        if named in set(Language):
            return Language(named)
    return Language(language_of(request.headers.get("accept-language")))


def _switch(request: Request) -> dict[str, str]:
    """Return for each language the query that shows this very page in it."""
    others = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return {language.value: "?" + urlencode([*others, ("lang", language.value)]) for language in Language}


@cache
def _environment(language: Language) -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        day=partial(_day, language=language),
        moment=partial(_moment, language=language),
        euros=partial(euros, language=language),
        number=partial(decimal, language=language),
        web=_web,
    )
    made.install_gettext_translations(translations(HERE, language), newstyle=True)  # type: ignore[attr-defined]
    return made


def _day(day: str | date | None, language: Language) -> str:
    """Return a day as in a letter; empty for none."""
    return long_day(date.fromisoformat(day[:10]) if isinstance(day, str) else day, language) if day else ""


def _moment(moment: str | None, language: Language) -> str:
    """Return day and time of day in Germany."""
    if not moment:
        return ""
    here = datetime.fromisoformat(moment).astimezone(HOME)
    return f"{long_day(here.date(), language)}, {here:%H:%M}"


def _web(address: str | None) -> str | Markup:
    """Return a link to another site, or the text alone when it is none that a browser should follow."""
    if not address:
        return ""
    if not address.startswith(("https://", "http://")):
        return escape(address)
    return Markup('<a href="{0}" rel="noopener noreferrer external">{0}</a>').format(address)
