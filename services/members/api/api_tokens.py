"""Tokens of programs: made, listed and revoked by the person in whose name they act; the secret is shown once."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.members.api.asked import today
from services.members.api.sessions import Person
from services.members.domain.granting import Scope
from services.members.store import Store
from services.members.store.api_tokens import ApiToken
from services.members.store.secrets import BERLIN
from shared.clock import now
from shared.events.base import Day, Id
from shared.inputs import DayInput, Input, an_example, line
from shared.rules import Conflict, Forbidden, Missing, RuleBroken
from shared.web import PROBLEM_RESPONSES

ANSWERS: Final[dict[int | str, dict[str, Any]]] = {s: PROBLEM_RESPONSES[s] for s in (401, 403, 404, 409, 413, 422, 503)}
LONGEST: Final = timedelta(days=366)
MOST: Final = 20
"""So many may a person have at a time."""


class ApiTokenInput(Input):
    """What a program is called, what it may do of what its owner may do, and until when."""

    model_config = an_example(label="Website of our network", scopes=["surveys:read"], expires_on="2027-06-30")

    label: Annotated[str, line(100)]
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    expires_on: DayInput
    """The last day on which it works."""


class ApiTokenShown(BaseModel):
    """A token without its secret."""

    id: Id
    label: str
    scopes: list[str]
    made_on: date
    expires_on: date
    last_used_on: date | None


class ApiTokenMade(ApiTokenShown):
    """A token just made, with the secret that nobody will see again."""

    secret: str


def routes(store: Store) -> APIRouter:
    """Return the routes of programs' tokens."""
    router = APIRouter(prefix="/api-tokens", tags=["tokens"])

    @router.post("", status_code=201, responses=ANSWERS, summary="Make a token for a program; its secret is shown once")
    async def make(caller: Person, entered: ApiTokenInput, response: Response) -> ApiTokenMade:
        expires_at = _end_of(entered.expires_on)
        owner = await store.members.get(caller.subject)
        if owner is None:
            raise Forbidden
        if len(await store.api_tokens.of(owner.id, now())) >= MOST:
            raise Conflict("too_many_tokens", most=MOST)
        made, secret = await store.api_tokens.make(
            owner.id, entered.label, entered.scopes, expires_on=entered.expires_on, expires_at=expires_at, moment=now()
        )
        response.headers["Cache-Control"] = "no-store"
        return ApiTokenMade(**_shown(made).model_dump(), secret=secret)

    @router.get("", responses=ANSWERS, summary="List one's own programs' tokens, newest first")
    async def listed(caller: Person) -> list[ApiTokenShown]:
        return [_shown(one) for one in await store.api_tokens.of(caller.subject, now())]

    @router.delete("/{token}", status_code=204, responses=ANSWERS, summary="Revoke one of one's own programs' tokens")
    async def revoke(caller: Person, token: Id) -> None:
        if not await store.api_tokens.revoke(token, caller.subject):
            raise Missing

    return router


def _end_of(day: Day) -> datetime:
    """Return the midnight in Berlin at which a token of this last day ends, if it is a likely one."""
    if day < today():
        raise RuleBroken("day_is_past", field="expires_on", day=str(day))
    if day > today() + LONGEST:
        raise RuleBroken("expires_too_late", field="expires_on", day=str(today() + LONGEST))
    return datetime.combine(day + timedelta(days=1), time(), BERLIN)


def _shown(token: ApiToken) -> ApiTokenShown:
    return ApiTokenShown(
        id=token.id,
        label=token.label,
        scopes=sorted(token.scopes),
        made_on=token.made_on,
        expires_on=token.expires_on,
        last_used_on=token.last_used_on,
    )
