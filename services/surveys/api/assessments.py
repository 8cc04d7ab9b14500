"""HTTP for assessments: given by an adviser, or recorded on an adviser's behalf; links have a module of their own."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Query, Response
from pydantic import ConfigDict

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
from services.surveys.api.assessment_links import EXAMPLE_ID, SAID, STAMP, add_link_routes, in_sight
from services.surveys.api.viewing import Member
from services.surveys.domain import assessments as rules
from services.surveys.domain import day_of
from services.surveys.domain.assessments import Assessment
from services.surveys.domain.viewers import Viewer
from services.surveys.domain.visits import network_for
from services.surveys.inputs.assessments import AssessmentInput
from services.surveys.store import Store
from services.surveys.store.visiting import Visiting
from shared.clock import now
from shared.events.base import Id
from shared.rules import Forbidden, Missing, RuleBroken, Stale
from shared.web import Page, tagged

_GIVEN: Final[dict[str, Any]] = {
    **SAID,
    "network": EXAMPLE_ID,
    "source": "Agentur für Arbeit Musterstadt",
    "assessed_on": "2026-11-20",
}


class AssessmentAnswer(Assessment):
    """An assessment as it stands now."""

    model_config = ConfigDict(
        frozen=True, json_schema_extra={"examples": [{**STAMP, "status": "given", **_GIVEN, "may_change": True}]}
    )

    may_change: bool = False


def routes(store: Store) -> APIRouter:
    """Return the routes of assessments; those of links come first, since "requests" is no id."""
    router = APIRouter(tags=["assessments"])
    add_link_routes(router, store)
    _assessment_routes(router, store)
    return router


def _assessment_routes(router: APIRouter, whole: Store) -> None:
    store = whole.visiting
    owned = store.assessments

    @router.post("/assessments", status_code=201, responses=CREATING, summary="Give or record an assessment")
    async def create(
        said: Annotated[AssessmentInput, Body(examples=[_GIVEN])], viewer: Member, once: Repeatable, response: Response
    ) -> AssessmentAnswer:
        made = await made_before(owned, once, response)
        if made is None:
            network, today = network_for(viewer, said.network), day_of(now())
            new = said.new(now(), today, network=network, by=viewer.member, given_by=_giver(viewer, network, said))
            made = await added(owned, rules.sound(new, today), once, response)
            await whole.look_again_at(made.given_by, made.recorded_by)
        return _answer(viewer, made, response)

    @router.get("/assessments", responses=LISTING, summary="List assessments")
    async def find(
        viewer: Member,
        wanted: Wanted,
        network: OfNetwork = None,
        topic: Annotated[str | None, Query(description="Only those with this topic", max_length=50)] = None,
    ) -> Page[AssessmentAnswer]:
        if network is not None and not rules.may_see(viewer, network):
            return Page(items=[])
        query = in_sight(viewer, "coordinator", "adviser") | ({} if network is None else {"network": network})
        query |= {} if topic is None else {"topics": topic}
        found = await owned.find(query, after=wanted.after, limit=wanted.limit + 1, newest_first=wanted.newest_first)
        page = found[: wanted.limit]
        following = page[-1].id if len(found) > len(page) else None
        return Page(items=[_shown(viewer, one) for one in page], next=following)

    @router.get("/assessments/{assessment}", responses=READING, summary="Read an assessment")
    async def read(assessment: Entity, viewer: Member, response: Response) -> AssessmentAnswer:
        return _answer(viewer, await _seen(store, viewer, assessment), response)

    @router.put("/assessments/{assessment}", responses=CHANGING, summary="Say an assessment anew, as a whole")
    async def change(
        assessment: Entity,
        said: Annotated[AssessmentInput, Body(examples=[_GIVEN])],
        viewer: Member,
        version: Version,
        response: Response,
    ) -> AssessmentAnswer:
        old = await _to_change(store, viewer, assessment)
        if old.version != version:
            raise Stale(field="If-Match")
        if said.network not in {None, old.network}:
            raise RuleBroken("assessment_stays_in_network", field="network")
        new = rules.sound(said.instead_of(old), day_of(now()))
        changed = await replaced(owned, old, new, viewer.member)
        await whole.look_again_at(viewer.member, changed.given_by)
        return _answer(viewer, changed, response)

    @router.delete("/assessments/{assessment}", status_code=204, responses=CHANGING, summary="Erase an assessment")
    async def erase(assessment: Entity, viewer: Member, version: Version) -> None:
        await _to_change(store, viewer, assessment)
        await owned.erase(assessment, expected=version)


def _giver(viewer: Viewer, network: str, said: AssessmentInput) -> str | None:
    """Return whose view it is: an adviser's own, or of whom a coordinator names."""
    if rules.may_ask(viewer, network):
        return said.given_by
    if said.given_by not in {None, viewer.member}:
        raise Forbidden("not_your_network", field="given_by")
    return viewer.member


async def _seen(store: Visiting, viewer: Viewer, assessment: Id) -> Assessment:
    found = await store.assessments.get(assessment)
    if found is None or not rules.may_see(viewer, found.network):
        raise Missing
    return found


async def _to_change(store: Visiting, viewer: Viewer, assessment: Id) -> Assessment:
    found = await _seen(store, viewer, assessment)
    if not rules.may_change(viewer, found):
        raise Forbidden
    return found


def _shown(viewer: Viewer, assessment: Assessment) -> AssessmentAnswer:
    return AssessmentAnswer(**dict(assessment), may_change=rules.may_change(viewer, assessment))


def _answer(viewer: Viewer, assessment: Assessment, response: Response) -> AssessmentAnswer:
    tagged(response, assessment)
    return _shown(viewer, assessment)
