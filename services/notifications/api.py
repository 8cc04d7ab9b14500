"""HTTP of notifications: what became of mails, without addresses, and ending or resuming them for oneself."""

from datetime import datetime
from typing import Annotated, Any, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, status
from pydantic import BaseModel, Field

from services.notifications.domain.sending import Mail, MailKind, State
from services.notifications.store import Store
from shared.callers import Caller, Operator, requires
from shared.clock import now
from shared.events.base import Id
from shared.rules import Conflict, Missing
from shared.web import PROBLEM_RESPONSES, Page

Unsubscriber = Annotated[Caller, Depends(requires("unsubscribe"))]
_PROBLEMS: dict[int | str, dict[str, Any]] = {code: PROBLEM_RESPONSES[code] for code in (401, 403, 422, 503)}


class MailShown(BaseModel):
    """A mail: ids, states and times; who gets it under which address is looked up when it is handed over."""

    id: Id
    recipient: Id = Field(description="The member's id.")
    kind: MailKind = Field(description="About matches, a challenge of members, or whether a need is still open.")
    about: Id | None = Field(None, description="The challenge or the need; None for a mail about matches.")
    state: State = Field(description="`unknown` is parked: nobody can say whether it arrived.")
    items: tuple[Id, ...] = Field(description="What it tells; each at most once unless an outcome was unknown.")
    made_at: datetime
    attempts: int
    reason: str | None = Field(None, description="A code: why it waits, or why it ended so.", examples=["not_wanted"])
    answer: str | None = Field(
        None, description="The server's last refusal: stage and code.", examples=["recipient 550 5.1.1"]
    )
    next_try_at: datetime | None = Field(None, description="Only while it waits.")
    handed_over_at: datetime | None = None
    finished_at: datetime | None = None
    seen_by: Id | None = Field(None, description="The operator who has taken note that it failed or is parked.")
    seen_at: datetime | None = None


class MailsInState(BaseModel):
    """How many mails are in a state, and of how many of them nobody has taken note."""

    state: State
    mails: int
    unseen: int


class UnsubscriptionShown(BaseModel):
    """Whether the caller is told about matches."""

    member: Id
    unsubscribed: bool


def routes(store: Store) -> APIRouter:
    """Return the routes of notifications."""
    router = APIRouter()

    @router.get("/mails/counts", tags=["mails"], summary="How many mails are in each state", responses=_PROBLEMS)
    async def count_mails(_: Operator) -> list[MailsInState]:
        counted = await store.mails.count()
        states: tuple[State, ...] = get_args(State)
        found = [(state, *counted.get(state, (0, 0))) for state in states]
        return [MailsInState(state=state, mails=mails, unseen=mails - seen) for state, mails, seen in found]

    @router.post(
        "/mails/{mail}/acknowledgement",
        tags=["mails"],
        summary="Take note of a mail that failed or is parked; repeating it changes nothing",
        responses={**_PROBLEMS, 404: PROBLEM_RESPONSES[404], 409: PROBLEM_RESPONSES[409]},
    )
    async def take_note(caller: Operator, mail: Annotated[Id, Path()]) -> MailShown:
        found = await store.mails.get(mail)
        if found is None:
            raise Missing
        if not await store.mails.note_seen(mail, _member(caller), now()):
            raise Conflict("mail_not_in_trouble")
        return _shown(await store.mails.get(mail) or found)

    @router.get("/mails", tags=["mails"], summary="Mails, oldest first", responses=_PROBLEMS)
    async def list_mails(
        _: Operator,
        state: Annotated[State | None, Query(description="Only mails in this state.")] = None,
        recipient: Annotated[Id | None, Query(description="Only mails to this member.")] = None,
        after: Annotated[Id | None, Query(description="`next` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        newest_first: Annotated[bool, Query()] = False,
    ) -> Page[MailShown]:
        query: dict[str, Any] = {
            **({"state": state} if state else {}),
            **({"recipient": recipient} if recipient else {}),
        }
        mails = await store.mails.find(query, after=after, limit=limit, newest_first=newest_first)
        return Page(items=[_shown(mail) for mail in mails], next=mails[-1].id if len(mails) == limit else None)

    @router.get(
        "/mails/{mail}", tags=["mails"], summary="One mail", responses={**_PROBLEMS, 404: PROBLEM_RESPONSES[404]}
    )
    async def get_mail(_: Operator, mail: Annotated[Id, Path()]) -> MailShown:
        found = await store.mails.get(mail)
        if found is None:
            raise Missing
        return _shown(found)

    @router.post(
        "/unsubscriptions",
        tags=["unsubscriptions"],
        summary="End all mails about matches to oneself",
        description="Repeating it changes nothing. A consent given later in members begins them anew.",
        status_code=status.HTTP_200_OK,
        responses=_PROBLEMS,
    )
    async def unsubscribe(caller: Unsubscriber) -> UnsubscriptionShown:
        member = _member(caller)
        await store.preferences.unsubscribe(member, now())
        await store.members.mark_due({"id": member})
        return UnsubscriptionShown(member=member, unsubscribed=True)

    @router.delete(
        "/unsubscriptions",
        tags=["unsubscriptions"],
        summary="Be told about matches again",
        description="From now on; what was found meanwhile is not told any more. Repeating it changes nothing.",
        responses=_PROBLEMS,
    )
    async def subscribe_again(caller: Unsubscriber) -> UnsubscriptionShown:
        member = _member(caller)
        await store.preferences.subscribe_again(member, now())
        await store.members.mark_due({"id": member})
        return UnsubscriptionShown(member=member, unsubscribed=False)

    return router


def _member(caller: Caller) -> str:
    """Return whom the caller speaks for: a member's own token, never a program's."""
    try:
        return str(UUID(caller.subject))
    except ValueError:
        raise Missing from None


def _shown(mail: Mail) -> MailShown:
    return MailShown(
        id=mail.id,
        recipient=mail.recipient,
        kind=mail.kind,
        about=mail.about,
        state=mail.state,
        items=mail.items,
        made_at=mail.made_at,
        attempts=mail.attempts,
        reason=mail.reason,
        answer=mail.answer,
        next_try_at=mail.next_try_at if mail.state == "pending" else None,
        handed_over_at=mail.handed_over_at,
        finished_at=mail.finished_at,
        seen_by=mail.seen_by,
        seen_at=mail.seen_at,
    )
