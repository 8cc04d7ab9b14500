"""Challenges: a mailed link shows a page, whose button meets the challenge; so does the code in the asking browser."""

from hmac import compare_digest
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from services.members.api.meeting import meet, not_met
from services.members.domain.challenges import (
    MOST_CODES,
    ChallengeKind,
    ShownStatus,
    is_open,
    shown_status,
    takes_codes,
)
from services.members.store import Store
from shared.clock import now
from shared.events import ChallengeSnapshot
from shared.events.base import Id, Language, Moment
from shared.inputs import Input, an_example, line
from shared.links import code_of, matches
from shared.rules import Missing, Stale
from shared.web import PROBLEM_RESPONSES

ANSWERS: Final[dict[int | str, dict[str, Any]]] = {s: PROBLEM_RESPONSES[s] for s in (404, 413, 422, 503)}


class Named(BaseModel):
    """Something by its id and the name that people know."""

    id: Id
    name: str


class ChallengePage(BaseModel):
    """What the page behind a mailed link shows before anybody presses its button."""

    kind: ChallengeKind
    status: ShownStatus
    network: Named | None
    organisation: Named | None
    language: Language


class UseInput(Input):
    """Either the mailed link's signature, or the code with the secret of the browser that asked for it."""

    model_config = an_example(browser="qSGgZuGHLqXoX9dM2Fz0cS1hJv0b5h7u2Xb0fGm1kZs", code="12345678")

    signature: Annotated[str, line(100)] | None = None
    browser: Annotated[str, line(100)] | None = None
    code: Annotated[str, line(20)] | None = None
    """Blanks between the digits do not matter."""


class SessionSecret(BaseModel):
    """A session just opened; the secret is shown this once."""

    id: Id
    secret: str
    expires_at: Moment


class Met(BaseModel):
    """What was proved, by whom, and the session that it opened."""

    kind: ChallengeKind
    member: Id
    session: SessionSecret


def routes(store: Store, link_key: bytes) -> APIRouter:
    """Return the routes of challenges."""
    router = APIRouter(prefix="/challenges", tags=["signing in"])

    @router.get("/{challenge}", responses=ANSWERS, summary="What a mailed link is for; reading changes nothing")
    async def show(
        challenge: Id, signature: Annotated[str, Query(max_length=100)], response: Response
    ) -> ChallengePage:
        if not matches(link_key, signature, "challenge", challenge):
            raise Missing("link_not_valid")
        asked = await store.challenges.get(challenge)
        if asked is None:
            raise Missing("link_not_valid")
        response.headers["Cache-Control"] = "no-store"
        network = await store.networks.get(asked.network) if asked.network else None
        organisation = await store.organisations.get(asked.organisation) if asked.organisation else None
        return ChallengePage(
            kind=asked.kind,
            status=shown_status(asked, now()),
            network=Named(id=network.id, name=network.name) if network else None,
            organisation=Named(id=organisation.id, name=organisation.name) if organisation else None,
            language=asked.language,
        )

    @router.post("/{challenge}/uses", responses=ANSWERS, summary="Meet a challenge, once, and be signed in")
    async def use(challenge: Id, given: UseInput, response: Response) -> Met:
        asked = await store.challenges.get(challenge)
        if asked is None or not is_open(asked, now()):
            raise not_met()
        if not await _is_proved(store, link_key, asked, given):
            raise not_met()
        used = await meet(store, asked)
        assert used.member is not None
        session, secret = await store.sessions.open(used.member, now())
        response.headers["Cache-Control"] = "no-store"
        opened = SessionSecret(id=session.id, secret=secret, expires_at=session.expires_at)
        return Met(kind=used.kind, member=used.member, session=opened)

    return router


async def _is_proved(store: Store, link_key: bytes, asked: ChallengeSnapshot, given: UseInput) -> bool:
    if given.signature is not None:
        return matches(link_key, given.signature, "challenge", asked.id)
    if given.browser is None or given.code is None or not takes_codes(asked, now()):
        return False
    if not await store.challenges.is_asked_by(asked.id, given.browser):
        return False
    tried = await store.challenges.take_try(asked.id)
    code = "".join(given.code.split())
    if tried and compare_digest(code_of(link_key, asked.id).encode(), code.encode()):
        return True
    if tried == MOST_CODES:
        await _close(store, asked)
    return False


async def _close(store: Store, asked: ChallengeSnapshot) -> None:
    try:
        await store.challenges.replace(asked.model_copy(update={"status": "closed"}), expected=asked.version)
    except (Stale, Missing):  # met by the link at the same moment
        return
