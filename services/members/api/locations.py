"""Locations: where organisations are to be found, as exactly as each wants to be seen."""

from collections.abc import Iterable
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from services.members.api.asked import (
    CHANGING,
    CREATING,
    LISTING,
    READING,
    After,
    Creation,
    Expected,
    Limit,
    created,
    found,
)
from services.members.domain.locations import (
    Location,
    LocationKind,
    Privacy,
    located,
    owns_location,
    seen_location,
    sound_location,
)
from services.members.domain.seeing import Viewer, sees_organisation
from services.members.store import Store
from services.members.store.locations import Box
from shared.callers import Caller, SignedIn
from shared.clock import now
from shared.events import Erased, OrganisationSnapshot
from shared.events.base import Id, Internal
from shared.events.members import Place
from shared.ids import new_id
from shared.inputs import Input, LineText, PostalCode, an_example, line
from shared.rules import Forbidden, Missing, RuleBroken
from shared.web import Page, tagged


class LocationInput(Input):
    """A place on the map: postcode, town, address or coordinates, whichever is known."""

    model_config = an_example(
        organisation="019a0000-0000-7000-8000-000000000385",
        name="Lehrwerkstatt Süd",
        kind="training_venue",
        postal_code="04109",
        town="Leipzig",
        street="Musterweg 1",
        privacy="exact",
    )

    organisation: Id
    name: LineText
    kind: LocationKind = "company"
    postal_code: PostalCode | None = None
    town: Annotated[str, line(100)] | None = None
    street: LineText | None = None
    """Street and number."""
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    """Degrees north, WGS 84; without it the postcode's are taken."""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    privacy: Privacy = "town"
    """How others see it: exactly, by its town, or not at all."""

    def fields(self) -> dict[str, Any]:
        """Return the fields of the location."""
        place = located(self.postal_code, self.town, self.lat, self.lon)
        return {
            **self.model_dump(include={"organisation", "name", "kind", "street", "privacy"}),
            "place": place,
        }


class LocationView(Internal):
    """A location as the caller may see it."""

    organisation: Id
    name: str
    kind: LocationKind
    place: Place
    street: str | None = None
    privacy: Privacy
    own: bool
    """Whether the caller may change it."""


class Wanted(NamedTuple):
    """What a list of locations is narrowed to."""

    network: str | None
    organisation: str | None
    kind: LocationKind | None
    box: Box | None


def wanted(
    network: Annotated[Id | None, Query()] = None,
    organisation: Annotated[Id | None, Query()] = None,
    kind: Annotated[LocationKind | None, Query()] = None,
    bbox: Annotated[
        str | None,
        Query(max_length=100, description="west,south,east,north in degrees", examples=["11.8,51.2,12.6,51.5"]),
    ] = None,
) -> Wanted:
    """Return what the query of a request asks for; a FastAPI dependency."""
    return Wanted(network, organisation, kind, _box(bbox) if bbox else None)


WantedLocations = Annotated[Wanted, Depends(wanted)]


def _box(text: str) -> Box:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise RuleBroken("not_a_box", field="bbox") from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - degrees
        raise RuleBroken("not_a_box", field="bbox")
    return Box(west, south, east, north)


def new_location(entered: LocationInput) -> Location:
    """Return the location as a new one."""
    return sound_location(Location(id=new_id(), version=1, changed_at=now(), **entered.fields()))


async def organisation_to_place(store: Store, caller: Viewer, organisation: str) -> OrganisationSnapshot:
    """Return an organisation whose locations the caller may change, or say why not."""
    there = await store.organisations.get(organisation)
    if there is None or sees_organisation(caller, there) == "nothing":
        raise RuleBroken("unknown_organisation", field="organisation")
    if not owns_location(caller, there.id, there.networks):
        raise Forbidden
    return there


async def seen_locations(store: Store, caller: Caller, locations: Iterable[Location]) -> list[LocationView]:
    """Return the locations as the caller may see them."""
    there = list(locations)
    organisations = await store.known_organisations(one.organisation for one in there)
    views = [_view(caller, one, organisations.get(one.organisation)) for one in there]
    return [view for view in views if view is not None]


def _view(caller: Viewer, location: Location, organisation: OrganisationSnapshot | None) -> LocationView | None:
    owned = owns_location(caller, location.organisation, organisation.networks if organisation else ())
    seen = seen_location(location, owned=owned)
    return LocationView(**seen.model_dump(exclude={"shown"}), own=owned) if seen else None


async def locations_for(
    store: Store, caller: Caller, asked: Wanted, *, after: str | None = None, limit: int
) -> list[Location]:
    """Return locations of which the caller sees anything, narrowed to what is asked for."""
    narrowed = {"organisation": asked.organisation, "kind": asked.kind}
    coordinated = await store.locations.organisations_in(caller.networks("coordinator"))
    return await store.locations.seen(
        {field: value for field, value in narrowed.items() if value is not None},
        own=None if caller.is_operator else coordinated | caller.organisations(),
        within=await store.locations.organisations_in({asked.network}) if asked.network else None,
        box=asked.box,
        after=after,
        limit=limit,
    )


async def _shown(store: Store, caller: Caller, location: Location, response: Response) -> LocationView:
    views = await seen_locations(store, caller, [location])
    if not views:
        raise Missing
    tagged(response, location)
    return views[0]


async def _own(store: Store, caller: Caller, location: str) -> Location:
    there = await found(store.locations, location)
    views = await seen_locations(store, caller, [there])
    if not views:
        raise Missing
    if not views[0].own:
        raise Forbidden
    return there


def routes(store: Store) -> APIRouter:
    """Return the routes of locations."""
    router = APIRouter(prefix="/locations", tags=["locations"])

    @router.post("", status_code=201, responses=CREATING, summary="Add a location")
    async def create(caller: SignedIn, entered: LocationInput, response: Response, once: Creation) -> LocationView:
        async def made() -> Location:
            await organisation_to_place(store, caller, entered.organisation)
            return new_location(entered)

        return await _shown(store, caller, await created(store.locations, once, made, response), response)

    @router.get("", responses=LISTING, summary="List locations, oldest first, as exactly as each may be seen")
    async def listed(
        caller: SignedIn, asked: WantedLocations, after: After = None, limit: Limit = 50
    ) -> Page[LocationView]:
        locations = await locations_for(store, caller, asked, after=after, limit=limit)
        views = await seen_locations(store, caller, locations)
        return Page(items=views, next=locations[-1].id if len(locations) == limit else None)

    @router.get("/{location}", responses=READING, summary="Read a location, as exactly as the caller may see it")
    async def read(caller: SignedIn, location: Id, response: Response) -> LocationView:
        return await _shown(store, caller, await found(store.locations, location), response)

    @router.put("/{location}", responses=CHANGING, summary="Change a location")
    async def change(
        caller: SignedIn, location: Id, entered: LocationInput, expected: Expected, response: Response
    ) -> LocationView:
        old = await _own(store, caller, location)
        if entered.organisation != old.organisation:
            await organisation_to_place(store, caller, entered.organisation)
        changed = sound_location(old.model_copy(update=entered.fields()))
        new = await store.locations.replace(changed, expected=expected, was=old, by=caller.subject)
        return await _shown(store, caller, new, response)

    @router.delete("/{location}", responses=CHANGING, summary="Delete a location for ever")
    async def erase(caller: SignedIn, location: Id, expected: Expected) -> Erased:
        return await store.locations.erase((await _own(store, caller, location)).id, expected=expected)

    return router
