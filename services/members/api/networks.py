"""Networks: regional alliances with the days of their funding."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

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
from services.members.domain import sound_network
from services.members.domain.seeing import coordinates
from services.members.store import Store
from shared.callers import Anybody, Operator, SignedIn
from shared.clock import now
from shared.events import Erased, NetworkSnapshot
from shared.events.base import Id
from shared.ids import new_id
from shared.inputs import DayInput, Input, LineText, an_example
from shared.rules import Conflict, Forbidden
from shared.web import Page, tagged


class NetworkInput(Input):
    """A network as somebody enters it."""

    model_config = an_example(name="Weiterbildungsverbund Muster", starts_on="2026-01-01", ends_on="2027-12-31")

    name: LineText
    starts_on: DayInput | None = None
    ends_on: DayInput | None = None
    """Last day of the funding."""
    status: Literal["active", "ended"] = "active"


def new_network(entered: NetworkInput) -> NetworkSnapshot:
    """Return a network founded now."""
    founded = now()
    return sound_network(
        NetworkSnapshot(id=new_id(), version=1, changed_at=founded, founded_at=founded, **entered.model_dump())
    )


def routes(store: Store) -> APIRouter:
    """Return the routes of networks."""
    router = APIRouter(prefix="/networks", tags=["networks"])

    @router.post("", status_code=201, responses=CREATING, summary="Enter a network")
    async def create(_: Operator, entered: NetworkInput, response: Response, once: Creation) -> NetworkSnapshot:
        async def made() -> NetworkSnapshot:
            return new_network(entered)

        return await created(store.networks, once, made, response)

    @router.get("", responses=LISTING, summary="List networks, oldest first")
    async def listed(
        _: SignedIn,
        status: Annotated[Literal["active", "ended"] | None, Query()] = None,
        after: After = None,
        limit: Limit = 50,
    ) -> Page[NetworkSnapshot]:
        query = {"status": status} if status else {}
        return page(await store.networks.find(query, after=after, limit=limit), limit)

    @router.get("/{network}", responses=READING, summary="Read a network; its name is no secret")
    async def read(_: Anybody, network: Id, response: Response) -> NetworkSnapshot:
        return await found(store.networks, network, response)

    @router.put("/{network}", responses=CHANGING, summary="Change a network")
    async def change(
        caller: SignedIn, network: Id, entered: NetworkInput, expected: Expected, response: Response
    ) -> NetworkSnapshot:
        old = await found(store.networks, network)
        if not coordinates(caller, (network,)):
            raise Forbidden
        new = await store.networks.replace(
            sound_network(old.model_copy(update=entered.model_dump())), expected=expected, was=old, by=caller.subject
        )
        tagged(response, new)
        return new

    @router.delete("/{network}", responses=CHANGING, summary="Erase a network that nobody belongs to")
    async def erase(_: Operator, network: Id, expected: Expected) -> Erased:
        await found(store.networks, network)
        if await store.network_is_used(network):
            raise Conflict("still_used")
        erased = await store.networks.erase(network, expected=expected)
        if texts := await store.legal.get(network):
            await store.legal.erase(network, expected=texts.version)
        return erased

    return router
