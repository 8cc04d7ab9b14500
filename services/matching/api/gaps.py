"""Gaps of a network: what nobody offers yet, by topic and postal area, and what would have to change."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from services.matching.answers import NearMissShown, NeedInShort, need_in_short, offer_in_short
from services.matching.api.reporting import Depth, Network, is_hidden, shown
from services.matching.api.viewing import READING, Looking
from services.matching.domain.gaps import Found, Gap, Unmet, gaps, sums, unmet
from services.matching.domain.seeing import Viewer, sight_of
from services.matching.store import Store
from shared.events import OfferSnapshot
from shared.events.base import Id
from shared.events.matching import Advice
from shared.events.surveys import Visibility
from shared.small_cells import protected

_NETWORK: Final = "019a0000-0000-7000-8000-000000000384"
_NEED: Final = "019a0000-0000-7000-8000-000000000001"
_SUMS: Final[dict[str, Any]] = {"needs": 4, "companies": 3, "persons": 11, "urgent": 1}


class SumsAnswer(BaseModel):
    """What needs come to; all of it None where fewer than three companies stand behind it, to advisers."""

    needs: int | None
    companies: int | None
    persons: int | None
    """At least: the fewest that were said, and one where nothing was."""
    urgent: int | None


class GapAnswer(SumsAnswer):
    """Unmet needs of one topic in one postal area."""

    topic: str
    """A code of surveys' topics, or `other`."""
    area: str | None
    """First three digits of the postcode."""
    found: Found
    """`uncertain`: there are matches, but none that anybody is told of."""
    wanted: tuple[Id, ...] = ()
    """Its needs; empty to advisers."""


class UnmetAnswer(BaseModel):
    """A need that nothing fits."""

    need: NeedInShort
    urgency: str | None
    found: Found
    nearest: NearMissShown | None
    """The offer that the fewest limits exclude: what would have to change."""
    advice: tuple[Advice, ...]
    """What the company could change, that which adds most first."""


class GapsAnswer(BaseModel):
    """The gaps of a network, most persons first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "network": _NETWORK,
                    "nothing": _SUMS,
                    "uncertain": {"needs": 0, "companies": 0, "persons": 0, "urgent": 0},
                    "gaps": [
                        {**_SUMS, "topic": "metal.welding", "area": "041", "found": "nothing", "wanted": [_NEED]},
                    ],
                    "needs": [],
                }
            ]
        }
    )

    network: Id
    nothing: SumsAnswer
    """Needs without any match."""
    uncertain: SumsAnswer
    """Needs with matches that nobody is told of."""
    gaps: tuple[GapAnswer, ...]
    """A need with several topics is in the gap of each."""
    needs: tuple[UnmetAnswer, ...]
    """Every unmet need once, oldest first; none to advisers."""


def routes(store: Store) -> APIRouter:
    """Return the route of gaps."""
    router = APIRouter(tags=["reports"])

    @router.get(
        "/gaps",
        responses=READING,
        summary="Open needs that nothing fits, by topic and postal area, with the nearest miss",
        description="For the network's coordinators and operators; advisers read sums without needs, and without "
        "figures about fewer than three companies.",
    )
    async def read(network: Network, deep: Depth, viewer: Looking) -> GapsAnswer:
        those = await _unmet(store, network)
        if deep == "sums":
            those = [one for one in those if one.need.visibility is not Visibility.COORDINATOR]
        told = {kind: sums(one.need for one in those if one.found == kind) for kind in ("nothing", "uncertain")}
        groups = gaps(those)
        hidden = _hidden(groups) if deep == "sums" else set()
        return GapsAnswer(
            network=network,
            **{kind: SumsAnswer(**shown(one, hidden=is_hidden(one, deep))) for kind, one in told.items()},
            gaps=tuple(
                GapAnswer(
                    topic=gap.topic,
                    area=gap.area,
                    found=gap.found,
                    wanted=() if deep == "sums" else tuple(need.id for need in gap.needs),
                    **shown(gap.sums, hidden=number in hidden),
                )
                for number, gap in enumerate(groups)
            ),
            needs=() if deep == "sums" else tuple(await _told(store, those, viewer)),
        )

    return router


async def _unmet(store: Store, network: str) -> list[Unmet]:
    needs = await store.needs.find({"networks": network, "status": "open"})
    results = await store.without_announced(need.id for need in needs)
    found = [unmet(need, results[need.id]) for need in needs if need.id in results]
    return [one for one in found if one is not None]


def _hidden(groups: Sequence[Gap]) -> set[int]:
    """Return which gaps are told without figures: the small ones, and what would give a single one away."""
    hidden: set[int] = set()
    for kind in ("nothing", "uncertain"):
        cells = {number: gap.sums.companies for number, gap in enumerate(groups) if gap.found == kind}
        hidden |= {number for number, count in protected(cells).items() if count is None}
    return hidden


async def _told(store: Store, those: Iterable[Unmet], viewer: Viewer) -> list[UnmetAnswer]:
    listed = list(those)
    offers = await store.offers.get_many({one.nearest.offer for one in listed if one.nearest})
    results = await store.without_announced(one.need.id for one in listed)
    return [
        UnmetAnswer(
            need=need_in_short(one.need, sight_of(one.need, viewer) or "hidden"),
            urgency=one.need.urgency,
            found=one.found,
            nearest=_nearest(one, offers),
            advice=results[one.need.id].advice if one.need.id in results else (),
        )
        for one in listed
    ]


def _nearest(one: Unmet, offers: dict[str, OfferSnapshot]) -> NearMissShown | None:
    miss = one.nearest
    if miss is None or miss.offer not in offers:
        return None
    return NearMissShown(**dict(miss), about=offer_in_short(offers[miss.offer], miss.course_date))
