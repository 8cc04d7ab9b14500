"""HTTP for imports: a file is brought, looked at, planned, started and followed; nobody is mailed because of one."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.surveys import examples
from services.surveys.answers import ImportAnswer, import_answer
from services.surveys.api.asked import CHANGING, LISTING, READING, Entity, OfNetwork, Wanted, answers
from services.surveys.api.import_answers import (
    ImportJobAnswer,
    PlanInput,
    RefusedRows,
    fault_answer,
    job_answer,
    refused_row,
)
from services.surveys.api.viewing import Member
from services.surveys.domain.import_jobs import TABLES, Fault, Format, ImportJob, Kind, planned, started
from services.surveys.domain.viewers import Viewer
from services.surveys.domain.writing import whose_need, whose_offer
from services.surveys.formats.fields import for_templates
from services.surveys.importing import Import
from services.surveys.importing.reading import looked_at, sniffed
from services.surveys.store import Store
from shared.callers import OPERATOR, requires
from shared.clock import now
from shared.events.base import Id
from shared.ids import new_id
from shared.rules import Conflict, Forbidden, Missing, RuleBroken
from shared.sheets import csv_lines, csv_template, xlsx_template
from shared.web import Page, tagged

BIGGEST: Final = 64 * 1024 * 1024
IMPORT_LIMITS: Final = {"/api/v1/imports/ba": BIGGEST // 2, "/api/v1/imports": BIGGEST}
"""Bytes that a file may have, by the beginning of a path, the longest first; the first is taken in one request."""
MOST_OPEN: Final = 5
"""Files of one member that wait at the same time."""
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
_FILE: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def routes(store: Store) -> APIRouter:
    """Return the routes of imports."""
    router = APIRouter(prefix="/imports", tags=["imports"])
    _at_once(router, store)
    _templates(router)
    _bringing(router, store)
    _following(router, store)
    return router


def _at_once(router: APIRouter, store: Store) -> None:
    file = {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}, "example": examples.BA_FILE}},
    }

    @router.post(
        "/ba",
        responses=answers(401, 403, 413, 422, 503),
        dependencies=[Depends(requires(OPERATOR))],
        openapi_extra={"requestBody": file},
        summary="Import offers as the Bundesagentur's course search answers them; nobody is mailed because of it",
    )
    async def import_ba(request: Request, network: OfNetwork = None) -> ImportAnswer:
        taken = Import(store, networks=(network,) if network else (), at=now())
        return import_answer(await taken.run(await request.body()), request)


def _templates(router: APIRouter) -> None:
    @router.get(
        "/templates/{kind}.{extension}",
        responses=answers(401, 403, 422),
        response_class=Response,
        summary="An empty table with headings, an example and notes, to be filled in",
    )
    async def template(kind: Kind, extension: Literal["csv", "xlsx"], viewer: Member) -> Response:
        del viewer
        headers = {"Content-Disposition": f'attachment; filename="bedarfswerk-{kind}.{extension}"'}
        if extension == "csv":
            return Response(csv_template(for_templates(kind)), media_type=CSV, headers=headers)
        written = BytesIO()
        await asyncio.to_thread(xlsx_template, written, for_templates(kind))
        return Response(written.getvalue(), media_type=XLSX, headers=headers)


def _bringing(router: APIRouter, store: Store) -> None:
    @router.post(
        "",
        status_code=201,
        responses=answers(401, 403, 409, 413, 422, 503),
        openapi_extra=_FILE,
        summary="Bring a file as the body; the answer says how its columns were understood, and its first rows",
    )
    async def bring(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
        request: Request,
        response: Response,
        viewer: Member,
        kind: Annotated[Kind, Query(description="What the file holds")],
        format_: Annotated[Format | None, Query(alias="format", description="Left out: told by the content")] = None,
        network: Annotated[Id | None, Query(description="The network that it is for")] = None,
        organisation: Annotated[Id | None, Query(description="Needs: the company whose they are")] = None,
        provider: Annotated[Id | None, Query(description="Offers: the provider whose they are")] = None,
    ) -> ImportJobAnswer:
        asked = {"network": network, "organisation": organisation, "provider": provider}
        whose = _whose(viewer, kind, {name: value for name, value in asked.items() if value})
        if await store.imports.open_jobs(viewer.member) >= MOST_OPEN:
            raise Conflict("too_many_imports", most=MOST_OPEN)
        content = await request.body()
        if not content.strip():
            raise RuleBroken("import_empty", field="body")
        job = _new_job(viewer, kind, format_ or sniffed(content), len(content), whose)
        job = await asyncio.to_thread(looked_at, BytesIO(content), job)
        await store.imports.keep_file(job.id, content)
        job = await store.imports.jobs.add(job)
        tagged(response, job)
        return job_answer(job, request)

    @router.put("/{job}", responses=CHANGING, summary="Say how the columns are to be read, and what faulty rows mean")
    async def plan(
        job: Entity, said: PlanInput, viewer: Member, request: Request, response: Response
    ) -> ImportJobAnswer:
        old = await _own(store, viewer, job)
        new = planned(old, said.mapping, said.mode, said.defaults)
        file = BytesIO(b"".join([piece async for piece in store.imports.file(old.id)]))
        new = await asyncio.to_thread(looked_at, file, new, mapped=True)
        new = await store.imports.jobs.replace(new, expected=old.version)
        tagged(response, new)
        return job_answer(new, request)

    @router.post("/{job}/start", responses=CHANGING, summary="Start; starting twice is the same as once")
    async def start(job: Entity, viewer: Member, request: Request, response: Response) -> ImportJobAnswer:
        old = await _own(store, viewer, job)
        new = started(old)
        if new != old:
            whose = {"operator": viewer.operator, "standings": tuple(sorted(tuple(one) for one in viewer.standings))}
            new = await store.imports.jobs.replace(new.model_copy(update=whose), expected=old.version)
        tagged(response, new)
        return job_answer(new, request)


def _following(router: APIRouter, store: Store) -> None:
    @router.get("", responses=LISTING, summary="List one's own imports")
    async def find(viewer: Member, wanted: Wanted, request: Request) -> Page[ImportJobAnswer]:
        query = {} if viewer.operator else {"owner": viewer.member}
        found = await store.imports.jobs.find(
            query, after=wanted.after, limit=wanted.limit + 1, newest_first=wanted.newest_first
        )
        page = found[: wanted.limit]
        following = page[-1].id if len(found) > len(page) else None
        return Page(items=[job_answer(job, request, whole=False) for job in page], next=following)

    @router.get("/{job}", responses=READING, summary="How far an import has come")
    async def read(job: Entity, viewer: Member, request: Request, response: Response) -> ImportJobAnswer:
        found = await _own(store, viewer, job)
        tagged(response, found)
        return job_answer(found, request)

    @router.get("/{job}/rows", responses=READING, summary="The rows that were refused, and why")
    async def rows(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
        job: Entity,
        viewer: Member,
        request: Request,
        outcome: Literal["refused"] = "refused",
        after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> RefusedRows:
        del outcome
        await _own(store, viewer, job)
        found = await store.imports.refused(job, after, limit + 1)
        page = found[:limit]
        following = page[-1]["row"] if len(found) > len(page) else None
        return RefusedRows(items=[refused_row(row, request) for row in page], next=following)

    @router.get(
        "/{job}/refused.csv",
        responses=READING,
        response_class=StreamingResponse,
        summary="The refused rows with what is wrong, to be mended and brought again",
    )
    async def refused(job: Entity, viewer: Member, request: Request) -> StreamingResponse:
        found = await _own(store, viewer, job)
        headers = {"Content-Disposition": 'attachment; filename="zu-berichtigen.csv"'}
        return StreamingResponse(_refused_csv(store, found, request), media_type=CSV, headers=headers)

    @router.delete("/{job}", status_code=204, responses=CHANGING, summary="Stop an import and forget it with its file")
    async def forget(job: Entity, viewer: Member) -> None:
        await store.imports.erase(await _own(store, viewer, job))


async def _refused_csv(store: Store, job: ImportJob, request: Request) -> AsyncIterator[bytes]:
    after, first = 0, True
    headings = job.headings if job.format in TABLES else ("Nummer", "Titel")
    while first or after:
        page = await store.imports.refused(job.id, after)
        lines = [line for row in page for line in _to_mend(row, len(headings), request)]
        pieces = list(csv_lines(["Zeile", "Was zu berichtigen ist", *headings], lines))
        yield b"".join(pieces if first else pieces[1:])
        after, first = page[-1]["row"] if page else 0, False


def _to_mend(row: dict[str, Any], width: int, request: Request) -> list[list[str]]:
    faults = [fault_answer(Fault.model_validate(fault), request) for fault in row["faults"]]
    said = " / ".join(f"{fault.column}: {fault.detail}" if fault.column else fault.detail for fault in faults)
    cells = row["cells"] or [[row["number"] or "", row["title"] or ""]]
    return [[str(row["row"]), said, *one[:width], *[""] * (width - len(one))] for one in cells]


def _whose(viewer: Viewer, kind: Kind, asked: dict[str, str]) -> dict[str, str | None]:
    """Return whose the file's content will be; Forbidden for organisations and networks in which nobody acts."""
    field, role = ("organisation", "company") if kind == "needs" else ("provider", "provider")
    said: dict[str, Any] = {field: asked[field]} if field in asked else {}
    said |= {"networks": (asked["network"],)} if "network" in asked else {}
    judge = whose_need if kind == "needs" else whose_offer
    whose = judge(viewer, {**said, "contact": None})
    networks = whose["networks"]
    own = whose[field] in viewer.organisations(role)
    if not (viewer.operator or own or viewer.is_in(networks, "coordinator")):
        raise Forbidden
    return {field: whose[field], "network": networks[0] if networks else None}


def _new_job(viewer: Viewer, kind: Kind, format_: Format, size: int, whose: dict[str, str | None]) -> ImportJob:
    if kind == "needs" and format_ in {"openqcat", "ba", "jsonld"}:
        raise RuleBroken("import_of_offers_only", field="kind")
    return ImportJob.model_validate(
        {
            "id": new_id(),
            "version": 1,
            "changed_at": now(),
            "status": "new",
            "kind": kind,
            "format": format_,
            "size": size,
            "owner": viewer.member,
            "operator": viewer.operator,
            "standings": tuple(sorted(tuple(one) for one in viewer.standings)),
            "brought_at": now(),
            **whose,
        }
    )


async def _own(store: Store, viewer: Viewer, job: str) -> ImportJob:
    found = await store.imports.jobs.get(job)
    if found is None or not (viewer.operator or (viewer.member is not None and found.owner == viewer.member)):
        raise Missing
    return found
