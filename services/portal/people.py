"""The pages of invitations: who was asked to act for whom, and asking somebody."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.portal.choices import networks_for, organisations_in_sight
from services.portal.forms import Form, Kind, submitted
from services.portal.neighbours import Refused
from services.portal.visitors import Entity, Portal, SignedIn, Visitor, area
from shared.callers import ROLES

FIELDS: Final[dict[str, Kind]] = {"email": "text", "name": "text", "language": "text"}
ROLE: Final[dict[str, Kind]] = {"role": "text", "organisation": "text", "network": "text"}


def routes(portal: Portal) -> APIRouter:
    """Return the routes of invitations."""
    router = area("invitations")

    async def page(request: Request, visitor: Visitor, form: Form, status: int = 200, after: str = "") -> Response:
        organisations = await organisations_in_sight(visitor)
        networks = await networks_for(visitor)
        return portal.page(
            request,
            "people/invitations.html",
            status,
            form=form,
            invitations=await visitor.get("members", "/api/v1/invitations", after=after),
            given=_roles_of(visitor),
            organisations=organisations,
            networks=networks,
        )

    @router.api_route("/einladungen", methods=["GET", "HEAD"], summary="The invitations, and a form for another")
    async def listed(request: Request, visitor: SignedIn, after: str = "") -> Response:
        form = Form.of({"language": visitor.language.value, "roles": [_first_role(visitor)]})
        return await page(request, visitor, form, after=after)

    @router.post("/einladungen", summary="Invite somebody")
    async def invite(request: Request, visitor: SignedIn) -> Response:
        form = await submitted(request)
        body = {**form.body(FIELDS), "roles": form.rows("roles", ROLE)}
        try:
            await visitor.post("members", "/api/v1/invitations", body, once=form.once)
        except Refused as refused:
            return await page(request, visitor, form.refused(refused), 422)
        return portal.go("/einladungen", done="sent")

    @router.post("/einladungen/{invitation}/zurueckziehen", summary="Withdraw an invitation")
    async def withdraw(visitor: SignedIn, invitation: Entity) -> Response:
        await visitor.delete("members", f"/api/v1/invitations/{invitation}")
        return portal.go("/einladungen", done="withdrawn")

    return router


def _roles_of(visitor: Visitor) -> list[str]:
    """Return the roles that the visitor may give to somebody."""
    if visitor.operator:
        return [*ROLES, "operator"]
    return [role for role in ROLES if visitor.has("coordinator") or visitor.has(role)]


def _first_role(visitor: Visitor) -> dict[str, Any]:
    own = next(iter(visitor.roles), None)
    return {
        "role": own.role if own else "company",
        "organisation": own.organisation if own else "",
        "network": own.network if own else "",
    }
