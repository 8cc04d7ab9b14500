"""Pages for those who look after a network: figures with charts, gaps, pools, follow-ups, duplicates, Sachbericht."""

from fastapi import APIRouter

from services.portal.coordination.figures import add as add_figures
from services.portal.coordination.gaps import add as add_gaps
from services.portal.coordination.pooling import add as add_pooling
from services.portal.coordination.sachbericht import add as add_sachbericht
from services.portal.coordination.tidying import add as add_tidying
from services.portal.visitors import Portal, area


def routes(portal: Portal) -> APIRouter:
    """Return the routes of coordination."""
    router = area("coordination")
    for add in (add_figures, add_gaps, add_pooling, add_sachbericht, add_tidying):
        add(router, portal)
    return router
