"""Pages for those who look after a network: figures with charts, gaps, pools, follow-ups, duplicates, Sachbericht."""

from fastapi import APIRouter

from services.portal.coordination import figures, gaps, pooling, sachbericht, tidying
from services.portal.visitors import Portal, area


def routes(portal: Portal) -> APIRouter:
    """Return the routes of coordination."""
    router = area("coordination")
    for part in (figures, gaps, pooling, sachbericht, tidying):
        part.add(router, portal)
    return router
