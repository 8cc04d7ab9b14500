"""What the command line offers for notifications: how many mails are in which state."""

from typing import Final, get_args

from services.notifications.domain.sending import State
from services.notifications.store import Store

STATES: Final[tuple[State, ...]] = get_args(State)


async def mail_counts(store: Store) -> dict[State, int]:
    """Return how many mails are in each state, those alone that have any."""
    counts = {state: await store.mails.count(state) for state in STATES}
    return {state: count for state, count in counts.items() if count}
