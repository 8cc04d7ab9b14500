"""The page behind the mailed question whether a need is still there: reading changes nothing, a button answers."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.portal.forms import submitted
from services.portal.needs import say_still_needed
from services.portal.visitors import Anybody, Entity, Portal, Visitor, area

Signature = Annotated[str, Query(max_length=100)]


def routes(portal: Portal) -> APIRouter:
    """Return the routes of the mailed question."""
    router = area("needs")

    @router.api_route("/still-needed/{need}", methods=["GET", "HEAD"], summary="Whether it is still needed")
    async def ask(request: Request, visitor: Anybody, need: Entity, member: str = "", sig: Signature = "") -> Response:
        token = await _token(visitor, need, member, sig)
        read = await visitor.call("surveys", "GET", f"/api/v1/needs/{need}", token=token)
        return portal.page(request, "still_needed/question.html", need=read.body)

    @router.post("/still-needed/{need}", summary="Answer it")
    async def answer(
        request: Request, visitor: Anybody, need: Entity, member: str = "", sig: Signature = ""
    ) -> Response:
        form = await submitted(request)
        token = await _token(visitor, need, member, sig)
        await say_still_needed(visitor, need, form.text("answer"), token)
        return portal.page(request, "still_needed/answered.html", answer=form.text("answer"))

    return router


async def _token(visitor: Visitor, need: str, member: str, signature: str) -> str:
    link = {"purpose": "need", "member": member, "need": need, "signature": signature}
    told: Any = (await visitor.call("members", "POST", "/api/v1/tokens", token="", json=link)).body
    return str(told["token"])
