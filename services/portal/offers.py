"""The pages of offers: open to everybody; entered, changed and answered by providers."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.portal.choices import networks_for, organisations_for, topics_of
from services.portal.forms import Form, Kind, submitted
from services.portal.histories import history_page
from services.portal.matched import add_match_routes, needs_fitting
from services.portal.neighbours import NothingHere, Refused
from services.portal.visitors import Anybody, Entity, Portal, SignedIn, Visitor, area, only

FIELDS: Final[dict[str, Kind]] = {
    "title": "text",
    "description": "text",
    "aims": "text",
    "kind": "text",
    "status": "line",
    "initiative": "line",
    "starts_on": "day",
    "ends_on": "day",
    "keywords": "lines",
    "topics": "list",
    "skills": "lines",
    "target_groups": "list",
    "target_group": "text",
    "entry_requirements": "text",
    "certificate": "line",
    "examining_body": "line",
    "level": "line",
    "cefr": "line",
    "teaching_units": "number",
    "hours": "number",
    "price_eur": "number",
    "vat_note": "line",
    "azav": "maybe",
    "certifier": "line",
    "certifier_number": "line",
    "measure_number": "line",
    "azav_until": "day",
    "in_house_possible": "maybe",
    "link": "line",
    "own_number": "line",
}
DATE: Final[dict[str, Kind]] = {
    "id": "line",
    "entry": "text",
    "starts_on": "day",
    "ends_on": "day",
    "starts_at": "line",
    "ends_at": "line",
    "delivery": "line",
    "place.postal_code": "line",
    "place.town": "line",
    "places_left": "whole",
    "participants_max": "whole",
    "register_by": "day",
    "cancelled": "yes",
    "full": "yes",
}
STAYING: Final = (
    *("language", "currency", "land_numbers", "zfu_number", "ba_systematik", "updated_on", "course_language"),
    "provider_name",
)
"""Fields that the form does not show and a change must not lose."""
NEW: Final = {"kind": "course", "status": "published", "audience": "everybody"}
EMPTY_ROWS: Final = 2
Entering = Annotated[Visitor, Depends(only("provider", "coordinator"))]


def routes(portal: Portal) -> APIRouter:
    """Return the routes of offers."""
    router = area("offers")
    for part in (_entering, _changing, _ending, _matches):
        part(router, portal)
    return router


def _entering(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/angebote/neu", methods=["GET", "HEAD"], summary="The form of a new offer")
    async def new(request: Request, visitor: Entering, thema: str = "") -> Response:
        planned = {"status": "preparing", "topics": [thema]} if thema else {}
        return await _form_page(portal, request, visitor, Form.of({**NEW, **planned}))

    @router.post("/angebote/neu", summary="Publish an offer, or show more rows for its dates")
    async def create(request: Request, visitor: Entering) -> Response:
        form = await submitted(request)
        if form.text("more"):
            return await _form_page(portal, request, visitor, form)
        body = {**form.body(FIELDS), **_whose(form), "language": visitor.language.value}
        body["dates"] = form.rows("dates", DATE, idle=("id", "entry"))
        try:
            made = await visitor.post("surveys", "/api/v1/offers", body, once=form.once)
        except Refused as refused:
            return await _form_page(portal, request, visitor, form.refused(refused), status=422)
        return portal.go(f"/angebote/{made.body['id']}", done="entered")


def _changing(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/angebote/{offer}/aendern", methods=["GET", "HEAD"], summary="The form of an offer")
    async def edit(request: Request, visitor: SignedIn, offer: Entity) -> Response:
        read = await _to_change(visitor, offer)
        audience = "networks" if read.body["networks"] else "everybody"
        form = Form.of({**read.body, "version": read.etag, "audience": audience})
        return await _form_page(portal, request, visitor, form, read.body)

    @router.post("/angebote/{offer}/aendern", summary="Change an offer, or show more rows for its dates")
    async def change(request: Request, visitor: SignedIn, offer: Entity) -> Response:
        form, read = await submitted(request), await _to_change(visitor, offer)
        if form.text("more"):
            return await _form_page(portal, request, visitor, form, read.body)
        dates = form.rows("dates", DATE, idle=("id", "entry"))
        before = {one["id"]: one for one in read.body["dates"]}
        body = {**{name: read.body[name] for name in STAYING}, **form.body(FIELDS)}
        body["dates"] = [{**before.get(one["id"] or "", {}), **one} for one in dates]
        if form.text("audience") == "everybody":
            body["networks"] = []
        elif not read.body["networks"]:
            body["networks"] = list(visitor.networks())
        try:
            await visitor.put("surveys", f"/api/v1/offers/{offer}", body, etag=form.text("version"))
        except Refused as refused:
            return await _form_page(portal, request, visitor, form.refused(refused), read.body, status=422)
        return portal.go(f"/angebote/{offer}", done="saved")


def _ending(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/angebote/{offer}/zurueckziehen", methods=["GET", "HEAD"], summary="Whether to withdraw")
    async def sure(request: Request, visitor: SignedIn, offer: Entity) -> Response:
        read = await _to_change(visitor, offer)
        return portal.page(request, "offers/withdraw.html", offer=read.body, etag=read.etag)

    @router.api_route("/angebote/{offer}/verlauf", methods=["GET", "HEAD"], summary="What was changed, and when")
    async def history(request: Request, visitor: SignedIn, offer: Entity) -> Response:
        return await history_page(portal, request, visitor, "offers", offer)

    @router.post("/angebote/{offer}/zurueckziehen", summary="Withdraw an offer")
    async def withdraw(request: Request, visitor: SignedIn, offer: Entity) -> Response:
        form = await submitted(request)
        path, headers = f"/api/v1/offers/{offer}/withdrawal", {"If-Match": form.text("version")}
        await visitor.call("surveys", "POST", path, headers=headers)
        return portal.go(f"/angebote/{offer}", done="withdrawn")


def _matches(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/angebote/{offer}", methods=["GET", "HEAD"], summary="An offer, for its side with what fits it")
    async def read(request: Request, visitor: Anybody, offer: Entity, alle: str = "") -> Response:
        found = (await visitor.read("surveys", f"/api/v1/offers/{offer}")).body
        needs = await _needs_for(visitor, offer) if found["may_change"] else []
        return portal.page(
            request,
            "offers/offer.html",
            offer=found,
            topic_names=dict(await topics_of(visitor)),
            fitting=needs_fitting(found, needs, visitor.language, whole=bool(alle)),
        )

    add_match_routes(router, portal, "offer")


async def _form_page(  # noqa: PLR0913 - what the page shows
    portal: Portal, request: Request, visitor: Visitor, form: Form, offer: Any = None, *, status: int = 200
) -> Response:
    rows = form.numbers("dates")
    rows += range((rows[-1] + 1) if rows else 0, (rows[-1] + 1 if rows else 0) + EMPTY_ROWS)
    return portal.page(
        request,
        "offers/edit.html",
        status,
        form=form,
        offer=offer,
        rows=rows,
        topics=await topics_of(visitor),
        providers={} if offer else await organisations_for(visitor, "provider"),
        networks={} if offer else await networks_for(visitor),
    )


async def _to_change(visitor: Visitor, offer: str) -> Any:
    read = await visitor.read("surveys", f"/api/v1/offers/{offer}")
    if not read.body["may_change"]:
        raise NothingHere
    return read


def _whose(form: Form) -> dict[str, Any]:
    """Return to whom it belongs, as far as that was asked; the service knows what goes without saying."""
    said: dict[str, Any] = {}
    if form.text("provider"):
        said["provider"] = form.text("provider")
    if form.text("audience") == "everybody":
        said["networks"] = []
    elif form.texts("networks"):
        said["networks"] = form.texts("networks")
    return said


async def _needs_for(visitor: Visitor, offer: str) -> list[Any]:
    try:
        return list((await visitor.get("matching", f"/api/v1/offers/{offer}/matches", limit=50))["items"])
    except NothingHere:
        return []
