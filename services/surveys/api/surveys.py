"""HTTP of the survey builder: coordinators of a network, and operators, make and run its surveys."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Response
from pydantic import ConfigDict

from services.surveys.api.asked import (
    CHANGING,
    CREATING,
    LISTING,
    READING,
    Entity,
    OfNetwork,
    Repeatable,
    Responses,
    Version,
    Wanted,
    added,
    made_before,
)
from services.surveys.api.survey_inputs import ReadyMadeInput, SurveyChange, SurveyInput, draft_of
from services.surveys.domain.asking import Definition, Survey, bedarfsabfrage, defining
from services.surveys.domain.asking import surveys as rules
from services.surveys.store import Store
from shared.callers import Caller, SignedIn
from shared.clock import now
from shared.events.base import Id
from shared.rules import Forbidden, Missing, RuleBroken, Stale
from shared.web import Page, tagged

_COPYING: Final[Responses] = CREATING | READING
_NETWORK: Final = "019a0000-0000-7000-8000-000000000384"
_EXAMPLE: Final[dict[str, Any]] = {
    "network": _NETWORK,
    "definition": bedarfsabfrage().model_dump(mode="json"),
    "closes_on": "2027-03-31",
}


class SurveyAnswer(Survey):
    """A survey as it stands now."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    **_EXAMPLE,
                    "id": _NETWORK,
                    "version": 1,
                    "status": "open",
                    "edition": 1,
                    "changed_at": "2026-11-02T09:00:00Z",
                }
            ]
        },
    )


def check_coordinates(caller: Caller, network: str) -> None:
    """Raise Forbidden unless the caller makes surveys for this network."""
    if not (caller.is_operator or network in caller.networks("coordinator")):
        raise Forbidden(field="network")


async def survey_of(store: Store, caller: Caller, survey: str) -> Survey:
    """Return a survey of the caller's network; what is another network's is missing."""
    one = await store.asking.surveys.get(survey)
    if one is None or not (caller.is_operator or one.network in caller.networks("coordinator")):
        raise Missing
    return one


def _sound(said: SurveyChange) -> Definition:
    """Return the definition if it is sound; a fault names its place in what was sent."""
    try:
        return defining.sound(said.definition.definition())
    except RuleBroken as broken:
        broken.field = f"definition.{broken.field}"
        raise


def routes(store: Store) -> APIRouter:
    """Return the builder's routes."""
    router = APIRouter()
    for part in (_making, _reading, _changing):
        router.include_router(part(store))
    return router


def _making(store: Store) -> APIRouter:
    router = APIRouter(prefix="/surveys", tags=["surveys"])
    surveys = store.asking.surveys

    @router.post("", status_code=201, responses=CREATING, summary="Make or import a survey, as a draft")
    async def create(
        said: Annotated[SurveyInput, Body(examples=[_EXAMPLE])], caller: SignedIn, once: Repeatable, response: Response
    ) -> SurveyAnswer:
        check_coordinates(caller, said.network)
        definition = _sound(said)
        new = rules.edited(said.new(now()), definition, said.opens_on, said.closes_on)
        made = await made_before(surveys, once, response) or await added(surveys, new, once, response)
        return answered(made, response)

    @router.post("/ready-made", status_code=201, responses=CREATING, summary="Make the ready-made Bedarfsabfrage")
    async def make_ready(
        said: Annotated[ReadyMadeInput, Body(examples=[{"network": _NETWORK}])],
        caller: SignedIn,
        once: Repeatable,
        response: Response,
    ) -> SurveyAnswer:
        check_coordinates(caller, said.network)
        made = await made_before(surveys, once, response) or await added(surveys, said.new(now()), once, response)
        return answered(made, response)

    @router.post("/{survey}/copies", status_code=201, responses=_COPYING, summary="Copy it as a new draft")
    async def copy(survey: Entity, caller: SignedIn, once: Repeatable, response: Response) -> SurveyAnswer:
        new = draft_of(await survey_of(store, caller, survey), now())
        made = await made_before(surveys, once, response) or await added(surveys, new, once, response)
        return answered(made, response)

    return router


