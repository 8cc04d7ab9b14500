"""Pools: what a company is told of others that look for the same, joining without a name, and what coordinators see."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from services.matching.answers import NeedInShort, OfferInShort, need_in_short, offer_in_short
from services.matching.api.reporting import Depth, Network, is_hidden, shown
from services.matching.api.viewing import READING, Entity, Looking, Responses
from services.matching.domain.gaps import sums
from services.matching.domain.pools import counts_for_others, is_poolable
from services.matching.domain.seeing import Viewer, coordinates_need, is_own_need, sight_of
from services.matching.pooling import POOLABLE, Pool, Pooling
from services.matching.store import Store
from shared.events import NeedSnapshot
from shared.events.base import Id
from shared.places import area_of
from shared.rules import Forbidden, Missing, RuleBroken
from shared.web import PROBLEM_RESPONSES

_CHANGING: Final[Responses] = {status: PROBLEM_RESPONSES[status] for status in (401, 403, 404, 422, 503)}
_HINT: Final[dict[str, Any]] = {"companies": 3, "persons": 5, "joined": 0, "missing": 3}


class HintAnswer(BaseModel):
    """Counts of a pool, the company itself included; never whom it is made of."""

    companies: int
    persons: int
    joined: int
    """How many would share a course; 0 as long as they are fewer than three."""
    missing: int | None
    """So many persons are missing to fill the course that fits best; None where its group minimum is not known."""


class PoolHint(BaseModel):
    """What a company is told of others that look for the same."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"joined": False, "hint": _HINT}]})

    joined: bool
    """Whether this company would share a course."""
    hint: HintAnswer | None
    """None for fewer than three companies in all, and where sharing is not wanted."""


class PoolAnswer(BaseModel):
    """A group of like needs; without needs and small figures to advisers."""

    topics: tuple[str, ...]
    areas: tuple[str, ...]
    needs: int | None
    companies: int | None
    persons: int | None
    urgent: int | None
    missing: int | None
    joined: int | None
    offer: OfferInShort | None
    """The course that they could fill."""
    members: tuple[NeedInShort, ...] = ()
    joined_needs: tuple[Id, ...] = ()


class PoolsAnswer(BaseModel):
    """The pools of a network, most persons first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": []}]})

    items: tuple[PoolAnswer, ...]


def routes(store: Store, pooling: Pooling) -> APIRouter:
    """Return the routes of pools."""
    router = APIRouter(tags=["pools"])

    async def visible(need: Entity, viewer: Looking) -> NeedSnapshot:
        found = await store.needs.get(need)
        if found is None or not (is_own_need(found, viewer) or coordinates_need(found, viewer)):
            raise Missing
        return found

    Visible = Annotated[NeedSnapshot, Depends(visible)]  # noqa: N806 - a type

    async def answer(need: NeedSnapshot) -> PoolHint:
        hint = await pooling.hint_for(need)
        joined = need.id in await store.joined([need.id])
        return PoolHint(
            joined=joined,
            hint=hint and HintAnswer(**{name: getattr(hint, name) for name in HintAnswer.model_fields}),
        )

    @router.get(
        "/needs/{need}/pool",
        responses=READING,
        summary="Whether other companies look for the same: counts alone, from three companies in all",
    )
    async def read(need: Visible) -> PoolHint:
        return await answer(need)

    @router.put("/needs/{need}/pool", responses=_CHANGING, summary="Say, without a name, that one would share a course")
    async def join(need: Visible, viewer: Looking) -> PoolHint:
        _may_join(need, viewer)
        if not is_poolable(need):
            raise RuleBroken("not_poolable", field="need")
        await store.join_pool(need.id)
        return await answer(need)

    @router.delete("/needs/{need}/pool", responses=_CHANGING, summary="Take that back")
    async def leave(need: Visible, viewer: Looking) -> PoolHint:
        _may_join(need, viewer)
        await store.leave_pool(need.id)
        return await answer(need)

    @router.get(
        "/pools",
        responses=READING,
        summary="Like needs of several companies that could share a course",
        description="For the network's coordinators and operators; advisers read sums from three companies on.",
    )
    async def find(network: Network, deep: Depth, viewer: Looking) -> PoolsAnswer:
        needs = await store.needs.find({**POOLABLE, "networks": network})
        if deep == "sums":
            needs = [need for need in needs if counts_for_others(need)]
        found = await pooling.pools_among(needs)
        return PoolsAnswer(items=tuple([await _shown(store, pool, viewer, deep) for pool in found]))

    return router


def _may_join(need: NeedSnapshot, viewer: Viewer) -> None:
    """Only the company's own side says so, and whoever entered the need for it."""
    if not is_own_need(need, viewer):
        raise Forbidden


async def _shown(store: Store, pool: Pool, viewer: Viewer, deep: Depth) -> PoolAnswer:
    told = sums(pool.needs)
    hidden, whole = is_hidden(told, deep), deep == "all"
    offer = await store.offers.get(pool.fill.offer) if pool.fill else None
    missing = max(0, pool.fill.minimum - told.persons) if pool.fill else None
    return PoolAnswer(
        topics=tuple(sorted({topic for need in pool.needs for topic in need.topics})),
        areas=tuple(sorted({area for need in pool.needs if (area := area_of(need.place))})),
        **shown(told, hidden=hidden),
        missing=None if hidden else missing,
        joined=len(pool.joined) if whole else None,
        offer=offer_in_short(offer, pool.fill.course_date) if offer and pool.fill else None,
        members=tuple(need_in_short(need, sight_of(need, viewer) or "hidden") for need in pool.needs) if whole else (),
        joined_needs=tuple(sorted(pool.joined)) if whole else (),
    )
