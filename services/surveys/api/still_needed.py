"""HTTP for the answer to "still needed?", from a signed-in page or from the link in a mail."""

from typing import Annotated, Final

from fastapi import APIRouter, Body, Request, Response

from services.surveys import examples
from services.surveys.answers import NeedAnswer, need_answer
from services.surveys.api.asked import Entity, answers
from services.surveys.api.viewing import Linked, need_seen, to_change
from services.surveys.domain import day_of, needs
from services.surveys.domain.seeing import need_for
from services.surveys.domain.viewers import Viewer
from services.surveys.inputs import StillNeededInput
from services.surveys.store import Store
from shared.clock import now
from shared.events.surveys import NeedSnapshot
from shared.rules import Missing, Stale
from shared.web import tagged

TRIES: Final = 3


def routes(store: Store) -> APIRouter:
    """Return the route of the answer."""
    router = APIRouter(prefix="/needs", tags=["needs"])

    @router.post(
        "/{need}/still-needed",
        responses=answers(401, 403, 404, 409, 412, 413, 422, 503),
        summary="Say whether a need is still open; needs no If-Match, and saying it twice is the same as once",
    )
    async def still_needed(
        need: Entity,
        said: Annotated[StillNeededInput, Body(examples=list(examples.STILL_NEEDED))],
        viewer: Linked,
        request: Request,
        response: Response,
    ) -> NeedAnswer:
        new = await _answered(store, viewer, need, said)
        view = need_for(viewer, new)
        if view is None:
            raise Missing
        tagged(response, new)
        return need_answer(view, request)

    return router


async def _answered(store: Store, viewer: Viewer, need: str, said: StillNeededInput) -> NeedSnapshot:
    """Answer about the need as it stands now, also when the schedule or somebody else changes it meanwhile."""
    for _ in range(TRIES):
        old, view = await need_seen(store, viewer, need)
        to_change(view)
        new = needs.still_needed(old, said.answer, day_of(now()), said.latest_start)
        if new == old:
            return old
        try:
            return await store.needs.replace(new, expected=old.version, was=old, by=viewer.member)
        except Stale:
            continue
    raise Stale
