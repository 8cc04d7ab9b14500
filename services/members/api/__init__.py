"""HTTP of members: networks, organisations and people for operators, tokens for whoever follows a mailed link."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter

from services.members.api import networks, organisations, people, tokens
from services.members.store import Store


def routers(store: Store, private_key: Ed25519PrivateKey, link_key: bytes) -> tuple[APIRouter, ...]:
    """Return all routes, to be mounted under /api/v1."""
    return (
        networks.routes(store),
        organisations.routes(store),
        people.routes(store),
        tokens.routes(store, private_key, link_key),
    )


__all__ = ["networks", "organisations", "people", "routers", "tokens"]
