"""HTTP of surveys: what people tell us, each seeing what is theirs."""

from fastapi import APIRouter

from services.surveys.api import (
    assessments,
    exports,
    imports,
    needs,
    offers,
    public,
    results,
    suggestions,
    surveys,
    visits,
)
from services.surveys.api.imports import IMPORT_LIMITS
from services.surveys.store import Store

__all__ = ["IMPORT_LIMITS", "routes"]


def routes(store: Store, *, least_form_seconds: float = 0) -> APIRouter:
    """Return all routes of the service, below /api/v1."""
    router = APIRouter()
    for part in (needs, offers, imports, exports, surveys, results, suggestions, visits, assessments):
        router.include_router(part.routes(store))
    router.include_router(public.routes(store, least_form_seconds=least_form_seconds))
    return router
