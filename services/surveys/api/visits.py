"""HTTP for visits: noted, listed with what is due first, changed, erased; and the needs made from them."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError

from services.surveys import examples
from services.surveys.answers import NeedAnswer, need_answer
from services.surveys.api.asked import (
    CHANGING,
    CREATING,
    LISTING,
    READING,
    Entity,
    OfNetwork,
    Repeatable,
    Version,
    Wanted,
    added,
    made_before,
    replaced,
)
from services.surveys.api.viewing import Member
from services.surveys.domain import day_of, needs
from services.surveys.domain import visits as rules
from services.surveys.domain.recognising import Proposal, proposals
from services.surveys.domain.seeing import need_for
from services.surveys.domain.viewers import Viewer
from services.surveys.domain.visits import Visit
from services.surveys.domain.writing import whose_need
from services.surveys.inputs import NeedInput
from services.surveys.inputs.visits import MadeNeedsInput, VisitInput
from services.surveys.store import Store
from shared.clock import now
from shared.events.base import Id
from shared.events.surveys import EntryConsent, NeedSnapshot, Visibility
from shared.publishing import Once
from shared.rules import Forbidden, Missing, RuleBroken, Stale
from shared.web import Page, tagged

TRIES: Final = 5
_NETWORK: Final = "019a0000-0000-7000-8000-000000000384"
_SAID: Final[dict[str, Any]] = {
    "network": _NETWORK,
    "company": {"name": "Metallbau Muster GmbH", "postal_code": "04808", "town": "Wurzen", "head_count": 11},
    "visited_on": "2026-11-20",
    "notes": "Drei Leute sollen WIG-Schweißen lernen, ab März. Im Januar wieder melden.",
    "consent": {"how": "spoken", "given_on": "2026-11-20"},
    "follow_up_on": "2027-01-11",
}
_ANSWER: Final = {
    **_SAID,
    "id": "019a0000-0000-7000-8000-000000000901",
    "version": 32977625677825,
    "status": "noted",
    "changed_at": "2026-11-22T09:00:00.000000Z",
    "needs": [],
}


class VisitAnswer(Visit):
    """A visit as it stands now."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [_ANSWER]})


