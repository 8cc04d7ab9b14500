"""HTTP for personal links by which somebody without an account gives an assessment."""

from datetime import timedelta
from secrets import token_urlsafe
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Header, Path, Response
from pydantic import BaseModel, ConfigDict

from services.surveys.api.asked import CHANGING, LISTING, Entity, OfNetwork, Version, Wanted, answers, replaced
from services.surveys.api.viewing import Member
from services.surveys.domain import assessments as rules
from services.surveys.domain import day_of
from services.surveys.domain.assessments import Assessment, AssessmentRequest
from services.surveys.domain.viewers import Viewer
from services.surveys.domain.visits import network_for
from services.surveys.inputs.assessments import AssessmentRequestInput, PublicAssessmentInput
from services.surveys.store import Store
from services.surveys.store.visiting import Visiting, hashed
from shared.clock import now
from shared.events.base import Day
from shared.ids import new_id
from shared.limits import Limit
from shared.rules import Conflict, Forbidden, Missing, Stale
from shared.web import Page, tagged

SECRET_BYTES: Final = 24
TRIES: Final = 5
LOOKS: Final = Limit("assessment_look", 120, timedelta(hours=1))
SENDS: Final = Limit("assessment_send", 30, timedelta(hours=1))
"""For each network address."""
EXAMPLE_ID: Final = "019a0000-0000-7000-8000-000000000384"
STAMP: Final[dict[str, Any]] = {
    "id": EXAMPLE_ID,
    "version": 32977625677825,
    "changed_at": "2026-11-22T09:00:00.000000Z",
}
SAID: Final[dict[str, Any]] = {
    "text": "Metallbetriebe suchen Leute, die Edelstahl schweißen können.",
    "region": "Landkreis Leipzig",
    "area": "046",
    "branch": "Metall",
    "topics": ["metal.welding"],
    "urgency": "high",
    "persons": 40,
}
_ASKED: Final[dict[str, Any]] = {
    "network": EXAMPLE_ID,
    "asked": "Agentur für Arbeit Musterstadt",
    "asked_for": "Weiterbildungsverbund Muster",
    "expires_on": "2027-01-31",
}

Client = Annotated[str, Header(alias="Client-Address", max_length=100, description="Whom the portal answers")]
Secret = Annotated[str, Path(max_length=100, description="What was given when the link was made")]


class RequestAnswer(AssessmentRequest):
    """A request for an assessment as it stands now; its secret is never shown again."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [{**STAMP, "status": "open", **_ASKED}]})


class NewRequest(RequestAnswer):
    """A new request, with the secret of its personal link."""

    secret: str
    """Shown this once; the link is PUBLIC_URL/einschaetzung/{secret}."""


class AskedOf(BaseModel):
    """What a personal link leads to: who asks whom, until when, and what was given already."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "asked": "Agentur für Arbeit Musterstadt",
                    "asked_for": "Weiterbildungsverbund Muster",
                    "expires_on": "2027-01-31",
                    "given": SAID,
                }
            ]
        }
    )

    asked: str
    asked_for: str
    expires_on: Day
    given: dict[str, Any] | None = None
    """What was sent by this link, to be changed."""


def add_link_routes(router: APIRouter, store: Store) -> None:
    """Add the routes of requests, and those that a link opens."""
    _request_routes(router, store)
    _public_routes(router, store.visiting)


