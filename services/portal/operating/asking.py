"""What the operators' pages ask of every service alike."""

import asyncio
from collections.abc import Awaitable
from typing import Any, Final, Literal

from services.portal.neighbours import Away, NothingHere
from services.portal.visitors import Visitor

Service = Literal["members", "surveys", "matching", "notifications"]
SERVICES: Final[tuple[Service, ...]] = ("members", "surveys", "matching", "notifications")
MOST: Final = 200


async def of_each(visitor: Visitor, path: str, **params: Any) -> dict[str, Any]:
    """Return what each service answers, None for one that is away."""
    told = await asyncio.gather(*(_or_none(visitor.get(service, path, **params)) for service in SERVICES))
    return dict(zip(SERVICES, told, strict=True))


async def _or_none(asked: Awaitable[Any]) -> Any:
    try:
        return await asked
    except (Away, NothingHere):
        return None


async def names_of_networks(visitor: Visitor) -> dict[str, str]:
    """Return the names of all networks by id, in their order."""
    found = await visitor.get("members", "/api/v1/networks", limit=MOST)
    return {one["id"]: one["name"] for one in sorted(found["items"], key=lambda one: one["name"].casefold())}
