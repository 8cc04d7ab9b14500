"""The pages of one's own account: name and mails, browsers, programs, who saw the contact, export, deletion."""

import json
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.portal.forms import Form, Kind, submitted
from services.portal.neighbours import Refused
from services.portal.visitors import Entity, Portal, SignedIn, Visitor, area

FIELDS: Final[dict[str, Kind]] = {
    "name": "text",
    "language": "text",
    "phone": "line",
    "publishes_contact": "yes",
    "wants_mails": "yes",
}
TOKEN: Final[dict[str, Kind]] = {"label": "text", "scopes": "list", "expires_on": "text"}
TEXT_VERSION: Final = "konto-2026-11"
"""Of the sentence beside the box by which somebody asks for mails (templates/account/account.html)."""
SERVICES: Final = ("members", "surveys", "matching", "notifications")
MOST_EXPORTED: Final = 10_000


def routes(portal: Portal) -> APIRouter:
    """Return the routes of the account."""
    router = area("account")
    for part in (_own, _sessions, _programs, _data):
        part(router, portal)
    return router


def _own(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/konto", methods=["GET", "HEAD"], summary="Name, language, contact, mails")
    async def show(request: Request, visitor: SignedIn) -> Response:
        read = await visitor.read("members", "/api/v1/me")
        form = Form.of({**read.body, "wants_mails": _wants_mails(read.body), "version": read.etag})
        return portal.page(request, "account/account.html", form=form, email=read.body["email"])

    @router.post("/konto", summary="Change it")
    async def change(request: Request, visitor: SignedIn) -> Response:
        form = await submitted(request)
        body = {**form.body(FIELDS), "text_version": TEXT_VERSION if form.json("wants_mails", "yes") else None}
        try:
            await visitor.put("members", "/api/v1/me", body, etag=form.text("version"))
        except Refused as refused:
            shown = {"form": form.refused(refused), "email": form.text("email")}
            return portal.page(request, "account/account.html", 422, **shown)
        portal.unlearn(visitor.secret)
        return portal.go("/konto", done="saved")


def _sessions(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/konto/sitzungen", methods=["GET", "HEAD"], summary="Where one is signed in")
    async def sessions(request: Request, visitor: SignedIn) -> Response:
        found = await visitor.get("members", "/api/v1/sessions")
        return portal.page(request, "account/sessions.html", sessions=found)

    @router.post("/konto/sitzungen", summary="Sign out everywhere else")
    async def end_others(visitor: SignedIn) -> Response:
        await visitor.call("members", "DELETE", "/api/v1/sessions", params={"keep": visitor.session})
        return portal.go("/konto/sitzungen", done="ended")

    @router.post("/konto/sitzungen/{session}", summary="Sign out there")
    async def end_one(visitor: SignedIn, session: Entity) -> Response:
        await visitor.delete("members", f"/api/v1/sessions/{session}")
        if session == visitor.session:
            portal.unlearn(visitor.secret)
        return portal.go("/konto/sitzungen", done="ended")


def _programs(router: APIRouter, portal: Portal) -> None:
    async def page(request: Request, visitor: Visitor, form: Form, status: int = 200, **more: Any) -> Response:
        tokens = await visitor.get("members", "/api/v1/api-tokens")
        shown = {"tokens": tokens, "services": SERVICES, "secret": None, **more}
        return portal.page(request, "account/programs.html", status, form=form, **shown)

    @router.api_route("/konto/programme", methods=["GET", "HEAD"], summary="Programs that act in one's name")
    async def programs(request: Request, visitor: SignedIn) -> Response:
        return await page(request, visitor, Form())

    @router.post("/konto/programme", summary="Let a program in; its secret is shown once")
    async def make(request: Request, visitor: SignedIn) -> Response:
        form = await submitted(request)
        try:
            made = await visitor.post("members", "/api/v1/api-tokens", form.body(TOKEN))
        except Refused as refused:
            return await page(request, visitor, form.refused(refused), 422)
        return await page(request, visitor, Form(), secret=made.body["secret"])

    @router.post("/konto/programme/{token}", summary="Keep a program out")
    async def revoke(visitor: SignedIn, token: Entity) -> Response:
        await visitor.delete("members", f"/api/v1/api-tokens/{token}")
        return portal.go("/konto/programme", done="revoked")


def _data(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/konto/abrufe", methods=["GET", "HEAD"], summary="Who saw one's contact details")
    async def looks(request: Request, visitor: SignedIn, after: str = "") -> Response:
        found = await visitor.get("members", "/api/v1/audit", member=visitor.member, after=after, limit=50)
        return portal.page(request, "account/looks.html", entries=found)

    @router.api_route("/konto/daten", methods=["GET"], summary="Everything about oneself, as a file")
    async def export(visitor: SignedIn) -> Response:
        whole = {"members": await visitor.get("members", "/api/v1/me/export")}
        for kind in ("needs", "offers"):
            whole[kind] = await _all(visitor, f"/api/v1/{kind}")
        text = json.dumps(whole, ensure_ascii=False, indent=2)
        headers = {"Content-Disposition": 'attachment; filename="bedarfswerk.json"'}
        return Response(text, media_type="application/json", headers=headers)

    @router.api_route("/konto/loeschen", methods=["GET", "HEAD"], summary="Whether to delete the account")
    async def sure(request: Request, visitor: SignedIn) -> Response:
        read = await visitor.read("members", "/api/v1/me")
        return portal.page(request, "account/delete.html", form=Form({"version": [read.etag]}), unsure=False)

    @router.post("/konto/loeschen", summary="Delete the account, everywhere and for ever")
    async def delete(request: Request, visitor: SignedIn) -> Response:
        form = await submitted(request)
        if not form.json("sure", "yes"):
            return portal.page(request, "account/delete.html", 422, form=form, unsure=True)
        await visitor.delete("members", "/api/v1/me", etag=form.text("version"))
        portal.unlearn(visitor.secret)
        answer = portal.go("/", done="erased")
        portal.forget(answer, "session")
        return answer


async def _all(visitor: Visitor, path: str) -> list[Any]:
    """Return everything at an address that the visitor may change as their own."""
    found: list[Any] = []
    after = None
    while len(found) < MOST_EXPORTED:
        page = await visitor.get("surveys", path, mine="true", limit=200, after=after)
        found += page["items"]
        after = page["next"]
        if after is None:
            break
    return found


def _wants_mails(member: Any) -> bool:
    return any(one["purpose"] == "matches" and one["withdrawn_at"] is None for one in member["consents"])
