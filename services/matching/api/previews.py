"""What a need would find, before it is entered; nothing is stored."""

from typing import Annotated, Final

from fastapi import APIRouter, Body

from services.matching.answers import NearMissShown, Preview, PreviewMatch, offer_in_short
from services.matching.api.viewing import Looking, Responses
from services.matching.domain.seeing import Viewer
from services.matching.inputs import PreviewInput
from services.matching.previewing import Previews
from services.matching.store import Store
from shared.callers import SignedIn
from shared.limits import Limit
from shared.rules import Forbidden
from shared.web import PROBLEM_RESPONSES

MOST: Final = 10
_PROBLEMS: Final[Responses] = {status: PROBLEM_RESPONSES[status] for status in (401, 403, 404, 413, 422, 429, 503)}


def routes(store: Store, previews: Previews, limit: Limit) -> APIRouter:
    """Return the route for previews."""
    router = APIRouter(prefix="/previews", tags=["previews"], lifespan=lambda _: previews.running())

    @router.post(
        "",
        responses=_PROBLEMS,
        summary="The best offers for a need that is not entered yet",
        description="For everybody who is signed in, in networks of their own. Nothing is stored, nobody is told. The "
        "first preview of a process takes some seconds, since it loads the model and the offers.",
    )
    async def preview(viewer: Looking, caller: SignedIn, asked: Annotated[PreviewInput, Body()]) -> Preview:
        networks = _networks(viewer, asked)
        await store.limits.take((limit, caller.subject))
        found = await previews.of(asked.need(networks))
        matches, near_misses = found.matches[:MOST], found.near_misses
        told = {one.offer for one in matches} | {one.offer for one in near_misses}
        offers = await store.offers.get_many(told)
        return Preview(
            model=previews.model,
            matches=tuple(
                PreviewMatch(
                    **{name: getattr(one, name) for name in PreviewMatch.model_fields if name != "about"},
                    about=offer_in_short(offers[one.offer], one.course_date),
                )
                for one in matches
                if one.offer in offers
            ),
            near_misses=tuple(
                NearMissShown(**dict(one), about=offer_in_short(offers[one.offer], one.course_date))
                for one in near_misses
                if one.offer in offers
            ),
            advice=found.advice,
        )

    return router


def _networks(viewer: Viewer, asked: PreviewInput) -> frozenset[str]:
    """Return the networks for which the need would be; Forbidden for one that the viewer is not in."""
    if viewer.linked is not None:
        raise Forbidden
    own, wanted = viewer.networks(), frozenset(asked.networks)
    if not viewer.operator and not wanted <= own:
        raise Forbidden(field="networks")
    return wanted or own
