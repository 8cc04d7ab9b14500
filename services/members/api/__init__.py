"""HTTP of members: networks, organisations and people, and how people and programs are let in."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter

from services.members.api import (
    challenges,
    networks,
    organisations,
    people,
    registrations,
    sessions,
    signing_in,
    tokens,
)
from services.members.api.allowance import Allowance
from services.members.store import Store


def routers(
    store: Store, private_key: Ed25519PrivateKey, link_key: bytes, allowance: Allowance | None = None
) -> tuple[APIRouter, ...]:
    """Return all routes, to be mounted under /api/v1."""
    allowed = allowance or Allowance()
    return (
        networks.routes(store),
        organisations.routes(store),
        people.routes(store),
        tokens.routes(store, private_key, link_key),
        signing_in.routes(store, allowed),
        challenges.routes(store, link_key),
        sessions.routes(store, private_key),
        registrations.routes(store, allowed),
    )


__all__ = ["Allowance", "networks", "organisations", "people", "routers", "tokens"]
