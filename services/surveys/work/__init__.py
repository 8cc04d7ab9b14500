"""What the passing of days brings: needs are asked about and expire, past course dates go, offers end."""

import asyncio
import logging
from datetime import date
from typing import Final, TypeVar

from services.surveys.domain import day_of, needs, offers
from services.surveys.store import Store
from shared.clock import now
from shared.events.base import Snapshot
from shared.publishing import Owned
from shared.rules import Missing, Stale
from shared.working import keep_doing

S = TypeVar("S", bound=Snapshot)
_log = logging.getLogger(__name__)
EVERY_SECONDS: Final = 3600
"""Days change at midnight in Berlin; an hour later everybody has been told."""


async def end_as_days_pass(store: Store, *, pause: float = EVERY_SECONDS) -> None:
    """Look at once and then every hour, for ever; run it under a lease."""

    async def step() -> bool:
        return await end_what_is_past(store, day_of(now())) > 0

    await keep_doing("end_what_is_past", step, asyncio.Event(), pause=pause)


async def end_what_is_past(store: Store, today: date) -> int:
    """Expire needs, or ask about them, and end course dates and offers; return how many, 0 when nothing is left."""
    done = 0
    async for need in store.needs_to_look_at(today):
        done += await _replaced(store.needs, need, needs.as_of(need, today))
    async for offer in store.offers_to_look_at(today):
        done += await _replaced(store.offers, offer, offers.as_of(offer, today))
    if done:
        _log.info("days passed", extra={"changed": done})
    return done


async def _replaced(owned: Owned[S], old: S, new: S) -> bool:
    """Put `new` in place of `old` if they differ; what somebody changed meanwhile is left for the next look."""
    if new == old:
        return False
    try:
        await owned.replace(new, expected=old.version)
    except (Stale, Missing):
        return False
    return True
