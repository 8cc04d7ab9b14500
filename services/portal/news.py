"""What is new for each role and what waits for it, asked of all services at once; a part that is away leaves a gap."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import starmap
from typing import Any, Final, Literal

from services.portal.neighbours import Away, NothingHere, Refused, TooOften
from services.portal.visitors import Visitor
from shared.clock import now
from shared.language import HOME

MOST: Final = 50
"""Of one's own needs or offers that are looked through."""
ASKED_ABOUT: Final = 12
"""Needs or offers whose matches are asked for: each is a request."""
SHOWN: Final = 5
"""Lines of one list; the rest is a click away."""
POOR: Final = 60
"""Of 100 points: what says less finds little."""
WEEK: Final = timedelta(days=6)

Json = dict[str, Any]
PARKED: Final = frozenset({"unknown", "failed"})
"""States of mails that somebody has to look at."""
SERVICES: Final = ("members", "surveys", "matching", "notifications")


@dataclass(frozen=True)
class Found:
    """A need or an offer of one's own, with how much fits it that nobody has answered yet."""

    id: str
    title: str
    count: int
    best: str
    """Title of what fits best."""


def today() -> date:
    """Return the present day in Germany."""
    return now().astimezone(HOME).date()


async def soft(asked: Awaitable[Any]) -> Any:
    """Return the answer, None where the service is away or has nothing to say to this visitor."""
    try:
        return await asked
    except (Away, NothingHere, Refused, TooOften):
        return None


# --- companies ---


async def for_company(visitor: Visitor) -> Json | None:
    """Return one's own needs: what fits, what is asked, what is unfinished; None when that cannot be said now."""
    needs = await soft(_own(visitor, "/api/v1/needs"))
    if needs is None:
        return None
    wanted = [need for need in needs if need["status"] == "open"]
    return {
        "open": wanted,
        "asked": [need for need in wanted if need["asked_on"]],
        "drafts": [need for need in needs if need["status"] == "draft"],
        "found": await _unanswered(visitor, wanted, "company"),
    }


# --- providers ---


async def for_provider(visitor: Visitor) -> Json | None:
    """Return one's own offers: needs that fit, what says too little, what lies in the past."""
    offers = await soft(_own(visitor, "/api/v1/offers"))
    if offers is None:
        return None
    there = [offer for offer in offers if offer["status"] in {"published", "permanent", "preparing"}]
    return {
        "open": there,
        "poor": [offer for offer in there if (offer["completeness"] or 100) < POOR],
        "past": [offer for offer in offers if _is_past(offer, str(today()))],
        "found": await _unanswered(visitor, there, "provider"),
    }


def _is_past(offer: Mapping[str, Any], day: str) -> bool:
    """Tell whether an offer has ended, or every course date that it names has begun."""
    if offer["status"] == "ended":
        return True
    starts = [one["starts_on"] for one in offer["dates"]]
    return offer["status"] == "published" and bool(starts) and all(start and start < day for start in starts)


async def _own(visitor: Visitor, path: str) -> list[Json]:
    page: Json = await visitor.get("surveys", path, mine="true", limit=MOST, newest_first="true")
    return list(page["items"])


async def _unanswered(
    visitor: Visitor, own: Iterable[Json], side: Literal["company", "provider"]
) -> list[Found] | None:
    some = list(own)[:ASKED_ABOUT]
    kind = "needs" if side == "company" else "offers"
    told = await asyncio.gather(*(soft(visitor.get("matching", f"/api/v1/{kind}/{one['id']}/matches")) for one in some))
    if some and all(one is None for one in told):
        return None
    found = list(starmap(_found, zip(some, (_new(one, side) for one in told), strict=True)))
    return sorted((one for one in found if one.count), key=lambda one: -one.count)


def _new(told: Mapping[str, Any] | None, side: Literal["company", "provider"]) -> list[str]:
    """Return the titles of the matches that are good enough to tell of and that this side has not answered."""
    if told is None:
        return []
    if side == "company":
        matches = told["matches"]
    else:
        matches = [{**one["match"], **one} for one in told["items"]]
        matches.sort(key=lambda one: -one["fit"])
    return [one["about"]["title"] for one in matches if one["announced"] and not (one["said"] or {}).get(side)]


def _found(one: Mapping[str, Any], titles: list[str]) -> Found:
    return Found(one["id"], one["title"], len(titles), titles[0] if titles else "")


# --- those who look after others ---


async def for_coordination(visitor: Visitor) -> Json:
    """Return what a network waits for and what came this week; None where a part cannot be said now."""
    network = next(iter(visitor.networks("coordinator")), "")
    until, week = str(today()), {"from": str(today() - WEEK), "to": str(today())}
    figures, gaps, visits, needs, drafts, surveys = await asyncio.gather(
        soft(visitor.get("surveys", "/api/v1/figures", network=network, exact="true", **week)),
        soft(visitor.get("matching", "/api/v1/gaps", network=network)),
        soft(visitor.get("surveys", "/api/v1/visits", follow_up_until=until, limit=SHOWN)),
        soft(visitor.get("surveys", "/api/v1/needs", follow_up_until=until, limit=SHOWN)),
        soft(visitor.get("surveys", "/api/v1/needs", status="draft", limit=SHOWN, newest_first="true")),
        soft(visitor.get("surveys", "/api/v1/surveys", status="open", limit=SHOWN)),
    )
    return {
        "figures": figures,
        "gaps": gaps,
        "visits": visits and visits["items"],
        "needs": needs and needs["items"],
        "drafts": drafts and drafts["items"],
        "surveys": surveys and surveys["items"],
    }


async def for_adviser(visitor: Visitor) -> Json:
    """Return the newest needs and assessments of one's networks, and what is to be seen again."""
    until = str(today())
    newest, assessments, visits = await asyncio.gather(
        soft(visitor.get("surveys", "/api/v1/needs", status="open", limit=SHOWN, newest_first="true")),
        soft(visitor.get("surveys", "/api/v1/assessments", limit=SHOWN, newest_first="true")),
        soft(visitor.get("surveys", "/api/v1/visits", follow_up_until=until, limit=SHOWN)),
    )
    return {
        "newest": newest and newest["items"],
        "assessments": assessments and assessments["items"],
        "visits": visits and visits["items"],
    }


# --- operators ---


async def for_operator(visitor: Visitor) -> Json:
    """Return how each service stands, None for one that is away, and how many mails nobody has looked at."""
    *standings, mails = await asyncio.gather(
        *(soft(visitor.get(service, "/api/v1/standing")) for service in SERVICES),
        soft(visitor.get("notifications", "/api/v1/mails/counts")),
    )
    return {
        "standings": dict(zip(SERVICES, standings, strict=True)),
        "parked": None if mails is None else sum(one["unseen"] for one in mails if one["state"] in PARKED),
    }
