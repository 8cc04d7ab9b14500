"""Contacts: the other side of a match, once both are interested or the person has published how to be reached."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from services.members.api.asked import READING
from services.members.domain.pairs import Pair, Side, other, shows_contact, side_of
from services.members.store import Store
from shared.callers import Caller, SignedIn
from shared.events.base import Id
from shared.events.members import MemberSnapshot
from shared.rules import Missing
from shared.web import PROBLEM_RESPONSES

_ANSWERS = {**READING, 403: PROBLEM_RESPONSES[403]}


class ContactOrganisation(BaseModel):
    """For whom the person acts."""

    id: Id
    name: str


class Contact(BaseModel):
    """How the other side is reached; that this was read is shown to the person."""

    side: Literal["company", "provider"]
    """Whose contact this is."""
    member: Id
    name: str
    email: str
    phone: str | None = None
    organisation: ContactOrganisation | None = None


def routes(store: Store) -> APIRouter:
    """Return the route of contacts."""
    router = APIRouter(prefix="/pairs", tags=["pairs"])

    @router.get("/{need}/{offer}/contact", responses=_ANSWERS, summary="Read how the other side of a match is reached")
    async def contact(
        caller: SignedIn,
        need: Id,
        offer: Id,
        response: Response,
        of: Annotated[Side | None, Query(description="For operators, who stand on no side: whose contact")] = None,
    ) -> Contact:
        pair = await store.pairs.get(need, offer)
        if pair is None:
            raise Missing
        side, person = await _found(store, caller, pair, of)
        if person.id != caller.subject:
            await _note(store, caller, pair, person)
        response.headers["Cache-Control"] = "no-store"
        represented = pair.need.organisation if side == "company" else pair.offer.provider
        organisation = await store.organisations.get(represented) if represented else None
        return Contact(
            side=side,
            member=person.id,
            name=person.name,
            email=person.email,
            phone=person.phone,
            organisation=ContactOrganisation(id=organisation.id, name=organisation.name) if organisation else None,
        )

    return router


async def _found(store: Store, caller: Caller, pair: Pair, of: Side | None) -> tuple[Side, MemberSnapshot]:
    """Return the person that the caller is shown, and on which side; Missing for everybody else."""
    by_link = f"match:{pair.id}" in caller.rights
    mine = side_of(pair, caller, by_link=by_link)
    side = of if caller.is_operator else other(mine) if mine else None
    contact = pair.contact(side) if side else None
    person = await store.members.get(contact) if contact else None
    if side is None or person is None:
        raise Missing
    if not caller.is_operator and not shows_contact(pair, caller, side, person, by_link=by_link):
        raise Missing
    return side, person


async def _note(store: Store, caller: Caller, pair: Pair, person: MemberSnapshot) -> None:
    network = next((role.network for role in person.roles), None)
    about = {"member": person.id, "network": network, "need": pair.need.id, "offer": pair.offer.id}
    await store.audit.note("contact_viewed", caller.subject, **about)
