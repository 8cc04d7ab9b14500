"""HTTP for the list of topics, and for what a text in people's own words seems to tell."""

from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Header, Request
from pydantic import BaseModel, ConfigDict

from services.surveys.api.asked import answers
from services.surveys.domain import day_of
from services.surveys.domain.recognising import Proposal, proposals
from services.surveys.domain.topics import groups, topics, topics_in
from services.surveys.store import Store
from shared.callers import Anybody
from shared.clock import now
from shared.inputs import Input, an_example, prose
from shared.limits import Limit
from shared.problems import language_of

ASKED: Final = Limit("suggestions", 600, timedelta(hours=1))
"""For each network address or member."""
_NEED: Final[dict[str, Any]] = {
    "title": "WIG-Schweißen",
    "description": "Drei Leute sollen WIG-Schweißen lernen, ab März, in Leipzig",
    "topics": ["metal.welding"],
    "fields": {"persons_min": 3, "earliest_start": "2027-03-01", "place": {"town": "Leipzig"}},
    "found": [
        {"field": "persons_min", "value": 3, "text": "Drei Leute"},
        {"field": "earliest_start", "value": "2027-03-01", "text": "ab März"},
        {"field": "place.town", "value": "Leipzig", "text": "Leipzig"},
    ],
}
Client = Annotated[str, Header(alias="Client-Address", max_length=100, description="Whom the portal answers")]


class TopicAnswer(BaseModel):
    """A topic; `name` is in the caller's language."""

    code: str
    group: str
    name: str
    de: str
    en: str


class GroupAnswer(BaseModel):
    """Topics that belong together."""

    code: str
    name: str
    de: str
    en: str


class TopicsAnswer(BaseModel):
    """All topics, group by group."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "code": "metal.welding",
                            "group": "metal",
                            "name": "Schweißen",
                            "de": "Schweißen",
                            "en": "Welding",
                        }
                    ],
                    "groups": [
                        {
                            "code": "metal",
                            "name": "Metall und Fertigung",
                            "de": "Metall und Fertigung",
                            "en": "Metal and production",
                        }
                    ],
                }
            ]
        }
    )

    items: list[TopicAnswer]
    groups: list[GroupAnswer]


class SuggestionInput(Input):
    """A text in people's own words, such as notes of a visit."""

    model_config = an_example(text="Drei Leute sollen WIG-Schweißen lernen, ab März, in Leipzig")

    text: Annotated[str, prose(20_000, required=True)]


class FoundAnswer(BaseModel):
    """A value, the field of a need that it is for, and the piece of text that says it."""

    field: str
    value: str | int | float | bool
    text: str


class SuggestedNeed(BaseModel):
    """A need that a text seems to tell; `fields` may be sent as they are when the need is told."""

    model_config = ConfigDict(json_schema_extra={"examples": [_NEED]})

    title: str
    description: str
    topics: tuple[str, ...]
    fields: dict[str, Any]
    found: tuple[FoundAnswer, ...]


class SuggestionsAnswer(BaseModel):
    """What a text seems to tell: needs in its order, and the topics of the whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"needs": [_NEED], "topics": ["metal.welding"]}]})

    needs: tuple[SuggestedNeed, ...]
    topics: tuple[str, ...]


def routes(store: Store) -> APIRouter:
    """Return the routes of topics and suggestions."""
    router = APIRouter(tags=["suggestions"])

    @router.get("/topics", responses=answers(401, 503), summary="List the topics of needs and offers")
    async def list_topics(request: Request, caller: Anybody) -> TopicsAnswer:
        del caller
        language = language_of(request.headers.get("accept-language"))
        return TopicsAnswer(
            items=[
                TopicAnswer(code=one.code, group=one.group, name=getattr(one, language), de=one.de, en=one.en)
                for one in topics()
            ],
            groups=[GroupAnswer(code=one.code, name=getattr(one, language), de=one.de, en=one.en) for one in groups()],
        )

    @router.post(
        "/suggestions",
        responses=answers(401, 413, 422, 429, 503),
        summary="Recognise needs in a text",
        description="Nothing is stored. Each value names the piece of text it came from; what contradicts itself is "
        "left out.",
    )
    async def suggest(
        said: Annotated[SuggestionInput, Body()], caller: Anybody, client: Client = ""
    ) -> SuggestionsAnswer:
        await store.visiting.limits.take((ASKED, caller.subject if caller else f"address {client}"))
        told = proposals(said.text, day_of(now()))
        return SuggestionsAnswer(needs=tuple(map(suggested, told)), topics=topics_in(said.text))

    return router


def suggested(proposal: Proposal) -> SuggestedNeed:
    """Return a proposal as it is answered."""
    return SuggestedNeed(
        title=proposal.title,
        description=proposal.description,
        topics=proposal.topics,
        fields=dict(proposal.fields),
        found=tuple(FoundAnswer(field=one.field, value=one.value, text=one.text) for one in proposal.found),
    )
