"""A network's surveys: make one, open and close it, show it around with a QR code, copy, export and import it."""

import json
from io import BytesIO
from typing import Any, Final

import segno
from fastapi import APIRouter, Request, Response

from services.portal.forms import Form, submitted, uploaded
from services.portal.neighbours import Answer, Refused
from services.portal.surveys.asked import said_in, shown
from services.portal.surveys.public import ONLY_IF, network_name
from services.portal.visitors import Coordinator, Entity, Portal, Visitor, area

MOST: Final = 200
LARGEST_FILE: Final = 60_000
"""Bytes of a definition; surveys takes no more."""


def routes(portal: Portal) -> APIRouter:
    """Return the routes of coordinating surveys."""
    router = area("surveys")
    _all(router, portal)
    _one(router, portal)
    _showing_around(router, portal)
    return router


def _all(router: APIRouter, portal: Portal) -> None:
    async def listed(request: Request, visitor: Visitor, form: Form, status: int = 200) -> Response:
        surveys = (await visitor.get("surveys", "/api/v1/surveys", limit=MOST))["items"]
        entries = [(one, said_in(one["definition"]["title"], visitor.language)) for one in reversed(surveys)]
        networks = list(visitor.networks("coordinator").items())
        return portal.page(request, "surveys/list.html", status, surveys=entries, networks=networks, form=form)

    @router.api_route("/umfragen", methods=["GET", "HEAD"], summary="The surveys of one's networks")
    async def find(request: Request, visitor: Coordinator) -> Response:
        return await listed(request, visitor, Form())

    @router.post("/umfragen", summary="Make the ready-made Bedarfsabfrage")
    async def make(request: Request, visitor: Coordinator) -> Response:
        form = await submitted(request)
        wanted = {"network": form.text("network"), "status": "draft"}
        try:
            made = await visitor.post("surveys", "/api/v1/surveys/ready-made", wanted, once=form.once)
        except Refused as refused:
            return await listed(request, visitor, form.refused(refused), 422)
        return portal.go(f"/umfragen/{made.body['id']}/verwalten", done="saved")

    @router.post("/umfragen/importieren", summary="Make a survey from an exported definition")
    async def bring_in(request: Request, visitor: Coordinator) -> Response:
        form, file = await submitted(request), await uploaded(request, "file")
        definition = _read(await file.read(LARGEST_FILE + 1) if file else b"")
        await request.close()
        wanted = {"network": form.text("network"), "definition": definition}
        try:
            made = await visitor.post("surveys", "/api/v1/surveys", wanted, once=form.once)
        except Refused as refused:
            return await listed(request, visitor, form.refused(refused), 422)
        return portal.go(f"/umfragen/{made.body['id']}/verwalten", done="saved")


def _read(content: bytes) -> Any:
    """Return what a file holds; what is no JSON becomes None, and surveys says that the definition is missing."""
    try:
        return json.loads(content) if len(content) <= LARGEST_FILE else None
    except (ValueError, RecursionError):
        return None


async def survey_of(visitor: Visitor, survey: str) -> Answer:
    """Return a survey with its ETag."""
    return await visitor.read("surveys", f"/api/v1/surveys/{survey}")


