"""Pages: templates in the reader's language, with headers that keep links secret and strangers' scripts out."""

from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.events.base import Language
from shared.language import translations
from shared.problems import language_of

HERE: Final = Path(__file__).parent
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # addresses carry signatures
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


class SafeHeaders:
    """Gives every answer the headers above; what is not a static file is not kept by browsers or proxies."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with these headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                kept = scope["path"].startswith("/static/")
                headers["Cache-Control"] = "public, max-age=3600" if kept else "no-store"
            await send(message)

        await self._app(scope, receive, with_headers)


class Pages:
    """Renders templates; `root` is the path under which a proxy shows the portal, empty for the root."""

    def __init__(self, root: str = "") -> None:
        self._root = root

    def page(self, request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
        """Return a page in the language that the address (`lang`) or else the browser asks for."""
        language = language_wanted(request)
        body = (
            _environment(language)
            .get_template(template)
            .render(root=self._root, language=language.value, languages=_switch(request), **shown)
        )
        headers = {"Content-Language": language.value, "Vary": "Accept-Language"}
        if status == 503:  # noqa: PLR2004 - unavailable
            headers["Retry-After"] = "10"
        return HTMLResponse(body, status, headers)


def language_wanted(request: Request) -> Language:
    """Return the language of the page, German unless English is asked for."""
    named = request.query_params.get("lang")
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
    made.install_gettext_translations(translations(HERE, language), newstyle=True)  # type: ignore[attr-defined]
    return made
