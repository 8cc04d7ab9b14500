"""HTTP for needs: told, read, listed, changed, withdrawn, erased, each caller seeing what is theirs to see."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Request, Response

from services.surveys import examples
from services.surveys.answers import NeedAnswer, need_answer
from services.surveys.api import duplicates, histories, still_needed
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
    made_before,
    replaced,
)
from services.surveys.api.viewing import Linked, Member, check_contact, need_seen, page_seen, to_change
from services.surveys.domain import day_of, needs
from services.surveys.domain.seeing import View, need_for
from services.surveys.domain.viewers import Viewer
from services.surveys.domain.writing import whose_need
from services.surveys.inputs import NeedInput
from services.surveys.store import Store
from services.surveys.store.seen import needs_in_sight
from shared.clock import now
from shared.events.base import Id
from shared.events.surveys import NeedSnapshot
from shared.rules import Forbidden, Missing
from shared.web import Page, tagged

Said = Annotated[NeedInput, Body(examples=[examples.NEED, examples.NEED_IN_FULL])]


def routes(store: Store) -> APIRouter:
    """Return the routes of needs, and those that needs and offers share."""
    router = APIRouter()
    router.include_router(_telling_and_reading(store))
    router.include_router(_changing(store))
    for more in (duplicates, histories, still_needed):
        router.include_router(more.routes(store))
    return router


def _telling_and_reading(store: Store) -> APIRouter:
    router = APIRouter(prefix="/needs", tags=["needs"])

    @router.post("", status_code=201, responses=CREATING, summary="Tell a need")
    async def create(said: Said, viewer: Member, once: Repeatable, request: Request, response: Response) -> NeedAnswer:
        need = await made_before(store.needs, once, response)
        if need is None:
            whose = whose_need(viewer, said.whose)
            await check_contact(store, viewer, whose["contact"], whose["organisation"])
            new = needs.started(said.new(now(), by=viewer.member, **whose), day_of(now()))
            need = await added(store.needs, new, once, response)
            await _look_again(store, viewer, need)
        return _answer(viewer, need, request, response, said)

    @router.get("", responses=LISTING, summary="List the needs that the caller may see")
    async def find(  # noqa: PLR0913 - each filter is a parameter
        *,
        request: Request,
        viewer: Member,
        wanted: Wanted,
        status: Literal["draft", "open", "covered", "withdrawn", "expired"] | None = None,
        network: OfNetwork = None,
        organisation: Annotated[Id | None, Query(description="Only those of this company")] = None,
        topic: Annotated[str | None, Query(description="Only those with this topic", max_length=50)] = None,
        mine: Annotated[bool, Query(description="Only those that the caller may change as their own")] = False,
        follow_up_until: Annotated[date | None, Query(description="Only those to be seen again by this day")] = None,
    ) -> Page[NeedAnswer]:
        having = {"status": status, "networks": network, "organisation": organisation, "topics": topic}
        in_sight = needs_in_sight(viewer)
        if follow_up_until is not None:
            in_sight = {"$and": [in_sight, {"follow_up_on": {"$ne": None, "$lte": follow_up_until.isoformat()}}]}

        def holds(view: View[NeedSnapshot]) -> bool:
            return (not mine or view.side == "own") and (follow_up_until is None or view.shown.follow_up_on is not None)

        some, following = await page_seen(
            store.needs, in_sight, lambda need: need_for(viewer, need), having=having, wanted=wanted, holds=holds
        )
        return Page(items=[need_answer(view, request) for view in some], next=following)

    @router.get("/{need}", responses=READING, summary="Read a need, as far as the caller may see it")
    async def read(need: Entity, viewer: Linked, request: Request, response: Response) -> NeedAnswer:
        _, view = await need_seen(store, viewer, need)
        tagged(response, view.shown)
        return need_answer(view, request)

    return router


def _changing(store: Store) -> APIRouter:
    router = APIRouter(prefix="/needs", tags=["needs"])

    @router.put("/{need}", responses=CHANGING, summary="Say a need anew, as a whole")
    async def change(  # noqa: PLR0913 - what the caller sends, and what FastAPI adds
        *, need: Entity, said: Said, viewer: Member, version: Version, request: Request, response: Response
    ) -> NeedAnswer:
        old, view = await need_seen(store, viewer, need)
        to_change(view, version)
        whose = whose_need(viewer, said.whose, view)
        if whose["contact"] != view.shown.contact:
            await check_contact(store, viewer, whose["contact"], whose["organisation"])
        new = needs.changed(old, _said_anew(said, old, view, viewer, whose), day_of(now()))
        if need_for(viewer, new) is None:
            raise Forbidden("not_your_network", field="networks")
        stored = await replaced(store.needs, old, new, viewer.member)
        await _look_again(store, viewer, stored)
        return _answer(viewer, stored, request, response, said)

    @router.post("/{need}/withdrawal", responses=CHANGING, summary="Withdraw a need; its own side can still read it")
    async def withdraw(
        need: Entity, viewer: Member, version: Version, request: Request, response: Response
    ) -> NeedAnswer:
        old, view = await need_seen(store, viewer, need)
        to_change(view)
        new = needs.withdrawn(old)
        if new != old:
            new = await store.needs.replace(new, expected=version, was=old, by=viewer.member)
        return _answer(viewer, new, request, response)

    @router.delete("/{need}", status_code=204, responses=CHANGING, summary="Erase a need for ever")
    async def erase(need: Entity, viewer: Member, version: Version) -> None:
        _, view = await need_seen(store, viewer, need)
        to_change(view)
        await store.needs.erase(need, expected=version)

    return router


def _said_anew(
    said: NeedInput, old: NeedSnapshot, view: View[NeedSnapshot], viewer: Viewer, whose: dict[str, Any]
) -> NeedSnapshot:
    """Return the need as it is said now, keeping what the caller does not see and so cannot have meant to change."""
    new = said.instead_of(old, by=viewer.member, **whose)
    hidden: dict[str, Any] = {name: getattr(old, name) for name in view.hidden}
    confirmed = old.confirmed or old.organisation in viewer.organisations("company")
    return new.model_copy(update={**hidden, "confirmed": confirmed})


async def _look_again(store: Store, viewer: Viewer, need: NeedSnapshot) -> None:
    consent = (need.consent.given_by, need.consent.recorded_by) if need.consent else ()
    await store.look_again_at(viewer.member, need.contact, need.entered_by, *consent)


def _answer(
    viewer: Viewer, need: NeedSnapshot, request: Request, response: Response, said: NeedInput | None = None
) -> NeedAnswer:
    view = need_for(viewer, need)
    if view is None:
        raise Missing
    tagged(response, need)
    return need_answer(view, request, company_name=said.company_name if said else None)
