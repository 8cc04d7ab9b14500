"""HTTP of matching: results by right, pairs with what was said about them, and previews of needs not yet stored."""

from fastapi import APIRouter

from services.matching.api import pairs, previews, results
from services.matching.previewing import Previews
from services.matching.store import Store
from shared.limits import Limit


def routes(store: Store, previewed: Previews, limit: Limit) -> APIRouter:
    """Return all routes of the service, below /api/v1; `limit` is how often one caller may ask for a preview."""
    router = APIRouter()
    for part in (results.routes(store), pairs.routes(store), previews.routes(store, previewed, limit)):
        router.include_router(part)
    return router
