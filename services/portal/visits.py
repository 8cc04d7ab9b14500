"""The pages of visits: notes become proposed needs with offers at once, are checked, saved, and printed on one page."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.portal.choices import networks_for, organisations_for
from services.portal.forms import Form, Kind, submitted
from services.portal.neighbours import NothingHere, Refused
from services.portal.previews import Found, found_for
from services.portal.visitors import Entity, Portal, Visitor, area, only
from shared.clock import now
from shared.language import HOME
from shared.problems import sentence

VISIT: Final[dict[str, Kind]] = {
    "network": "line",
    "organisation": "line",
    "visited_on": "day",
    "notes": "text",
    "follow_up_on": "day",
}
COMPANY: Final[dict[str, Kind]] = {
    "company.name": "text",
    "company.postal_code": "line",
    "company.town": "line",
    "company.head_count": "whole",
}
CONSENT: Final[dict[str, Kind]] = {"consent.how": "line", "consent.given_on": "day", "consent.given_by": "line"}
NEED: Final[dict[str, Kind]] = {
    "title": "text",
    "description": "text",
    "persons_min": "whole",
    "persons_max": "whole",
    "place.postal_code": "line",
    "place.town": "line",
    "radius_km": "whole",
    "earliest_start": "day",
    "latest_start": "day",
    "latest_end": "day",
    "delivery": "list",
    "time_models": "list",
    "max_price_eur": "number",
    "hours_max": "number",
    "level": "line",
    "cefr": "line",
    "urgency": "line",
    "trigger": "line",
    "target_groups": "list",
    "topics": "list",
    "course_languages": "list",
    "certificate_wanted": "yes",
    "azav_wanted": "yes",
    "pooling": "yes",
    "funding_interest": "maybe",
    "decide_by": "day",
}
MOST_NEEDS: Final = 20

Visiting = Annotated[Visitor, Depends(only("coordinator", "adviser"))]


def routes(portal: Portal) -> APIRouter:
    """Return the routes of visits."""
    router = area("visits")
    for part in (_lists, _entering, _one, _ending):
        part(router, portal)
    return router


def _lists(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/besuche", methods=["GET", "HEAD"], summary="Visits: follow-ups due first")
    async def listed(request: Request, visitor: Visiting, after: str = "") -> Response:
        page = await visitor.get("surveys", "/api/v1/visits", after=after, limit=20)
        names = await organisations_for(visitor, "company")
        return portal.page(request, "visits/list.html", visits=page, names=names)


def _entering(router: APIRouter, portal: Portal) -> None:
    async def start(request: Request, visitor: Visitor, form: Form, status: int = 200) -> Response:
        return portal.page(request, "visits/new.html", status, form=form, **await _choices(visitor))

    async def check(request: Request, visitor: Visitor, form: Form, status: int = 200) -> Response:
        numbers = _numbers(form)
        wanted = {number: _need(form, number) for number in numbers}
        found = await asyncio.gather(*(found_for(visitor, one, form.text("network")) for one in wanted.values()))
        shown = dict(zip(numbers, found, strict=True))
        return portal.page(
            request,
            "visits/check.html",
            status,
            form=form,
            numbers=numbers,
            found=shown,
            next_number=max(numbers, default=-1) + 1,
            carried=_carried(form),
            **await _choices(visitor),
        )

    @router.api_route("/besuche/neu", methods=["GET", "HEAD"], summary="Notes of a visit")
    async def new(request: Request, visitor: Visiting) -> Response:
        return await start(request, visitor, Form.of({"visibility": "network"}))

    async def propose(request: Request, visitor: Visitor, form: Form) -> Response:
        if _incomplete(visitor, form).is_faulty:
            return await start(request, visitor, form, 422)
        try:
            await _propose(visitor, form)
        except Refused as refused:
            return await start(request, visitor, form.refused(refused), 422)
        return await check(request, visitor, form)

    async def save(request: Request, visitor: Visitor, form: Form) -> Response:
        try:
            visit = await _saved(visitor, form)
        except Refused as refused:
            return await check(request, visitor, form.refused(refused), 422)
        return portal.go(f"/besuche/{visit}", done="saved")

    steps: dict[str, Callable[[Request, Visitor, Form], Awaitable[Response]]] = {
        "propose": propose,
        "back": start,
        "save": save,
    }

    @router.post("/besuche/neu", summary="The proposed needs with the best offers, or the saved visit")
    async def enter(request: Request, visitor: Visiting) -> Response:
        form = await submitted(request)
        return await steps.get(form.text("step"), check)(request, visitor, form)


def _one(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/besuche/{visit}", methods=["GET", "HEAD"], summary="A visit, with its needs")
    async def read(request: Request, visitor: Visiting, visit: Entity) -> Response:
        found = await visitor.read("surveys", f"/api/v1/visits/{visit}")
        return portal.page(
            request,
            "visits/visit.html",
            visit=found.body,
            etag=found.etag,
            needs=await _needs(visitor, found.body["needs"]),
            names=await organisations_for(visitor, "company"),
        )

    @router.api_route("/besuche/{visit}/druck", methods=["GET", "HEAD"], summary="One page to leave with the company")
    async def printed(request: Request, visitor: Visiting, visit: Entity) -> Response:
        told = await visitor.get("surveys", f"/api/v1/visits/{visit}")
        needs = await _needs(visitor, told["needs"])
        found = await asyncio.gather(*(found_for(visitor, _said_of(one), told["network"]) for one in needs))
        pairs: list[tuple[Any, Found]] = list(zip(needs, found, strict=True))
        names = await organisations_for(visitor, "company")
        networks = await networks_for(visitor)
        return portal.page(request, "visits/print.html", visit=told, needs=pairs, names=names, networks=networks)

    @router.api_route("/besuche/{visit}/aendern", methods=["GET", "HEAD"], summary="The form of a visit")
    async def edit(request: Request, visitor: Visiting, visit: Entity) -> Response:
        found = await visitor.read("surveys", f"/api/v1/visits/{visit}")
        form = Form.of({**found.body, "version": found.etag})
        return portal.page(request, "visits/edit.html", form=form, visit=visit, **await _choices(visitor))

    @router.post("/besuche/{visit}/aendern", summary="Change a visit")
    async def change(request: Request, visitor: Visiting, visit: Entity) -> Response:
        form = await submitted(request)
        try:
            await visitor.put("surveys", f"/api/v1/visits/{visit}", _visit(form), etag=form.text("version"))
        except Refused as refused:
            form.refused(refused)
            return portal.page(request, "visits/edit.html", 422, form=form, visit=visit, **await _choices(visitor))
        return portal.go(f"/besuche/{visit}", done="saved")


def _ending(router: APIRouter, portal: Portal) -> None:
    @router.post("/besuche/{visit}/wiedervorlage", summary="A follow-up is done, or put off")
    async def follow_up(request: Request, visitor: Visiting, visit: Entity) -> Response:
        form = await submitted(request)
        found = await visitor.read("surveys", f"/api/v1/visits/{visit}")
        told = {name: found.body[name] for name in ("organisation", "company", "notes", "consent")}
        if told["consent"]:
            told["consent"] = {name: told["consent"][name] for name in ("how", "given_on", "given_by")}
        body = {**told, "follow_up_on": form.json("follow_up_on", "day")}
        await visitor.put("surveys", f"/api/v1/visits/{visit}", body, etag=found.etag)
        return portal.go(f"/besuche/{visit}", done="saved")

    @router.api_route("/besuche/{visit}/loeschen", methods=["GET", "HEAD"], summary="Whether to erase a visit")
    async def sure(request: Request, visitor: Visiting, visit: Entity) -> Response:
        found = await visitor.read("surveys", f"/api/v1/visits/{visit}")
        return portal.page(request, "visits/erase.html", visit=found.body, etag=found.etag)

    @router.post("/besuche/{visit}/loeschen", summary="Erase a visit")
    async def erase(request: Request, visitor: Visiting, visit: Entity) -> Response:
        form = await submitted(request)
        await visitor.delete("surveys", f"/api/v1/visits/{visit}", etag=form.text("version"))
        return portal.go("/besuche", done="deleted")


async def _choices(visitor: Visitor) -> dict[str, Any]:
    organisations, networks = await asyncio.gather(organisations_for(visitor, "company"), networks_for(visitor))
    return {"organisations": organisations, "networks": networks}


def _incomplete(visitor: Visitor, form: Form) -> Form:
    """Say what is missing, in the words in which the service says it."""
    if not form.text("organisation") and not form.text("company.name"):
        form.fault("company.name", sentence("visit_without_company", {}, visitor.language))
    if not form.text("notes"):
        form.fault("notes", sentence("text_empty", {}, visitor.language))
    return form


async def _propose(visitor: Visitor, form: Form) -> None:
    """Fill in what the notes seem to tell."""
    told = (await visitor.post("surveys", "/api/v1/suggestions", {"text": form.text("notes")})).body["needs"]
    for number, one in enumerate(told[:MOST_NEEDS]):
        need = {**one["fields"], "title": one["title"], "description": one["description"], "topics": one["topics"]}
        follow_up = need.pop("follow_up_on", None)
        texts = [found["text"] for found in one["found"]]
        form.fill({f"needs.{number}": {**need, "take": "yes", "because": list(dict.fromkeys(texts))}})
        if follow_up and not form.text("follow_up_on"):
            form.fill({"follow_up_on": follow_up})


def _numbers(form: Form) -> list[int]:
    """Return the numbers of the needs on the page; one that was begun below joins them."""
    named = {int(found[1]) for name, _ in form.pairs() if (found := re.fullmatch(r"needs\.(\d{1,3})\.title", name))}
    return sorted(named)[:MOST_NEEDS]


def _need(form: Form, number: int) -> dict[str, Any]:
    inside = {f"needs.{number}.{name}": kind for name, kind in NEED.items()}
    need: dict[str, Any] = form.body(inside)["needs"][str(number)]
    return need


def _visit(form: Form) -> dict[str, Any]:
    body = form.body(VISIT)
    if not body["organisation"] or form.text("company.name"):
        body |= form.body(COMPANY)
    if form.text("consent.how"):
        body |= form.body(CONSENT)
        body["consent"]["given_on"] = body["consent"]["given_on"] or now().astimezone(HOME).date().isoformat()
    return body


async def _saved(visitor: Visitor, form: Form) -> str:
    """Store the visit, then the needs that are ticked; what was stored before something was refused is not doubled."""
    path = "/api/v1/visits"
    visit = form.text("visit")
    if visit:
        read = await visitor.read("surveys", f"{path}/{visit}")
        await visitor.put("surveys", f"{path}/{visit}", _visit(form), etag=read.etag)
    else:
        visit = str((await visitor.post("surveys", path, _visit(form), once=form.once)).body["id"])
        form.fill({"visit": visit})
    taken = [number for number in _numbers(form) if form.ticked(f"needs.{number}.take", "yes")]
    needs = [{**_need(form, number), "visibility": form.text("visibility") or "network"} for number in taken]
    if not needs:
        return visit
    try:
        await visitor.post("surveys", f"{path}/{visit}/needs", {"needs": needs}, once=form.once)
    except Refused as refused:
        refused.errors = [(_on_page(at, taken), said) for at, said in refused.errors]
        raise
    return visit


def _on_page(path: str, taken: list[int]) -> str:
    """Return where on the page a field is that the service counts among the needs that were sent."""
    found = re.fullmatch(r"needs\.(\d+)(\..*)?", path)
    if found is None or int(found[1]) >= len(taken):
        return path
    return f"needs.{taken[int(found[1])]}{found[2] or ''}"


def _carried(form: Form) -> list[tuple[str, str]]:
    """Return what the second page carries along unseen: the visit itself."""
    names = {*VISIT, *COMPANY, "visit"} - {"follow_up_on"}
    return [(name, value) for name, value in form.pairs() if name in names]


async def _needs(visitor: Visitor, ids: Iterable[str]) -> list[Any]:
    """Return the needs of a visit that are still there for the visitor."""

    async def one(need: str) -> Any:
        try:
            return await visitor.get("surveys", f"/api/v1/needs/{need}")
        except NothingHere:
            return None

    return [need for need in await asyncio.gather(*map(one, ids)) if need is not None]


def _said_of(need: Any) -> dict[str, Any]:
    """Return a stored need in the words in which a new one is told."""
    told = {name: need[name] for name in need if name in NEED}
    return {**told, "place": {name: need["place"][name] for name in ("postal_code", "town")}}
