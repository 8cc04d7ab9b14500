"""How everything stands: each service with its reasons, what waits in it, and who does its work."""

from fastapi import APIRouter, Request, Response

from services.portal.operating.asking import of_each
from services.portal.visitors import Operator, Portal


def add(router: APIRouter, portal: Portal) -> None:
    """Add the route."""

    @router.api_route("/betrieb", methods=["GET", "HEAD"], summary="How everything stands")
    async def health(request: Request, visitor: Operator) -> Response:
        standings = await of_each(visitor, "/api/v1/standing")
        releases = {one["release"] for one in standings.values() if one}
        return portal.page(request, "operating/health.html", standings=standings, releases=sorted(releases))
