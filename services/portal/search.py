"""The pages of search: offers, open to everybody, and needs; the address of a page is the saved search, also as Atom.

The link to „mein NOW“ is a plain link: nothing is asked there unless somebody follows it.
"""

import asyncio
import hashlib
from datetime import date
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from babel.dates import format_date
from fastapi import APIRouter, Request, Response

from services.portal.choices import topics_of
from services.portal.feeds import feed
from services.portal.forms import Form
from services.portal.neighbours import Away, NothingHere, Refused
from services.portal.visitors import Anybody, Portal, SignedIn, Visitor, area
from shared.towns import TOWNS

PLAIN: Final = ("words", "place", "radius_km", "starts_from", "starts_to", "price_to", "sort", "unsaid", "network")
CHOICES: Final = ("delivery", "time_model", "area", "month", "topic", "level", "kind", "azav", "price_band")
NUMBERS: Final = ("price_to",)
MOST_CHOSEN: Final = 20
PER_PAGE: Final = 20
IN_A_FEED: Final = 50
FEED: Final = "application/atom+xml"
FEED_KEPT: Final = "public, max-age=300"
MEIN_NOW: Final = "https://mein-now.de/weiterbildungssuche/"
MORE_WORDS: Final = 200


class Option(NamedTuple):
    """One value of a facet, as it is shown."""

    value: str
    found: int | None
    """How much; None where it is not told."""


def routes(portal: Portal) -> APIRouter:
    """Return the routes of search."""
    router = area("search")
    for part in (_offers, _own_offers, _feed, _needs):
        part(router, portal)
    return router


def _offers(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/angebote", methods=["GET", "HEAD"], summary="Search the offers, open to everybody")
    async def offers(request: Request, visitor: Anybody) -> Response:
        if request.query_params.get("mine") == "yes" and visitor.member:
            return portal.go("/angebote/eigene")
        return await _page(portal, request, visitor, "offers")


def _own_offers(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/angebote/eigene", methods=["GET", "HEAD"], summary="The visitor's own offers, ended ones too")
    async def own(request: Request, visitor: SignedIn, after: str = "") -> Response:
        found = await visitor.get(
            "surveys", "/api/v1/offers", mine="true", newest_first="true", limit=PER_PAGE, after=after
        )
        return portal.page(request, "search/own.html", offers=found["items"], following=found["next"])


def _needs(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/bedarfe/suche", methods=["GET", "HEAD"], summary="Search the open needs")
    async def needs(request: Request, visitor: SignedIn) -> Response:
        if not visitor.has("company", "provider", "adviser", "coordinator"):
            raise NothingHere
        return await _page(portal, request, visitor, "needs")


def _feed(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/angebote.atom", methods=["GET", "HEAD"], summary="A saved search of open offers as Atom")
    async def atom(request: Request, visitor: Anybody) -> Response:
        form = _typed(request)
        asked = {**_asked(form), "sort": "newest", "limit": IN_A_FEED}
        found = await visitor.call("surveys", "GET", "/api/v1/search/offers", token="", params=asked)
        address = f"{portal.settings.public_url}/angebote"
        query = _query(form, leaving=("sort",))
        body = feed(found.body["items"], address, query, form.text("words"), visitor.language)
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": FEED_KEPT, "Vary": "Accept-Language, Cookie"}
        if tag in {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=FEED)


async def _page(portal: Portal, request: Request, visitor: Visitor, kind: str) -> Response:
    form = _typed(request)
    asked = {**_asked(form), "limit": PER_PAGE, "after": request.query_params.get("after", "")}
    status = 200
    try:
        found, topics = await asyncio.gather(
            visitor.get("surveys", f"/api/v1/search/{kind}", **asked), _topic_names(visitor)
        )
    except Refused as refused:
        form.refused(refused)
        found, topics, status = None, {}, 422
    facets = _facets(found["facets"] if found else {}, form)
    shown = {
        "kind": kind,
        "form": form,
        "found": found,
        "facets": facets,
        "query": _query(form),
        "without": {name: _query(form, leaving=(name,)) for name in (*PLAIN, *CHOICES) if form.text(name)},
        "topic_names": topics,
        "area_names": {option.value: area_name(option.value) for option in facets.get("area", ())},
        "month_names": {option.value: _month(option.value, visitor) for option in facets.get("month", ())},
        "elsewhere": mein_now(form.text("words")),
    }
    return portal.page(request, f"search/{kind}.html", status, **shown)


async def _topic_names(visitor: Visitor) -> dict[str, str]:
    """Return names by code; none rather than no page while they cannot be had."""
    try:
        return dict(await topics_of(visitor))
    except (Away, NothingHere):
        return {}


def _typed(request: Request) -> Form:
    params = request.query_params
    known = {name: params.getlist(name)[:1] for name in PLAIN if params.get(name, "").strip()}
    chosen = {name: [one for one in params.getlist(name) if one][:MOST_CHOSEN] for name in CHOICES}
    return Form({**known, **{name: values for name, values in chosen.items() if values}})


def _asked(form: Form) -> dict[str, Any]:
    """Return what surveys is asked: blanks left out, numbers as machines write them."""
    plain = {name: form.text(name)[:MORE_WORDS] for name in PLAIN if form.text(name)}
    plain |= {name: str(form.json(name, "number")) for name in NUMBERS if form.text(name)}
    if "unsaid" in plain:
        plain["unsaid"] = "true"
    return {**plain, **{name: form.texts(name) for name in CHOICES if form.texts(name)}}


def _query(form: Form, *, leaving: tuple[str, ...] = ()) -> str:
    """Return the part of an address that says this search again."""
    return urlencode([(name, value) for name, value in form.pairs() if name not in leaving])


def _facets(told: dict[str, Any], form: Form) -> dict[str, list[Option]]:
    """Return the options of each facet: those with something found, and those that are chosen."""
    facets = {}
    for name in CHOICES:
        options = [Option(one["value"], one["count"]) for one in told.get(name, ())]
        there = {option.value for option in options}
        facets[name] = options + [Option(value, 0) for value in form.texts(name) if value not in there]
        if name == "month":
            facets[name].sort()
    return facets


def area_name(code: str) -> str:
    """Return a name for a postal area: its digits, and the largest town in it that we know."""
    inside = [town for town in TOWNS if town.postal_code.startswith(code)]
    return f"{code}.. ({min(inside, key=lambda town: town.size).name})" if inside else f"{code}.."


def _month(month: str, visitor: Visitor) -> str:
    try:
        return format_date(date.fromisoformat(f"{month}-01"), "MMMM yyyy", locale=visitor.language.value)
    except ValueError:
        return month


def mein_now(words: str) -> str:
    """Return the address of the same search in the national portal."""
    return f"{MEIN_NOW}?{urlencode({'sw': words})}" if words else MEIN_NOW
