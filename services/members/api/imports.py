"""Imports: organisations, people and locations from CSV or XLSX, row by row, first as a preview.

Nobody is mailed and nobody is let in because of an import: people come in unconfirmed and without consents.
"""

import asyncio
from io import BytesIO
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.members.api.asked import files, refusals
from services.members.api.columns import FIELDS, Body, Table, read_cells
from services.members.api.people import note_roles
from services.members.api.rows import Known, Planned, plan
from services.members.domain.seeing import coordinates, sees_member
from services.members.store import Store
from shared.callers import Caller, SignedIn
from shared.events import MemberSnapshot, OrganisationSnapshot
from shared.events.base import Id
from shared.problems import Fault, language_of, sentence
from shared.rules import Conflict, Forbidden, RuleBroken
from shared.sheets import csv_template, fused, guessed, opened, xlsx_template

IMPORT_LIMITS: Final = {"/api/v1/imports": 8 * 1024 * 1024}
"""Bytes of a file."""
MOST_ROWS: Final = 5_000
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAPPING: Final[TypeAdapter[dict[str, str | None]]] = TypeAdapter(dict[str, str | None])
_FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_ANSWERS: Final = refusals(401, 403, 413, 422, 503)
_TEMPLATE: Final = refusals(401, 403, 422, 503) | files("text/csv", XLSX)


class Column(BaseModel):
    """A heading of the file and the field that it was taken for; None: it is passed over."""

    heading: str
    field: str | None


class RowFault(BaseModel):
    """What is wrong with one cell."""

    column: str | None
    """The heading, if the field has a column."""
    field: str
    code: str
    detail: str


class RowOutcome(BaseModel):
    """What becomes, or became, of one row."""

    row: int
    """As a spreadsheet counts, from 1."""
    outcome: Literal["new", "created", "known", "invalid"]
    """`new` could be taken; `known` is here already and stays as it is."""
    id: Id | None = None
    errors: list[RowFault] = []


class Report(BaseModel):
    """What an import did, or would do."""

    stored: bool
    """Whether anything was taken; False for a preview, and for all-or-nothing with a faulty row."""
    columns: list[Column]
    counts: dict[str, int]
    """Rows by outcome."""
    rows: list[RowOutcome]


class Read(BaseModel):
    """A file as it was read: headings with their fields, and the rows' values."""

    columns: list[Column]
    rows: list[tuple[int, Body, list[Fault]]]


def routes(store: Store) -> APIRouter:
    """Return the routes of imports."""
    router = APIRouter(prefix="/imports", tags=["imports"])

    @router.get(
        "/{table}/template.{form}",
        response_class=Response,
        responses=_TEMPLATE,
        summary="Download an empty table to fill in",
    )
    async def template(_: SignedIn, table: Table, form: Literal["csv", "xlsx"]) -> Response:
        if form == "csv":
            return Response(csv_template(FIELDS[table]), media_type="text/csv; charset=utf-8")
        file = BytesIO()
        xlsx_template(file, FIELDS[table])
        return Response(file.getvalue(), media_type=XLSX)

    @router.post(
        "/{table}", responses=_ANSWERS, openapi_extra=_FILE, summary="Take in a CSV or XLSX file, or preview it"
    )
    async def take(  # noqa: PLR0913, PLR0917 - each is a choice of its own
        caller: SignedIn,
        request: Request,
        table: Table,
        network: Annotated[Id, Query(description="Where the organisations belong")],
        commit: Annotated[Literal["all", "valid", "none"], Query(description="`none` is a preview")] = "none",
        mapping: Annotated[
            str | None, Query(max_length=8000, description='Fields by heading as JSON: {"Firma": "name"}; null: none')
        ] = None,
    ) -> Report:
        if not coordinates(caller, (network,)):
            raise Forbidden
        if not await store.known_networks([network]):
            raise RuleBroken("unknown_network", field="network")
        read = await asyncio.to_thread(_read, await request.body(), table, mapping)
        known = await _known(store, caller, table, network, read)
        planned = await asyncio.to_thread(plan, table, network, read.rows, known)
        stores = commit == "valid" or (commit == "all" and not any(one.faults for one in planned))
        outcomes = [await _take(store, caller, one) if stores else _outcome(one) for one in planned]
        return _report(read, outcomes, stored=stores, language=language_of(request.headers.get("accept-language")))

    return router


