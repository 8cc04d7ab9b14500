"""What a queued mail says, looked up at the hand-over: address, consent and text as they are now."""

import asyncio
from collections.abc import Iterable
from typing import Literal

from services.notifications.domain.sending import Mail
from services.notifications.domain.telling import Item, Known, items_of, mailed_since
from services.notifications.mail import Entry, Letter
from services.notifications.store import Store
from shared.clock import now
from shared.events import NeedSnapshot, OfferSnapshot

Nobody = Literal["not_wanted", "nothing_left"]
"""Why a mail is cancelled: its recipient is not to be mailed (any more), or nothing in it is true any more."""


async def letter_of(store: Store, mail: Mail) -> tuple[Letter, list[Item]] | Nobody:
    """Return what the mail says and the items it tells, or why it is not to be sent."""
    items = await store.items.of_mail(mail.id)
    found, offers, needs, responses = await asyncio.gather(
        store.results.get_many({item.need for item in items}),
        store.offers.get_many({item.offer for item in items}),
        store.needs.get_many({item.need for item in items}),
        store.responses.get_many({item.pair for item in items}),
    )
    names = await _names(store, needs.values(), offers.values())
    entries: list[Entry] = []
    told: list[Item] = []
    for item in items:
        result = found.get(item.need)
        if result is None or item.id not in mail.items:
            continue
        true = {each.id for each in items_of(result, Known(needs.get(item.need), offers, responses))}
        if item.id not in true:
            continue
        need, offer = needs[item.need], offers[item.offer]
        match = next(each for each in result.matches if each.pair == item.pair)
        provider = offer.provider_name or names.get(offer.provider or "")
        company = names.get(need.organisation or "") if need.visibility != "anonymous" else None
        entries.append(Entry(item.kind, need, offer, match, company, provider))
        told.append(item)
    # Last of all, so that a consent withdrawn while the rest was read still counts.
    member, preferences = await asyncio.gather(store.members.get(mail.recipient), store.preferences.get(mail.recipient))
    if member is None or mailed_since(member, preferences) is None:
        return "not_wanted"
    if not entries:
        return "nothing_left"
    entries.sort(key=lambda entry: (entry.kind, -entry.match.fit, entry.match.pair))
    return Letter(mail.id, member, tuple(entries), now()), told


async def _names(store: Store, needs: Iterable[NeedSnapshot], offers: Iterable[OfferSnapshot]) -> dict[str, str]:
    wanted = {need.organisation for need in needs} | {offer.provider for offer in offers}
    return {one.id: one.name for one in (await store.organisations.get_many(each for each in wanted if each)).values()}
