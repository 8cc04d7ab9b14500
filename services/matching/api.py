"""HTTP for results and responses: operators see all, a mailed link's token one pair, as the member it names."""

from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID, uuid5

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Response

from services.matching.answers import (
    NeedMatches,
    OfferMatch,
    PairAnswer,
    ResponseInput,
    need_in_short,
    offer_in_short,
    without_company,
    without_member,
)
from services.matching.domain import Side, funding_hints, judge, said_by
from services.matching.store import Store
from shared.callers import OPERATOR, Caller, SignedIn, requires
from shared.clock import now
from shared.events import NeedSnapshot, OfferSnapshot, ResponseSnapshot
from shared.events.base import Erased, Id
from shared.events.matching import Criterion, FundingHint, Match, pair_of
from shared.events.surveys import Visibility
from shared.rules import Conflict, Forbidden, Missing, RuleBroken, Stale
from shared.web import PROBLEM_RESPONSES, Page, etag, if_match, tagged

_Responses = dict[int | str, dict[str, Any]]
_READING: Final[_Responses] = {status: PROBLEM_RESPONSES[status] for status in (401, 403, 404, 422, 503)}
_CHANGING: Final[_Responses] = {
    status: PROBLEM_RESPONSES[status] for status in (401, 403, 404, 412, 413, 422, 428, 503)
}
_PROGRAMS: Final = UUID("3c1b0a55-2d0e-5c58-9a5e-0d6f3a1e7b42")

Entity = Annotated[Id, Path(description="The id, a UUID in lower case")]
Limit = Annotated[int, Query(ge=1, le=200, description="The most items of a page")]


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
    """A pair that the caller may see, and from which side; None for an operator."""

    need: NeedSnapshot
    offer: OfferSnapshot
    caller: Caller
    side: Side | None

    @property
    def id(self) -> str:
        return pair_of(self.need.id, self.offer.id)

    @property
    def hidden(self) -> bool:
        """Whether the company must not be recognised by the caller."""
        return self.side == "provider" and self.need.visibility is Visibility.ANONYMOUS


def routes(store: Store) -> APIRouter:
    """Return all routes of the service, below /api/v1."""
    router = APIRouter(tags=["matches"])
    for part in (_result_routes(store), _pair_routes(store)):
        router.include_router(part)
    return router


def _result_routes(store: Store) -> APIRouter:
    router = APIRouter(dependencies=[Depends(requires(OPERATOR))])

    @router.get("/needs/{need}/matches", responses=_READING, summary="The matches of a need, best first, with reasons")
    async def of_need(need: Entity, response: Response) -> NeedMatches:
        stored = await store.result(need)
        if stored is None:
            if await store.needs.get(need) is None:
                raise Missing
            return NeedMatches(need=need, status="waiting")
        if isinstance(stored.result, Erased):
            raise Missing
        tagged(response, stored.result)
        result = stored.result
        return NeedMatches(
            need=need,
            status=result.status,
            need_version=result.need_version,
            model=result.model,
            matches=result.matches,
            near_misses=result.near_misses,
            advice=result.advice,
        )

    @router.get("/offers/{offer}/matches", responses=_READING, summary="The needs that an offer answers, oldest first")
    async def of_offer(
        offer: Entity,
        after: Annotated[Id | None, Query(description="`next` of the page before")] = None,
        limit: Limit = 50,
    ) -> Page[OfferMatch]:
        if await store.offers.get(offer) is None:
            raise Missing
        results = await store.results.find({"matches.offer": offer}, after=after, limit=limit + 1)
        items = [
            OfferMatch(need=result.id, match=match)
            for result in results[:limit]
            for match in result.matches
            if match.offer == offer
        ]
        return Page(items=items, next=results[limit - 1].id if len(results) > limit else None)

    return router


def _pair_routes(store: Store) -> APIRouter:
    router = APIRouter(prefix="/pairs/{need}/{offer}")

    async def pair_for(need: Entity, offer: Entity, caller: SignedIn) -> _Pair:
        return await _pair(store, need, offer, caller)

    Visible = Annotated[_Pair, Depends(pair_for)]  # noqa: N806 - a type

    @router.get("", responses=_READING, summary="A need and an offer, why they fit, and what was said")
    async def read(pair: Visible, response: Response) -> PairAnswer:
        return await _answer(store, pair, response)

    @router.put("/responses/{side}", responses=_CHANGING, summary="Say something about a match, or say it anew")
    async def respond(
        side: Side, pair: Visible, said: Annotated[ResponseInput, Body()], version: VersionRead, response: Response
    ) -> PairAnswer:
        _may_speak_for(pair, side)
        words = said_by(_member(pair.caller), said.what, at=now(), reason=said.reason, persons=said.persons)
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


async def _pair(store: Store, need_id: str, offer_id: str, caller: Caller) -> _Pair:
    """Return the pair if the caller may see it; what is foreign and what is missing look alike."""
    if not caller.may(f"match:{pair_of(need_id, offer_id)}"):
        raise Missing
    need, offer = await store.needs.get(need_id), await store.offers.get(offer_id)
    if need is None or offer is None:
        raise Missing
    side = None if caller.may(OPERATOR) else _side_of(caller.subject, need, offer)
    if side == "provider" and need.visibility is Visibility.COORDINATOR:
        raise Missing
    return _Pair(need, offer, caller, side)


def _side_of(member: str, need: NeedSnapshot, offer: OfferSnapshot) -> Side:
    """Return on which side a member is; Missing for one who once was, and is no longer."""
    if member == need.contact:
        return "company"
    if member == offer.contact:
        return "provider"
    raise Missing


def _may_speak_for(pair: _Pair, side: Side) -> None:
    if pair.side is not None and pair.side != side:
        raise Forbidden


def _member(caller: Caller) -> str:
    """Return who said it: the member, or an id that stands for a program such as the command line."""
    try:
        return str(UUID(caller.subject))
    except ValueError:
        return str(uuid5(_PROGRAMS, caller.subject))


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
    shown = without_company(criteria) if pair.hidden else criteria
    return PairAnswer(
        pair=pair.id,
        side=pair.side,
        need=need_in_short(pair.need, hidden=pair.hidden),
        offer=offer_in_short(pair.offer, date),
        match=match and match.model_copy(update={"criteria": shown}),
        criteria=shown,
        response=said and _for_side(said, pair.side),
        funding=() if pair.side == "provider" else _funding(pair, date),
    )


def _funding(pair: _Pair, course_date: str | None) -> tuple[FundingHint, ...]:
    starts = next((date.starts_on for date in pair.offer.dates if date.id == course_date), None)
    return funding_hints(pair.need, pair.offer, starts)


def _judged(pair: _Pair) -> tuple[str | None, tuple[Criterion, ...]]:
    """Return what the limits say now about a pair that is no match, and by which date."""
    judgement = judge(pair.need, pair.offer)
    return judgement.date.id if judgement.date else None, judgement.criteria


def _for_side(said: ResponseSnapshot, side: Side | None) -> ResponseSnapshot:
    return said.model_copy(
        update={
            "company": without_member(said.company, "company", side),
            "provider": without_member(said.provider, "provider", side),
        }
    )


async def _match(store: Store, pair: _Pair) -> Match | None:
    stored = await store.result(pair.need.id)
    return next((match for match in stored.matches if match.offer == pair.offer.id), None) if stored else None