def _reading(store: Store) -> APIRouter:
    router = APIRouter(prefix="/surveys", tags=["surveys"])

    @router.get("", responses=LISTING, summary="List the surveys of one's networks, oldest first")
    async def find(
        caller: SignedIn,
        wanted: Wanted,
        status: Literal["draft", "open", "closed"] | None = None,
        network: OfNetwork = None,
    ) -> Page[SurveyAnswer]:
        query = _visible(caller, network) | ({"status": status} if status else {})
        some = await store.asking.surveys.find(query, after=wanted.after, limit=wanted.limit + 1)
        page = some[: wanted.limit]
        following = page[-1].id if len(some) > len(page) else None
        return Page(items=[SurveyAnswer(**dict(one)) for one in page], next=following)

    @router.get("/{survey}", responses=READING, summary="Read a survey")
    async def read(survey: Entity, caller: SignedIn, response: Response) -> SurveyAnswer:
        return answered(await survey_of(store, caller, survey), response)

    @router.get("/{survey}/definition", responses=READING, summary="Export what is asked, to be imported elsewhere")
    async def export(survey: Entity, caller: SignedIn) -> Definition:
        return (await survey_of(store, caller, survey)).definition

    return router


def _changing(store: Store) -> APIRouter:
    router = APIRouter(prefix="/surveys", tags=["surveys"])

    @router.put("/{survey}", responses=CHANGING, summary="Change what is asked; answers keep the edition they had")
    async def change(
        survey: Entity,
        said: Annotated[SurveyChange, Body(examples=[{k: v for k, v in _EXAMPLE.items() if k != "network"}])],
        version: Version,
        caller: SignedIn,
        response: Response,
    ) -> SurveyAnswer:
        old = _expected(await survey_of(store, caller, survey), version)
        new = rules.edited(old, _sound(said), said.opens_on, said.closes_on)
        if new.edition != old.edition:
            await store.asking.keep_edition(old)
        return answered(await _replaced(store, old, new, caller), response)

    @router.post("/{survey}/opening", responses=CHANGING, summary="Open a survey for answers")
    async def open_it(survey: Entity, version: Version, caller: SignedIn, response: Response) -> SurveyAnswer:
        old = _expected(await survey_of(store, caller, survey), version)
        return answered(await _replaced(store, old, rules.opened(old), caller), response)

    @router.post("/{survey}/closing", responses=CHANGING, summary="Take no more answers; it may be opened again")
    async def close_it(survey: Entity, version: Version, caller: SignedIn, response: Response) -> SurveyAnswer:
        old = _expected(await survey_of(store, caller, survey), version)
        return answered(await _replaced(store, old, rules.closed(old), caller), response)

    @router.delete("/{survey}", status_code=204, responses=CHANGING, summary="Erase a draft that was never open")
    async def erase(survey: Entity, version: Version, caller: SignedIn) -> None:
        rules.check_erasable(await survey_of(store, caller, survey))
        await store.asking.surveys.erase(survey, expected=version)

    return router


def answered(survey: Survey, response: Response) -> SurveyAnswer:
    """Return a survey as it is answered, with its ETag."""
    tagged(response, survey)
    return SurveyAnswer(**dict(survey))


def _visible(caller: Caller, network: Id | None) -> dict[str, Any]:
    if caller.is_operator:
        return {"network": network} if network else {}
    own = caller.networks("coordinator")
    return {"network": {"$in": sorted(own & {network} if network else own)}}


def _expected(survey: Survey, version: int) -> Survey:
    if survey.version != version:
        raise Stale(field="If-Match")
    return survey


async def _replaced(store: Store, old: Survey, new: Survey, caller: Caller) -> Survey:
    if new == old:
        return old
    return await store.asking.surveys.replace(new, expected=old.version, by=caller.subject)
