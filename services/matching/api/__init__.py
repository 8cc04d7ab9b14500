"""HTTP of matching: results by right, pairs with what was said, gaps and pools, previews of needs not yet stored."""

from fastapi import APIRouter

from services.matching.api import figures, gaps, pairs, pools, previews, results
from services.matching.pooling import Pooling
from services.matching.previewing import Previews
from services.matching.store import Store
from shared.limits import Limit


def routes(store: Store, previewed: Previews, limit: Limit, pooling: Pooling) -> APIRouter:
    """Return all routes of the service, below /api/v1; `limit` is how often one caller may ask for a preview."""
    router = APIRouter()
    for part in (results, pairs, gaps, figures):
        router.include_router(part.routes(store))
    router.include_router(pools.routes(store, pooling))
    router.include_router(previews.routes(store, previewed, limit))
    return router
