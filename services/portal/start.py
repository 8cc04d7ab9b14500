"""The start page: what is new for each role and what to do; for everybody else what this is."""

from fastapi import APIRouter, Request, Response

from services.portal.visitors import Anybody, Portal, area


def routes(portal: Portal) -> APIRouter:
    """Return the start page's route."""
    router = area("start")

    @router.api_route("/", methods=["GET", "HEAD"], summary="What is new and what to do")
    async def start(request: Request, visitor: Anybody) -> Response:
        if visitor.member is None:
            return portal.page(request, "start/public.html")
        return portal.page(request, "start/own.html")

    return router
