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
from services.members.domain.seeing import (
    Sight,
    coordinates,
    is_in_hands_of,
    may_change_address,
    may_change_member,
    role_changes,
    roles_after,
    sees_member,
    shown_member,
)
from services.members.store import Store
from services.members.store.people import reached_by
from shared.callers import Caller, SignedIn
from shared.clock import now
from shared.events import Erased, MemberSnapshot
from shared.events.base import Id, Internal, Language
from shared.events.members import Consent, Role
from shared.ids import new_id
from shared.inputs import EmailAddress, Input, LineText, MomentInput, an_example, line
from shared.mongo import Document
from shared.rules import Forbidden, Missing, RuleBroken
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
    """A person as an operator or a coordinator enters it; what is left out, or None, stays as it is.

    A coordinator gives roles in own networks alone, and leaves consents, confirmation, blocking and the publication of
    contact details to the person or an operator.
    """

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
    phone: Annotated[str, line(50)] | None = None
    roles: Annotated[tuple[RoleInput, ...], Field(max_length=100)] = ()
    consents: Annotated[tuple[ConsentInput, ...], Field(max_length=10)] | None = None
    confirmed: bool | None = None
    """Whether the operator vouches that the address is this person's; otherwise no mail goes there."""
    blocked: bool | None = None
    publishes_contact: bool | None = None

    def given_roles(self) -> tuple[Role, ...]:
        """Return the roles as the snapshot holds them."""
        return tuple(Role(**role.model_dump()) for role in self.roles)

    def own_matters(self, old: MemberSnapshot | None) -> dict[str, Any]:
        """Return the fields that are the person's own or an operator's to change, those left out as they were."""
        confirmed = self.confirmed if self.confirmed is not None else old is not None and old.status == "active"
        blocked = self.blocked if self.blocked is not None else old is not None and old.status == "blocked"
        consents = old.consents if old else ()
        if self.consents is not None:
            consents = tuple(Consent(**consent.model_dump()) for consent in self.consents)
        published = (
            self.publishes_contact if self.publishes_contact is not None else bool(old and old.publishes_contact)
        )
        return {
            "status": standing(confirmed=confirmed, blocked=blocked),
            "consents": consents,
            "publishes_contact": published,
        }

    def fields(self, old: MemberSnapshot | None = None) -> dict[str, Any]:
        """Return the fields of the snapshot."""
        return {
            "name": self.name,
            "email": self.email,
            "language": self.language,
            "phone": self.phone,
            "roles": self.given_roles(),
            **self.own_matters(old),
        }


class MemberView(Internal):
    """A person as far as the caller may see it; lists show coordinators no contact details."""

    status: Literal["unconfirmed", "active", "blocked"]
    name: str
    email: str | None = None
    phone: str | None = None
    language: Language
    roles: tuple[Role, ...] = ()
    consents: tuple[Consent, ...] = ()
    publishes_contact: bool = False


def new_member(entered: MemberInput) -> MemberSnapshot:
    """Return the person as a new one, not yet checked."""
    return MemberSnapshot(id=new_id(), version=1, changed_at=now(), **entered.fields())


async def checked(store: Store, member: MemberSnapshot) -> MemberSnapshot:
    """Return the person if organisations and networks of the roles exist and the consents can be true."""
    organisations = await store.known_organisations(role.organisation for role in member.roles)
    return sound_member(member, organisations, now())


def entered_by(caller: Caller, member: MemberSnapshot) -> MemberSnapshot:
    """Return a new person if the caller may enter somebody with these roles and without own say."""
    if caller.is_operator:
        return member
    if not caller.networks("coordinator"):
        raise Forbidden
    if not member.roles:
        raise RuleBroken("role_needed", field="roles")
    plain = {"roles": (), "status": "unconfirmed", "consents": (), "publishes_contact": False}
    nobody = member.model_copy(update=plain)
    _leaves_own_matters(member, nobody)
    return member.model_copy(update={"roles": roles_after(caller, nobody, member.roles)})


def changed_by(caller: Caller, old: MemberSnapshot, wanted: MemberSnapshot) -> MemberSnapshot:
    """Return the person after the change if the caller may make it."""
    may_change_member(caller, old)
    if wanted.email != old.email:
        may_change_address(caller, old)
    if not caller.is_operator:
        _leaves_own_matters(wanted, old)
    return wanted.model_copy(update={"roles": roles_after(caller, old, wanted.roles)})


