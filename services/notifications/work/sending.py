"""The sender, one at a time under a lease: pending → claimed → handed over → sent, and what else may come of it."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal

from services.notifications.domain.sending import Mail, is_expired, is_too_old, next_try
from services.notifications.domain.telling import Item, address_mark
from services.notifications.mail import Renderer
from services.notifications.mail.courier import Courier, Refusal, Result
from services.notifications.mail.rendering import UnusableAddress
from services.notifications.store import Store
from services.notifications.work.building import settle, settle_all
from services.notifications.work.letters import letter_of
from shared.clock import now
from shared.failpoints import pass_point
from shared.ids import new_id
from shared.mongo import is_not_now
from shared.working import keep_doing

_log = logging.getLogger(__name__)
_PAUSED_FOR: Final = timedelta(minutes=5)
_UNREACHED_FOR: Final = timedelta(seconds=5)
_LAST_WORDS: Final = 3.0
"""Seconds that a stopping process gives a mail under way: better late by this than parked."""
_MOST_FAILURES: Final = 5
_NOTED_TOGETHER: Final = 50
_NAMES_COME_WITHIN: Final = timedelta(seconds=1)
_RECOVER_EVERY: Final = timedelta(seconds=10)
_NOTING_PAUSES: Final = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 10.0, 10.0, 10.0, 10.0)
"""Seconds between tries to note an outcome while the database is away."""


class Sender:
    """Hands queued mails over, several at a time; `wakes` holds one event for each connection."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        store: Store,
        renderer: Renderer,
        couriers: Sequence[Courier],
        wakes: Sequence[asyncio.Event],
        *,
        sender: str,
        mode: Literal["off", "capture", "send"] = "capture",
    ) -> None:
        self._store = store
        self._renderer = renderer
        self._couriers = couriers
        self._wakes = wakes
        self._sender = sender
        self._mode = mode
        self._run = new_id()
        self._recovered_at: datetime | None = None
        self._settled: list[str] = []
        self._strays: set[str] = set()
        """Mails that this run lost sight of through an error."""
        self.holds: Callable[[], bool] = lambda: True
        """Whether this process may act, which its lease knows."""
        self.paused_until: datetime | None = None
        self.paused_by: str | None = None

    async def run(self) -> None:
        """Send until cancelled: the lease is held."""
        self._run = new_id()
        await self.recover()
        try:
            async with asyncio.TaskGroup() as all_of_them:
                for courier, wake in zip(self._couriers, self._wakes, strict=True):
                    all_of_them.create_task(keep_doing("send", partial(self.send_one, courier), wake))
        finally:
            await asyncio.gather(*(courier.close() for courier in self._couriers))

    async def recover(self) -> None:
        """Take over from runs that died: queue what they had claimed, park what they had handed over."""
        moment, strays = now(), set(self._strays)
        if parked := await self._store.mails.take_over(self._run, strays, moment):
            _log.error("mails parked: their outcome is unknown", extra={"count": parked})
        await self._note_settled()
        await settle_all(self._store)
        self._strays -= strays
        self._recovered_at = moment

    async def send_one(self, courier: Courier) -> bool:
        """Send the mail that has waited longest; return whether there was one."""
        moment = now()
        if not self.holds() or self._is_paused(moment):
            return False
        if self._recovered_at is None or moment - self._recovered_at > _RECOVER_EVERY:
            await self.recover()
        mail = await self._store.mails.claim(self._run, moment)
        if mail is None:
            await self._note_settled()
            return False
        await pass_point("notifications.claimed")
        under_way = asyncio.ensure_future(self._send(mail, courier))
        try:
            await asyncio.shield(under_way)
        except asyncio.CancelledError:
            await asyncio.wait([under_way], timeout=_LAST_WORDS)
            under_way.cancel()
            await asyncio.gather(under_way, return_exceptions=True)
            raise
        except Exception as error:  # noqa: BLE001 - one mail must not stop the others
            _log.exception("sending failed", extra={"mail": mail.id, "error_type": type(error).__name__})
            await self._after_error(mail, error)
        return True

    async def _send(self, mail: Mail, courier: Courier) -> None:
        if self._mode == "off":
            await self._end(mail, "cancelled", "mail_mode_off")
            return
        found = await letter_of(self._store, mail)
        if found == "names_missing":
            await self._store.mails.try_again(mail, now() + _NAMES_COME_WITHIN, found, counts=False)
            return
        if isinstance(found, str):
            await self._end(mail, "cancelled", found)
            return
        letter, items = found
        try:
            content = self._renderer.render(letter)
        except UnusableAddress:
            await self._end(mail, "failed", "unusable_address")
            return
        address = letter.to.email
        result = await courier.deliver(self._sender, address, content, lambda: self._hand_over(mail, items))
        await _surely(lambda: self._conclude(mail, address, result))

    async def _hand_over(self, mail: Mail, items: Sequence[Item]) -> bool:
        if is_expired(mail, now()):
            return False  # it is claimed once more, and then cancelled
        try:
            handed = await self._store.mails.hand_over(mail, [item.id for item in items], now())
        except Exception as error:
            if not is_not_now(error):
                raise
            return False  # whether it was noted or not: the mail stays here and is tried again
        await pass_point("notifications.handed_over")
        return handed

    async def _conclude(self, mail: Mail, address: str, result: Result) -> None:
        if result == "accepted":
            await pass_point("notifications.accepted")
            self.paused_until = None
            await self._end(mail, "sent")
        elif result == "unknown":
            _log.error("mail parked: its outcome is unknown", extra={"mail": mail.id})
            await self._end(mail, "unknown", "connection_lost")
        elif result == "withdrawn":
            # Another run may have it now, or its recipient was erased: then this changes nothing.
            await self._store.mails.try_again(mail, now(), "not_handed_over", counts=False)
        else:
            await self._refused(mail, address, result)

    async def _refused(self, mail: Mail, address: str, refusal: Refusal) -> None:
        extra = {"mail": mail.id, "answer": refusal.answer}
        if refusal.verdict in {"pause", "unreached"}:
            _log.error("sender paused", extra=extra)
            self.paused_until = now() + (_PAUSED_FOR if refusal.verdict == "pause" else _UNREACHED_FOR)
            self.paused_by = refusal.answer
            if is_too_old(mail, now()):
                await self._end(mail, "failed", "given_up", refusal.answer)
            else:
                await self._store.mails.try_again(mail, now(), "paused", answer=refusal.answer, counts=False)
        elif refusal.verdict == "later":
            await self._later(mail, refusal.answer)
        else:
            _log.warning("mail refused", extra=extra)
            if refusal.verdict == "no_such_address":
                await self._store.preferences.suppress(mail.recipient, address_mark(address))
            await self._end(mail, "failed", refusal.verdict, refusal.answer)

    async def _later(self, mail: Mail, answer: str) -> None:
        again = next_try(mail, now(), random.random())  # noqa: S311 - spreads retries, hides nothing
        if again is None:
            await self._end(mail, "failed", "given_up", answer)
        else:
            _log.info("mail is tried again later", extra={"mail": mail.id, "answer": answer})
            await self._store.mails.try_again(mail, again, "later", answer=answer)

    async def _after_error(self, mail: Mail, error: Exception) -> None:
        """Keep one mail that cannot be handled from standing in the way of the others."""
        self._strays.add(mail.id)
        current = await self._store.mails.get(mail.id)
        if current is None or current.claim != mail.claim or current.state != "claimed":
            return
        if mail.attempts >= _MOST_FAILURES:
            await self._end(mail, "failed", "not_rendered", type(error).__name__)
        else:
            await self._later(mail, type(error).__name__)

    async def _end(
        self,
        mail: Mail,
        state: Literal["sent", "cancelled", "failed", "unknown"],
        reason: str | None = None,
        answer: str | None = None,
    ) -> None:
        ended = await self._store.mails.finish(mail, state, now(), reason, answer)
        if ended is not None:
            await settle(self._store, ended)
            self._settled.append(ended.id)
            if len(self._settled) >= _NOTED_TOGETHER:
                await self._note_settled()

    async def _note_settled(self) -> None:
        settled, self._settled = self._settled, []
        await self._store.mails.settled(settled)

    def _is_paused(self, moment: datetime) -> bool:
        return self.paused_until is not None and moment < self.paused_until

    async def problems(self) -> list[str]:
        """Return why no mail flows; empty when it does."""
        return [f"the mail server takes no mail now ({self.paused_by})"] if self._is_paused(now()) else []


async def _surely(step: Callable[[], Awaitable[None]]) -> None:
    """Note what became of a mail, also when the database is away for a while: this process alone knows it."""
    for pause in _NOTING_PAUSES:
        try:
            await step()
        except Exception as error:
            if not is_not_now(error):
                raise
            await asyncio.sleep(pause)
        else:
            return
    await step()
