"""Pages for those who run the system: health, dead letters, mails, how people come in, the audit log, networks."""

from fastapi import APIRouter

from services.portal.operating import audit, health, letters, mails, networks, sign_ups
from services.portal.visitors import Portal, area

__all__ = ["routes"]


def routes(portal: Portal) -> APIRouter:
    """Return the routes of operating."""
    router = area("operating")
    for part in (health, letters, mails, sign_ups, audit, networks):
        part.add(router, portal)
    return router
