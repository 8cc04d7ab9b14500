"""The pages of files: brought, mapped, followed, mended; templates and exports to take away."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Request, Response

from services.portal.choices import networks_for, organisations_for
from services.portal.forms import Form, submitted, uploaded
from services.portal.neighbours import Answer, Refused
from services.portal.visitors import Anybody, Entity, Portal, Visitor, area, only

PATIENCE: Final = 120.0
"""Seconds; a big file is read once before its columns are shown."""
FORMATS: Final = ("csv", "xlsx", "openqcat", "ba", "jsonld", "jsonl")
VISIBILITIES: Final = ("coordinator", "anonymous", "network", "open")
AT_WORK: Final = frozenset({"waiting", "checking", "running"})
EXPORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "needs": ("csv", "xlsx", "jsonl", "atom", "geojson"),
    "offers": ("csv", "xlsx", "jsonl", "jsonld", "ics", "atom", "geojson", "openqcat"),
}
IMPORTS: Final = "/api/v1/imports"
SHOWN: Final = 50
Bringing = Annotated[Visitor, Depends(only("company", "provider", "coordinator"))]
Kind = Literal["needs", "offers"]


def routes(portal: Portal) -> APIRouter:
    """Return the routes of imports and exports."""
    router = area("imports")
    for part in (_bringing, _planning, _taking_away):
        part(router, portal)
    return router


def _bringing(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/importe", methods=["GET", "HEAD"], summary="One's own files, newest first")
    async def listed(request: Request, visitor: Bringing) -> Response:
        found = await visitor.get("surveys", IMPORTS, limit=SHOWN, newest_first="true")
        return portal.page(request, "imports/list.html", jobs=found["items"], exports=EXPORTS)

    @router.api_route("/importe/neu", methods=["GET", "HEAD"], summary="The form that takes a file")
    async def new(request: Request, visitor: Bringing) -> Response:
        kind = "offers" if visitor.has("provider") and not visitor.has("company", "coordinator") else "needs"
        return await _new_page(portal, request, visitor, Form.of({"kind": kind}))

    @router.post("/importe/neu", summary="Bring a file")
    async def bring(request: Request, visitor: Bringing) -> Response:
        form, file = await submitted(request), await uploaded(request, "file")
        if file is None:
            form.fault("file", "Bitte wählen Sie eine Datei." if visitor.language == "de" else "Please choose a file.")
            return await _new_page(portal, request, visitor, form, 422)
        content = await file.read()
        await file.close()
        kind = "offers" if form.text("kind") == "offers" else "needs"
        whose = "provider" if kind == "offers" else "organisation"
        asked = {"kind": kind, "network": form.text("network"), whose: form.text("organisation")}
        try:
            made = await visitor.call(
                "surveys",
                "POST",
                IMPORTS,
                params={name: value for name, value in asked.items() if value},
                content=content,
                timeout=PATIENCE,
            )
        except Refused as refused:
            return await _new_page(portal, request, visitor, form.refused(refused), 422)
        return portal.go(f"/importe/{made.body['id']}")


async def _new_page(portal: Portal, request: Request, visitor: Visitor, form: Form, status: int = 200) -> Response:
    companies = await organisations_for(visitor, "company") if visitor.has("company", "coordinator") else {}
    providers = await organisations_for(visitor, "provider") if visitor.has("provider", "coordinator") else {}
    return portal.page(
        request,
        "imports/new.html",
        status,
        form=form,
        networks=await networks_for(visitor),
        organisations=companies | providers,
    )


def _planning(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/importe/{job}", methods=["GET", "HEAD"], summary="A file: its columns, or how far it is")
    async def show(request: Request, visitor: Bringing, job: Entity) -> Response:
        read = await visitor.get("surveys", f"{IMPORTS}/{job}")
        return await _job_page(portal, request, visitor, read, Form.of(_plan(read)))

    @router.post("/importe/{job}", summary="Say how the columns are read; look again, or start")
    async def plan(request: Request, visitor: Bringing, job: Entity) -> Response:
        form, read = await submitted(request), await visitor.get("surveys", f"{IMPORTS}/{job}")
        columns = range(len(read["headings"]))
        body = {
            "mapping": [form.text(f"mapping.{column}") or None for column in columns],
            "mode": "all" if form.text("mode") == "all" else "valid",
            "defaults": {"visibility": form.text("visibility")} if form.text("visibility") else {},
        }
        try:
            planned = await visitor.call("surveys", "PUT", f"{IMPORTS}/{job}", json=body, timeout=PATIENCE)
            if form.text("act") != "start":
                return await _job_page(portal, request, visitor, planned.body, form)
            await visitor.post("surveys", f"{IMPORTS}/{job}/start")
        except Refused as refused:
            return await _job_page(portal, request, visitor, read, form.refused(refused), 422)
        return portal.go(f"/importe/{job}")

    @router.post("/importe/{job}/loeschen", summary="Stop an import and forget its file")
    async def forget(visitor: Bringing, job: Entity) -> Response:
        await visitor.delete("surveys", f"{IMPORTS}/{job}")
        return portal.go("/importe", done="deleted")


def _plan(read: Any) -> dict[str, Any]:
    mapping = {f"mapping.{column}": name for column, name in enumerate(read["mapping"]) if name}
    return {**mapping, "mode": read["mode"], "visibility": read["defaults"].get("visibility", "coordinator")}


async def _job_page(  # noqa: PLR0913, PLR0917 - a page has that many parts
    portal: Portal, request: Request, visitor: Visitor, read: Any, form: Form, status: int = 200
) -> Response:
    if read["status"] == "new":
        return portal.page(request, "imports/plan.html", status, job=read, form=form, visibilities=VISIBILITIES)
    refused: dict[str, Any] = {"items": []}
    if read["counts"]["refused"]:
        refused = await visitor.get("surveys", f"{IMPORTS}/{read['id']}/rows", limit=SHOWN)
    return portal.page(
        request, "imports/progress.html", status, job=read, form=form, rows=refused["items"], at_work=AT_WORK
    )


def _taking_away(router: APIRouter, portal: Portal) -> None:
    del portal

    @router.get("/importe/{job}/zu-berichtigen.csv", summary="The refused rows, to be mended and brought again")
    async def refused(visitor: Bringing, job: Entity) -> Response:
        return _file(await visitor.call("surveys", "GET", f"{IMPORTS}/{job}/refused.csv"), "zu-berichtigen.csv")

    @router.get("/importe/vorlage/{kind}.{extension}", summary="An empty table to be filled in")
    async def template(visitor: Bringing, kind: Kind, extension: Literal["csv", "xlsx"]) -> Response:
        answer = await visitor.call("surveys", "GET", f"{IMPORTS}/templates/{kind}.{extension}")
        return _file(answer, f"bedarfswerk-{kind}.{extension}")

    @router.get("/exporte/{kind}.{extension}", summary="Needs or offers as a file")
    async def export(visitor: Anybody, kind: Kind, extension: str) -> Response:
        path = f"/api/v1/exports/{kind}.{extension if extension in EXPORTS[kind] else 'csv'}"
        ending = "xml" if extension == "openqcat" else extension if extension in EXPORTS[kind] else "csv"
        answer = await visitor.call("surveys", "GET", path, timeout=PATIENCE)
        return _file(answer, f"bedarfswerk-{kind}.{ending}")


def _file(answer: Answer, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(answer.content, media_type=answer.media_type, headers=headers)
