"""One need and one offer: whether and why they fit, and what both sides say about it."""

from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import APIRouter, Body, Depends, Header, Response

from services.matching.answers import (
    PairAnswer,
    need_in_short,
    offer_in_short,
    said_shown,
    without_company,
)
from services.matching.api.viewing import READING, Entity, Looking, Responses
from services.matching.domain import Side, funding_hints, judge, said_by
from services.matching.domain.seeing import Seat, Viewer, seat_at
from services.matching.inputs import ResponseInput
from services.matching.store import Store
from shared.callers import SignedIn
from shared.clock import now
from shared.events import NeedSnapshot, OfferSnapshot, ResponseSnapshot
from shared.events.matching import Criterion, FundingHint, Match, pair_of
from shared.rules import Conflict, Forbidden, Missing, RuleBroken, Stale
from shared.web import PROBLEM_RESPONSES, etag, if_match

_CHANGING: Final[Responses] = {status: PROBLEM_RESPONSES[status] for status in (401, 403, 404, 412, 413, 422, 428, 503)}
_PROGRAMS: Final = UUID("3c1b0a55-2d0e-5c58-9a5e-0d6f3a1e7b42")


def _version_read(
    value: Annotated[
        str | None,
        Header(alias="If-Match", description="The ETag that was read; needed once there is a response", max_length=50),
    ] = None,
) -> int | None:
    return None if value is None else if_match(value)


VersionRead = Annotated[int | None, Depends(_version_read)]


@dataclass(frozen=True)
class _Pair:
    """A pair that the caller may see, and from which seat."""

    need: NeedSnapshot
    offer: OfferSnapshot
    subject: str
    seat: Seat

    @property
    def id(self) -> str:
        return pair_of(self.need.id, self.offer.id)


def routes(store: Store) -> APIRouter:
    """Return the routes for pairs."""
    router = APIRouter(prefix="/pairs/{need}/{offer}", tags=["matches"])

    async def pair_for(need: Entity, offer: Entity, viewer: Looking, caller: SignedIn) -> _Pair:
        return await _pair(store, need, offer, viewer, caller.subject)

    Visible = Annotated[_Pair, Depends(pair_for)]  # noqa: N806 - a type

    @router.get("", responses=READING, summary="A need and an offer, why they fit, and what was said")
    async def read(pair: Visible, response: Response) -> PairAnswer:
        return await _answer(store, pair, response)

    @router.put("/responses/{side}", responses=_CHANGING, summary="Say something about a match, or say it anew")
    async def respond(
        side: Side, pair: Visible, said: Annotated[ResponseInput, Body()], version: VersionRead, response: Response
    ) -> PairAnswer:
        _may_speak_for(pair, side)
        words = said_by(_member(pair.subject), said.what, at=now(), reason=said.reason, persons=said.persons)
        before = await _response_at(store, pair, version)
        if before is None:
            await _first_response(store, pair, side, words)
        else:
            await store.responses.replace(before.model_copy(update={side: words}), expected=before.version)
        return await _answer(store, pair, response)

    @router.delete("/responses/{side}", responses=_CHANGING, summary="Take back what was said about a match")
    async def take_back(side: Side, pair: Visible, version: VersionRead, response: Response) -> PairAnswer:
        _may_speak_for(pair, side)
        before = await _response_at(store, pair, version)
        if before is None:
            raise Missing
        if getattr(before, side) is not None:
            await store.responses.replace(before.model_copy(update={side: None}), expected=before.version)
        return await _answer(store, pair, response)

    return router


async def _pair(store: Store, need_id: str, offer_id: str, viewer: Viewer, subject: str) -> _Pair:
    """Return the pair if the caller may see it; what is foreign and what is missing look alike."""
    need, offer = await store.needs.get(need_id), await store.offers.get(offer_id)
    if need is None or offer is None:
        raise Missing
    pair = pair_of(need_id, offer_id)
    seat = seat_at(need, offer, pair, viewer, said=await store.responses.get(pair) is not None)
    if seat is None:
        raise Missing
    return _Pair(need, offer, subject, seat)


def _may_speak_for(pair: _Pair, side: Side) -> None:
    if side not in pair.seat.speaks_for:
        raise Forbidden


def _member(subject: str) -> str:
    """Return who said it: the member, or an id that stands for a program such as the command line."""
    try:
        return str(UUID(subject))
    except ValueError:
        return str(uuid5(_PROGRAMS, subject))


async def _response_at(store: Store, pair: _Pair, version: int | None) -> ResponseSnapshot | None:
    """Return the response if the caller has read it as it is; None when there is none, and the caller knows it."""
    before = await store.responses.get(pair.id)
    if before is not None and version is None:
        raise RuleBroken("if_match_missing", field="If-Match")
    if (before.version if before else None) != version:
        raise Stale(field="If-Match")
    return before


async def _first_response(store: Store, pair: _Pair, side: Side, words: object) -> None:
    first = ResponseSnapshot(
        id=pair.id, version=1, changed_at=now(), status="current", need=pair.need.id, offer=pair.offer.id
    )
    try:
        await store.responses.add(first.model_copy(update={side: words}))
    except Conflict:
        raise Stale(field="If-Match") from None  # somebody spoke first


async def _answer(store: Store, pair: _Pair, response: Response) -> PairAnswer:
    match, said = await _match(store, pair), await store.responses.get(pair.id)
    if said is not None:
        response.headers["ETag"] = etag(said.version)
    date, criteria = (match.course_date, match.criteria) if match else _judged(pair)
    shown = without_company(criteria) if pair.seat.sight == "hidden" else criteria
    return PairAnswer(
        pair=pair.id,
        side=pair.seat.side,
        speaks_for=tuple(sorted(pair.seat.speaks_for)),
        need=need_in_short(pair.need, pair.seat.sight),
        offer=offer_in_short(pair.offer, date),
        match=match and match.model_copy(update={"criteria": shown}),
        criteria=shown,
        response=said and said_shown(said, pair.seat),
        funding=() if pair.seat.side == "provider" else _funding(pair, date),
    )


def _funding(pair: _Pair, course_date: str | None) -> tuple[FundingHint, ...]:
    starts = next((date.starts_on for date in pair.offer.dates if date.id == course_date), None)
    return funding_hints(pair.need, pair.offer, starts)


def _judged(pair: _Pair) -> tuple[str | None, tuple[Criterion, ...]]:
    """Return what the limits say now about a pair that is no match, and by which date."""
    judgement = judge(pair.need, pair.offer)
    return judgement.date.id if judgement.date else None, judgement.criteria


async def _match(store: Store, pair: _Pair) -> Match | None:
    stored = await store.result(pair.need.id)
    return next((match for match in stored.matches if match.offer == pair.offer.id), None) if stored else None
