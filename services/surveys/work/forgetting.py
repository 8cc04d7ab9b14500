"""What follows when a person is erased: nothing here names that member any more, not even what things once were."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from services.surveys.domain import needs, offers
from services.surveys.store import Store
from services.surveys.store.forgetting import forget_in_history, naming
from services.surveys.work.confirming import forget_answers_of
from shared.events.base import Erased, Snapshot
from shared.publishing import Owned
from shared.rules import Missing, Stale
from shared.working import keep_doing

S = TypeVar("S", bound=Snapshot)
_log = logging.getLogger(__name__)
Forget = Callable[[Store, str], Awaitable[None]]


async def forget_in_needs(store: Store, member: str) -> None:
    """Take a member out of all needs."""
    await forget_in(store.needs, member, needs.without_member)


async def forget_in_offers(store: Store, member: str) -> None:
    """Take a member out of all offers."""
    await forget_in(store.offers, member, offers.without_member)


async def forget_in_visits(store: Store, member: str) -> None:
    """Take a member out of all visits and assessments, and out of the requests for these."""
    await store.visiting.forget_member(member)


FORGET: Final[list[Forget]] = [forget_in_needs, forget_in_offers, forget_answers_of, forget_in_visits]
"""What is done for each erased member. Whoever adds a collection that names members adds how it forgets them here.

Each may be done again, and anew after a crash; what raises is tried again.
"""


async def forget_in(owned: Owned[S], member: str, without: Callable[[S, str], S]) -> None:
    """Replace what names the member, which publishes it anew, and then clean what is remembered of changes."""
    while some := await owned.find(naming(member)):
        for one in some:
            try:
                await owned.replace(without(one, member), expected=one.version)
            except (Stale, Missing):
                continue
    await forget_in_history(owned, member)


async def forget_for_ever(store: Store, wake: asyncio.Event) -> None:
    """Look whenever something about a member comes; run it under a lease."""

    async def step() -> bool:
        return await forget_erased(store) > 0

    await keep_doing("forget_erased", step, wake)


async def forget_erased(store: Store) -> int:
    """Forget those who were erased since; return how many changes of members were dealt with."""
    dealt = await store.members.due()
    for due in dealt:
        if isinstance(due.snapshot, Erased):
            for forget in FORGET:
                await forget(store, due.id)
            _log.info("member forgotten", extra={"member": due.id})
        await store.members.done(due)
    return len(dealt)
