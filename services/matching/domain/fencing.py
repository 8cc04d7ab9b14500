"""Who may write a result: numbers that only rise, compared inside the database in the very write."""

from dataclasses import dataclass
from typing import Final
from zlib import crc32

BUCKETS: Final = 64
"""Needs fall into so many shares, each leased by one worker; today one worker holds them all."""


@dataclass(frozen=True)
class Fence:
    """What a writer knows itself to be; a stored result with any higher number is not its to change."""

    epoch: int
    """Of the lease under which the result was computed."""
    activation: int
    """Counts the models that were put in force."""
    need_version: int


def bucket_of(need: str) -> int:
    """Return the share that a need falls into, 0 to 63, the same for ever."""
    return crc32(need.encode()) % BUCKETS
