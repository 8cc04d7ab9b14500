"""Surveys in the portal: the public Bedarfsabfrage, the builder, and results."""

from fastapi import APIRouter

from services.portal.surveys import coordinating, editing, public
from services.portal.visitors import Portal


def routes(portal: Portal) -> APIRouter:
    """Return all routes of the area; fixed addresses come before those with an id."""
    router = APIRouter()
    for part in (coordinating, editing, public):
        router.include_router(part.routes(portal))
    return router
