"""Tokens: a mailed link's signature is exchanged for a caller token that can do what the link is for, nothing else."""

from typing import Annotated, Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.members.domain import may_follow_links, rights_of_link
from services.members.store import Store
from shared.callers import LONGEST_MINUTES, sign_caller_token
from shared.events.base import Id
from shared.inputs import Input, an_example, line
from shared.links import matches
from shared.rules import Missing
from shared.web import PROBLEM_RESPONSES


class LinkInput(Input):
    """What a mailed link holds: `need` and `offer` belong to links of purpose match alone."""

    model_config = an_example(
        purpose="match",
        member="019a0000-0000-7000-8000-000000000387",
        need="019a0000-0000-7000-8000-000000000001",
        offer="019a0000-0000-7000-8000-000000000065",
        signature="yBtvGoTjVcPcTS1l4wLwZBPFhCjvXpb2tPvrFGVqUnk",
    )

    purpose: Literal["match", "unsubscribe"]
    member: Id
    need: Id | None = None
    offer: Id | None = None
    signature: Annotated[str, line(100)]

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
    answers: dict[int | str, dict[str, Any]] = {status: PROBLEM_RESPONSES[status] for status in (404, 413, 422, 503)}

    @router.post("", responses=answers, summary="Exchange a mailed link's signature for a caller token")
    async def exchange(link: LinkInput, response: Response) -> Token:
        # A wrong signature and a person who was erased look alike.
        if not matches(link_key, link.signature, link.purpose, *link.parts()):
            raise Missing("link_not_valid")
        if not may_follow_links(await store.members.get(link.member), link.purpose):
            raise Missing("link_not_valid")
        rights, audience = rights_of_link(link.purpose, link.need or "", link.offer or "")
        response.headers["Cache-Control"] = "no-store"
        token = sign_caller_token(private_key, subject=link.member, rights=rights, audience=audience)
        return Token(token=token, expires_in=LONGEST_MINUTES * 60)

    return router
