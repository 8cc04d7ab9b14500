"""Ids of entities: UUIDs of version 7, so that sorting by id is sorting by time of creation."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import uuid_utils

_BELOW_TIME: Final = 80
"""Bits of a UUIDv7 that come after its milliseconds."""
_LATEST: Final = datetime(9999, 12, 30, tzinfo=UTC).timestamp()


def new_id() -> str:
    """Return a new UUIDv7 in lower case; ids made by one process never sort against the order of their making."""
    return str(uuid_utils.uuid7())


def made_at(entity: str) -> datetime:
    """Return when an id was made, to the millisecond; the latest day there is for one that no clock made."""
    return datetime.fromtimestamp(min((UUID(entity).int >> _BELOW_TIME) / 1000, _LATEST), UTC)


def first_id_at(moment: datetime) -> str:
    """Return the text before which the ids of earlier moments sort, and after which those of later ones."""
    milliseconds = min(max(0, int(moment.timestamp() * 1000)), (1 << 48) - 1)
    return str(UUID(int=milliseconds << _BELOW_TIME))