class MadeNeeds(BaseModel):
    """The needs that were made, in the order in which they were sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"needs": [examples.NEED_ANSWER]}]})

    needs: list[NeedAnswer]


def routes(store: Store) -> APIRouter:
    """Return the routes of visits."""
    router = APIRouter(prefix="/visits", tags=["visits"])
    visits = store.visiting.visits

    @router.post("", status_code=201, responses=CREATING, summary="Note a visit")
    async def create(
        said: Annotated[VisitInput, Body(examples=[_SAID])], viewer: Member, once: Repeatable, response: Response
    ) -> VisitAnswer:
        visit = await made_before(visits, once, response)
        if visit is None:
            network, today = rules.network_for(viewer, said.network), day_of(now())
            new = said.new(now(), today, network=network, by=viewer.member)
            visit = await added(visits, rules.sound(new, today), once, response)
            await _look_again(store, viewer, visit)
        return _answer(visit, response)

    @router.get("", responses=LISTING, summary="List visits: follow-ups due first, then the newest")
    async def find(  # noqa: PLR0913, PLR0917 - each filter is a parameter
        viewer: Member,
        wanted: Wanted,
        network: OfNetwork = None,
        organisation: Annotated[Id | None, Query(description="Only those to this company")] = None,
        follow_up_until: Annotated[date | None, Query(description="Only those to be seen again by this day")] = None,
        mine: Annotated[bool, Query(description="Only those that the caller entered")] = False,
    ) -> Page[VisitAnswer]:
        query: dict[str, Any] = {"$and": [_in_sight(viewer)]}
        query |= {"network": network} if network else {}
        query |= {"organisation": organisation} if organisation else {}
        query |= {"entered_by": viewer.member or ""} if mine else {}
        if follow_up_until is not None:
            query["follow_up_on"] = {"$ne": None, "$lte": follow_up_until.isoformat()}
        found = await store.visiting.visits_due_first(query, after=wanted.after, limit=wanted.limit + 1)
        page = found[: wanted.limit]
        return Page(
            items=[VisitAnswer(**dict(visit)) for visit in page],
            next=page[-1].id if len(found) > len(page) else None,
        )

    @router.get("/{visit}", responses=READING, summary="Read a visit")
    async def read(visit: Entity, viewer: Member, response: Response) -> VisitAnswer:
        return _answer(await _seen(store, viewer, visit), response)

    @router.put("/{visit}", responses=CHANGING, summary="Say a visit anew, as a whole")
    async def change(
        visit: Entity,
        said: Annotated[VisitInput, Body(examples=[_SAID])],
        viewer: Member,
        version: Version,
        response: Response,
    ) -> VisitAnswer:
        old = await _seen(store, viewer, visit)
        if old.version != version:
            raise Stale(field="If-Match")
        if said.network not in {None, old.network}:
            raise RuleBroken("visit_stays_in_network", field="network")
        new = rules.sound(said.instead_of(old, by=viewer.member), day_of(now()))
        changed = await replaced(visits, old, new, viewer.member)
        await _look_again(store, viewer, changed)
        return _answer(changed, response)

    @router.delete("/{visit}", status_code=204, responses=CHANGING, summary="Erase a visit; its needs stay")
    async def erase(visit: Entity, viewer: Member, version: Version) -> None:
        await _seen(store, viewer, visit)
        await visits.erase(visit, expected=version)

    _needs_routes(router, store)
    return router


def _needs_routes(router: APIRouter, store: Store) -> None:
    @router.post(
        "/{visit}/needs",
        status_code=201,
        responses=CREATING | READING,
        summary="Make needs from a visit",
        description="Company, network, consent and follow-up are the visit's, unless a need says its own. With an "
        "Idempotency-Key, what was cut off may be sent again.",
    )
    async def make(  # noqa: PLR0913, PLR0917 - what the caller sends, and what FastAPI adds
        visit: Entity,
        said: Annotated[MadeNeedsInput, Body(examples=[{"needs": [{"title": "WIG-Schweißen", "persons_min": 3}]}])],
        viewer: Member,
        once: Repeatable,
        request: Request,
        response: Response,
    ) -> MadeNeeds:
        of = await _seen(store, viewer, visit)
        wanted = said.needs or _recognised(said, day_of(now()))
        if not wanted:
            raise RuleBroken("text_empty", field="text")
        keys = [once and Once(once.caller, f"{once.key} {number}", once.content) for number in range(len(wanted))]
        before = [await made_before(store.needs, key, response) for key in keys]
        new = [
            earlier or _need(viewer, of, one, f"needs.{number}")
            for number, (earlier, one) in enumerate(zip(before, wanted, strict=True))
        ]
        made = []
        for earlier, need, key in zip(before, new, keys, strict=True):
            made.append(earlier or await added(store.needs, need, key, response))
            await store.look_again_at(viewer.member, need.contact, *_consenting(need.consent))
        await _note(store, of.id, tuple(need.id for need in made))
        return MadeNeeds(needs=[_made(viewer, need, request) for need in made])


def _answer(visit: Visit, response: Response) -> VisitAnswer:
    tagged(response, visit)
    return VisitAnswer(**dict(visit))


async def _seen(store: Store, viewer: Viewer, visit: str) -> Visit:
    found = await store.visiting.visits.get(visit)
    if found is None or not rules.may_see(viewer, found):
        raise Missing
    return found


async def _look_again(store: Store, viewer: Viewer, visit: Visit) -> None:
    """Have those forgotten again who were erased while this was on its way."""
    await store.look_again_at(viewer.member, *_consenting(visit.consent))


def _consenting(consent: EntryConsent | None) -> tuple[str | None, ...]:
    return (consent.given_by, consent.recorded_by) if consent else ()


def _in_sight(viewer: Viewer) -> dict[str, Any]:
    """Return the condition that holds for the visits which `may_see` lets somebody see."""
    if viewer.operator:
        return {}
    coordinated, advised = viewer.networks("coordinator"), viewer.networks("adviser")
    if not coordinated | advised:
        raise Forbidden
    own = {"network": {"$in": sorted(advised)}, "entered_by": viewer.member or ""}
    return {"$or": [{"network": {"$in": sorted(coordinated)}}, own]}


def _recognised(said: MadeNeedsInput, today: date) -> tuple[NeedInput, ...]:
    return tuple(_told(one, said.visibility) for one in proposals(said.text, today))


def _told(proposal: Proposal, visibility: Visibility) -> NeedInput:
    """Return a proposal as if somebody had sent it; what cannot be sent is a fault of the text."""
    told = {"title": proposal.title, "description": proposal.description, "topics": list(proposal.topics)}
    try:
        return NeedInput.model_validate({**proposal.fields, **told, "visibility": visibility.value})
    except ValidationError as error:
        raise RequestValidationError([{**fault, "loc": ("body", "text")} for fault in error.errors()]) from None


def _need(viewer: Viewer, visit: Visit, said: NeedInput, where: str) -> NeedSnapshot:
    """Return a need of the visited company, sound or refused under its place in the request."""
    whose = {"networks": (visit.network,), "organisation": visit.organisation, "contact": None, **said.whose}
    try:
        new = said.new(now(), by=viewer.member, **whose_need(viewer, whose))
        return needs.started(new.model_copy(update=_from_visit(visit, new)), day_of(now()))
    except RuleBroken as error:
        error.field = f"{where}.{error.field}" if error.field else where
        raise


def _from_visit(visit: Visit, need: NeedSnapshot) -> dict[str, Any]:
    consent = need.consent or visit.consent
    return {
        "source": "visit",
        "consent": consent,
        "confirmed": consent is not None,
        "follow_up_on": need.follow_up_on or visit.follow_up_on,
    }


async def _note(store: Store, visit: str, made: tuple[str, ...]) -> None:
    """Note the needs at the visit, whatever else changes there at the same time."""
    for _ in range(TRIES):
        found = await store.visiting.visits.get(visit)
        if found is None:
            return
        noted = rules.with_needs(found, made)
        if noted == found:
            return
        try:
            await store.visiting.visits.replace(noted, expected=found.version)
        except Stale:
            continue
        return


def _made(viewer: Viewer, need: NeedSnapshot, request: Request) -> NeedAnswer:
    view = need_for(viewer, need)
    if view is None:
        raise Missing
    return need_answer(view, request)
