"""The pages of organisations: one's own, and for coordinators those of their networks."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.portal.choices import networks_for
from services.portal.forms import Form, Kind, submitted
from services.portal.neighbours import NothingHere, Refused
from services.portal.visitors import Coordinator, Entity, Portal, SignedIn, Visitor, area

FIELDS: Final[dict[str, Kind]] = {
    "name": "text",
    "kinds": "list",
    "place.postal_code": "line",
    "place.town": "line",
    "head_count": "whole",
    "website": "line",
    "wz2025": "line",
    "wz2008": "line",
    "azav_number": "line",
    "kursnet_number": "line",
    "training_agreement": "maybe",
}
STAYING: Final = ("status", "networks", "memberships", "parts", "controller")
"""Fields that the form does not show and a change must not lose."""


def routes(portal: Portal) -> APIRouter:
    """Return the routes of organisations."""
    router = area("organisations")
    _entering(router, portal)
    _own(router, portal)
    return router


def _entering(router: APIRouter, portal: Portal) -> None:
    async def page(request: Request, visitor: Visitor, form: Form, status: int = 200) -> Response:
        shown = {"organisation": None, "networks": await networks_for(visitor)}
        return portal.page(request, "organisations/edit.html", status, form=form, **shown)

    @router.api_route("/organisation/neu", methods=["GET", "HEAD"], summary="The form of a new organisation")
    async def new(request: Request, visitor: Coordinator) -> Response:
        networks = [*(await networks_for(visitor))]
        return await page(request, visitor, Form.of({"kinds": ["company"], "networks": networks[:1]}))

    @router.post("/organisation/neu", summary="Enter an organisation")
    async def create(request: Request, visitor: Coordinator) -> Response:
        form = await submitted(request)
        body = {**form.body(FIELDS), "networks": form.texts("networks")}
        try:
            made = await visitor.post("members", "/api/v1/organisations", body, once=form.once)
        except Refused as refused:
            return await page(request, visitor, form.refused(refused), 422)
        return portal.go(f"/organisation/{made.body['id']}", done="saved")


def _own(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/organisation", methods=["GET", "HEAD"], summary="One's own organisations")
    async def listed(request: Request, visitor: SignedIn, after: str = "") -> Response:
        own = visitor.organisations("company", "provider")
        if len(own) == 1 and not visitor.has("coordinator"):
            return portal.go(f"/organisation/{next(iter(own))}")
        found = await visitor.get("members", "/api/v1/organisations", after=after, limit=50)
        return portal.page(request, "organisations/list.html", organisations=found, own=own)

    @router.api_route("/organisation/{organisation}", methods=["GET", "HEAD"], summary="An organisation")
    async def show(request: Request, visitor: SignedIn, organisation: Entity) -> Response:
        found = await visitor.get("members", f"/api/v1/organisations/{organisation}")
        may_change = _may_change(visitor, found)
        return portal.page(request, "organisations/organisation.html", organisation=found, may_change=may_change)

    @router.api_route("/organisation/{organisation}/aendern", methods=["GET", "HEAD"], summary="Its form")
    async def edit(request: Request, visitor: SignedIn, organisation: Entity) -> Response:
        read = await _to_change(visitor, organisation)
        form = Form.of({**read.body, "version": read.etag})
        return portal.page(request, "organisations/edit.html", form=form, organisation=read.body, networks={})

    @router.post("/organisation/{organisation}/aendern", summary="Change an organisation")
    async def change(request: Request, visitor: SignedIn, organisation: Entity) -> Response:
        form, read = await submitted(request), await _to_change(visitor, organisation)
        body = {**{name: read.body[name] for name in STAYING}, **form.body(FIELDS)}
        try:
            await visitor.put("members", f"/api/v1/organisations/{organisation}", body, etag=form.text("version"))
        except Refused as refused:
            shown = {"form": form.refused(refused), "organisation": read.body, "networks": {}}
            return portal.page(request, "organisations/edit.html", 422, **shown)
        portal.unlearn(visitor.secret)  # its name is part of what is known of the visitor
        return portal.go(f"/organisation/{organisation}", done="saved")


def _may_change(visitor: Visitor, organisation: Any) -> bool:
    coordinated = set(visitor.networks("coordinator")) & set(organisation["networks"])
    own = organisation["id"] in visitor.organisations("company", "provider")
    return organisation["whole"] and (visitor.operator or own or bool(coordinated))


async def _to_change(visitor: Visitor, organisation: str) -> Any:
    read = await visitor.read("members", f"/api/v1/organisations/{organisation}")
    if not _may_change(visitor, read.body):
        raise NothingHere
    return read
