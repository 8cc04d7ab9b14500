"""What fits, as somebody signed in sees and answers it, from the company's side or the provider's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from services.portal.api import Answer
from services.portal.forms import Form, submitted
from services.portal.neighbours import TRIES, Away, NothingHere, Pair, Refused
from services.portal.views import Shown, shown
from services.portal.visitors import Entity, Portal, SignedIn, Visitor
from shared.events.base import Language
from shared.events.matching import Advice, NearMiss
from shared.explaining import advised, near_miss
from shared.explaining.voice import Side

FIRST_SHOWN: Final = 10
"""Matches on a page until its reader asks for all of them."""


@dataclass(frozen=True)
class Fitting:
    """One match as a card on a page."""

    id: str
    found: str
    """The offer that fits the need, or the need that fits the offer."""
    view: Shown


async def pair_seen(visitor: Visitor, need: str, offer: str) -> Pair:
    """Return a pair as the visitor sees it; raises NothingHere when that is not at all."""
    answer = await visitor.read("matching", f"/api/v1/pairs/{need}/{offer}")
    try:
        return Pair.model_validate_json(answer.content)
    except ValidationError:
        raise Away from None


@dataclass(frozen=True)
class Fittings:
    """The cards that a page shows, best first, and how many more there are."""

    cards: list[Fitting]
    more: int
    whole: bool
    """Whether all were asked for; an answer then comes back to all of them."""


def offers_fitting(need: Any, matches: Sequence[Any], language: Language, *, whole: bool) -> Fittings:
    """Return a card for each offer among the matches of a need, the first ten or the `whole` list."""
    pairs = [
        (
            one["offer"],
            {"side": one["side"], "need": need, "offer": one["about"], "match": one, "response": one["said"]},
        )
        for one in matches
    ]
    return _fittings(pairs, language, "company", whole=whole)


def needs_fitting(offer: Any, items: Sequence[Any], language: Language, *, whole: bool) -> Fittings:
    """Return a card for each need that an offer answers, the first ten or the `whole` list."""
    pairs = [
        (
            one["need"],
            {"side": one["side"], "need": one["about"], "offer": offer, "match": one["match"], "response": one["said"]},
        )
        for one in sorted(items, key=lambda one: -one["match"]["fit"])
    ]
    return _fittings(pairs, language, "provider", whole=whole)


def _fittings(pairs: Sequence[tuple[str, Any]], language: Language, seen_from: Side, *, whole: bool) -> Fittings:
    first = pairs if whole else pairs[:FIRST_SHOWN]
    try:
        cards = [
            Fitting(pair["match"]["pair"], found, shown(Pair.model_validate(pair), language, seen_from))
            for found, pair in first
        ]
    except ValidationError:
        raise Away from None
    return Fittings(cards, len(pairs) - len(first), whole)


async def answer_pair(visitor: Visitor, need: str, offer: str, form: Form) -> None:
    """Say what a button says about a pair, or take it back; raises Refused for what no button says."""
    try:
        entered = Answer.model_validate(dict(form.pairs()))
    except ValidationError:
        raise Refused(422, {}) from None
    words = entered.words()
    for _ in range(TRIES):
        pair = await pair_seen(visitor, need, offer)
        if pair.side is None:
            raise NothingHere
        if words is None and pair.response is None:
            return
        path = f"/api/v1/pairs/{need}/{offer}/responses/{pair.side}"
        headers = {"If-Match": f'"{pair.response.version}"'} if pair.response else {}
        try:
            await visitor.call("matching", "DELETE" if words is None else "PUT", path, json=words, headers=headers)
        except Refused as refused:
            if refused.status not in {412, 428}:
                raise
            continue  # the other side spoke at the same time; the answer is still meant
        return
    raise Away


async def contact_of(visitor: Visitor, need: str, offer: str) -> Any:
    """Return name, address and telephone of the other side, None while they are not to be shown; members notes it."""
    try:
        return await visitor.get("members", f"/api/v1/pairs/{need}/{offer}/contact")
    except NothingHere:
        return None


def add_match_routes(router: APIRouter, portal: Portal, own: Literal["need", "offer"]) -> None:
    """Add the pages of one match, below those of one's own need or offer."""
    start, other = ("/bedarfe", "offer") if own == "need" else ("/angebote", "need")
    seen_from: Side = "company" if own == "need" else "provider"
    path = f"{start}/{{{own}}}/passend/{{{other}}}"

    def places(need: str, offer: str) -> tuple[str, str]:
        """Return where the reader's own entry is, and where the match is."""
        back, found = (f"{start}/{need}", offer) if own == "need" else (f"{start}/{offer}", need)
        return back, f"{back}/passend/{found}"

    @router.api_route(path, methods=["GET", "HEAD"], summary="One match, with reasons")
    async def match(request: Request, visitor: SignedIn, need: Entity, offer: Entity) -> Response:
        view = shown(await pair_seen(visitor, need, offer), visitor.language, seen_from)
        back, place = places(need, offer)
        return portal.page(request, "matched/match.html", view=view, place=place, back=back)

    @router.post(path, summary="Answer a match, or take the answer back")
    async def answer(request: Request, visitor: SignedIn, need: Entity, offer: Entity) -> Response:
        form = await submitted(request)
        await answer_pair(visitor, need, offer, form)
        back, place = places(need, offer)
        if form.text("from") == "match":
            return portal.go(place, done="answered")
        return portal.go(back, done="answered", **({"alle": "ja"} if form.text("from") == "all" else {}))

    @router.api_route(f"{path}/kontakt", methods=["GET"], summary="Whom to talk to")
    async def contact(request: Request, visitor: SignedIn, need: Entity, offer: Entity) -> Response:
        found = await contact_of(visitor, need, offer)
        return portal.page(request, "matched/contact.html", contact=found, back=places(need, offer)[1])


@dataclass(frozen=True)
class Missed:
    """An offer whose content fits and which a limit excludes."""

    offer: str
    title: str
    why: str


def missed(result: Any, language: Language) -> list[Missed]:
    """Return the near misses that matching tells of a need, in words."""
    return [
        Missed(one["offer"], one["about"]["title"], near_miss(NearMiss.model_validate(one), language))
        for one in result["near_misses"]
    ]


def advice(result: Any, language: Language) -> list[str]:
    """Return what the company could change to find more, in words."""
    return [advised(Advice.model_validate(one), language) for one in result["advice"]]
