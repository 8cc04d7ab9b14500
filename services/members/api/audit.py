"""The audit log: who gave which roles, and who looked at whose contact details."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.members.api.asked import LISTING, After, Limit
from services.members.store import AuditEntry, Store
from services.members.store.audit import What
from shared.callers import Caller, SignedIn
from shared.events import MemberSnapshot
from shared.events.base import Id
from shared.mongo import Document
from shared.web import Page


class Mentioned(BaseModel):
    """A person by id; the name is looked up now, so that of somebody erased there is none."""

    id: str
    name: str | None = None


class AuditView(AuditEntry):
    """An entry with the names of those who are still here."""

    actor: Mentioned
    about: Mentioned | None = None


def within_sight(caller: Caller) -> Document:
    """Return the filter for entries about oneself, and about the networks that one coordinates."""
    if caller.is_operator:
        return {}
    networks = sorted(caller.networks("coordinator"))
    return {"$or": [{"member": caller.subject}, {"network": {"$in": networks}}]}


def routes(store: Store) -> APIRouter:
    """Return the route of the audit log."""
    router = APIRouter(prefix="/audit", tags=["audit"])

    @router.get("", responses=LISTING, summary="Read what was done to rights and who saw contact details, newest first")
    async def audited(  # noqa: PLR0913, PLR0917 - each is a filter
        caller: SignedIn,
        what: Annotated[What | None, Query()] = None,
        member: Annotated[Id | None, Query(description="Whom it is about")] = None,
        network: Annotated[Id | None, Query()] = None,
        after: After = None,
        limit: Limit = 50,
    ) -> Page[AuditView]:
        asked: dict[str, Any] = {"what": what, "member": member, "network": network}
        wanted = {field: value for field, value in asked.items() if value is not None}
        entries = await store.audit.entries({"$and": [wanted, within_sight(caller)]}, after=after, limit=limit)
        names = await _names(store, entries)
        items = [_view(entry, names) for entry in entries]
        return Page(items=items, next=items[-1].id if len(items) == limit else None)

    return router


async def _names(store: Store, entries: Iterable[AuditEntry]) -> dict[str, str]:
    people = {one for entry in entries for one in (entry.by, entry.member) if one is not None}
    found: list[MemberSnapshot] = (
        await store.members.find({"id": {"$in": sorted(people)}}, limit=len(people)) if people else []
    )
    return {person.id: person.name for person in found}


def _view(entry: AuditEntry, names: dict[str, str]) -> AuditView:
    return AuditView(
        **entry.model_dump(),
        actor=Mentioned(id=entry.by, name=names.get(entry.by)),
        about=Mentioned(id=entry.member, name=names.get(entry.member)) if entry.member else None,
    )
