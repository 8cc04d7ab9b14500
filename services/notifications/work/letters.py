"""What a queued mail says, looked up at the hand-over: address, consent and text as they are now."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from services.notifications.domain.proving import proof, question
from services.notifications.domain.sending import NAMES_WAITED_FOR, Mail, is_expired
from services.notifications.domain.telling import Item, Known, items_of, mailed_since
from services.notifications.mail import AnyLetter, Entry, Letter, Proof, Question
from services.notifications.store import Store
from shared.clock import now
from shared.events import MemberSnapshot, NeedSnapshot, OfferSnapshot

Nobody = Literal["not_wanted", "nothing_left", "expired"]
"""Why a mail is cancelled: its recipient is not to be mailed (any more), nothing in it is true any more, too late."""
NotYet = Literal["names_missing"]


async def letter_of(store: Store, mail: Mail) -> tuple[AnyLetter, list[Item]] | Nobody | NotYet:
    """Return what the mail says and the items it tells, or why it is not to be sent."""
    if is_expired(mail, now()):
        return "expired"
    if mail.kind == "challenge":
        return await _proof(store, mail)
    if mail.kind == "still_needed":
        return await _question(store, mail)
    return await _matches(store, mail)


async def _proof(store: Store, mail: Mail) -> tuple[Proof, list[Item]] | Nobody | NotYet:
    challenge = await store.challenges.get(mail.about or "")
    if challenge is None:
        return "nothing_left"
    network, organisation = await asyncio.gather(
        store.networks.get(challenge.network or ""), store.organisations.get(challenge.organisation or "")
    )
    known = (network or not challenge.network) and (organisation or not challenge.organisation)
    if not known and challenge.kind != "sign_in" and now() - mail.made_at < NAMES_WAITED_FOR:
        return "names_missing"
    member = await store.members.get(mail.recipient)
    if member is None or member.status == "blocked":
        return "not_wanted"
    if proof(challenge, member, now()) is None:
        return "nothing_left"
    return Proof(mail.id, member, challenge, network, organisation, now()), []


async def _question(store: Store, mail: Mail) -> tuple[Question, list[Item]] | Nobody:
    need = await store.needs.get(mail.about or "")
    member, since = await _wanted(store, mail)
    if member is None or since is None:
        return "not_wanted"
    order = question(need, since, need.asked_on) if need and need.asked_on else None
    if need is None or order is None or (order.recipient, order.slot) != (mail.recipient, mail.slot):
        return "nothing_left"
    return Question(mail.id, member, need, now()), []


async def _matches(store: Store, mail: Mail) -> tuple[Letter, list[Item]] | Nobody:
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
    member, since = await _wanted(store, mail)
    if member is None or since is None:
        return "not_wanted"
    if not entries:
        return "nothing_left"
    entries.sort(key=lambda entry: (entry.kind, -entry.match.fit, entry.match.pair))
    return Letter(mail.id, member, tuple(entries), now()), told


async def _wanted(store: Store, mail: Mail) -> tuple[MemberSnapshot | None, datetime | None]:
    """Return the recipient, and since when that person wants mails; None for one who does not."""
    member, preferences = await asyncio.gather(store.members.get(mail.recipient), store.preferences.get(mail.recipient))
    return member, mailed_since(member, preferences)


async def _names(store: Store, needs: Iterable[NeedSnapshot], offers: Iterable[OfferSnapshot]) -> dict[str, str]:
    wanted = {need.organisation for need in needs} | {offer.provider for offer in offers}
    return {one.id: one.name for one in (await store.organisations.get_many(each for each in wanted if each)).values()}
