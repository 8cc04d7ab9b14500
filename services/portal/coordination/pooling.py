"""Like needs of several companies: the coordination sees the groups, a company that there are others, and joins."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from services.portal.coordination import words
from services.portal.coordination.asked import Reading, asked, topic_names
from services.portal.forms import submitted
from services.portal.neighbours import Away, NothingHere
from services.portal.visitors import Entity, Portal, SignedIn, Visitor


def add(router: APIRouter, portal: Portal) -> None:
    """Add the page of pools, and what a company says to its own."""

    @router.api_route("/gemeinsam", methods=["GET", "HEAD"], summary="Needs that could share a course")
    async def page(request: Request, visitor: Reading, network: str = "") -> Response:
        about = await asked(visitor, network)
        told, names = await asyncio.gather(
            visitor.get("matching", "/api/v1/pools", network=about.network), topic_names(visitor)
        )
        _ = words.say_in(visitor.language)
        pools = [
            {
                **one,
                "label": ", ".join(words.topic(_, names, code) for code in one["topics"] or ("other",)),
                "district": ", ".join(words.district(_, area) for area in one["areas"]),
            }
            for one in told["items"]
        ]
        return portal.page(request, "coordination/pools.html", about=about, pools=pools)

    @router.post(
        "/bedarfe/{need}/gemeinsam", summary="Say without a name that one would share a course, or take it back"
    )
    async def join(request: Request, visitor: SignedIn, need: Entity) -> Response:
        form = await submitted(request)
        method = "DELETE" if form.text("answer") == "no" else "PUT"
        await visitor.call("matching", method, f"/api/v1/needs/{need}/pool")
        return portal.go(f"/bedarfe/{need}", done="answered")


async def pool_of(visitor: Visitor, need: Any) -> Any:
    """Return what a company is told of others that look for the same; None for nothing, and while nobody can say."""
    if not (need.get("pooling") and need["status"] == "open" and need["may_change"]):
        return None
    try:
        told = await visitor.get("matching", f"/api/v1/needs/{need['id']}/pool")
    except (NothingHere, Away):
        return None
    return told if told["hint"] else None
