"""Ids of entities: UUIDs of version 7, so that sorting by id is sorting by time of creation."""

import uuid_utils


def new_id() -> str:
    """Return a new UUIDv7 in lower case; ids made by one process never sort against the order of their making."""
    return str(uuid_utils.uuid7())
