"""Vectors in memory, searched exactly: what may reach the model's `c` is found, nothing that does is ever missed."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.matching.scoring.embedder import DIMENSIONS, Vector
from services.matching.scoring.model import Exact

MARGIN: Final = 2 * DIMENSIONS * 2.0**-24
"""How far a float32 product of two vectors of length 1 can be off, twice.

The error of a sum of n products is at most n·u/(1 - n·u) times the sum of their absolute values (Higham, ch. 3; u is
2^-24), which for two vectors of length 1 is at most 1 (Cauchy-Schwarz), in any order of adding. The other half of the
margin is for rounding the searched direction to float32 (one more u) and for lengths that are 1 only to float32.
"""

_LONGEST: Final = 1.0 + 1e-4


class VectorIndex:
    """The vectors of one kind of entity by id, as they were embedded; float32, one row each, without order."""

    def __init__(self, mean: Exact) -> None:
        """`mean` is what the model subtracts from the vectors of this side."""
        self._mean = mean
        self._rows: NDArray[np.float32] = np.empty((64, DIMENSIONS), dtype=np.float32)
        self._lengths: Exact = np.empty(64)
        self._ids: list[str] = []
        self._row_of: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, entity: str) -> bool:
        return entity in self._row_of

    def ids(self) -> Iterable[str]:
        """Return what is in the index."""
        return self._row_of.keys()

    def put(self, entity: str, vector: Vector) -> None:
        """Add an entity or replace its vector; ValueError for a vector that is none of an embedder's."""
        if vector.shape != (DIMENSIONS,) or not np.linalg.norm(vector) <= _LONGEST:
            raise ValueError("a vector must have 384 finite numbers and length 1")
        row = self._row_of.get(entity)
        if row is None:
            row = len(self._ids)
            self._ids.append(entity)
            self._row_of[entity] = row
            self._make_room()
        self._rows[row] = vector
        self._lengths[row] = np.linalg.norm(vector.astype(np.float64) - self._mean)

    def _make_room(self) -> None:
        if len(self._ids) > len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
            self._lengths = np.concatenate([self._lengths, np.empty_like(self._lengths)])

    def remove(self, entity: str) -> None:
        """Take an entity out; one that is not in it changes nothing."""
        row = self._row_of.pop(entity, None)
        if row is None:
            return
        last = self._ids.pop()
        if last != entity:
            self._rows[row] = self._rows[len(self._ids)]
            self._lengths[row] = self._lengths[len(self._ids)]
            self._ids[row] = last
            self._row_of[last] = row

    def vector(self, entity: str) -> Vector | None:
        """Return an entity's vector, a copy."""
        row = self._row_of.get(entity)
        return None if row is None else self._rows[row].copy()

    def vectors(self, entities: Iterable[str]) -> Vector:
        """Return the vectors of entities that are in the index, shape (n, 384), in their order."""
        return self._rows[[self._row_of[entity] for entity in entities]]

    def near(self, direction: Exact, cosine: float) -> list[str]:
        """Return all entities whose cosine to `direction` (length 1) is at least `cosine`, and few others.

        The centred cosine is (row·direction - mean·direction) / length, so that rows stay as they were embedded and a
        new mean costs nothing but new lengths. Compared without dividing, since lengths may be 0.
        """
        count = len(self._ids)
        products = self._rows[:count] @ direction.astype(np.float32)
        enough = products - float(self._mean @ direction) >= cosine * self._lengths[:count] - MARGIN
        return [self._ids[row] for row in np.flatnonzero(enough)]