def _read(file: bytes, table: Table, mapping: str | None) -> Read:
    with opened(BytesIO(file)) as sheet:
        fields = _mapped(sheet.headings, table, mapping)
        columns = [Column(heading=heading, field=field) for heading, field in zip(sheet.headings, fields, strict=True)]
        rows: list[tuple[int, Body, list[Fault]]] = []
        for row in sheet:
            if len(rows) == MOST_ROWS:
                raise RuleBroken("import_too_long", field="file", most=MOST_ROWS)
            rows.append((row.number, *read_cells(fields, [fused(cell) for cell in row.cells])))
    return Read(columns=columns, rows=rows)


def _mapped(headings: tuple[str, ...], table: Table, mapping: str | None) -> tuple[str | None, ...]:
    if mapping is None:
        return guessed(headings, FIELDS[table])
    try:
        wanted = _MAPPING.validate_json(mapping)
    except ValidationError:
        raise RuleBroken("mapping_unreadable", field="mapping") from None
    names = [field.name for field in FIELDS[table]]
    for heading, name in wanted.items():
        if heading not in headings or name not in {None, *names}:
            raise RuleBroken("mapping_unknown", field="mapping", fields=", ".join(names))
    if len(given := [name for name in wanted.values() if name]) > len(set(given)):
        raise RuleBroken("mapping_twice", field="mapping")
    return tuple(wanted.get(heading) for heading in headings)


async def _known(store: Store, caller: Caller, table: Table, network: str, read: Read) -> Known:
    """Return what the rows may refer to, or repeat."""
    organisations = await store.organisations.find({"networks": network}, limit=0)
    emails: dict[str, str | None] = {}
    if table == "members":
        asked = sorted({str(body["email"]).strip().lower() for _, body, _ in read.rows if "email" in body})
        people = await store.members.find({"email": {"$in": asked}}, limit=0)
        emails = {one.email: None if sees_member(caller, one) == "nothing" else one.id for one in people}
    locations = []
    if table == "locations":
        locations = await store.locations.find({"organisation": {"$in": [one.id for one in organisations]}}, limit=0)
    return Known(organisations, emails, locations)


async def _take(store: Store, caller: Caller, planned: Planned) -> tuple[Planned, str, str | None]:
    """Store what a row says, if it says something new; return what became of it."""
    entity = planned.entity
    if entity is None:
        return _outcome(planned)
    try:
        if isinstance(entity, OrganisationSnapshot):
            await store.organisations.add(entity)
        elif isinstance(entity, MemberSnapshot):
            await store.members.add(entity)
            await note_roles(store, caller.subject, entity.id, (), entity.roles)
        else:
            await store.locations.add(entity)
    except Conflict as taken:  # somebody else was faster
        return _outcome(Planned(planned.row, faults=(Fault(taken.field or "row", taken.code, dict(taken.params)),)))
    return planned, "created", entity.id


def _outcome(planned: Planned) -> tuple[Planned, str, str | None]:
    if planned.faults:
        return planned, "invalid", None
    return (planned, "new", None) if planned.entity else (planned, "known", planned.known)


def _report(read: Read, outcomes: list[tuple[Planned, str, str | None]], *, stored: bool, language: str) -> Report:
    headings = {column.field: column.heading for column in read.columns if column.field}
    rows = [
        RowOutcome.model_validate(
            {
                "row": planned.row,
                "outcome": outcome,
                "id": entity,
                "errors": [_told(fault, headings, language) for fault in planned.faults],
            }
        )
        for planned, outcome, entity in outcomes
    ]
    counts = {name: sum(row.outcome == name for row in rows) for name in ("new", "created", "known", "invalid")}
    return Report(stored=stored, columns=read.columns, counts=counts, rows=rows)


def _told(fault: Fault, headings: dict[str, str], language: str) -> RowFault:
    column = next((headings[part] for part in reversed(fault.field.split(".")) if part in headings), None)
    detail = sentence(fault.code, fault.params, language)
    return RowFault(column=column, field=fault.field, code=fault.code, detail=detail)
