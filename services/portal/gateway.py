"""The way of programs: /services/{service}/api/v1/… leads to the services, for whoever brings a token.

Only the portal faces the public, so programs outside come through here. Cookies are never passed on: a browser that is
signed in gives another site's page no way in.
"""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from services.portal.neighbours import Away
from services.portal.visitors import Portal
from shared.rules import Missing, NotSignedIn, RuleBroken

SERVICES: Final = ("members", "surveys", "matching", "notifications")
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE")
OPEN: Final = ("members", "tokens")
"""Where an API token is exchanged for the token that everything else asks for."""
SENT: Final = frozenset(
    {"accept", "accept-language", "authorization", "content-type", "idempotency-key", "if-match", "if-none-match"}
)
RETURNED: Final = frozenset(
    {
        "content-disposition",
        "content-language",
        "content-length",
        "content-type",
        "etag",
        "last-modified",
        "retry-after",
        "www-authenticate",
        "x-request-id",
    }
)


def routes(portal: Portal) -> APIRouter:
    """Return the route of programs; what it can do is in the services' own OpenAPI documents."""
    router = APIRouter()

    @router.api_route("/services/{service}/api/v1/{path:path}", methods=list(METHODS), include_in_schema=False)
    async def forward(service: str, path: str, request: Request) -> StreamingResponse:
        if service not in SERVICES or ".." in path.split("/"):
            raise Missing
        if (service, path) != OPEN and not request.headers.get("authorization", "").startswith("Bearer "):
            raise NotSignedIn
        raw_path = request.scope.get("raw_path", request.url.path.encode()).decode("ascii", "replace")
        address = "/api/v1/" + raw_path.partition("/api/v1/")[2]
        try:
            answer = await portal.neighbours.forward(
                service,
                request.method,
                f"{address}?{request.url.query}".rstrip("?"),
                headers=_passed_on(request, portal.address_of(request)),
                content=await request.body(),
            )
        except Away:
            raise RuleBroken("unavailable") from None
        told = {name: value for name, value in answer.headers.items() if name in RETURNED}
        return StreamingResponse(
            answer.aiter_bytes(), answer.status_code, told, background=BackgroundTask(answer.aclose)
        )

    return router


def _passed_on(request: Request, address: str) -> Mapping[str, str]:
    return {**{name: value for name, value in request.headers.items() if name in SENT}, "Client-Address": address}