def _request_routes(router: APIRouter, whole: Store) -> None:
    store = whole.visiting

    @router.post(
        "/assessments/requests",
        status_code=201,
        responses=answers(401, 403, 413, 422, 503),
        summary="Make a personal link by which somebody gives an assessment",
    )
    async def ask(
        said: Annotated[AssessmentRequestInput, Body(examples=[_ASKED])], viewer: Member, response: Response
    ) -> NewRequest:
        network = network_for(viewer, said.network)
        if not rules.may_ask(viewer, network):
            raise Forbidden
        new = rules.sound_request(said.new(now(), network=network, by=viewer.member), day_of(now()))
        secret = token_urlsafe(SECRET_BYTES)
        made = await store.requests.add(new, private={"secret": hashed(secret)})
        await whole.look_again_at(made.made_by)
        tagged(response, made)
        return NewRequest(**dict(made), secret=secret)

    @router.get("/assessments/requests", responses=LISTING, summary="List the requests for assessments")
    async def find_requests(viewer: Member, wanted: Wanted, network: OfNetwork = None) -> Page[RequestAnswer]:
        query = in_sight(viewer, "coordinator") | ({} if network is None else {"network": network})
        if network is not None and not rules.may_ask(viewer, network):
            return Page(items=[])
        found = await store.requests.find(
            query, after=wanted.after, limit=wanted.limit + 1, newest_first=wanted.newest_first
        )
        page = found[: wanted.limit]
        following = page[-1].id if len(found) > len(page) else None
        return Page(items=[RequestAnswer(**dict(one)) for one in page], next=following)

    @router.post(
        "/assessments/requests/{request}/closing",
        responses=CHANGING,
        summary="Close a personal link; what was given stays",
    )
    async def close(request: Entity, viewer: Member, version: Version, response: Response) -> RequestAnswer:
        found = await store.requests.get(request)
        if found is None or not rules.may_ask(viewer, found.network):
            raise Missing
        if found.version != version:
            raise Stale(field="If-Match")
        shut = await replaced(store.requests, found, rules.closed(found), viewer.member)
        tagged(response, shut)
        return RequestAnswer(**dict(shut))


def _public_routes(router: APIRouter, store: Visiting) -> None:
    @router.get(
        "/public/assessments/{secret}",
        responses=answers(404, 422, 429, 503),
        summary="What a personal link asks for; changes nothing",
    )
    async def look(secret: Secret, client: Client = "") -> AskedOf:
        await store.limits.take((LOOKS, client))
        return await _asked(store, await _by_secret(store, secret))

    @router.post(
        "/public/assessments/{secret}",
        responses=answers(404, 413, 422, 429, 503),
        summary="Give an assessment by a personal link, or say it anew",
    )
    async def give(
        secret: Secret, said: Annotated[PublicAssessmentInput, Body(examples=[SAID])], client: Client = ""
    ) -> AskedOf:
        await store.limits.take((SENDS, client))
        for _ in range(TRIES):
            request = await _by_secret(store, secret)
            try:
                return await _asked(store, await _given(store, request, said))
            except (Stale, Conflict):
                continue  # sent twice at the same time, or closed meanwhile
        raise Missing("link_not_valid")  # what was given has been erased


def in_sight(viewer: Viewer, *roles: str) -> dict[str, Any]:
    """Return the condition for what belongs to the networks in which one of these roles is held."""
    if viewer.operator:
        return {}
    if not viewer.networks(*roles):
        raise Forbidden
    return {"network": {"$in": sorted(viewer.networks(*roles))}}


async def _by_secret(store: Visiting, secret: str) -> AssessmentRequest:
    request = await store.request_by(secret)
    if request is None:
        raise Missing("link_not_valid")
    return rules.answerable(request, day_of(now()))


async def _asked(store: Visiting, request: AssessmentRequest) -> AskedOf:
    given = await store.assessments.get(request.assessment) if request.assessment else None
    told = given.model_dump(mode="json", include=set(PublicAssessmentInput.model_fields)) if given else None
    return AskedOf(
        asked=request.asked,
        asked_for=request.asked_for,
        expires_on=request.expires_on,
        given=told,
    )


async def _given(store: Visiting, request: AssessmentRequest, said: PublicAssessmentInput) -> AssessmentRequest:
    """Store what came by a link; the request names the assessment before it exists, so that there is never a second."""
    if request.assessment is None:
        planned = request.model_copy(update={"assessment": new_id(), "status": "submitted"})
        request = await store.requests.replace(planned, expected=request.version)
    own = request.assessment or ""
    old = await store.assessments.get(own)
    if old is not None:
        new = old.model_copy(update={**said.fields(), "assessed_on": day_of(now())})
        await replaced(store.assessments, old, new)
        return request
    first = Assessment(
        id=own,
        version=1,
        changed_at=now(),
        network=request.network,
        source=request.asked,
        assessed_on=day_of(now()),
        request=request.id,
        **said.fields(),
    )
    await store.assessments.add(rules.sound(first, day_of(now())))
    return request
