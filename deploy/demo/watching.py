"""Seeing from outside, over HTTP, what the services have made of the sample, and when everything is quiet."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from deploy.cli.calls import Calls
from services.notifications.domain.telling import Known, items_of
from shared.events import NeedSnapshot, OfferSnapshot, ResultSnapshot

PAUSE: Final = 0.2
"""Seconds between two looks."""
AT_ONCE: Final = 6
ON_THEIR_WAY: Final = frozenset({"building", "pending", "claimed", "handed_over"})
LOST: Final = frozenset({"failed", "unknown"})
"""States in which no mail of the demonstration should end."""
_UNTOLD: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Mail:
    """A mail as notifications tells it: a state, and the items that it carries."""

    id: str
    state: str
    items: frozenset[str]


@dataclass(frozen=True)
class Received:
    """A mail as the mail catcher got it."""

    id: str
    to: str
    subject: str
    at: datetime


@dataclass(frozen=True)
class Seen:
    """Everything that can be seen from outside at one moment."""

    needs: Mapping[str, NeedSnapshot] = field(default_factory=dict)
    offers: Mapping[str, OfferSnapshot] = field(default_factory=dict)
    results: Mapping[str, ResultSnapshot] = field(default_factory=dict)
    mails: tuple[Mail, ...] = ()
    received: tuple[Received, ...] = ()

    def matches(self) -> int:
        """Return how many pairs there are."""
        return sum(len(result.matches) for result in self.results.values())

    def without_result(self) -> list[str]:
        """Return the needs whose result is missing or of an older version of the need."""
        return [need.id for need in self.needs.values() if not _is_current(self.results.get(need.id), need)]

    def untold(self) -> set[str]:
        """Return the items that follow from the results and that no mail has carried to its end."""
        finished = {
            item for mail in self.mails if mail.state not in {*ON_THEIR_WAY, "cancelled"} for item in mail.items
        }
        return {item for result in self.results.values() for item in self._items(result)} - finished

    def _items(self, result: ResultSnapshot) -> Iterable[str]:
        known = Known(need=self.needs.get(result.id), offers=self.offers, responses={})
        return (item.id for item in items_of(result, known))

    def waits_for(self) -> list[str]:
        """Return what is not finished, in words; nothing when all is quiet."""
        on_their_way = sum(mail.state in ON_THEIR_WAY for mail in self.mails)
        sent = sum(mail.state == "sent" for mail in self.mails)
        open_ends = {
            "needs without a current result": len(self.without_result()),
            "matches that somebody should have been told": len(self.untold()),
            "mails on their way": on_their_way,
            "mails sent but not received": max(0, sent - len(self.received)),
        }
        return [f"{count} {what}" for what, count in open_ends.items() if count]


def _result(told: Mapping[str, Any]) -> ResultSnapshot:
    """Return what matching tells as a result; version and time are not told, and the same for all."""
    return ResultSnapshot.model_validate({**told, "id": told["need"], "version": 1, "changed_at": _UNTOLD})


def _is_current(result: ResultSnapshot | None, need: NeedSnapshot) -> bool:
    return result is not None and result.need_version == need.version


class Watch:
    """Looks at a stack again and again; offers and needs are told to it, since they are entered here."""

    def __init__(self, calls: Calls, catcher: httpx.AsyncClient) -> None:
        """`catcher` is a client whose base address is that of the mail catcher."""
        self._calls = calls
        self._catcher = catcher
        self.seen = Seen()

    def entered(self, needs: Iterable[Mapping[str, Any]], offers: Iterable[Mapping[str, Any]]) -> None:
        """Note what was entered."""
        told_needs = [NeedSnapshot.model_validate(need) for need in needs]
        told_offers = [OfferSnapshot.model_validate(offer) for offer in offers]
        self.seen = replace(
            self.seen,
            needs={need.id: need for need in told_needs},
            offers={offer.id: offer for offer in told_offers},
        )

    async def look(self, *, again: bool = False) -> Seen:
        """Look at results that were not current yet, or `again` at all, and at the mails."""
        wanted = list(self.seen.needs) if again else self.seen.without_result()
        results, mails, received = await asyncio.gather(self._results(wanted), self._mails(), self._received())
        self.seen = replace(self.seen, results={**self.seen.results, **results}, mails=mails, received=received)
        return self.seen

    async def _results(self, needs: Sequence[str]) -> dict[str, ResultSnapshot]:
        """Read results in the order in which needs came, up to where they are missing: asking costs the asked, too."""
        found: dict[str, ResultSnapshot] = {}
        for start in range(0, len(needs), AT_ONCE):
            asked = needs[start : start + AT_ONCE]
            told = await asyncio.gather(*(self._calls.find("matching", f"/needs/{need}/matches") for need in asked))
            here = {each["need"]: _result(each) for each in told if each is not None and each["status"] != "waiting"}
            found |= here
            if not here:
                break
        return found

    async def _mails(self) -> tuple[Mail, ...]:
        told = [each async for each in self._calls.each("notifications", "/mails")]
        return tuple(Mail(each["id"], each["state"], frozenset(each["items"])) for each in told)

    async def _received(self) -> tuple[Received, ...]:
        answer = await self._catcher.get("/api/messages")
        return tuple(
            Received(each["id"], each["to"][0], each["subject"], datetime.fromisoformat(each["received_at"]))
            for each in answer.raise_for_status().json()
        )

    async def until_quiet(self, patience: float, shown: Callable[[Seen], None]) -> Seen:
        """Look until nothing is waited for any more, also after all results were read again; TimeoutError says what is.

        `patience` is in seconds. Results may still change after they first were current: offers come in, too.
        """
        seen = self.seen
        try:
            async with asyncio.timeout(patience):
                while True:
                    seen = await self.look()
                    shown(seen)
                    if not seen.waits_for() and await self._stays(seen, shown):
                        return self.seen
                    await asyncio.sleep(PAUSE)
        except TimeoutError:
            raise TimeoutError(f"after {patience:.0f} s: {', '.join(seen.waits_for()) or 'results change'}") from None

    async def _stays(self, before: Seen, shown: Callable[[Seen], None]) -> bool:
        after = await self.look(again=True)
        shown(after)
        return after.results == before.results and not after.waits_for()
