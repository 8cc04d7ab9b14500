"""What nobody offers yet: gaps by topic and district, each need with what would have to change."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from services.portal.coordination import words
from services.portal.coordination.asked import Reading, asked, topic_names
from services.portal.visitors import Portal
from shared.events.base import Language
from shared.events.matching import Advice, NearMiss
from shared.explaining.missing import advised, near_miss


def add(router: APIRouter, portal: Portal) -> None:
    """Add the page of gaps."""

    @router.api_route("/luecken", methods=["GET", "HEAD"], summary="Needs that nothing fits, by topic and district")
    async def page(request: Request, visitor: Reading, network: str = "") -> Response:
        about = await asked(visitor, network)
        told, names = await asyncio.gather(
            visitor.get("matching", "/api/v1/gaps", network=about.network), topic_names(visitor)
        )
        _ = words.say_in(visitor.language)
        needs = {one["need"]["id"]: _need(one, visitor.language) for one in told["needs"]}
        groups = [
            {
                **gap,
                "label": words.topic(_, names, gap["topic"]),
                "district": words.district(_, gap["area"]),
                "listed": [needs[one] for one in gap["wanted"] if one in needs],
            }
            for gap in told["gaps"]
        ]
        return portal.page(request, "coordination/gaps.html", about=about, told=told, groups=groups)


def _need(one: Any, language: Language) -> dict[str, Any]:
    """Return an unmet need with what is in the way, in words."""
    miss = one["nearest"]
    return {
        **one["need"],
        "urgent": one["urgency"] == "high",
        "nearest": miss
        and {
            "offer": miss["offer"],
            "title": miss["about"]["title"],
            "provider": miss["about"]["provider_name"],
            "why": near_miss(NearMiss.model_validate(miss), language),
        },
        "advice": advised(Advice.model_validate(one["advice"][0]), language) if one["advice"] else "",
    }
