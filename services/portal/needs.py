"""The pages of needs: list, enter with duplicates and suggestions shown first, change, matches with answers."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.portal.choices import networks_for, organisations_for, topics_of
from services.portal.coordination.pooling import pool_of
from services.portal.forms import Form, Kind, submitted
from services.portal.histories import history_page
from services.portal.matched import add_match_routes, advice, missed, offers_fitting
from services.portal.neighbours import NothingHere, Refused
from services.portal.visitors import Entity, Portal, SignedIn, Visitor, area, only

FIELDS: Final[dict[str, Kind]] = {
    "title": "text",
    "description": "text",
    "visibility": "text",
    "persons_min": "whole",
    "persons_max": "whole",
    "earliest_start": "day",
    "latest_start": "day",
    "latest_end": "day",
    "delivery": "list",
    "time_models": "list",
    "place.postal_code": "line",
    "place.town": "line",
    "radius_km": "whole",
    "max_price_eur": "number",
    "azav_wanted": "yes",
    "certificate_wanted": "yes",
    "level": "line",
    "cefr": "line",
    "musts": "list",
    "pooling": "yes",
    "topics": "list",
    "skills": "lines",
    "trigger": "line",
    "urgency": "line",
    "target_groups": "list",
    "hours_max": "number",
    "decide_by": "day",
    "accessibility": "text",
    "funding_interest": "maybe",
}
STAYING: Final = ("language", "source", "esco", "kldb", "eqf", "course_languages")
"""Fields that the form does not show and a change must not lose."""
NEW: Final = {"visibility": "network", "radius_km": 50}
Entering = Annotated[Visitor, Depends(only("company", "coordinator", "adviser"))]
STATUSES: Final = ("open", "draft", "covered", "withdrawn", "expired")


def routes(portal: Portal) -> APIRouter:
    """Return the routes of needs."""
    router = area("needs")
    for part in (_lists, _entering, _suggesting, _changing, _ending, _matches):
        part(router, portal)
    return router


def _lists(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/bedarfe", methods=["GET", "HEAD"], summary="The needs that the visitor may see")
    async def listed(
        request: Request, visitor: SignedIn, status: str = "", mine: str = "", after: str = ""
    ) -> Response:
        wanted = status if status in STATUSES else None
        own = "true" if mine == "yes" else None
        page = await visitor.get(
            "surveys", "/api/v1/needs", status=wanted, mine=own, after=after, limit=20, newest_first="true"
        )
        return portal.page(request, "needs/list.html", needs=page, status=wanted or "", mine=mine)


def _entering(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/bedarfe/neu", methods=["GET", "HEAD"], summary="The form of a new need")
    async def new(request: Request, visitor: Entering) -> Response:
        return await _new_need(portal, request, visitor, Form.of(NEW))

    @router.post("/bedarfe/neu", summary="Enter a need; like ones are shown first")
    async def create(request: Request, visitor: Entering) -> Response:
        form = await submitted(request)
        body = {**_said(form), **_whose(form), "language": visitor.language.value}
        if form.text("status") == "draft":
            body["status"] = "draft"
        try:
            if not form.text("sure") and (similar := await _similar(visitor, body)):
                return await _new_need(portal, request, visitor, form, similar=similar)
            made = await visitor.post("surveys", "/api/v1/needs", body, once=form.once)
        except Refused as refused:
            return await _new_need(portal, request, visitor, form.refused(refused), 422)
        return portal.go(f"/bedarfe/{made.body['id']}", done="entered")


def _suggesting(router: APIRouter, portal: Portal) -> None:
    @router.post("/bedarfe/vorschlaege", summary="What a text in own words seems to tell")
    async def suggest(request: Request, visitor: Entering) -> Response:
        text = (await submitted(request)).text("text")
        try:
            told = (await visitor.post("surveys", "/api/v1/suggestions", {"text": text})).body["needs"]
        except Refused as refused:
            form = Form.of({**NEW, "description": text}).refused(refused)
            return await _new_need(portal, request, visitor, form, 422)
        proposals = [(one, Form.of({**NEW, **_proposed(one)})) for one in told]
        if len(proposals) == 1:
            return await _new_need(portal, request, visitor, proposals[0][1], found=proposals[0][0]["found"])
        return portal.page(request, "needs/proposals.html", proposals=proposals)

    @router.post("/bedarfe/vorschlag", summary="The form of a new need with what was recognised")
    async def take(request: Request, visitor: Entering) -> Response:
        return await _new_need(portal, request, visitor, await submitted(request))


async def _new_need(  # noqa: PLR0913 - what the page shows
    portal: Portal,
    request: Request,
    visitor: Visitor,
    form: Form,
    status: int = 200,
    *,
    similar: Sequence[Any] = (),
    found: Sequence[Any] = (),
) -> Response:
    networks = await networks_for(visitor)
    if "networks_asked" not in form:
        form.fill({"networks": list(networks)})
    return portal.page(
        request,
        "needs/edit.html",
        status,
        form=form,
        need=None,
        topics=await topics_of(visitor),
        organisations=await organisations_for(visitor, "company"),
        networks=networks,
        similar=similar,
        found=found,
    )


def _changing(router: APIRouter, portal: Portal) -> None:
    async def form_page(request: Request, visitor: Visitor, form: Form, need: Any, status: int = 200) -> Response:
        return portal.page(
            request,
            "needs/edit.html",
            status,
            form=form,
            need=need,
            topics=await topics_of(visitor),
            organisations={},
            networks={},
            similar=[],
            found=[],
        )

    @router.api_route("/bedarfe/{need}/aendern", methods=["GET", "HEAD"], summary="The form of a need")
    async def edit(request: Request, visitor: SignedIn, need: Entity) -> Response:
        read = await _to_change(visitor, need)
        return await form_page(request, visitor, Form.of({**read.body, "version": read.etag}), read.body)

    @router.post("/bedarfe/{need}/aendern", summary="Change a need")
    async def change(request: Request, visitor: SignedIn, need: Entity) -> Response:
        form, read = await submitted(request), await _to_change(visitor, need)
        kept = {name: read.body[name] for name in STAYING}
        body = {**kept, **_said(form)}
        if form.text("status"):
            body["status"] = form.text("status")
        if "follow_up_on" in form:
            body["follow_up_on"] = form.json("follow_up_on", "day")
        try:
            await visitor.put("surveys", f"/api/v1/needs/{need}", body, etag=form.text("version"))
        except Refused as refused:
            return await form_page(request, visitor, form.refused(refused), read.body, 422)
        return portal.go(f"/bedarfe/{need}", done="saved")


def _ending(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/bedarfe/{need}/zurueckziehen", methods=["GET", "HEAD"], summary="Whether to withdraw")
    async def sure(request: Request, visitor: SignedIn, need: Entity) -> Response:
        read = await _to_change(visitor, need)
        return portal.page(request, "needs/withdraw.html", need=read.body, etag=read.etag)

    @router.post("/bedarfe/{need}/zurueckziehen", summary="Withdraw a need")
    async def withdraw(request: Request, visitor: SignedIn, need: Entity) -> Response:
        form = await submitted(request)
        path, headers = f"/api/v1/needs/{need}/withdrawal", {"If-Match": form.text("version")}
        await visitor.call("surveys", "POST", path, headers=headers)
        return portal.go(f"/bedarfe/{need}", done="withdrawn")

    @router.post("/bedarfe/{need}/noch-gebraucht", summary="Say whether it is still needed")
    async def still_needed(request: Request, visitor: SignedIn, need: Entity) -> Response:
        form = await submitted(request)
        await say_still_needed(visitor, need, form.text("answer"), visitor.token)
        return portal.go(f"/bedarfe/{need}", done="answered")

    @router.api_route("/bedarfe/{need}/verlauf", methods=["GET", "HEAD"], summary="What was changed, and when")
    async def history(request: Request, visitor: SignedIn, need: Entity) -> Response:
        return await history_page(portal, request, visitor, "needs", need)


def _matches(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/bedarfe/{need}", methods=["GET", "HEAD"], summary="A need with what fits it")
    async def read(request: Request, visitor: SignedIn, need: Entity, alle: str = "") -> Response:
        found = await visitor.read("surveys", f"/api/v1/needs/{need}")
        result = await _result(visitor, need) if found.body["may_change"] else None
        matches = result["matches"] if result else []
        return portal.page(
            request,
            "needs/need.html",
            need=found.body,
            topic_names=dict(await topics_of(visitor)),
            result=result,
            fitting=offers_fitting(found.body, matches, visitor.language, whole=bool(alle)),
            missed=missed(result, visitor.language) if result else [],
            advice=advice(result, visitor.language) if result else [],
            pool=await pool_of(visitor, found.body),
        )

    add_match_routes(router, portal, "need")


async def say_still_needed(visitor: Visitor, need: str, answer: str, token: str) -> None:
    """Answer whether a need is still there, with a token that may."""
    path = f"/api/v1/needs/{need}/still-needed"
    await visitor.call("surveys", "POST", path, token=token, json={"answer": answer})


async def _to_change(visitor: Visitor, need: str) -> Any:
    read = await visitor.read("surveys", f"/api/v1/needs/{need}")
    if not read.body["may_change"]:
        raise NothingHere
    return read


def _said(form: Form) -> dict[str, Any]:
    """Return the need's own fields; the form offers a radius to everybody, but without a place it means nothing."""
    body = form.body(FIELDS)
    nowhere = not any(body["place"].values())
    return {**body, "radius_km": None} if nowhere else body


def _whose(form: Form) -> dict[str, Any]:
    """Return to whom it belongs, as far as that was asked; the service knows what goes without saying."""
    said: dict[str, Any] = {}
    if form.text("organisation"):
        said["organisation"] = form.text("organisation")
    if "networks_asked" in form:
        said["networks"] = form.texts("networks")
    return said


async def _similar(visitor: Visitor, body: dict[str, Any]) -> list[Any]:
    told: Any = (await visitor.post("surveys", "/api/v1/needs/similar", body)).body
    return [one["need"] for one in told["items"]]


async def _result(visitor: Visitor, need: str) -> Any:
    try:
        return await visitor.get("matching", f"/api/v1/needs/{need}/matches")
    except NothingHere:
        return None


def _proposed(told: Any) -> dict[str, Any]:
    return {**told["fields"], "title": told["title"], "description": told["description"], "topics": told["topics"]}
