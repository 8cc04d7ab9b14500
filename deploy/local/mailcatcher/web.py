"""The catcher's HTTP side: pages for people, a small JSON API for programs and tests."""

from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated, Final

from fastapi import FastAPI, HTTPException, Path, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, Field

from deploy.local.mailcatcher.faults import Faults, Switchboard
from deploy.local.mailcatcher.mails import Caught, Mails, headers_of, text_of
from deploy.local.mailcatcher.words import words_for

_PAGES: Final = FilePath(__file__).with_name("pages")
_PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_MAIL_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"
)
"""A mail may look as it likes, but runs nothing, loads nothing and opens its links in a new window."""

Number = Annotated[str, Path(pattern=r"^[0-9]{10}$", description="A mail's id; ids sort by arrival.")]


class Message(BaseModel):
    """One caught mail in a list; `from` and `to` are those of the envelope."""

    id: str
    sender: str = Field(serialization_alias="from")
    recipients: tuple[str, ...] = Field(serialization_alias="to")
    subject: str
    received_at: datetime


class WholeMessage(Message):
    """One caught mail with all it holds; repeated headers stand on one line each."""

    headers: dict[str, str]
    text: str | None
    html: str | None
    raw: str


class FaultsNow(BaseModel):
    """The faults in force, and how many mails wait for their answer because of them."""

    faults: Faults
    waiting: int


def create_app(mails: Mails, switchboard: Switchboard) -> FastAPI:
    """Return the application; who opens the ports is not its business."""
    app = FastAPI(title="Bedarfswerk mail catcher", docs_url=None, redoc_url=None)
    _add_api(app, mails, switchboard)
    _add_pages(app, mails)
    return app


def _add_api(app: FastAPI, mails: Mails, switchboard: Switchboard) -> None:
    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/api/messages")
    def messages(
        to: Annotated[str | None, Query(max_length=320, description="Only mails to this address.")] = None,
        after: Annotated[str, Query(max_length=10, description="Only mails with a higher id.")] = "",
    ) -> list[Message]:
        """List what was caught, newest last."""
        wanted = (mail for mail in mails.all() if mail.id > after and (to is None or to in mail.recipients))
        return [Message(**vars(mail)) for mail in wanted]

    @app.get("/api/messages/{number}")
    def message(number: Number) -> WholeMessage:
        """Show one mail."""
        found = mails.get(number)
        if found is None:
            raise HTTPException(404, "no such mail")
        mail, parsed, raw = found
        headers: dict[str, str] = {}
        for name, value in headers_of(parsed):
            headers[name] = f"{headers[name]}\n{value}" if name in headers else value
        return WholeMessage(
            **vars(mail),
            headers=headers,
            text=text_of(parsed, "plain"),
            html=text_of(parsed, "html"),
            raw=raw.decode(errors="replace"),
        )

    @app.delete("/api/messages", status_code=204)
    def clear() -> None:
        """Remove every mail; the ids of later ones go on counting."""
        mails.clear()

    @app.get("/api/faults")
    async def faults() -> FaultsNow:
        """Show what is wrong now."""
        return FaultsNow(faults=switchboard.faults, waiting=switchboard.waiting)

    @app.put("/api/faults")
    async def set_faults(wanted: Faults) -> FaultsNow:
        """Misbehave from now on as said; `{}` makes all well and releases whoever is held."""
        switchboard.set(wanted)
        return FaultsNow(faults=switchboard.faults, waiting=switchboard.waiting)


def _add_pages(app: FastAPI, mails: Mails) -> None:
    environment = Environment(loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined)
    templates = Jinja2Templates(env=environment)

    def page(request: Request, name: str, **values: object) -> HTMLResponse:
        words = words_for(request.headers.get("accept-language", ""))
        answer = templates.TemplateResponse(request, name, {"words": words, **values})
        answer.headers.update(
            {"Content-Security-Policy": _PAGE_POLICY, "Referrer-Policy": "no-referrer", "Vary": "Accept-Language"}
        )
        return answer

    def found(number: str) -> tuple[Caught, str | None, str | None, bytes, list[tuple[str, str]]]:
        kept = mails.get(number)
        if kept is None:
            raise HTTPException(404, "no such mail")
        mail, parsed, raw = kept
        return mail, text_of(parsed, "plain"), text_of(parsed, "html"), raw, headers_of(parsed)

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def index(request: Request, seite: Annotated[int, Query(ge=1, le=1000)] = 1) -> HTMLResponse:
        newest_first = mails.all()[::-1]
        shown = newest_first[(seite - 1) * 100 : seite * 100]
        return page(request, "list.html", mails=shown, count=len(newest_first), number=seite)

    @app.get("/messages/{number}", response_class=HTMLResponse, include_in_schema=False)
    def one(request: Request, number: Number) -> HTMLResponse:
        mail, text, html, _, headers = found(number)
        return page(request, "mail.html", mail=mail, text=text, has_html=html is not None, headers=headers)

    @app.get("/messages/{number}/html", response_class=HTMLResponse, include_in_schema=False)
    def html_part(number: Number) -> HTMLResponse:
        _, _, html, _, _ = found(number)
        return HTMLResponse(
            f'<base target="_blank">{html or ""}',
            headers={"Content-Security-Policy": _MAIL_POLICY, "Referrer-Policy": "no-referrer"},
        )

    @app.get("/messages/{number}/source", response_class=PlainTextResponse, include_in_schema=False)
    def source(number: Number) -> Response:
        _, _, _, raw, _ = found(number)
        return PlainTextResponse(raw.decode(errors="replace"), headers={"X-Content-Type-Options": "nosniff"})

    @app.get("/style.css", include_in_schema=False)
    async def style() -> FileResponse:
        return FileResponse(_PAGES / "style.css", media_type="text/css")
