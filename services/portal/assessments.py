"""The pages of assessments: given by an adviser, recorded for one, or given by a personal link without an account."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response

from services.portal.choices import networks_for, topics_of
from services.portal.forms import Form, Kind, submitted
from services.portal.neighbours import Refused
from services.portal.visitors import Anybody, Coordinator, Entity, Portal, Visitor, area, only

MATTER: Final[dict[str, Kind]] = {
    "text": "text",
    "region": "text",
    "area": "line",
    "branch": "text",
    "topics": "list",
    "urgency": "line",
    "persons": "whole",
}
ASSESSMENT: Final[dict[str, Kind]] = {**MATTER, "network": "line", "source": "text", "assessed_on": "day"}
REQUEST: Final[dict[str, Kind]] = {"network": "line", "asked": "text", "expires_on": "day"}

Staff = Annotated[Visitor, Depends(only("coordinator", "adviser"))]
Secret = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,100}$", description="What the personal link holds")]


def routes(portal: Portal) -> APIRouter:
    """Return the routes of assessments; those with a word in the address come before those with an id."""
    router = area("assessments")
    for part in (_lists, _requests, _entering, _public):
        part(router, portal)
    return router


def _lists(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/einschaetzungen", methods=["GET", "HEAD"], summary="Assessments, newest first")
    async def listed(request: Request, visitor: Staff, after: str = "") -> Response:
        page = await visitor.get("surveys", "/api/v1/assessments", after=after, limit=20, newest_first="true")
        names = dict(await topics_of(visitor))
        return portal.page(request, "assessments/list.html", assessments=page, topic_names=names)


def _requests(router: APIRouter, portal: Portal) -> None:
    async def page(request: Request, visitor: Visitor, form: Form, status: int = 200, **more: Any) -> Response:
        told = await visitor.get("surveys", "/api/v1/assessments/requests", limit=50, newest_first="true")
        shown = {"requests": told["items"], "networks": await networks_for(visitor), "link": "", **more}
        return portal.page(request, "assessments/requests.html", status, form=form, **shown)

    @router.api_route("/einschaetzungen/anfragen", methods=["GET", "HEAD"], summary="Personal links")
    async def listed(request: Request, visitor: Coordinator) -> Response:
        return await page(request, visitor, Form())

    @router.post("/einschaetzungen/anfragen", summary="Make a personal link; it is shown once")
    async def ask(request: Request, visitor: Coordinator) -> Response:
        form = await submitted(request)
        networks = await networks_for(visitor)
        body = form.body(REQUEST)
        name = networks.get(body["network"] or "") or (next(iter(networks.values())) if len(networks) == 1 else "")
        try:
            made = (await visitor.post("surveys", "/api/v1/assessments/requests", {**body, "asked_for": name})).body
        except Refused as refused:
            return await page(request, visitor, form.refused(refused), 422)
        link = f"{portal.settings.public_url.rstrip('/')}/einschaetzung/{made['secret']}"
        return await page(request, visitor, Form(), link=link, asked=made["asked"])

    @router.post("/einschaetzungen/anfragen/{entity}/schliessen", summary="Close a personal link")
    async def close(request: Request, visitor: Coordinator, entity: Entity) -> Response:
        form = await submitted(request)
        path, headers = f"/api/v1/assessments/requests/{entity}/closing", {"If-Match": f'"{form.text("version")}"'}
        await visitor.call("surveys", "POST", path, headers=headers)
        return portal.go("/einschaetzungen/anfragen", done="closed")


def _entering(router: APIRouter, portal: Portal) -> None:
    async def page(request: Request, visitor: Visitor, form: Form, entity: str = "", status: int = 200) -> Response:
        return portal.page(
            request,
            "assessments/edit.html",
            status,
            form=form,
            assessment=entity,
            topics=await topics_of(visitor),
            networks=await networks_for(visitor),
        )

    @router.api_route("/einschaetzungen/neu", methods=["GET", "HEAD"], summary="The form of an assessment")
    async def new(request: Request, visitor: Staff) -> Response:
        return await page(request, visitor, Form())

    @router.post("/einschaetzungen/neu", summary="Give an assessment, or record one")
    async def create(request: Request, visitor: Staff) -> Response:
        form = await submitted(request)
        try:
            await visitor.post("surveys", "/api/v1/assessments", form.body(ASSESSMENT), once=form.once)
        except Refused as refused:
            return await page(request, visitor, form.refused(refused), status=422)
        return portal.go("/einschaetzungen", done="saved")

    @router.api_route("/einschaetzungen/{entity}/aendern", methods=["GET", "HEAD"], summary="Change an assessment")
    async def edit(request: Request, visitor: Staff, entity: Entity) -> Response:
        read = await visitor.read("surveys", f"/api/v1/assessments/{entity}")
        return await page(request, visitor, Form.of({**read.body, "version": read.etag}), entity)

    @router.post("/einschaetzungen/{entity}/aendern", summary="Change an assessment")
    async def change(request: Request, visitor: Staff, entity: Entity) -> Response:
        form = await submitted(request)
        path, etag = f"/api/v1/assessments/{entity}", form.text("version")
        try:
            if form.text("do") == "delete":
                await visitor.delete("surveys", path, etag=etag)
                return portal.go("/einschaetzungen", done="deleted")
            await visitor.put("surveys", path, form.body(ASSESSMENT), etag=etag)
        except Refused as refused:
            return await page(request, visitor, form.refused(refused), entity, 422)
        return portal.go("/einschaetzungen", done="saved")


def _public(router: APIRouter, portal: Portal) -> None:
    async def page(request: Request, visitor: Visitor, secret: str, form: Form | None, status: int = 200) -> Response:
        asked = await visitor.get("surveys", f"/api/v1/public/assessments/{secret}")
        return portal.page(
            request,
            "assessments/public.html",
            status,
            asked=asked,
            form=form or Form.of(asked["given"] or {}),
            secret=secret,
            topics=await topics_of(visitor),
        )

    @router.api_route("/einschaetzung/{secret}", methods=["GET", "HEAD"], summary="What a personal link asks for")
    async def look(request: Request, visitor: Anybody, secret: Secret) -> Response:
        return await page(request, visitor, secret, None)

    @router.post("/einschaetzung/{secret}", summary="Give an assessment by a personal link")
    async def give(request: Request, visitor: Anybody, secret: Secret) -> Response:
        form = await submitted(request)
        try:
            await visitor.post("surveys", f"/api/v1/public/assessments/{secret}", form.body(MATTER))
        except Refused as refused:
            return await page(request, visitor, secret, form.refused(refused), 422)
        return portal.go(f"/einschaetzung/{secret}", done="sent")