def _leaves_own_matters(new: MemberSnapshot, old: MemberSnapshot) -> None:
    for field, told in (
        ("status", "blocked" if "blocked" in {new.status, old.status} else "confirmed"),
        ("consents", "consents"),
        ("publishes_contact", "publishes_contact"),
    ):
        if getattr(new, field) != getattr(old, field):
            raise Forbidden("own_matter", field=told)


async def note_roles(store: Store, by: str, member: str, old: tuple[Role, ...], new: tuple[Role, ...]) -> None:
    """Write every role that was given or taken into the audit log."""
    given, taken = role_changes(old, new)
    for role in given:
        await store.audit.note("role_given", by, member=member, **role.model_dump())
    for role in taken:
        await store.audit.note("role_taken", by, member=member, **role.model_dump())


async def note_view(store: Store, caller: Caller, member: MemberSnapshot) -> None:
    """Write down that a coordinator saw this person's contact details; the person is shown it."""
    network = next((role.network for role in member.roles if coordinates(caller, (role.network,))), None)
    await store.audit.note("contact_viewed", caller.subject, member=member.id, network=network)


def _view(caller: Caller, member: MemberSnapshot, sight: Sight, *, contact: bool = True) -> MemberView:
    shown = shown_member(caller, member, sight)
    return MemberView(**dict(shown) | ({} if contact else {"email": None, "phone": None}))


def routes(store: Store) -> APIRouter:  # noqa: C901 - one function for each route
    """Return the routes of people."""
    router = APIRouter(prefix="/members", tags=["members"])

    @router.post("", status_code=201, responses=CREATING, summary="Enter a person")
    async def create(caller: SignedIn, entered: MemberInput, response: Response, once: Creation) -> MemberView:
        async def made() -> MemberSnapshot:
            return await checked(store, entered_by(caller, new_member(entered)))

        earlier = await store.members.made_with(once) if once else None
        member = await created(store.members, once, made, response)
        if earlier is None:
            await note_roles(store, caller.subject, member.id, (), member.roles)
        return _view(caller, member, "operator" if caller.is_operator else "coordinator")

    @router.get("", responses=LISTING, summary="List the people whom the caller may see, oldest first")
    async def listed(
        caller: SignedIn,
        organisation: Annotated[Id | None, Query()] = None,
        network: Annotated[Id | None, Query()] = None,
        after: After = None,
        limit: Limit = 50,
    ) -> Page[MemberView]:
        query = {"roles.organisation": organisation, "roles.network": network}
        wanted: Document = {name: value for name, value in query.items() if value is not None}
        if not caller.is_operator:
            reached = reached_by(caller.subject, caller.organisations(), caller.networks("coordinator"))
            wanted = {"$and": [wanted, reached]}
        people = await store.members.find(wanted, after=after, limit=limit)
        sights = [(one, sees_member(caller, one)) for one in people]
        return page([_view(caller, one, sight, contact=sight != "coordinator") for one, sight in sights], limit)

    @router.get("/{member}", responses=READING, summary="Read a person; a coordinator's look is shown to the person")
    async def read(caller: SignedIn, member: Id, response: Response) -> MemberView:
        person = await found(store.members, member)
        sight = sees_member(caller, person)
        if sight == "nothing":
            raise Missing
        if sight == "coordinator":
            await note_view(store, caller, person)
        tagged(response, person)
        return _view(caller, person, sight)

    @router.put("/{member}", responses=CHANGING, summary="Change a person")
    async def change(
        caller: SignedIn, member: Id, entered: MemberInput, expected: Expected, response: Response
    ) -> MemberView:
        old = await found(store.members, member)
        sight = sees_member(caller, old)
        if sight == "nothing":
            raise Missing
        wanted = changed_by(caller, old, old.model_copy(update=entered.fields(old)))
        wanted = await checked(store, wanted)
        await store.keep_an_operator(old, wanted)
        new = await store.members.replace(wanted, expected=expected)
        await note_roles(store, caller.subject, member, old.roles, new.roles)
        tagged(response, new)
        return _view(caller, new, sight)

    @router.delete("/{member}", responses=CHANGING, summary="Erase a person, everywhere and for ever")
    async def erase(caller: SignedIn, member: Id, expected: Expected) -> Erased:
        person = await found(store.members, member)
        if sees_member(caller, person) == "nothing":
            raise Missing
        if not is_in_hands_of(caller, person):
            raise Forbidden
        return await store.erase_member(person, expected=expected, by=caller.subject)

    return router
