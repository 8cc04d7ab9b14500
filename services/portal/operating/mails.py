"""What became of mails: states, parked ones and failed ones with the server's answer; never an address."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response

from services.portal.visitors import Entity, Operator, Portal

State = Literal["building", "pending", "claimed", "handed_over", "sent", "cancelled", "failed", "unknown"]
TROUBLED: Final = frozenset({"failed", "unknown"})


def add(router: APIRouter, portal: Portal) -> None:
    """Add the routes."""

    @router.api_route("/betrieb/mails", methods=["GET", "HEAD"], summary="What became of mails")
    async def listed(
        request: Request,
        visitor: Operator,
        state: Annotated[State, Query(alias="zustand")] = "unknown",
        after: Annotated[str, Query(max_length=50)] = "",
    ) -> Response:
        counts = await visitor.get("notifications", "/api/v1/mails/counts")
        mails = await visitor.get("notifications", "/api/v1/mails", state=state, after=after, newest_first="true")
        shown = {"counts": counts, "mails": mails, "state": state, "troubled": TROUBLED}
        return portal.page(request, "operating/mails.html", **shown)

    @router.post("/betrieb/mails/{mail}/gesehen", summary="Take note of a mail that failed or is parked")
    async def noted(
        visitor: Operator, mail: Entity, state: Annotated[State, Query(alias="zustand")] = "unknown"
    ) -> Response:
        await visitor.post("notifications", f"/api/v1/mails/{mail}/acknowledgement")
        return portal.go("/betrieb/mails", zustand=state, done="noted")
