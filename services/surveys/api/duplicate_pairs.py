"""Pairs of needs that may be the same, for whoever tidies up a network's needs."""

import asyncio
from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from services.surveys.answers import NeedAnswer, need_answer
from services.surveys.api.asked import READING
from services.surveys.api.duplicates import Likeness
from services.surveys.api.reporting import Coordinated
from services.surveys.api.viewing import Member
from services.surveys.domain.seeing import View, need_for
from services.surveys.domain.similar import AlikePair, Text, alike_pairs
from services.surveys.domain.viewers import Viewer
from services.surveys.store import Store
from shared.events.surveys import NeedSnapshot
from shared.places import area_of

COMPARED: Final = 500
"""So many of the newest are compared with each other."""
MOST: Final = 100
Pair = AlikePair[View[NeedSnapshot]]
_EXAMPLE: Final[dict[str, Any]] = {"items": []}


class AlikeNeeds(BaseModel):
    """Two needs that may be the same, the earlier one first; 1 is the same text."""

    likeness: Likeness
    one: NeedAnswer
    other: NeedAnswer


class AlikePairs(BaseModel):
    """At most a hundred pairs, the likest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    items: list[AlikeNeeds]


def routes(store: Store) -> APIRouter:
    """Return the route of duplicates."""
    router = APIRouter(tags=["duplicates"])

    @router.get(
        "/duplicates",
        responses=READING,
        summary="Open needs of a network that may be the same: of one company, or of companies that are not named",
    )
    async def find(network: Coordinated, viewer: Member, request: Request) -> AlikePairs:
        found = await pairs_of(store, viewer, network)
        return AlikePairs(
            items=[
                AlikeNeeds(
                    likeness=pair.likeness,
                    one=need_answer(pair.one, request),
                    other=need_answer(pair.other, request),
                )
                for pair in found[:MOST]
            ]
        )

    return router


async def pairs_of(store: Store, viewer: Viewer, network: str) -> list[Pair]:
    """Return the pairs of needs in a network that the viewer may take for the same."""
    stored = await store.needs.find({"networks": network, "status": "open"}, limit=COMPARED, newest_first=True)
    views = [view for need in reversed(stored) if (view := need_for(viewer, need)) is not None]
    # An anonymous need does not tell whose it is, so two of them are never said to be one company's.
    told = [
        (view, Text(view.shown.title, view.shown.description)) for view in views if "organisation" not in view.hidden
    ]
    return await asyncio.to_thread(alike_pairs, told, may_be=_may_be_the_same)


def _may_be_the_same(one: View[NeedSnapshot], other: View[NeedSnapshot]) -> bool:
    """Tell whether two needs can be one: the same company's, or near each other while a company is not known."""
    companies = {one.shown.organisation, other.shown.organisation}
    if None in companies:
        return area_of(one.shown.place) == area_of(other.shown.place)
    return len(companies) == 1
