"""What members forgets by itself: challenges and sessions that are over, and people who never confirmed."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import Any, Final

from services.members.store import Store
from shared.clock import now
from shared.rules import Missing, Stale
from shared.working import keep_doing

PAUSE: Final = 5.0
"""Seconds; so long after an erasure nothing that was said under that address is left."""
NAME: Final = "retention"


async def forget_for_ever(store: Store) -> None:
    """Forget what is due, again and again; ends only when cancelled."""

    async def step() -> bool:
        return await forget(store, now()) > 0

    await keep_doing(NAME, step, asyncio.Event(), pause=PAUSE)


async def forget(store: Store, moment: datetime) -> int:
    """Forget what is due by then, at most some hundreds of each kind; return how many things were."""
    done = 0
    for challenge in await store.challenges.expired(moment):
        closed = challenge.model_copy(update={"status": "closed"})
        done += await _was_done(store.challenges.replace(closed, expected=challenge.version))
    for challenge in (*await store.challenges.outlived(moment), *await store.challenges_of_erased()):
        done += await _was_done(store.challenges.erase(challenge.id, expected=challenge.version))
    for member in await store.never_confirmed(moment):
        await store.audit.note("erased", NAME, member=member.id)
        done += await _was_done(store.members.erase(member.id, expected=member.version))
    return done + await store.end_sessions_of_others()


async def _was_done(change: Awaitable[Any]) -> bool:
    """Return False for what somebody else changed at the same moment: it is looked at again."""
    try:
        await change
    except (Stale, Missing):
        return False
    return True
