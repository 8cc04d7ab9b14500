"""HTTP for imports: offers of the Bundesagentur's course search."""

from typing import Final

from fastapi import APIRouter, Depends, Request

from services.surveys import examples
from services.surveys.answers import ImportAnswer, import_answer
from services.surveys.api.asked import OfNetwork, answers
from services.surveys.importing import Import
from services.surveys.store import Store
from shared.callers import OPERATOR, requires
from shared.clock import now

IMPORT_LIMITS: Final = {"/api/v1/imports/": 32 * 1024 * 1024}
"""Bytes that a file may have, by path."""


def routes(store: Store) -> APIRouter:
    """Return the routes of imports."""
    router = APIRouter(prefix="/imports", tags=["imports"], dependencies=[Depends(requires(OPERATOR))])
    file = {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}, "example": examples.BA_FILE}},
    }

    @router.post(
        "/ba",
        responses=answers(401, 403, 413, 422, 503),
        openapi_extra={"requestBody": file},
        summary="Import offers as the Bundesagentur's course search answers them; nobody is mailed because of it",
    )
    async def import_ba(request: Request, network: OfNetwork = None) -> ImportAnswer:
        taken = Import(store, networks=(network,) if network else (), at=now())
        return import_answer(await taken.run(await request.body()), request)

    return router
