"""HTTP of members: networks, organisations and people, and how people and programs are let in."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Depends

from services.members.api import (
    api_tokens,
    audit,
    challenges,
    contacts,
    exports,
    figures,
    imports,
    invitations,
    legal,
    locations,
    me,
    networks,
    organisations,
    people,
    registrations,
    sessions,
    sign_ups,
    signing_in,
    tokens,
)
from services.members.api.allowance import Allowance
from services.members.api.asked import not_by_link
from services.members.api.imports import IMPORT_LIMITS
from services.members.store import Store


def routers(
    store: Store, private_key: Ed25519PrivateKey, link_key: bytes, allowance: Allowance | None = None
) -> tuple[APIRouter, ...]:
    """Return all routes, to be mounted under /api/v1."""
    allowed = allowance or Allowance()
    accounts = APIRouter(dependencies=[Depends(not_by_link)])
    for router in (
        networks.routes(store),
        legal.routes(store),
        legal.overview(store),
        sign_ups.routes(store),
        organisations.routes(store),
        people.routes(store),
        locations.routes(store),
        audit.routes(store),
        imports.routes(store),
        exports.routes(store),
        figures.routes(store),
        tokens.routes(store, private_key, link_key),
        signing_in.routes(store, allowed),
        challenges.routes(store, link_key),
        sessions.routes(store, private_key),
        registrations.routes(store, allowed),
        invitations.routes(store, allowed),
        api_tokens.routes(store),
        me.routes(store),
    ):
        accounts.include_router(router)
    return accounts, contacts.routes(store)


__all__ = ["IMPORT_LIMITS", "Allowance", "networks", "organisations", "people", "routers", "tokens"]
