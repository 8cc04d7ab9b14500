"""Items brought up to date, and mails queued, from copies that changed, whatever came first."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Final, TypeVar

from services.notifications.domain.proving import proof, question
from services.notifications.domain.telling import Known, Preferences, items_of, mailed_since, may_be_told
from services.notifications.store import Store
from services.notifications.store.items import Truth
from shared.clock import now
from shared.copies import Copies, Due
from shared.events import ChallengeSnapshot, Erased, MemberSnapshot, NeedSnapshot, ResultSnapshot, Snapshot
from shared.failpoints import pass_point
from shared.language import HOME

S = TypeVar("S", bound=Snapshot)
_BATCH: Final = 100
_NETWORKS_QUIET: Final = timedelta(seconds=10)


async def follow_all(store: Store) -> bool:
    """Draw the consequences of every kind of change once; return whether there may be more."""
    more = await follow_challenges(store)
    more |= await follow_networks(store)
    more |= await follow_needs_and_offers(store)
    more |= await follow_results(store)
    more |= await follow_members(store)
    return more


async def follow_challenges(store: Store) -> bool:
    """Queue the mails of open challenges; one whose member has not come yet is looked at again when that one does."""
    due = await store.challenges.due(_BATCH)
    challenges = [one.snapshot for one in due if isinstance(one.snapshot, ChallengeSnapshot)]
    members = await store.members.get_many(each.member for each in challenges if each.member)
    moment = now()
    for challenge in challenges:
        order = proof(challenge, members.get(challenge.member or ""), moment)
        if order is not None:
            await store.mails.queue(order, moment)
    await _all_done(store.challenges, due)
    return bool(due)


async def follow_results(store: Store) -> bool:
    """Bring the items of needs in line with their results, then see which are due."""
    due = await store.results.due(_BATCH)
    if not due:
        return False
    results = [one.snapshot for one in due if isinstance(one.snapshot, ResultSnapshot)]
    truths = [Truth(one.id, [], one.version) for one in due if isinstance(one.snapshot, Erased)]
    offers = await store.offers.get_many({match.offer for result in results for match in result.matches})
    needs = await store.needs.get_many(result.id for result in results)
    responses = await store.responses.get_many({match.pair for result in results for match in result.matches})
    for result in results:
        known = Known(needs.get(result.id), offers, responses)
        truths.append(Truth(result.id, items_of(result, known), result.version))
    await store.items.agree(truths)
    await pass_point("notifications.items_stored")
    # Only now: a member who came while the items were being stored is either seen here or sees the items there.
    await reconsider(store, {item.recipient for truth in truths for item in truth.items})
    await _all_done(store.results, due)
    return True


async def follow_members(store: Store) -> bool:
    """See which items are due to a member who came or changed; forget everything about one who was erased."""
    due = await store.members.due(_BATCH)
    for one in due:
        if isinstance(one.snapshot, Erased):
            await store.items.forget(one.id)
            await store.mails.forget(one.id)
            await store.preferences.forget(one.id)
            await store.challenges.collection.delete_many({"record.member": one.id})
    came = sorted({one.id for one in due if isinstance(one.snapshot, MemberSnapshot)})
    await store.challenges.mark_due({"member": {"$in": came}, "status": "open"})
    await ask(store, await store.needs.find({"contact": {"$in": came}, "asked_on": {"$type": "string"}}))
    await reconsider(store, {one.id for one in due})
    await _all_done(store.members, due)
    return bool(due)


async def follow_needs_and_offers(store: Store) -> bool:
    """Ask whether needs are still open, and look again at results: their contact may be known only now."""
    needs = await store.needs.due(_BATCH)
    if needs:
        await ask(store, [one.snapshot for one in needs if isinstance(one.snapshot, NeedSnapshot)])
        await store.results.mark_due({"id": {"$in": [one.id for one in needs]}})
        await _all_done(store.needs, needs)
    offers = await store.offers.due(_BATCH)
    if offers:
        await store.results.mark_due({"matches.offer": {"$in": [one.id for one in offers]}})
        await _all_done(store.offers, offers)
    return bool(needs or offers)


async def follow_networks(store: Store) -> bool:
    """Fix the watermark when the networks are known; then everything that waits is looked at once more."""
    moment = now()
    due = await store.networks.due(_BATCH)
    if due:
        await store.note_networks(moment)
        await _all_done(store.networks, due)
    if await store.settle_watermark(moment - _NETWORKS_QUIET):
        await reconsider(store, await store.items.all_waiting_recipients())
    return bool(due)


async def ask(store: Store, needs: Iterable[NeedSnapshot]) -> None:
    """Queue the mails that ask whether a need is still open, to contacts who want mails."""
    asked = [need for need in needs if need.asked_on is not None and need.contact is not None]
    if not asked:
        return
    contacts = sorted({str(need.contact) for need in asked})
    members = await store.members.get_many(contacts)
    preferences = await store.preferences.get_many(contacts)
    first_day = (await store.watermark()).astimezone(HOME).date()
    for need in asked:
        contact = str(need.contact)
        since = mailed_since(members.get(contact), preferences.get(contact, Preferences()))
        order = question(need, since, first_day)
        if order is not None:
            await store.mails.queue(order, now())


async def _all_done(copies: Copies[S], due: Iterable[Due[S]]) -> None:
    await asyncio.gather(*(copies.done(one) for one in due))


async def reconsider(store: Store, recipients: Iterable[str]) -> None:
    """Make due what these members may be told now, and take back what they may not."""
    asked = sorted(set(recipients))
    if not asked:
        return
    items = await store.items.waiting_for(asked)
    members = await store.members.get_many(asked)
    preferences = await store.preferences.get_many(asked)
    watermark = await store.watermark()
    since = {each: mailed_since(members.get(each), preferences.get(each, Preferences())) for each in asked}
    may = {item.id for item in items if may_be_told(item, since[item.recipient], watermark)}
    await store.items.set_due([item.id for item in items if item.id in may and item.due_at is None], now())
    await store.items.set_not_due([item.id for item in items if item.id not in may and item.due_at is not None])
