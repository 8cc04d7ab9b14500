"""Companies that a network reached in a period, by size class."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field

from services.members.api.asked import refusals
from services.members.domain.figures import Reached, reached
from services.members.domain.seeing import Viewer
from services.members.store import Store
from shared.callers import SignedIn
from shared.events.base import Id
from shared.inputs import Input, an_example
from shared.periods import Asked, Period
from shared.rules import Forbidden, Missing

MOST: Final = 1000
"""As many as a body of 64 KiB holds."""
_NETWORK: Final = "019a0000-0000-7000-8000-000000000384"
_EXAMPLE: Final[dict[str, Any]] = {
    "network": _NETWORK,
    "companies": 17,
    "eu": {"micro": 9, "small": 5, "medium": 3, "large": 0, "": 0},
    "sgb": {"below_50": 14, "50_to_499": 3, "500_and_more": 0, "": 0},
}
HeadCount = Annotated[int, Field(ge=0, le=10_000_000)]


class ReachedInput(Input):
    """Whom to count beside the companies that told a need in the period."""

    model_config = an_example(network=_NETWORK, organisations=[_NETWORK], head_counts=[11, None], exact=False)

    network: Id
    organisations: Annotated[tuple[Id, ...], Field(max_length=MOST)] = ()
    """Companies that were visited, or that answered; others than the network's are left out."""
    head_counts: Annotated[tuple[HeadCount | None, ...], Field(max_length=MOST)] = ()
    """Of companies without an entry; null where it is not known."""
    exact: bool = False
    """Small figures as well, to coordinators alone; not meant to be passed on."""


class ReachedAnswer(BaseModel):
    """How many companies, by size; None where fewer than three, and where one could be computed."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    network: Id
    companies: int | None
    eu: dict[str, int | None]
    """By the EU's recommendation 2003/361, by staff alone; empty for those that have not said."""
    sgb: dict[str, int | None]
    """By § 82 (2) SGB III."""


def routes(store: Store) -> APIRouter:
    """Return the route of figures."""
    router = APIRouter(tags=["reports"])

    @router.post(
        "/figures/companies",
        responses=refusals(401, 403, 404, 413, 422, 503),
        summary="Companies reached in a period, by size class; nothing is stored",
        description="Those that told a need in the period, those that are named, and others by their head counts. For "
        "the network's coordinators and operators; advisers read it with small figures hidden, and name nobody.",
    )
    async def companies(asked: Annotated[ReachedInput, Body()], caller: SignedIn, period: Asked) -> ReachedAnswer:
        deep = _depth(caller, asked.network)
        heads = await _head_counts(store, asked, period, deep)
        told = reached(heads, exact=asked.exact and deep == "all")
        return _answer(asked.network, told)

    return router


def _depth(viewer: Viewer, network: str) -> Literal["all", "sums"]:
    """Return how much a viewer reads of a network; Forbidden to its companies and providers, Missing to strangers."""
    if viewer.is_operator or network in viewer.networks("coordinator"):
        return "all"
    if network in viewer.networks("adviser"):
        return "sums"
    raise Forbidden if network in viewer.networks() else Missing


async def _head_counts(
    store: Store, asked: ReachedInput, period: Period, deep: Literal["all", "sums"]
) -> list[int | None]:
    """Return the head count of each company; what advisers name is left out, or they could ask for one alone."""
    query = {"networks": asked.network, "id": period.ids, "status": {"$ne": "draft"}}
    told = {need.organisation for need in await store.pairs.needs.find(query)}
    named = {*asked.organisations} if deep == "all" else set()
    known = await store.known_organisations(one for one in told | named if one)
    heads = [one.head_count for one in known.values() if asked.network in one.networks]
    return [*heads, *(asked.head_counts if deep == "all" else ())]


def _answer(network: str, told: Reached) -> ReachedAnswer:
    return ReachedAnswer(network=network, companies=told.companies, eu=told.eu, sgb=told.sgb)
