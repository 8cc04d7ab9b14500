"""The page of what was changed of a need or an offer."""

import asyncio
from typing import Final, Literal

from fastapi import Request, Response

from services.portal.choices import topics_of
from services.portal.visitors import Portal, Visitor

START: Final = {"needs": "/bedarfe", "offers": "/angebote"}


async def history_page(
    portal: Portal, request: Request, visitor: Visitor, kind: Literal["needs", "offers"], entity: str
) -> Response:
    """Answer with the latest changes, for those who may change the need or the offer."""
    path = f"/api/v1/{kind}/{entity}"
    read, told, topics = await asyncio.gather(
        visitor.get("surveys", path), visitor.get("surveys", f"{path}/history"), topics_of(visitor)
    )
    return portal.page(
        request,
        "history.html",
        title=read["title"],
        back=f"{START[kind]}/{entity}",
        changes=told["items"],
        topic_names=dict(topics),
    )
