"""How people come in: by day and network, who has not answered yet, and the invitations that are open."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.portal.operating.asking import names_of_networks
from services.portal.visitors import Operator, Portal


def add(router: APIRouter, portal: Portal) -> None:
    """Add the route."""

    @router.api_route("/betrieb/anmeldungen", methods=["GET", "HEAD"], summary="How people come in")
    async def sign_ups(
        request: Request, visitor: Operator, days: Annotated[int, Query(alias="tage", ge=1, le=366)] = 30
    ) -> Response:
        told = await visitor.get("members", "/api/v1/sign-ups", days=days)
        invitations = await visitor.get("members", "/api/v1/invitations", limit=100)
        shown = {
            "told": told,
            "days": days,
            "invitations": [one for one in invitations["items"] if one["status"] == "open"],
            "networks": await names_of_networks(visitor),
        }
        return portal.page(request, "operating/sign_ups.html", **shown)
