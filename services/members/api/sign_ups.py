"""How people come in, for operators: counts by day and network, and who has not answered yet."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.members.api.asked import LISTING
from services.members.domain.sign_ups import per_day
from services.members.store import Store
from shared.callers import Operator
from shared.clock import now
from shared.events.base import Day, Id, Moment
from shared.ids import made_at

MOST_WAITING: Final = 100


class CameIn(BaseModel):
    """How many came on a day into a network; people without a role yet have none."""

    day: Day
    network: Id | None
    unconfirmed: int
    active: int
    blocked: int


class Waiting(BaseModel):
    """Somebody who was sent a mail to confirm the address; the name is there for those who are still here."""

    member: Id | None
    name: str | None
    network: Id | None
    since: Moment
    expires_at: Moment


class SignUpsShown(BaseModel):
    """How people come in."""

    people: dict[str, int]
    """All who are here, by status."""
    open: dict[str, int]
    """Challenges that can still be met, by kind."""
    days: list[CameIn]
    waiting: list[Waiting]
    """Confirmations that are still waited for, newest first, at most a hundred."""


def routes(store: Store) -> APIRouter:
    """Return the route of sign-ups."""
    router = APIRouter(prefix="/sign-ups", tags=["operating"])

    @router.get("", responses=LISTING, summary="Who came in on which day, and who has not answered yet")
    async def sign_ups(_: Operator, days: Annotated[int, Query(ge=1, le=366)] = 30) -> SignUpsShown:
        at = now()
        counted = per_day([one async for one in store.sign_ups.since(at - timedelta(days=days))])
        return SignUpsShown(
            people=await store.sign_ups.by_status(),
            open=await store.sign_ups.open_by_kind(at),
            days=[
                CameIn(
                    day=day,
                    network=network,
                    unconfirmed=found["unconfirmed"],
                    active=found["active"],
                    blocked=found["blocked"],
                )
                for (day, network), found in counted.items()
            ],
            waiting=[
                Waiting(since=made_at(one.pop("challenge")), **one)
                for one in await store.sign_ups.confirmations(at, MOST_WAITING)
            ],
        )

    return router
