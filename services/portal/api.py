"""The pages: opening one changes nothing (scanners open links, too), pressing its button does."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from services.portal.neighbours import Link, Neighbours
from services.portal.pages import PAGE, PageRoute, Pages, language_wanted
from services.portal.views import shown
from shared.events.matching import DismissReason


class Answer(BaseModel):
    """What a button of the match page says; `nothing` takes back what was said."""

    said: Literal["interested", "dismissed", "nothing"]
    reason: DismissReason = "not_relevant"

    def words(self) -> dict[str, str] | None:
        """Return what matching is told; None to take back."""
        if self.said == "nothing":
            return None
        return {"what": self.said, **({"reason": self.reason} if self.said == "dismissed" else {})}


async def _match_link(need: str, offer: str, member: str = "", sig: str = "") -> Link:
    return Link(member=member, signature=sig, need=need, offer=offer)


async def _unsubscribe_link(member: str = "", sig: str = "") -> Link:
    return Link(member=member, signature=sig)


MatchLink = Annotated[Link, Depends(_match_link)]
UnsubscribeLink = Annotated[Link, Depends(_unsubscribe_link)]


def routes(neighbours: Neighbours, pages: Pages) -> APIRouter:
    """Return the pages' routes."""
    router = APIRouter(tags=["pages"], route_class=PageRoute, default_response_class=HTMLResponse)

    @router.api_route(
        "/matches/{need}/{offer}", methods=["GET", "HEAD"], responses=PAGE, summary="A match, with reasons"
    )
    async def match(request: Request, link: MatchLink) -> HTMLResponse:
        view = shown(await neighbours.pair(link), language_wanted(request))
        return pages.page(request, "match.html", view=view)

    @router.post("/matches/{need}/{offer}", responses=PAGE, status_code=303, summary="Answer, or take it back")  # noqa: FAST003 - both are in the link
    async def answer(request: Request, link: MatchLink, entered: Annotated[Answer, Form()]) -> RedirectResponse:
        await neighbours.respond(link, entered.words())
        return RedirectResponse(f"?{request.url.query}", status_code=303)

    @router.api_route("/unsubscribe", methods=["GET", "HEAD"], responses=PAGE, summary="The button that ends all mails")
    async def unsubscribe(request: Request, link: UnsubscribeLink) -> HTMLResponse:
        await neighbours.check_unsubscribing(link)
        return pages.page(request, "unsubscribe.html")

    @router.post("/unsubscribe", responses=PAGE, summary="End all mails: the button, or one click after RFC 8058")
    async def unsubscribed(request: Request, link: UnsubscribeLink) -> HTMLResponse:
        await neighbours.unsubscribe(link)
        return pages.page(request, "unsubscribed.html")

    @router.api_route("/status", methods=["GET", "HEAD"], summary="How the services are")
    async def status(request: Request) -> HTMLResponse:
        return pages.page(request, "status.html", standings=await neighbours.standings())

    return router
