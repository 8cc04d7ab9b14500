"""Networks: all of them, founding one, changing name and days, ending one after a question."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.portal.forms import Form, Kind, submitted
from services.portal.neighbours import Refused
from services.portal.operating.asking import MOST
from services.portal.visitors import Entity, Operator, Portal

FIELDS: Final[dict[str, Kind]] = {"name": "text", "starts_on": "line", "ends_on": "line"}


def add(router: APIRouter, portal: Portal) -> None:
    """Add the routes."""
    _founding(router, portal)
    _changing(router, portal)
    _ending(router, portal)


def _founding(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/betrieb/verbuende", methods=["GET", "HEAD"], summary="The networks")
    async def listed(request: Request, visitor: Operator, after: str = "") -> Response:
        found = await visitor.get("members", "/api/v1/networks", after=after, limit=MOST)
        missing = {one["id"]: one["missing"] for one in await visitor.get("members", "/api/v1/legal")}
        return portal.page(request, "operating/networks.html", networks=found, missing=missing)

    @router.api_route("/betrieb/verbuende/neu", methods=["GET", "HEAD"], summary="The form of a new network")
    async def new(request: Request, _: Operator) -> Response:
        return portal.page(request, "operating/network.html", form=Form(), network=None)

    @router.post("/betrieb/verbuende/neu", summary="Found a network")
    async def found(request: Request, visitor: Operator) -> Response:
        form = await submitted(request)
        try:
            await visitor.post("members", "/api/v1/networks", form.body(FIELDS), once=form.once)
        except Refused as refused:
            return portal.page(request, "operating/network.html", 422, form=form.refused(refused), network=None)
        return portal.go("/betrieb/verbuende", done="saved")


def _changing(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/betrieb/verbuende/{network}", methods=["GET", "HEAD"], summary="The form of a network")
    async def edit(request: Request, visitor: Operator, network: Entity) -> Response:
        read = await visitor.read("members", f"/api/v1/networks/{network}")
        form = Form.of({**read.body, "version": read.etag})
        return portal.page(request, "operating/network.html", form=form, network=read.body)

    @router.post("/betrieb/verbuende/{network}", summary="Change name and days of a network")
    async def change(request: Request, visitor: Operator, network: Entity) -> Response:
        form = await submitted(request)
        read = await visitor.read("members", f"/api/v1/networks/{network}")
        body = {**form.body(FIELDS), "status": read.body["status"]}
        try:
            await visitor.put("members", f"/api/v1/networks/{network}", body, etag=form.text("version"))
        except Refused as refused:
            shown = {"form": form.refused(refused), "network": read.body}
            return portal.page(request, "operating/network.html", 422, **shown)
        return portal.go("/betrieb/verbuende", done="saved")


def _ending(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/betrieb/verbuende/{network}/beenden", methods=["GET", "HEAD"], summary="Whether to end it")
    async def sure(request: Request, visitor: Operator, network: Entity) -> Response:
        read = await visitor.read("members", f"/api/v1/networks/{network}")
        return portal.page(request, "operating/end.html", network=read.body, etag=read.etag)

    @router.post("/betrieb/verbuende/{network}/beenden", summary="End a network, or take it up again")
    async def end(request: Request, visitor: Operator, network: Entity) -> Response:
        form = await submitted(request)
        read = await visitor.read("members", f"/api/v1/networks/{network}")
        body: dict[str, Any] = {name: read.body[name] for name in FIELDS}
        body["status"] = "ended" if form.text("do") == "end" else "active"
        await visitor.put("members", f"/api/v1/networks/{network}", body, etag=form.text("version"))
        return portal.go("/betrieb/verbuende", done="saved")
