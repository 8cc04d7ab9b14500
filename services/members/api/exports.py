"""Exports: what a coordinator takes along as CSV or XLSX, and the map's points as GeoJSON."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from services.members.api.asked import files, refusals
from services.members.api.columns import FIELDS, Table, label_of
from services.members.api.imports import XLSX
from services.members.api.locations import LocationView, WantedLocations, locations_for, seen_locations
from services.members.api.people import note_view
from services.members.domain.seeing import coordinates, roles_within
from services.members.store import Store
from shared.callers import Caller, SignedIn
from shared.events import MemberSnapshot, OrganisationSnapshot
from shared.events.base import Id
from shared.rules import Forbidden
from shared.sheets import csv_lines, write_xlsx

MOST_POINTS: Final = 10_000
_ANSWERS: Final = refusals(401, 403, 422, 503)
_POINTS: Final = _ANSWERS | files("application/geo+json")
_TABLE: Final = _ANSWERS | files("text/csv", XLSX)
Line = Mapping[str, Any]


def routes(store: Store) -> APIRouter:
    """Return the routes of exports."""
    router = APIRouter(prefix="/exports", tags=["exports"])

    @router.get(
        "/locations.geojson",
        response_class=Response,
        responses=_POINTS,
        summary="The points of a map, as exactly as each may be seen",
    )
    async def points(caller: SignedIn, asked: WantedLocations) -> JSONResponse:
        locations = await locations_for(store, caller, asked, limit=MOST_POINTS)
        features = [
            _feature(one) for one in await seen_locations(store, caller, locations) if one.place.lat is not None
        ]
        return JSONResponse({"type": "FeatureCollection", "features": features}, media_type="application/geo+json")

    @router.get(
        "/{table}.{form}",
        response_class=Response,
        responses=_TABLE,
        summary="A coordinator's table of a network, as CSV or XLSX",
    )
    async def download(
        caller: SignedIn,
        table: Table,
        form: Literal["csv", "xlsx"],
        network: Annotated[Id, Query(description="Whose organisations, people or locations")],
    ) -> Response:
        if not coordinates(caller, (network,)):
            raise Forbidden
        lines = await _lines(store, caller, table, network)
        headings = [field.label for field in FIELDS[table]]
        rows = [[_cell(field.name, line.get(field.name)) for field in FIELDS[table]] for line in lines]
        return _file(f"{table}.{form}", headings, rows)

    return router


async def _lines(store: Store, caller: Caller, table: Table, network: str) -> list[Line]:
    organisations = await store.organisations.find({"networks": network}, limit=0)
    names = {one.id: one.name for one in organisations}
    if table == "organisations":
        return [_organisation(one) for one in organisations]
    if table == "locations":
        found = await store.locations.find({"organisation": {"$in": sorted(names)}}, limit=0)
        return [
            {**one.model_dump(), **one.place.model_dump(), "organisation": names[one.organisation]} for one in found
        ]
    people = await store.members.find({"roles.network": network}, limit=0)
    if not caller.is_operator:
        for person in people:
            await note_view(store, caller, person)
    return [line for person in people for line in _person(caller, person, network, names)]


def _organisation(organisation: OrganisationSnapshot) -> Line:
    place = organisation.place
    return {**dict(organisation), "postal_code": place.postal_code, "town": place.town}


def _person(caller: Caller, person: MemberSnapshot, network: str, names: Mapping[str, str]) -> Iterable[Line]:
    roles = person.roles if caller.is_operator else roles_within(caller, person.roles)
    for role in roles:
        if role.network == network:
            yield {
                "name": person.name,
                "email": person.email,
                "phone": person.phone,
                "language": person.language,
                "organisation": names.get(role.organisation),
                "role": role.role,
            }


def _cell(field: str, value: Any) -> str:
    if isinstance(value, frozenset | tuple):
        return ", ".join(label_of(field, part) for part in sorted(value))
    return label_of(field, value)


def _file(name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    shown = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if name.endswith(".csv"):
        return Response(b"".join(csv_lines(headings, rows)), media_type="text/csv; charset=utf-8", headers=shown)
    file = BytesIO()
    write_xlsx(file, headings, rows)
    return Response(file.getvalue(), media_type=XLSX, headers=shown)


def _feature(location: LocationView) -> Line:
    place = location.place
    told = ("name", "kind", "organisation", "street", "privacy", "own")
    return {
        "type": "Feature",
        "id": location.id,
        "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
        "properties": {
            **{name: getattr(location, name) for name in told},
            "postal_code": place.postal_code,
            "town": place.town,
        },
    }
