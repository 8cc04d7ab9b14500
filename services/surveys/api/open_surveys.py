"""HTTP for the public front page: which surveys anybody may answer now."""

from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from services.surveys.api.asked import answers
from services.surveys.domain import day_of
from services.surveys.domain.asking import surveys as rules
from services.surveys.domain.asking.questions import Words
from services.surveys.store import Store
from shared.clock import now
from shared.events.base import Id

MOST: Final = 20
_ID: Final = "019a0000-0000-7000-8000-000000000384"


class OpenSurvey(BaseModel):
    """A survey by its title; what it asks is read by its id."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": _ID, "network": _ID, "title": {"de": "Was sollen Ihre Leute lernen?"}}]}
    )

    id: Id
    network: Id
    title: Words


class OpenSurveys(BaseModel):
    """The newest first, twenty at most."""

    items: tuple[OpenSurvey, ...]


def routes(store: Store) -> APIRouter:
    """Return the route of the list."""
    router = APIRouter(tags=["public surveys"])

    @router.get("/public/surveys", responses=answers(503), summary="The surveys that anybody may answer now")
    async def find() -> OpenSurveys:
        today = day_of(now())
        opened = await store.asking.surveys.find({"status": "open"}, limit=MOST, newest_first=True)
        return OpenSurveys(
            items=tuple(
                OpenSurvey(id=one.id, network=one.network, title=one.definition.title)
                for one in opened
                if rules.standing(one, today) == "open"
            )
        )

    return router
