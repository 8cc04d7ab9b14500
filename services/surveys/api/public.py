"""HTTP for people without an account: a survey, an answer to it, a half-finished answer, a copy of an earlier one.

No route here takes or gives a name or an e-mail address: members has them, and says which confirmation was asked for.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from secrets import token_urlsafe
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict

from services.surveys.api.asked import Entity, Responses, answers
from services.surveys.api.survey_inputs import AnswerInput, CheckedAnswer, DraftInput
from services.surveys.domain import day_of
from services.surveys.domain.asking import Answer, AnswerValue, Definition, Survey, answering, bedarfsabfrage
from services.surveys.domain.asking import surveys as rules
from services.surveys.domain.asking.checking import Fault, Judged, judged
from services.surveys.store import Store
from services.surveys.store.asking import Asking, Draft
from shared.callers import SignedIn
from shared.clock import now
from shared.events.base import Day, Id, Moment
from shared.events.members import Place
from shared.failpoints import pass_point
from shared.ids import new_id
from shared.limits import Limit
from shared.publishing import Once
from shared.rules import Missing, RuleBroken

HOUR: Final = timedelta(hours=1)
CHECKS: Final = Limit("survey_check", 200, HOUR)
ANSWERS: Final = Limit("survey_answer", 60, HOUR)
DRAFTS: Final = Limit("survey_draft", 60, HOUR)
"""For each network address: a company's many people may share one."""
FORM_PARTS: Final = 3

_OPEN: Final = answers(404, 422, 503)
_SENDING: Final[Responses] = answers(404, 409, 413, 422, 429, 503)
_ID: Final = "019a0000-0000-7000-8000-000000000384"
_SAID: Final[dict[str, Any]] = {
    "version": 1,
    "values": {"head_count": 11, "who_sees_it": "network"},
    "needs": [{"title": "WIG-Schweißen", "persons": 2}],
}
_FORM: Final = "1793610000.aaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
_CHECKED: Final = {**_SAID, "form": _FORM, "language": "de", "place": {"postal_code": "04109"}}

Client = Annotated[str, Header(alias="Client-Address", max_length=100, description="Whom the portal answers")]
Secret = Annotated[str, Query(max_length=100, description="What was given when it was stored")]


class PublicSurvey(BaseModel):
    """A survey as anybody may see it; `form` goes back with the answer and says when the form was opened."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": _ID,
                    "network": _ID,
                    "standing": "open",
                    "version": 1,
                    "definition": bedarfsabfrage().model_dump(mode="json"),
                    "form": _FORM,
                }
            ]
        }
    )

    id: Id
    network: Id
    standing: Literal["open", "not_yet", "closed"]
    version: int
    """The edition that an answer names."""
    definition: Definition
    opens_on: Day | None = None
    closes_on: Day | None = None
    form: str


class Kept(BaseModel):
    """What was stored, and the secret that leads back to it."""

    id: Id
    secret: str


class KeptDraft(Kept):
    """A half-finished answer, and until when it is kept."""

    until: Moment


class Earlier(BaseModel):
    """What was answered or half answered earlier, to go on from."""

    survey: Id
    version: int
    values: dict[str, AnswerValue]
    needs: tuple[dict[str, AnswerValue], ...]
    place: Place = Place()


class OwnAnswer(Kept):
    """One of the caller's own answers."""

    survey: Id
    given_at: Moment
    needs: tuple[Id, ...]


def routes(store: Store, *, least_form_seconds: float) -> APIRouter:
    """Return the routes of the public survey."""
    router = APIRouter()
    for part in (_survey_routes(store.asking, least_form_seconds), _draft_routes(store.asking), _earlier(store.asking)):
        router.include_router(part)
    return router


def _survey_routes(asking: Asking, least_seconds: float) -> APIRouter:
    router = APIRouter(prefix="/public/surveys", tags=["public surveys"])

    @router.get("/{survey}", responses=_OPEN, summary="What a survey asks; drafts are nobody's business")
    async def read(survey: Entity) -> PublicSurvey:
        one = await _public(asking, survey)
        return PublicSurvey(
            id=one.id,
            network=one.network,
            standing=rules.standing(one, day_of(now())),
            version=one.edition,
            definition=one.definition,
            opens_on=one.opens_on,
            closes_on=one.closes_on,
            form=await _form(asking, one),
        )

    @router.post("/{survey}/checks", status_code=204, responses=_SENDING, summary="Would this answer be taken?")
    async def check(
        survey: Entity, said: Annotated[CheckedAnswer, Body(examples=[_CHECKED])], client: Client = ""
    ) -> None:
        await asking.limits.take((CHECKS, client))
        await _checked(asking, await _public(asking, survey), said, new_id(), least_seconds)

    @router.post("/{survey}/answers", status_code=202, responses=_SENDING, summary="Answer; it counts once confirmed")
    async def answer(
        survey: Entity,
        said: Annotated[AnswerInput, Body(examples=[{**_CHECKED, "challenge": _ID}])],
        request: Request,
        client: Client = "",
    ) -> Kept:
        once = Once("public", said.challenge, survey.encode() + await request.body())
        kept = await asking.answers.made_with(once)
        if kept is None:
            await asking.limits.take((ANSWERS, client))
            new = await _checked(asking, await _public(asking, survey), said, said.challenge, least_seconds)
            kept = await asking.answers.add(new, once=once)
            await pass_point("surveys.answered")
        return Kept(id=kept.id, secret=await asking.seals.seal("answer", kept.id))

    return router


