"""The scheduler, one at a time under a lease: gathers each recipient's due items for a moment and builds the mails."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Final

from services.notifications.domain.gathering import RIDES_ALONG_FOR, Waiting, in_order, ready_at, slot_of
from services.notifications.domain.sending import GIVES_ITEMS_UP, Mail
from services.notifications.store import Store
from services.notifications.work.following import follow_all
from shared.clock import now
from shared.failpoints import pass_point
from shared.working import keep_doing, waited

_log = logging.getLogger(__name__)
_POLL: Final = 1.0
_TOGETHER: Final = 10
_TIDY_EVERY: Final = timedelta(seconds=30)


class Scheduler:
    """Follows what comes, and builds mails; `changes` is set when a copy changes, `ends` when a mail may have ended."""

    def __init__(self, store: Store, changes: asyncio.Event, items: asyncio.Event) -> None:
        self._store = store
        self._changes = changes
        self._items = items
        self._tidied_at: datetime | None = None

    async def run(self) -> None:
        """Work until cancelled: the lease is held."""
        self._tidied_at = None
        async with asyncio.TaskGroup() as both:
            both.create_task(keep_doing("follow", lambda: follow_all(self._store), self._changes))
            both.create_task(keep_doing("build", self._build_and_wait, self._items))

    async def _build_and_wait(self) -> bool:
        """Build what is ready; wait for what will be; return whether to look again at once."""
        self._items.clear()
        await self._tidy()
        next_at = await build_ready(self._store, now())
        if next_at is None:
            return False
        seconds = (next_at - now()).total_seconds()
        if seconds > 0:
            await waited(self._items, min(seconds, _POLL))
        return True

    async def _tidy(self) -> None:
        moment = now()
        if self._tidied_at is None or moment - self._tidied_at > _TIDY_EVERY:
            await tidy(self._store)
            self._tidied_at = moment


async def build_ready(store: Store, moment: datetime) -> datetime | None:
    """Build the mails of recipients whose items are gathered; return when the next will be, None when nothing waits."""
    waiting = await store.items.waiting()
    ready = [each for each in waiting if ready_at(each) <= moment]
    for start in range(0, len(ready), _TOGETHER):
        await asyncio.gather(*(build(store, each, moment) for each in ready[start : start + _TOGETHER]))
    return min((ready_at(each) for each in waiting if ready_at(each) > moment), default=None)


async def build(store: Store, waiting: Waiting, moment: datetime) -> None:
    """Give a recipient's due items to a mail and queue it; what a crash leaves half done the next try finishes."""
    items = in_order(await store.items.due_for(waiting.recipient))
    if not items:
        return
    mail = await store.mails.begin(waiting.recipient, slot_of(items), moment)
    if mail.state != "building":
        _log.error("slot is taken", extra={"mail": mail.id, "state": mail.state})
        return
    await store.items.take([item.id for item in items], mail.id)
    await pass_point("notifications.items_taken")
    await _queue(store, mail, moment)
    await pass_point("notifications.mail_built")


async def _queue(store: Store, mail: Mail, moment: datetime) -> None:
    taken = await store.items.of_mail(mail.id)
    if taken:
        await store.mails.finish_building(mail.id, [item.id for item in taken], moment)
    else:
        await store.mails.finish(mail, "cancelled", moment, "empty")


async def tidy(store: Store) -> None:
    """Finish what a process that died left half done."""
    for mail in await store.mails.in_state("building"):
        await _queue(store, mail, now())
    await settle_all(store)
    # An item taken by a process that slept while its mail was ended under it.
    for mail in await store.mails.finished(await store.items.in_mails()):
        await settle(store, mail)


async def settle_all(store: Store) -> None:
    """Settle what was finished by processes that died before they could."""
    unsettled = await store.mails.unsettled()
    for mail in unsettled:
        await settle(store, mail)
    await store.mails.settled(mail.id for mail in unsettled)


async def settle(store: Store, mail: Mail) -> None:
    """Let the items of a finished mail know how it ended; repeating it changes nothing.

    Whoever calls it notes that it is settled; many at once, since nothing depends on it but work done twice.
    """
    moment = mail.finished_at or now()
    if mail.state == "sent":
        await store.items.tell(mail.items, mail.id, moment)
    elif mail.state == "unknown":
        await store.items.give_back(mail.items, mail.id, moment, moment + RIDES_ALONG_FOR)
    elif mail.reason in GIVES_ITEMS_UP:
        await store.items.drop(mail.items, mail.id, str(mail.reason))
    await store.items.release_rest(mail.id)
