"""HTTP for what happened to a need or an offer: who changed what, and when."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from services.surveys import examples
from services.surveys.api.asked import READING, Entity
from services.surveys.api.viewing import Member, need_seen, offer_seen, to_change
from services.surveys.domain.seeing import View
from services.surveys.domain.viewers import Viewer
from services.surveys.store import Store
from shared.events.base import Id, Moment, Snapshot
from shared.publishing import Change, Owned


class ChangeAnswer(BaseModel):
    """One change: which version it made, and what the fields that changed held before."""

    version: int
    at: Moment
    by: Id | None
    """The member who made it; null for programs, schedules, people who were erased, and whom the caller may not see."""
    was: dict[str, Any]


class History(BaseModel):
    """The latest fifty changes, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.HISTORY]})

    items: list[ChangeAnswer]
    merged_into: Id | None = None
    """The need that stays instead of this one, which said the same."""


def routes(store: Store) -> APIRouter:
    """Return the routes of histories."""
    router = APIRouter()

    @router.get("/needs/{need}/history", responses=READING, tags=["needs"], summary="Who changed a need, and how")
    async def need_history(need: Entity, viewer: Member) -> History:
        _, view = await need_seen(store, viewer, need)
        changes = await _changes(store.needs, viewer, view)
        return History(items=changes, merged_into=await store.merged_into(need))

    @router.get("/offers/{offer}/history", responses=READING, tags=["offers"], summary="Who changed an offer, and how")
    async def offer_history(offer: Entity, viewer: Member) -> History:
        _, view = await offer_seen(store, viewer, offer)
        return History(items=await _changes(store.offers, viewer, view))

    return router


async def _changes(owned: Owned[Any], viewer: Viewer, view: View[Any]) -> list[ChangeAnswer]:
    to_change(view)
    shown: Snapshot = view.shown
    return [_answer(change, viewer, view.hidden) for change in await owned.history(shown.id)]


def _answer(change: Change, viewer: Viewer, hidden: frozenset[str]) -> ChangeAnswer:
    """Leave out what is hidden now; whoever made a change may be of the company that is."""
    by = change.by if not hidden or change.by == viewer.member else None
    was = {field: value for field, value in change.was.items() if field not in hidden}
    return ChangeAnswer(version=change.version, at=change.at, by=by, was=was)
