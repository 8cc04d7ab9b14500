"""HTTP of surveys: what people tell us, each seeing what is theirs."""

from fastapi import APIRouter

from services.surveys.api import (
    assessments,
    duplicate_pairs,
    exports,
    figures,
    imports,
    needs,
    offers,
    open_surveys,
    public,
    results,
    search,
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
    told = (needs, offers, search, imports, exports, surveys, results, suggestions, visits, assessments)
    for part in (*told, duplicate_pairs, figures, open_surveys):
        router.include_router(part.routes(store))
    router.include_router(public.routes(store, least_form_seconds=least_form_seconds))
    return router
