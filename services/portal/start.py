"""The start page: what is new for each role and what to do; for everybody else what this is."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from services.portal import news
from services.portal.legal import missing_texts
from services.portal.surveys.public import network_name
from services.portal.visitors import Anybody, Portal, Visitor, area
from shared.events.base import Language


def routes(portal: Portal) -> APIRouter:
    """Return the start page's route."""
    router = area("start")

    @router.api_route("/", methods=["GET", "HEAD"], summary="What is new and what to do")
    async def start(request: Request, visitor: Anybody) -> Response:
        if visitor.member is None:
            return portal.page(request, "start/public.html", surveys=await _open_surveys(visitor))
        asked = {
            "company": _if_held(visitor, "company", news.for_company),
            "provider": _if_held(visitor, "provider", news.for_provider),
            "coordination": _if_held(visitor, "coordinator", news.for_coordination),
            "adviser": _if_held(visitor, "adviser", news.for_adviser),
            "operation": _if(visitor, visitor.operator, news.for_operator),
            "texts_missing": missing_texts(visitor),
        }
        told = dict(zip(asked, await asyncio.gather(*asked.values()), strict=True))
        return portal.page(request, "start/own.html", today=str(news.today()), **told)

    return router


async def _if_held(visitor: Visitor, role: str, ask: Any) -> Any:
    """Return what is new for a role that the visitor holds; operators may do everything, and hold few roles."""
    return await _if(visitor, any(held.role == role for held in visitor.roles), ask)


async def _if(visitor: Visitor, holds: bool, ask: Any) -> Any:
    return await ask(visitor) if holds else False


async def _open_surveys(visitor: Visitor) -> list[tuple[str, str]]:
    """Return address and title of the surveys that anybody may answer now."""
    found = await news.soft(visitor.get("surveys", "/api/v1/public/surveys")) or {"items": []}
    other = Language.EN if visitor.language is Language.DE else Language.DE
    networks = sorted({one["network"] for one in found["items"]})
    names = dict(
        zip(networks, await asyncio.gather(*(news.soft(network_name(visitor, one)) for one in networks)), strict=True)
    )
    return [
        (
            f"/umfragen/{one['id']}",
            " · ".join(
                filter(None, (one["title"].get(visitor.language) or one["title"].get(other), names[one["network"]]))
            ),
        )
        for one in found["items"]
    ]
