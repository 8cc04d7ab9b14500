"""The start page: what is new for each role and what to do; for everybody else what this is."""

import asyncio
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from services.portal.neighbours import Away
from services.portal.visitors import Anybody, Portal, Visitor, area
from shared.clock import now
from shared.language import HOME


def routes(portal: Portal) -> APIRouter:
    """Return the start page's route."""
    router = area("start")

    @router.api_route("/", methods=["GET", "HEAD"], summary="What is new and what to do")
    async def start(request: Request, visitor: Anybody) -> Response:
        if visitor.member is None:
            return portal.page(request, "start/public.html")
        own, offers, due, newest = await asyncio.gather(
            _own_needs(visitor), _own_offers(visitor), _due(visitor, now()), _newest(visitor)
        )
        asked = [need for need in own if need["asked_on"] and need["status"] == "open"]
        shown = {"own": own, "asked": asked, "offers": offers, "due": due, "newest": newest}
        return portal.page(request, "start/own.html", **shown)

    return router


async def _own_needs(visitor: Visitor) -> list[Any]:
    if not visitor.has("company") or visitor.operator:
        return []
    return await _some(visitor, "/api/v1/needs", mine="true")


async def _own_offers(visitor: Visitor) -> list[Any]:
    if not visitor.has("provider") or visitor.operator:
        return []
    return await _some(visitor, "/api/v1/offers", mine="true")


async def _due(visitor: Visitor, at: datetime) -> list[Any]:
    if not visitor.has("coordinator", "adviser"):
        return []
    return await _some(visitor, "/api/v1/needs", follow_up_until=at.astimezone(HOME).date().isoformat())


async def _newest(visitor: Visitor) -> list[Any]:
    """Return the newest open needs, for those who look after others' or answer them."""
    if not visitor.has("coordinator", "adviser", "provider"):
        return []
    return await _some(visitor, "/api/v1/needs", status="open")


async def _some(visitor: Visitor, path: str, **wanted: str) -> list[Any]:
    """Return a few, newest first; nothing rather than no page when the service is away."""
    try:
        found: Any = await visitor.get("surveys", path, limit=10, newest_first="true", **wanted)
    except Away:
        return []
    return list(found["items"])
