"""Sessions: exchanged for a caller token by the portal, listed and ended by the person who is signed in."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from services.members.api.challenges import Named
from services.members.domain.granting import SERVICES, rights_of
from services.members.store import Store
from services.members.store.sessions import Session
from shared.callers import LONGEST_MINUTES, Caller, SignedIn, sign_caller_token
from shared.clock import now
from shared.events import MemberSnapshot
from shared.events.base import Id, Language, Moment
from shared.inputs import Input, an_example, line
from shared.rules import Forbidden, Missing, NotSignedIn
from shared.web import PROBLEM_RESPONSES

OWN: Final[dict[int | str, dict[str, Any]]] = {s: PROBLEM_RESPONSES[s] for s in (401, 403, 404, 413, 422, 503)}
UNKNOWN: Final[dict[int | str, dict[str, Any]]] = {s: PROBLEM_RESPONSES[s] for s in (401, 413, 422, 503)}


class SecretInput(Input):
    """A session's secret."""

    model_config = an_example(secret="qSGgZuGHLqXoX9dM2Fz0cS1hJv0b5h7u2Xb0fGm1kZs")  # noqa: S106 - an example

    secret: Annotated[str, line(100)]


class NamedRole(BaseModel):
    """What the person is, for which organisation, in which network."""

    role: Literal["company", "provider", "adviser", "coordinator", "operator"]
    organisation: Named
    network: Named


class NamedMember(BaseModel):
    """Who is signed in."""

    id: Id
    name: str
    language: Language


class SessionToken(BaseModel):
    """A caller token with what pages need to greet the person and to offer what is theirs."""

    token: str
    expires_in: Annotated[int, Field(description="Seconds")]
    session: Id
    member: NamedMember
    operator: bool
    roles: list[NamedRole]


class SessionShown(BaseModel):
    """One browser in which the person is signed in."""

    id: Id
    opened_on: date
    last_used_on: date
    expires_at: Moment


async def person(caller: SignedIn) -> Caller:
    """Return a person who is signed in: a program, even in a person's name, cannot manage what it is let in by."""
    if caller.scopes is not None:
        raise Forbidden
    return caller


Person = Annotated[Caller, Depends(person)]


def routes(store: Store, private_key: Ed25519PrivateKey) -> APIRouter:
    """Return the routes of sessions."""
    router = APIRouter(prefix="/sessions", tags=["signing in"])

    @router.post("/token", responses=UNKNOWN, summary="Exchange a session's secret for a caller token")
    async def exchange(given: SecretInput, response: Response) -> SessionToken:
        session = await store.sessions.used(given.secret, now())
        if session is None:
            raise NotSignedIn
        member = await store.members.get(session.member)
        if member is None or member.status != "active":
            await store.sessions.end_all(session.member)
            raise NotSignedIn
        response.headers["Cache-Control"] = "no-store"
        return await _token(store, private_key, session, member)

    @router.post("/end", status_code=204, responses=UNKNOWN, summary="Sign out")
    async def end(given: SecretInput) -> None:
        await store.sessions.end_with(given.secret)

    @router.get("", responses=OWN, summary="List one's own sessions, newest first")
    async def listed(caller: Person) -> list[SessionShown]:
        return [
            SessionShown(id=one.id, opened_on=one.opened_on, last_used_on=one.last_used_on, expires_at=one.expires_at)
            for one in await store.sessions.of(caller.subject, now())
        ]

    @router.delete("", status_code=204, responses=OWN, summary="End all own sessions but one")
    async def end_all(caller: Person, keep: Annotated[Id | None, Query()] = None) -> None:
        await store.sessions.end_all(caller.subject, keep=keep)

    @router.delete("/{session}", status_code=204, responses=OWN, summary="End one of one's own sessions")
    async def end_one(caller: Person, session: Id) -> None:
        if not await store.sessions.end(session, caller.subject):
            raise Missing

    return router


async def _token(
    store: Store, private_key: Ed25519PrivateKey, session: Session, member: MemberSnapshot
) -> SessionToken:
    rights = rights_of(member)
    return SessionToken(
        token=sign_caller_token(private_key, subject=member.id, rights=rights, audience=SERVICES),
        expires_in=LONGEST_MINUTES * 60,
        session=session.id,
        member=NamedMember(id=member.id, name=member.name, language=member.language),
        operator="operator" in rights,
        roles=await _named(store, member),
    )


async def _named(store: Store, member: MemberSnapshot) -> list[NamedRole]:
    """Return the roles whose organisation and network are still there."""
    organisations = await store.known_organisations(role.organisation for role in member.roles)
    networks = await store.names_of_networks(role.network for role in member.roles)
    return [
        NamedRole(
            role=role.role,
            organisation=Named(id=role.organisation, name=organisations[role.organisation].name),
            network=Named(id=role.network, name=networks[role.network]),
        )
        for role in member.roles
        if role.organisation in organisations and role.network in networks
    ]
