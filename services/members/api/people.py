"""People: who acts for an organisation, with the one address each has here, roles, and consents with their proof."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from services.members.api.asked import (
    CHANGING,
    CREATING,
    LISTING,
    READING,
    After,
    Creation,
    Expected,
    Limit,
    created,
    found,
    page,
)
from services.members.domain import sound_member, standing
from services.members.store import Store
from shared.callers import Operator
from shared.clock import now
from shared.events import Erased, MemberSnapshot
from shared.events.base import Id, Language
from shared.events.members import Consent, Role
from shared.ids import new_id
from shared.inputs import EmailAddress, Input, LineText, MomentInput, an_example, line
from shared.web import Page, tagged


class RoleInput(Input):
    """What a person does for an organisation in a network that it belongs to."""

    organisation: Id
    network: Id
    role: Literal["company", "provider", "adviser", "coordinator", "operator"]


class ConsentInput(Input):
    """A permission as the operator recorded it: when it was given, and to which text."""

    purpose: Literal["matches"]
    given_at: MomentInput
    text_version: Annotated[str, line(50)]
    withdrawn_at: MomentInput | None = None


class MemberInput(Input):
    """A person as an operator enters it."""

    model_config = an_example(
        name="Petra Beispiel",
        email="petra@metallbau.example",
        language="de",
        roles=[
            {
                "organisation": "019a0000-0000-7000-8000-000000000385",
                "network": "019a0000-0000-7000-8000-000000000384",
                "role": "company",
            }
        ],
        consents=[{"purpose": "matches", "given_at": "2026-11-02T09:00:00Z", "text_version": "2026-11"}],
        confirmed=True,
    )

    name: LineText
    email: EmailAddress
    language: Language = Language.DE
    roles: Annotated[tuple[RoleInput, ...], Field(max_length=100)] = ()
    consents: Annotated[tuple[ConsentInput, ...], Field(max_length=10)] = ()
    confirmed: bool = False
    """Whether the operator vouches that the address is this person's; otherwise no mail goes there."""
    blocked: bool = False

    def fields(self) -> dict[str, Any]:
        """Return the fields of the snapshot."""
        return {
            "name": self.name,
            "email": self.email,
            "language": self.language,
            "roles": tuple(Role(**role.model_dump()) for role in self.roles),
            "consents": tuple(Consent(**consent.model_dump()) for consent in self.consents),
            "status": standing(confirmed=self.confirmed, blocked=self.blocked),
        }


def new_member(entered: MemberInput) -> MemberSnapshot:
    """Return the person as a new one, not yet checked."""
    return MemberSnapshot(id=new_id(), version=1, changed_at=now(), **entered.fields())


async def checked(store: Store, member: MemberSnapshot) -> MemberSnapshot:
    """Return the person if organisations and networks of the roles exist and the consents can be true."""
    organisations = await store.known_organisations(role.organisation for role in member.roles)
    return sound_member(member, organisations, now())


def routes(store: Store) -> APIRouter:
    """Return the routes of people."""
    router = APIRouter(prefix="/members", tags=["members"])

    @router.post("", status_code=201, responses=CREATING, summary="Enter a person")
    async def create(entered: MemberInput, response: Response, once: Creation) -> MemberSnapshot:
        async def made() -> MemberSnapshot:
            return await checked(store, new_member(entered))

        return await created(store.members, once, made, response)

    @router.get("", responses=LISTING, summary="List people, oldest first")
    async def listed(
        _: Operator,
        organisation: Annotated[Id | None, Query()] = None,
        network: Annotated[Id | None, Query()] = None,
        after: After = None,
        limit: Limit = 50,
    ) -> Page[MemberSnapshot]:
        query = {"roles.organisation": organisation, "roles.network": network}
        wanted = {name: value for name, value in query.items() if value is not None}
        return page(await store.members.find(wanted, after=after, limit=limit), limit)

    @router.get("/{member}", responses=READING, summary="Read a person")
    async def read(_: Operator, member: Id, response: Response) -> MemberSnapshot:
        return await found(store.members, member, response)

    @router.put("/{member}", responses=CHANGING, summary="Change a person")
    async def change(
        _: Operator, member: Id, entered: MemberInput, expected: Expected, response: Response
    ) -> MemberSnapshot:
        old = await found(store.members, member)
        wanted = await checked(store, old.model_copy(update=entered.fields()))
        new = await store.members.replace(wanted, expected=expected)
        tagged(response, new)
        return new

    @router.delete("/{member}", responses=CHANGING, summary="Erase a person, everywhere and for ever")
    async def erase(_: Operator, member: Id, expected: Expected) -> Erased:
        return await store.members.erase(member, expected=expected)

    return router
