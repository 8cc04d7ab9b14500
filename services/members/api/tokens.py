"""Tokens: a mailed link's signature, or a program's secret, is exchanged for a short-lived caller token."""

from typing import Annotated, Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.members.domain import may_follow_links, rights_of_link
from services.members.domain.granting import SERVICES, rights_of
from services.members.store import Store
from shared.callers import LONGEST_MINUTES, sign_caller_token
from shared.clock import now
from shared.events.base import Id
from shared.inputs import Input, an_example, line
from shared.links import matches
from shared.rules import Missing, NotSignedIn
from shared.web import PROBLEM_RESPONSES


class LinkInput(Input):
    """What a mailed link holds, or for purpose `api` the secret of a program's token.

    `need` belongs to links of purpose match and need, `offer` to those of purpose match alone.
    """

    model_config = an_example(
        purpose="match",
        member="019a0000-0000-7000-8000-000000000387",
        need="019a0000-0000-7000-8000-000000000001",
        offer="019a0000-0000-7000-8000-000000000065",
        signature="yBtvGoTjVcPcTS1l4wLwZBPFhCjvXpb2tPvrFGVqUnk",
    )

    purpose: Literal["match", "unsubscribe", "need", "api"]
    member: Id | None = None
    need: Id | None = None
    offer: Id | None = None
    signature: Annotated[str, line(100)] | None = None
    secret: Annotated[str, line(100)] | None = None

    def parts(self) -> tuple[str, ...]:
        """Return what the signature was made over."""
        return tuple(part for part in (self.member, self.need, self.offer) if part is not None)


class Token(BaseModel):
    """A caller token and how long it lives."""

    token: str
    expires_in: Annotated[int, Field(description="Seconds")]


def routes(store: Store, private_key: Ed25519PrivateKey, link_key: bytes) -> APIRouter:
    """Return the route of tokens."""
    router = APIRouter(prefix="/tokens", tags=["tokens"])
    answers: dict[int | str, dict[str, Any]] = {s: PROBLEM_RESPONSES[s] for s in (401, 404, 413, 422, 503)}

    @router.post("", responses=answers, summary="Exchange a link's signature or a program's secret for a caller token")
    async def exchange(given: LinkInput, response: Response) -> Token:
        response.headers["Cache-Control"] = "no-store"
        if given.purpose == "api":
            token = await _of_program(store, private_key, given.secret or "")
        else:
            token = await _of_link(store, private_key, link_key, given)
        return Token(token=token, expires_in=LONGEST_MINUTES * 60)

    return router


async def _of_link(store: Store, private_key: Ed25519PrivateKey, link_key: bytes, link: LinkInput) -> str:
    # A wrong signature and a person who was erased look alike.
    if link.purpose == "api" or link.member is None or link.signature is None:
        raise Missing("link_not_valid")
    if not matches(link_key, link.signature, link.purpose, *link.parts()):
        raise Missing("link_not_valid")
    if not may_follow_links(await store.members.get(link.member), link.purpose):
        raise Missing("link_not_valid")
    rights, audience = rights_of_link(link.purpose, link.need or "", link.offer or "")
    return sign_caller_token(private_key, subject=link.member, rights=rights, audience=audience)


async def _of_program(store: Store, private_key: Ed25519PrivateKey, secret: str) -> str:
    """Return a token with the rights that its owner has now, bound to the scopes."""
    found = await store.api_tokens.used(secret, now())
    owner = await store.members.get(found.member) if found else None
    if found is None or owner is None or owner.status != "active":
        raise NotSignedIn
    return sign_caller_token(
        private_key, subject=owner.id, rights=rights_of(owner), audience=SERVICES, scopes=found.scopes
    )
