"""Invitations: somebody is asked into roles, which count from the day on which the owner of the mailbox accepts."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.members.api.allowance import Allowance
from services.members.api.asked import After, Creation, Limit
from services.members.api.people import RoleInput
from services.members.api.registrations import entered_or_known
from services.members.api.sessions import Person
from services.members.domain.challenges import LASTS, ShownStatus, may_be_asked, shown_status
from services.members.domain.granting import may_give
from services.members.store import Store
from shared.callers import Caller
from shared.clock import now
from shared.events import ChallengeSnapshot
from shared.events.base import Id, Language, Moment
from shared.events.members import Role
from shared.ids import new_id
from shared.inputs import EmailAddress, Input, LineText, an_example
from shared.mongo import Document
from shared.publishing import Once
from shared.rules import Forbidden, Missing, RuleBroken
from shared.web import PROBLEM_RESPONSES, Page

ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    status: PROBLEM_RESPONSES[status] for status in (401, 403, 404, 409, 412, 413, 422, 429, 503)
}


class InvitationInput(Input):
    """Who is invited, and what the person may do once the invitation is accepted."""

    model_config = an_example(
        email="jan@metallbau.example",
        name="Jan Beispiel",
        language="de",
        roles=[
            {
                "organisation": "019a0000-0000-7000-8000-000000000385",
                "network": "019a0000-0000-7000-8000-000000000384",
                "role": "company",
            }
        ],
    )

    email: EmailAddress
    name: LineText
    language: Language = Language.DE
    roles: Annotated[tuple[RoleInput, ...], Field(min_length=1, max_length=20)]

    def given(self) -> tuple[Role, ...]:
        """Return each role once."""
        return tuple(dict.fromkeys(Role(**role.model_dump()) for role in self.roles))


class Invitation(BaseModel):
    """An invitation as the inviter wrote it; whether the address was known before is not told."""

    id: Id
    status: ShownStatus
    email: str
    name: str
    language: Language
    roles: list[Role]
    invited_by: str
    invited_at: Moment
    expires_at: Moment


def routes(store: Store, allowance: Allowance) -> APIRouter:
    """Return the routes of invitations."""
    router = APIRouter(prefix="/invitations", tags=["invitations"])

    @router.post("", status_code=201, responses=ANSWERS, summary="Invite a person into roles")
    async def invite(caller: Person, entered: InvitationInput, once: Creation) -> Invitation:
        await _check(store, caller, entered.given())
        earlier = await store.challenges.made_with(once) if once else None
        if earlier is None:
            await store.limits.take(*allowance.invitation(entered.email, caller.subject))
            earlier = await _invited(store, caller, entered, once)
        return _shown(earlier, _written(caller, entered))

    @router.get("", responses=ANSWERS, summary="List invitations, newest first: own ones, and those into own networks")
    async def listed(caller: Person, after: After = None, limit: Limit = 50) -> Page[Invitation]:
        found = await store.challenges.invitations(_reach(caller), after=after, limit=limit)
        items = [_shown(challenge, written) for challenge, written in found]
        return Page(items=items, next=items[-1].id if len(items) == limit else None)

    @router.delete("/{invitation}", status_code=204, responses=ANSWERS, summary="Withdraw an invitation")
    async def withdraw(caller: Person, invitation: Id) -> None:
        mine: Document = {"$and": [{"_id": invitation}, _reach(caller)]}
        found = await store.challenges.invitations(mine, after=None, limit=1)
        if not found or found[0][0].status != "open":
            raise Missing
        challenge = found[0][0]
        closed = challenge.model_copy(update={"status": "closed"})
        await store.audit.note("invitation_withdrawn", caller.subject, member=challenge.member)
        await store.challenges.replace(closed, expected=challenge.version)

    return router


async def _check(store: Store, caller: Caller, roles: tuple[Role, ...]) -> None:
    """Refuse roles that are not the caller's to give, before telling whether they could exist."""
    for place, role in enumerate(roles):
        if not may_give(caller.rights, role):
            raise Forbidden("role_not_yours", field=f"roles.{place}")
    organisations = await store.known_organisations(role.organisation for role in roles)
    for place, role in enumerate(roles):
        if role.organisation not in organisations:
            raise RuleBroken("unknown_organisation", field=f"roles.{place}.organisation")
        if role.network not in organisations[role.organisation].networks:
            raise RuleBroken("not_in_network", field=f"roles.{place}.network")


async def _invited(store: Store, caller: Caller, entered: InvitationInput, once: Once | None) -> ChallengeSnapshot:
    until = now() + LASTS["invitation"]
    known = await entered_or_known(store, entered.email, entered.name, entered.language, until)
    first = entered.given()[0]
    challenge = ChallengeSnapshot(
        id=new_id(),
        version=1,
        changed_at=now(),
        status="open",
        kind="invitation",
        member=known.id if may_be_asked(known.status, "invitation") else None,
        organisation=first.organisation,
        network=first.network,
        language=entered.language,
        expires_at=until,
    )
    for role in entered.given():
        await store.audit.note("invited", caller.subject, member=known.id, **role.model_dump())
    private = {"invitation": _written(caller, entered), "about": known.id}
    return await store.challenges.add(challenge, once=once, private=private)


def _written(caller: Caller, entered: InvitationInput) -> Document:
    return {
        "by": caller.subject,
        "email": entered.email,
        "name": entered.name,
        "roles": [role.model_dump() for role in entered.given()],
    }


def _reach(caller: Caller) -> Document:
    """Return the filter for one's own invitations and those wholly into networks that one coordinates."""
    if caller.is_operator:
        return {}
    own = {"private.invitation.by": caller.subject}
    networks = sorted(caller.networks("coordinator"))
    within = {"private.invitation.roles": {"$not": {"$elemMatch": {"network": {"$nin": networks}}}}}
    return {"$or": [own, within]} if networks else own


def _shown(challenge: ChallengeSnapshot, written: Document) -> Invitation:
    begun: datetime = challenge.expires_at - LASTS["invitation"]
    return Invitation(
        id=challenge.id,
        status=shown_status(challenge, now()),
        email=written["email"],
        name=written["name"],
        language=challenge.language,
        roles=[Role.model_validate(role) for role in written["roles"]],
        invited_by=written["by"],
        invited_at=begun,
        expires_at=challenge.expires_at,
    )
