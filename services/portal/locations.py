"""The pages of locations: listed, added by postcode, address or coordinates, changed, deleted after a question."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from services.portal.choices import organisations_in_sight
from services.portal.forms import Form, Kind, submitted
from services.portal.neighbours import NothingHere, Refused
from services.portal.visitors import Entity, Portal, SignedIn, Visitor, area

FIELDS: Final[dict[str, Kind]] = {
    "organisation": "text",
    "name": "text",
    "kind": "text",
    "postal_code": "line",
    "town": "line",
    "street": "line",
    "lat": "number",
    "lon": "number",
    "privacy": "text",
}
Degrees = Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False)]
KINDS: Final = ("company", "training_venue", "office", "other")


def routes(portal: Portal) -> APIRouter:
    """Return the routes of locations."""
    router = area("locations")
    for part in (_lists, _entering, _changing, _deleting):
        part(router, portal)
    return router


def _lists(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/standorte", methods=["GET", "HEAD"], summary="The locations that the visitor may see")
    async def listed(request: Request, visitor: SignedIn, kind: str = "", after: str = "") -> Response:
        wanted = kind if kind in KINDS else ""
        found = await visitor.get("members", "/api/v1/locations", kind=wanted, after=after, limit=50)
        names = await organisations_in_sight(visitor)
        return portal.page(request, "locations/list.html", locations=found, kind=wanted, names=names)


def _entering(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/standorte/neu", methods=["GET", "HEAD"], summary="The form of a new location")
    async def new(request: Request, visitor: SignedIn, lat: Degrees = None, lon: Degrees = None) -> Response:
        own = [*visitor.organisations("company", "provider"), ""]
        pointed = {"lat": lat, "lon": lon}  # from a click on the map
        form = Form.of({"kind": "company", "privacy": "town", "organisation": own[0], **pointed})
        return await _page(portal, request, visitor, form)

    @router.post("/standorte/neu", summary="Add a location")
    async def create(request: Request, visitor: SignedIn) -> Response:
        form = await submitted(request)
        try:
            await visitor.post("members", "/api/v1/locations", form.body(FIELDS), once=form.once)
        except Refused as refused:
            return await _page(portal, request, visitor, form.refused(refused), status=422)
        return portal.go("/standorte", done="saved")


def _changing(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/standorte/{location}/aendern", methods=["GET", "HEAD"], summary="The form of a location")
    async def edit(request: Request, visitor: SignedIn, location: Entity) -> Response:
        read = await _own(visitor, location)
        place = {name: read.body["place"][name] for name in ("postal_code", "town", "lat", "lon")}
        return await _page(portal, request, visitor, Form.of({**read.body, **place, "version": read.etag}), read.body)

    @router.post("/standorte/{location}/aendern", summary="Change a location")
    async def change(request: Request, visitor: SignedIn, location: Entity) -> Response:
        form, read = await submitted(request), await _own(visitor, location)
        body, before = form.body(FIELDS), read.body["place"]
        if (body["postal_code"], body["town"]) != (before["postal_code"], before["town"]) and _same_point(body, before):
            body |= {"lat": None, "lon": None}  # it moved by its postcode: the old point is not meant any more
        try:
            await visitor.put("members", f"/api/v1/locations/{location}", body, etag=form.text("version"))
        except Refused as refused:
            return await _page(portal, request, visitor, form.refused(refused), read.body, status=422)
        return portal.go("/standorte", done="saved")


def _deleting(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/standorte/{location}/loeschen", methods=["GET", "HEAD"], summary="Whether to delete it")
    async def sure(request: Request, visitor: SignedIn, location: Entity) -> Response:
        read = await _own(visitor, location)
        return portal.page(request, "locations/delete.html", location=read.body, etag=read.etag)

    @router.post("/standorte/{location}/loeschen", summary="Delete a location")
    async def delete(request: Request, visitor: SignedIn, location: Entity) -> Response:
        form = await submitted(request)
        await visitor.delete("members", f"/api/v1/locations/{location}", etag=form.text("version"))
        return portal.go("/standorte", done="deleted")


async def _page(  # noqa: PLR0913 - what the page shows
    portal: Portal, request: Request, visitor: Visitor, form: Form, location: Any = None, *, status: int = 200
) -> Response:
    organisations = await organisations_in_sight(visitor)
    shown = {"form": form, "location": location, "organisations": organisations}
    return portal.page(request, "locations/edit.html", status, **shown)


async def _own(visitor: Visitor, location: str) -> Any:
    read = await visitor.read("members", f"/api/v1/locations/{location}")
    if not read.body["own"]:
        raise NothingHere
    return read


def _same_point(body: Any, before: Any) -> bool:
    """Return whether the point was left as the form showed it, in ten digits."""
    shown = Form.of({"lat": before["lat"], "lon": before["lon"]})
    return all(body[name] == shown.json(name, "number") for name in ("lat", "lon"))
