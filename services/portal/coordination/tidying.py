"""What waits for the coordination: visits and needs to be seen again, and needs that may be the same."""

import asyncio
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request, Response

from services.portal.choices import organisations_for
from services.portal.coordination.asked import Reading, asked, today
from services.portal.forms import submitted
from services.portal.neighbours import NothingHere, Refused
from services.portal.visitors import Coordinator, Entity, Portal

MOST: Final = 100
AHEAD: Final = timedelta(days=14)
"""So far ahead follow-ups are shown."""


def add(router: APIRouter, portal: Portal) -> None:
    """Add the pages."""
    _follow_ups(router, portal)
    _duplicates(router, portal)


def _follow_ups(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/wiedervorlagen", methods=["GET", "HEAD"], summary="What is to be seen again, the oldest first")
    async def page(request: Request, visitor: Reading) -> Response:
        day = today()
        until = str(day + AHEAD)
        visits, needs, names = await asyncio.gather(
            visitor.get("surveys", "/api/v1/visits", follow_up_until=until, limit=MOST),
            visitor.get("surveys", "/api/v1/needs", follow_up_until=until, limit=MOST),
            organisations_for(visitor, "company"),
        )
        waiting = sorted(needs["items"], key=lambda need: need["follow_up_on"])
        return portal.page(
            request,
            "coordination/follow_ups.html",
            visits=visits["items"],
            needs=waiting,
            names=names,
            today=str(day),
            more=bool(visits["next"] or needs["next"]),
        )


def _duplicates(router: APIRouter, portal: Portal) -> None:
    async def pairs(request: Request, visitor: Coordinator, network: str, problem: str = "") -> Response:
        about = await asked(visitor, network)
        if not about.coordinates:
            raise NothingHere
        found, names = await asyncio.gather(
            visitor.get("surveys", "/api/v1/duplicates", network=about.network),
            organisations_for(visitor, "company"),
        )
        status = 422 if problem else 200
        return portal.page(
            request,
            "coordination/duplicates.html",
            status,
            about=about,
            pairs=found["items"],
            names=names,
            problem=problem,
        )

    @router.api_route("/dubletten", methods=["GET", "HEAD"], summary="Needs that may be the same, side by side")
    async def page(request: Request, visitor: Coordinator, network: str = "") -> Response:
        return await pairs(request, visitor, network)

    @router.post("/dubletten/{old}", summary="Keep the other one of two needs; this one is withdrawn and points to it")
    async def merge(request: Request, visitor: Coordinator, old: Entity) -> Response:
        form = await submitted(request)
        network, headers = form.text("network"), {"If-Match": form.text("version")}
        try:
            into = {"into": form.text("kept")}
            await visitor.call("surveys", "POST", f"/api/v1/needs/{old}/merge", json=into, headers=headers)
        except Refused as refused:
            problem = " ".join(sentence for _, sentence in refused.errors) or refused.title
            return await pairs(request, visitor, network, problem)
        return portal.go("/dubletten", done="merged", **({"network": network} if network else {}))
