"""The audit log: what was done to rights, and who saw contact details; by kind, network and person."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from services.portal.operating.asking import names_of_networks
from services.portal.visitors import Operator, Portal
from shared.events.base import Id

What = Literal["", "role_given", "role_taken", "invited", "invitation_withdrawn", "contact_viewed", "blocked", "erased"]
Chosen = Id | Literal[""]


def add(router: APIRouter, portal: Portal) -> None:
    """Add the route."""

    @router.api_route("/betrieb/protokoll", methods=["GET", "HEAD"], summary="The audit log")
    async def audited(  # noqa: PLR0913, PLR0917 - each is a filter
        request: Request,
        visitor: Operator,
        what: Annotated[What, Query(alias="art")] = "",
        network: Annotated[Chosen, Query(alias="verbund")] = "",
        person: Annotated[Chosen, Query()] = "",
        after: Annotated[Chosen, Query()] = "",
    ) -> Response:
        wanted = {"what": what, "network": network, "member": person, "after": after}
        entries = await visitor.get("members", "/api/v1/audit", **wanted)
        kept = {"art": what, "verbund": network, "person": person}
        shown = {
            "entries": entries,
            "chosen": kept,
            "query": urlencode({name: value for name, value in kept.items() if value}),
            "networks": await names_of_networks(visitor),
        }
        return portal.page(request, "operating/audit.html", **shown)