def _one(router: APIRouter, portal: Portal) -> None:
    @router.api_route(
        "/umfragen/{survey}/verwalten", methods=["GET", "HEAD"], summary="A survey and what to do with it"
    )
    async def manage(request: Request, survey: Entity, visitor: Coordinator) -> Response:
        one = (await survey_of(visitor, survey)).body
        return portal.page(
            request,
            "surveys/manage.html",
            one=one,
            title=said_in(one["definition"]["title"], visitor.language),
            asked=shown(one["definition"], visitor.language, ONLY_IF[visitor.language]),
            link=_link(portal, survey),
        )

    @router.post("/umfragen/{survey}/verwalten", summary="Open, close, copy or delete a survey")
    async def act(request: Request, survey: Entity, visitor: Coordinator) -> Response:
        form, address = await submitted(request), f"/api/v1/surveys/{survey}"
        etag = (await survey_of(visitor, survey)).etag
        wanted = form.text("do")
        if wanted in {"opening", "closing"}:
            await visitor.call("surveys", "POST", f"{address}/{wanted}", headers={"If-Match": etag})
        elif wanted == "copies":
            made = await visitor.post("surveys", f"{address}/copies")
            return portal.go(f"/umfragen/{made.body['id']}/verwalten", done="saved")
        elif wanted == "delete":
            await visitor.delete("surveys", address, etag=etag)
            return portal.go("/umfragen", done="deleted")
        return portal.go(f"/umfragen/{survey}/verwalten", done="saved")

    @router.get("/umfragen/{survey}/vorschau", summary="The survey as companies will see it")
    async def preview(request: Request, survey: Entity, visitor: Coordinator) -> Response:
        one = (await survey_of(visitor, survey)).body
        return portal.page(
            request,
            "surveys/public.html",
            asked={"standing": "open", "opens_on": None, "id": survey},
            survey=shown(one["definition"], visitor.language, ONLY_IF[visitor.language]),
            network=await network_name(visitor, one["network"]),
            form=Form(),
            count=1,
            preview=True,
        )

    @router.get("/umfragen/{survey}/definition.json", summary="Export what is asked")
    async def export(survey: Entity, visitor: Coordinator) -> Response:
        found = await visitor.call("surveys", "GET", f"/api/v1/surveys/{survey}/definition")
        text = json.dumps(found.body, ensure_ascii=False, indent=2)
        return Response(text, media_type="application/json", headers=_named(survey, "json"))


def _showing_around(router: APIRouter, portal: Portal) -> None:
    @router.get("/umfragen/{survey}/qr", summary="The link as a QR code, to be printed")
    async def printed(request: Request, survey: Entity, visitor: Coordinator) -> Response:
        one = (await survey_of(visitor, survey)).body
        title = said_in(one["definition"]["title"], visitor.language)
        network = await network_name(visitor, one["network"])
        link = _link(portal, survey)
        return portal.page(request, "surveys/qr.html", survey=survey, title=title, network=network, link=link)

    @router.get("/umfragen/{survey}/qr.svg", summary="The QR code alone")
    async def code(survey: Entity, _: Coordinator) -> Response:
        drawn = BytesIO()
        segno.make(_link(portal, survey), error="m", micro=False).save(
            drawn, kind="svg", scale=8, dark="#000", light="#fff"
        )
        return Response(drawn.getvalue(), media_type="image/svg+xml")

    for ending in ("csv", "xlsx"):
        _download(router, ending)

    @router.get("/umfragen/{survey}/ergebnisse", summary="Results as tables with bars")
    async def results(request: Request, survey: Entity, visitor: Coordinator) -> Response:
        found = await visitor.get("surveys", f"/api/v1/surveys/{survey}/results")
        outcomes = [_outcome(one, visitor) for one in found["outcomes"]]
        title = said_in(found["title"], visitor.language)
        return portal.page(request, "surveys/results.html", survey=survey, title=title, found=found, outcomes=outcomes)


def _download(router: APIRouter, ending: str) -> None:
    @router.get(f"/umfragen/{{survey}}/ergebnisse.{ending}", name=f"results_{ending}", summary="Results to take along")
    async def download(survey: Entity, visitor: Coordinator) -> Response:
        file = await visitor.call("surveys", "GET", f"/api/v1/surveys/{survey}/results.{ending}")
        return Response(file.content, media_type=file.media_type, headers=_named(survey, ending))


def _outcome(one: dict[str, Any], visitor: Visitor) -> dict[str, Any]:
    """Return what was answered to a question, each row with the length of its bar in percent of the longest."""
    longest = max([cell["companies"] or 0 for cell in one["cells"]], default=0)
    rows = [
        (
            said_in(cell["label"], visitor.language),
            cell["companies"],
            round(100 * (cell["companies"] or 0) / longest) if longest else 0,
        )
        for cell in one["cells"]
    ]
    return {**one, "label": said_in(one["question"]["label"], visitor.language), "rows": rows}


def _link(portal: Portal, survey: str) -> str:
    return f"{portal.settings.public_url}/umfragen/{survey}"


def _named(survey: str, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="bedarfsabfrage-{survey[-12:]}.{ending}"'}
