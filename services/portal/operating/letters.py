"""Dead letters of all services: listed, shown by their form, tried again, discarded after a question."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from services.portal.neighbours import Refused
from services.portal.operating.asking import Service, of_each
from services.portal.visitors import Operator, Portal, Visitor

LetterId = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]
FEW = 20


def add(router: APIRouter, portal: Portal) -> None:
    """Add the routes."""
    _lists(router, portal)
    _one(router, portal)
    _discarding(router, portal)


def _lists(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/betrieb/unzustellbar", methods=["GET", "HEAD"], summary="Messages that could not be used")
    async def listed(
        request: Request,
        visitor: Operator,
        service: Annotated[Service | None, Query(alias="dienst")] = None,
        after: Annotated[str, Query(max_length=50)] = "",
    ) -> Response:
        if service is None:
            found = await of_each(visitor, "/api/v1/dead-letters", limit=FEW)
        else:
            found = {service: await visitor.get(service, "/api/v1/dead-letters", after=after, limit=50)}
        return portal.page(request, "operating/letters.html", found=found, chosen=service)


def _one(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/betrieb/unzustellbar/{service}/{letter}", methods=["GET", "HEAD"], summary="One of them")
    async def show(request: Request, visitor: Operator, service: Service, letter: LetterId) -> Response:
        return await _page(portal, request, visitor, service, letter)

    @router.post("/betrieb/unzustellbar/{service}/{letter}/erneut", summary="Try it again")
    async def replay(request: Request, visitor: Operator, service: Service, letter: LetterId) -> Response:
        try:
            await visitor.post(service, f"/api/v1/dead-letters/{letter}/replay")
        except Refused as refused:
            return await _page(portal, request, visitor, service, letter, refused=refused.title, status=409)
        return portal.go("/betrieb/unzustellbar", done="replayed")


def _discarding(router: APIRouter, portal: Portal) -> None:
    @router.api_route(
        "/betrieb/unzustellbar/{service}/{letter}/verwerfen", methods=["GET", "HEAD"], summary="Whether to discard it"
    )
    async def sure(request: Request, visitor: Operator, service: Service, letter: LetterId) -> Response:
        found = await visitor.get(service, f"/api/v1/dead-letters/{letter}")
        return portal.page(request, "operating/discard.html", letter=found, service=service)

    @router.post("/betrieb/unzustellbar/{service}/{letter}/verwerfen", summary="Discard it")
    async def discard(visitor: Operator, service: Service, letter: LetterId) -> Response:
        await visitor.delete(service, f"/api/v1/dead-letters/{letter}")
        return portal.go("/betrieb/unzustellbar", done="discarded")


async def _page(  # noqa: PLR0913 - what the page shows
    portal: Portal,
    request: Request,
    visitor: Visitor,
    service: str,
    letter: str,
    *,
    refused: str = "",
    status: int = 200,
) -> Response:
    found: Any = await visitor.get(service, f"/api/v1/dead-letters/{letter}")
    content = json.dumps(found["content"], ensure_ascii=False, indent=2) if found["has_content"] else ""
    shown = {"letter": found, "service": service, "content": content, "refused": refused}
    return portal.page(request, "operating/letter.html", status, **shown)
