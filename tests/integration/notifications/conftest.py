"""A notifications service taken apart, so that a test can stop it between any two steps."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from deploy.local.mailcatcher import MailCatcher
from services.notifications.mail import Renderer
from services.notifications.mail.courier import Courier, Server
from services.notifications.store import Store
from services.notifications.work import Sender
from services.notifications.work.building import build_ready, tidy
from services.notifications.work.following import follow_all
from shared.clock import now
from shared.copies import Copies, Received
from shared.events import Erased, NeedSnapshot, OfferSnapshot, ResultSnapshot, Snapshot
from shared.events.matching import Criterion, Match, pair_of
from shared.mongo import Database
from tests.builders import a_member, a_need, a_network, a_teacher, an_id, an_offer, an_organisation

LATER = timedelta(seconds=2)


@dataclass
class Household:
    """The store, one sender and its connection, and the mail catcher behind it."""

    store: Store
    mailbox: MailCatcher
    new_sender: Callable[[], Sender]
    courier: Courier
    versions: dict[str, int] = field(default_factory=dict)

    async def hear(self, *snapshots: Snapshot) -> None:
        """Take in what other services published, each time as a new version."""
        for each in snapshots:
            version = self.versions[each.id] = self.versions.get(each.id, 0) + 1
            record = each.model_copy(update={"version": version}).model_dump(mode="json")
            await self._copies(type(each)).apply([Received(each.id, version, record)])

    async def hear_erased(self, kind: type[Snapshot], entity: str) -> None:
        version = self.versions[entity] = self.versions.get(entity, 0) + 1
        erased = Erased(id=entity, version=version, changed_at=now())
        await self._copies(kind).apply([Received(entity, version, erased.model_dump(mode="json"))])

    def _copies(self, kind: type[Snapshot]) -> Copies[Any]:
        store = self.store
        every: list[Copies[Any]] = [
            *(store.networks, store.organisations, store.members, store.challenges),
            *(store.needs, store.offers, store.results, store.responses),
        ]
        return next(copies for copies in every if copies.kind is kind)

    async def follow(self) -> None:
        while await follow_all(self.store):
            pass

    async def build(self, after: timedelta = LATER) -> None:
        """Draw all consequences and build what is gathered by then."""
        await self.follow()
        await tidy(self.store)
        await build_ready(self.store, now() + after)
        await self.due_again(now())

    async def send(self, sender: Sender | None = None) -> None:
        sender = sender or self.new_sender()
        while await sender.send_one(self.courier):
            pass

    async def build_and_send(self) -> None:
        await self.build()
        await self.send()

    async def states(self) -> list[str]:
        return [mail.state for mail in await self.store.mails.find({}, after=None, limit=100)]

    async def due_again(self, moment: datetime) -> None:
        """Let the time come at which waiting mails are tried again."""
        await self.store.mails.collection.update_many({"state": "pending"}, {"$set": {"next_try_at": moment}})

    async def subjects(self, to: str) -> list[str]:
        return [mail["subject"] for mail in await self.mailbox.messages(to)]


@pytest.fixture
async def house(database: Database, mailbox: MailCatcher) -> AsyncIterator[Household]:
    store = Store(database)
    await store.prepare()
    renderer = Renderer("http://127.0.0.1:8100", bytes(32), "bedarfswerk@verbund.example")
    courier = Courier(Server("127.0.0.1", mailbox.smtp_port))

    def new_sender() -> Sender:
        return Sender(store, renderer, [courier], [], sender="bedarfswerk@verbund.example")

    household = Household(store, mailbox, new_sender, courier)
    await household.hear(a_network(), an_organisation(), a_member(), a_teacher())
    await household.follow()
    yield household
    await mailbox.misbehave()
    await courier.close()


def a_match(need: NeedSnapshot, offer: OfferSnapshot, **changes: object) -> Match:
    made = {
        "offer": offer.id,
        "pair": pair_of(need.id, offer.id),
        "probability": 0.9,
        "fit": 0.8,
        "announced": True,
        "criteria": (Criterion(code="seats", verdict="unknown"),),
        "found_at": now(),
    }
    return Match.model_validate({**made, **changes})


def a_result(need: NeedSnapshot, *offers: OfferSnapshot, **changes: object) -> ResultSnapshot:
    made = {"id": need.id, "version": 1, "changed_at": now(), "status": "current", "need_version": 1, "model": "m1"}
    return ResultSnapshot.model_validate({**made, "matches": [a_match(need, offer) for offer in offers], **changes})


def a_pair(number: int = 1, *, contact: str | None = None, **need: Any) -> tuple[NeedSnapshot, OfferSnapshot]:
    """Return a need and an offer; nobody looks after the offer unless a contact is given."""
    return a_need(id=an_id(number), **need), an_offer(id=an_id(100 + number), title=f"Kurs {number}", contact=contact)
