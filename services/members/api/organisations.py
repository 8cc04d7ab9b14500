"""Organisations: companies, providers, chambers and others, each in one or more networks, with a place by postcode."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
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
    page,
)
from services.members.domain import sound_organisation
from services.members.store import Store
from shared.callers import Operator
from shared.clock import now
from shared.events import Erased, OrganisationSnapshot
from shared.events.base import Id
from shared.events.members import Kind
from shared.ids import new_id
from shared.inputs import Input, LineText, PostalCode, WebAddress, an_example, line
from shared.places import place_of
from shared.rules import Conflict
from shared.web import Page, tagged


class PlaceInput(Input):
    """Where somebody is; a postcode without known coordinates is accepted, then the town helps."""

    postal_code: PostalCode | None = None
    town: Annotated[str, line(100)] | None = None


class OrganisationInput(Input):
    """An organisation as somebody enters it."""

    model_config = an_example(
        name="Muster Metallbau GmbH",
        kinds=["company"],
        networks=["019a0000-0000-7000-8000-000000000384"],
        place={"postal_code": "04109", "town": "Leipzig"},
        head_count=28,
        website="https://metallbau.example",
    )

    name: LineText
    kinds: Annotated[frozenset[Kind], Field(min_length=1)]
    networks: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    place: PlaceInput = PlaceInput()
    head_count: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    """Employees with linked companies."""
    website: WebAddress | None = None
    status: Literal["active", "left"] = "active"

    def fields(self) -> dict[str, Any]:
        """Return the fields of the snapshot, the place with its coordinates."""
        place = place_of(self.place.postal_code, self.place.town)
        return {**self.model_dump(exclude={"place"}), "place": place}


def new_organisation(entered: OrganisationInput) -> OrganisationSnapshot:
    """Return the organisation as a new one, not yet checked."""
    return OrganisationSnapshot(id=new_id(), version=1, changed_at=now(), **entered.fields())


async def checked(store: Store, organisation: OrganisationSnapshot) -> OrganisationSnapshot:
    """Return the organisation if its networks exist."""
    return sound_organisation(organisation, await store.known_networks(organisation.networks))


def routes(store: Store) -> APIRouter:
    """Return the routes of organisations."""
    router = APIRouter(prefix="/organisations", tags=["organisations"])

    @router.post("", status_code=201, responses=CREATING, summary="Enter an organisation")
    async def create(entered: OrganisationInput, response: Response, once: Creation) -> OrganisationSnapshot:
        async def made() -> OrganisationSnapshot:
            return await checked(store, new_organisation(entered))

        return await created(store.organisations, once, made, response)

    @router.get("", responses=LISTING, summary="List organisations, oldest first")
    async def listed(
        _: Operator,
        network: Annotated[Id | None, Query()] = None,
        kind: Annotated[Kind | None, Query()] = None,
        after: After = None,
        limit: Limit = 50,
    ) -> Page[OrganisationSnapshot]:
        query = {"networks": network, "kinds": kind}
        wanted = {name: value for name, value in query.items() if value is not None}
        return page(await store.organisations.find(wanted, after=after, limit=limit), limit)

    @router.get("/{organisation}", responses=READING, summary="Read an organisation")
    async def read(_: Operator, organisation: Id, response: Response) -> OrganisationSnapshot:
        return await found(store.organisations, organisation, response)

    @router.put("/{organisation}", responses=CHANGING, summary="Change an organisation")
    async def change(
        _: Operator, organisation: Id, entered: OrganisationInput, expected: Expected, response: Response
    ) -> OrganisationSnapshot:
        old = await found(store.organisations, organisation)
        wanted = await checked(store, old.model_copy(update=entered.fields()))
        new = await store.organisations.replace(wanted, expected=expected)
        tagged(response, new)
        return new

    @router.delete("/{organisation}", responses=CHANGING, summary="Erase an organisation that nobody acts for")
    async def erase(_: Operator, organisation: Id, expected: Expected) -> Erased:
        await found(store.organisations, organisation)
        if await store.organisation_is_used(organisation):
            raise Conflict("still_used")
        return await store.organisations.erase(organisation, expected=expected)

    return router
