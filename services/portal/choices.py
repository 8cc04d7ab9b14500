"""What forms offer to choose from: the organisations and networks for which a visitor may enter something."""

from typing import Any, Final

from services.portal.visitors import Visitor
from shared.callers import RoleName

MOST: Final = 200


async def organisations_for(visitor: Visitor, kind: RoleName) -> dict[str, str]:
    """Return names of organisations by id: one's own, and for coordinators and advisers those of their networks."""
    own = visitor.organisations(kind)
    if not visitor.has("coordinator", "adviser"):
        return own
    found = await visitor.get("members", "/api/v1/organisations", kind=kind, limit=MOST)
    return own | _by_name(found)


async def networks_for(visitor: Visitor) -> dict[str, str]:
    """Return names of networks by id: one's own, for operators all."""
    if not visitor.operator:
        return visitor.networks()
    return _by_name(await visitor.get("members", "/api/v1/networks", limit=MOST))


def _by_name(page: Any) -> dict[str, str]:
    return {one["id"]: one["name"] for one in sorted(page["items"], key=lambda one: one["name"].casefold())}


async def organisations_in_sight(visitor: Visitor) -> dict[str, str]:
    """Return names of organisations by id: one's own, and for coordinators those of their networks."""
    own = visitor.organisations()
    if not visitor.has("coordinator"):
        return own
    return own | _by_name(await visitor.get("members", "/api/v1/organisations", limit=MOST))


async def topics_of(visitor: Visitor) -> list[tuple[str, str]]:
    """Return the topics by code, with their names in the visitor's language."""
    told = await visitor.get("surveys", "/api/v1/topics")
    return [(one["code"], one["name"]) for one in told["items"]]
