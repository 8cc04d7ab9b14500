"""What follows from a confirmation: the answer counts and its needs open, whichever of the two came first."""

import asyncio
import logging

from services.surveys.domain.asking import Answer, answering
from services.surveys.store import Store
from shared.clock import now
from shared.events.members import ChallengeSnapshot
from shared.events.surveys import NeedSnapshot
from shared.failpoints import pass_point
from shared.rules import Conflict, Missing, Stale
from shared.working import keep_doing

_log = logging.getLogger(__name__)


async def confirm_for_ever(store: Store, wake: asyncio.Event) -> None:
    """Look whenever an answer or a confirmation comes; run it under a lease."""

    async def step() -> bool:
        return await confirm_answers(store) > 0

    await keep_doing("confirm_answers", step, wake)


async def confirm_answers(store: Store) -> int:
    """Take up new confirmations, then new answers; return how many of either were dealt with.

    Each side is stored before anybody looks for the other, so that no order of arrival leaves an answer behind.
    """
    dealt = 0
    for due in await store.asking.challenges.due():
        waiting = await store.asking.waiting_for(due.id)
        if all([await _looked_at(store, answer) for answer in waiting]):
            await store.asking.challenges.done(due)
            dealt += 1
    for answer in await store.asking.unlooked():
        dealt += await _looked_at(store, answer)
    return dealt


async def _looked_at(store: Store, answer: Answer) -> bool:
    """Make an answer count if it is confirmed, else let it wait; False when somebody else was faster."""
    challenge = await store.asking.challenges.get(answer.challenge)
    try:
        if challenge is not None and answering.confirms(challenge, answer):
            await _confirm(store, answer, challenge)
        elif answer.status == "received":
            await store.asking.answers.replace(answer.model_copy(update={"status": "waiting"}), expected=answer.version)
    except (Stale, Missing):
        return False
    return True


async def _confirm(store: Store, answer: Answer, challenge: ChallengeSnapshot) -> None:
    """Make the needs first: what dies here is repeated, and ids derived from the answer make none twice."""
    confirmed = answering.confirmed(answer, challenge)
    survey = await store.asking.surveys.get(answer.survey)
    definition = await store.asking.definition(survey, answer.edition) if survey else None
    if definition is not None:
        for need in answering.needs_of(confirmed, definition):
            await _make(store, need)
            await pass_point("surveys.need_of_answer_made")
    await store.asking.answers.replace(confirmed, expected=answer.version)
    _log.info("answer confirmed", extra={"answer": answer.id, "needs": len(confirmed.needs)})


async def _make(store: Store, need: NeedSnapshot) -> None:
    try:
        await store.needs.add(need)
    except Conflict:
        _log.info("need was made before", extra={"need": need.id})


async def delete_unconfirmed_for_ever(store: Store, *, pause: float = 3600) -> None:
    """Look at once and then every hour; run it under a lease."""

    async def step() -> bool:
        await delete_unconfirmed(store)
        return False

    await keep_doing("delete_unconfirmed", step, asyncio.Event(), pause=pause)


async def delete_unconfirmed(store: Store) -> int:
    """Delete what nobody confirmed in time; return how many answers."""
    deleted = await store.asking.delete_unconfirmed(answering.given_before(now()))
    if deleted:
        _log.info("unconfirmed answers deleted", extra={"deleted": deleted})
    return deleted


async def forget_answers_of(store: Store, member: str) -> None:
    """Take an erased person out of their answers: unconfirmed ones go, of the others what was written freely."""
    for answer in await store.asking.answers_of(member):
        survey = await store.asking.surveys.get(answer.survey)
        definition = await store.asking.definition(survey, answer.edition) if survey else None
        if answer.status != "confirmed" or definition is None:
            await store.asking.answers.erase(answer.id, expected=answer.version)
            continue
        new = answering.without_person(answer, definition)
        if new != answer:
            await store.asking.answers.replace(new, expected=answer.version)