def _draft_routes(asking: Asking) -> APIRouter:
    router = APIRouter(prefix="/public/drafts", tags=["public surveys"])
    example = {**_SAID, "survey": _ID}

    async def kept(entity: str, said: DraftInput) -> KeptDraft:
        survey = await _public(asking, said.survey)
        definition = await _definition(asking, survey, said.version)
        told = _fitting(judged(definition, said.all_values(), said.all_needs(), whole=False))
        draft = Draft(survey=survey.id, edition=said.version, values=told.values, needs=told.needs)
        until = await asking.keep_draft(entity, draft)
        return KeptDraft(id=entity, secret=await asking.seals.seal("draft", entity), until=until)

    @router.post("", status_code=201, responses=_SENDING, summary="Keep a half-finished answer for thirty days")
    async def keep(said: Annotated[DraftInput, Body(examples=[example])], client: Client = "") -> KeptDraft:
        await asking.limits.take((DRAFTS, client))
        return await kept(new_id(), said)

    @router.put("/{draft}", responses=_SENDING, summary="Keep it as it is now, for thirty days more")
    async def keep_again(
        draft: Entity, secret: Secret, said: Annotated[DraftInput, Body(examples=[example])], client: Client = ""
    ) -> KeptDraft:
        await asking.limits.take((DRAFTS, client))
        await _check_secret(asking, secret, "draft", draft)
        return await kept(draft, said)

    @router.get("/{draft}", responses=_OPEN, summary="Go on with a half-finished answer")
    async def resume(draft: Entity, secret: Secret) -> Earlier:
        await _check_secret(asking, secret, "draft", draft)
        one = await asking.draft(draft)
        if one is None:
            raise Missing
        return Earlier(survey=one.survey, version=one.edition, values=one.values, needs=one.needs)

    @router.delete("/{draft}", status_code=204, responses=_OPEN, summary="Forget a half-finished answer")
    async def drop(draft: Entity, secret: Secret) -> None:
        await _check_secret(asking, secret, "draft", draft)
        await asking.drop_draft(draft)

    return router


def _earlier(asking: Asking) -> APIRouter:
    router = APIRouter(tags=["public surveys"])

    @router.get("/public/answers/{answer}", responses=_OPEN, summary="An earlier answer that was confirmed, to copy")
    async def copy(answer: Entity, secret: Secret) -> Earlier:
        await _check_secret(asking, secret, "answer", answer)
        one = await asking.answers.get(answer)
        if one is None or one.status != "confirmed":
            raise Missing
        return Earlier(survey=one.survey, version=one.edition, values=one.values, needs=one.needs, place=one.place)

    @router.get("/answers", responses=answers(401, 422, 503), summary="One's own confirmed answers, newest first")
    async def own(caller: SignedIn) -> list[OwnAnswer]:
        mine = {"member": caller.subject, "status": "confirmed"}
        return [
            OwnAnswer(
                id=one.id,
                secret=await asking.seals.seal("answer", one.id),
                survey=one.survey,
                given_at=one.given_at,
                needs=tuple(answering.need_id(one.id, number) for number in range(len(one.needs))),
            )
            for one in await asking.answers.find(mine, limit=100, newest_first=True)
        ]

    return router


async def _public(asking: Asking, survey: str) -> Survey:
    one = await asking.surveys.get(survey)
    if one is None or one.status == "draft":
        raise Missing
    return one


async def _definition(asking: Asking, survey: Survey, edition: int) -> Definition:
    definition = await asking.definition(survey, edition)
    if definition is None:
        raise RuleBroken("edition_unknown", field="version")
    return definition


async def _checked(asking: Asking, survey: Survey, said: CheckedAnswer, challenge: str, least_seconds: float) -> Answer:
    """Return the answer as it is stored, if it may be: open survey, unhurried form, sound answers, sound needs."""
    moment = now()
    rules.check_open(survey, day_of(moment))
    opened = await _opened(asking, survey, said.form)
    rules.check_pace(moment.timestamp() - opened, least_seconds)
    definition = await _definition(asking, survey, said.version)
    told = _fitting(judged(definition, said.all_values(), said.all_needs()))
    answer = Answer(
        id=new_id(),
        version=1,
        changed_at=moment,
        status="received",
        survey=survey.id,
        edition=said.version,
        network=survey.network,
        language=said.language,
        challenge=challenge,
        place=said.place.place(),
        values=told.values,
        needs=told.needs,
        given_at=moment,
    )
    _raise(answering.need_faults(answer, definition, day_of(moment)))
    return answer


def _fitting(told: Judged) -> Judged:
    _raise(told.faults)
    return told


def _raise(faults: Iterable[Fault]) -> None:
    """Refuse the request with all faults at once, each at its place."""
    errors: list[Mapping[str, Any]] = [
        {
            "type": fault.code,
            "loc": ("body", *fault.field.split(".")),
            "msg": fault.code,
            "input": None,
            "ctx": dict(fault.params),
        }
        for fault in faults
    ]
    if errors:
        raise RequestValidationError(errors)


async def _form(asking: Asking, survey: Survey) -> str:
    opened, nonce = str(int(now().timestamp())), token_urlsafe(12)
    return f"{opened}.{nonce}.{await asking.seals.seal('form', survey.id, opened, nonce)}"


async def _opened(asking: Asking, survey: Survey, form: str) -> int:
    """Return when a form was opened, in seconds since 1970; refuses what was not made here."""
    parts = form.split(".")
    if len(parts) != FORM_PARTS or not await asking.seals.holds(parts[2], "form", survey.id, *parts[:2]):
        raise RuleBroken("form_too_old", field="form")
    return int(parts[0])


async def _check_secret(asking: Asking, secret: str, purpose: str, entity: str) -> None:
    if not await asking.seals.holds(secret, purpose, entity):
        raise Missing("link_not_valid")
