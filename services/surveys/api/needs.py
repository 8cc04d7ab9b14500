"""HTTP for needs."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from services.surveys import examples
from services.surveys.answers import NeedAnswer, need_answer
from services.surveys.api.asked import (
    CHANGING,
    CREATING,
    LISTING,
    READING,
    Entity,
    OfNetwork,
    Repeatable,
    Version,
    Wanted,
    added,
    found,
    made_before,
    page_of,
    replaced,
)
from services.surveys.domain import day_of, needs
from services.surveys.inputs import NeedInput
from services.surveys.store import Store
from shared.callers import OPERATOR, requires
from shared.clock import now
from shared.events.base import Id
from shared.web import Page, tagged


def routes(store: Store) -> APIRouter:
    """Return the routes of needs."""
    router = APIRouter(prefix="/needs", tags=["needs"], dependencies=[Depends(requires(OPERATOR))])

    @router.post("", status_code=201, responses=CREATING, summary="Tell a need")
    async def create(
        said: Annotated[NeedInput, Body(examples=[examples.NEED])],
        once: Repeatable,
        request: Request,
        response: Response,
    ) -> NeedAnswer:
        need = await made_before(store.needs, once, response)
        if need is None:
            need = await added(store.needs, needs.started(said.new(now()), day_of(now())), once, response)
        tagged(response, need)
        return need_answer(need, request)

    @router.get("", responses=LISTING, summary="List needs, oldest first")
    async def find(
        request: Request,
        wanted: Wanted,
        status: Literal["draft", "open", "covered", "withdrawn", "expired"] | None = None,
        network: OfNetwork = None,
        organisation: Annotated[Id | None, Query(description="Only those of this company")] = None,
    ) -> Page[NeedAnswer]:
        having = {"status": status, "networks": network, "organisation": organisation}
        some, following = await page_of(store.needs, having, wanted)
        return Page(items=[need_answer(need, request) for need in some], next=following)

    @router.get("/{need}", responses=READING, summary="Read a need")
    async def read(need: Entity, request: Request, response: Response) -> NeedAnswer:
        one = await found(store.needs, need)
        tagged(response, one)
        return need_answer(one, request)

    @router.put("/{need}", responses=CHANGING, summary="Say a need anew, as a whole")
    async def change(
        need: Entity,
        said: Annotated[NeedInput, Body(examples=[examples.NEED])],
        version: Version,
        request: Request,
        response: Response,
    ) -> NeedAnswer:
        old = await found(store.needs, need, version)
        new = await replaced(store.needs, old, needs.changed(old, said.instead_of(old), day_of(now())))
        tagged(response, new)
        return need_answer(new, request)

    @router.post("/{need}/withdrawal", responses=CHANGING, summary="Withdraw a need; it stays readable")
    async def withdraw(need: Entity, version: Version, request: Request, response: Response) -> NeedAnswer:
        old = await found(store.needs, need)
        new = needs.withdrawn(old)
        if new != old:
            new = await store.needs.replace(new, expected=version)
        tagged(response, new)
        return need_answer(new, request)

    @router.delete("/{need}", status_code=204, responses=CHANGING, summary="Erase a need for ever")
    async def erase(need: Entity, version: Version) -> None:
        await store.needs.erase(need, expected=version)

    return router
