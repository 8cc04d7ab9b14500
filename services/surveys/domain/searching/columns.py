"""Cards side by side: one array for each thing that is asked about, so that ten thousand are judged at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from services.surveys.domain.searching.asked import OF_CARDS, OF_DATES
from services.surveys.domain.searching.cards import EVER, Card, Run

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
T = TypeVar("T")

UNSAID: Final = 2 * EVER[1]
"""The first day of a start of which nothing is said; later than any."""


@dataclass(frozen=True)
class Values:
    """One facet: which rows hold which of its values."""

    names: tuple[str, ...]
    rows: Ints
    codes: Ints
    holding: Flags
    """Of each row, whether it holds any value."""

    def chosen(self, values: Iterable[str]) -> Flags:
        """Return of each row whether it holds one of these values."""
        wanted = np.array([name in set(values) for name in self.names], dtype=bool)
        held = np.zeros(len(self.holding), dtype=bool)
        if len(self.names):
            held[self.rows[wanted[self.codes]]] = True
        return held


def values_of(rows: Sequence[T], read: Callable[[T], Iterable[str]]) -> Values:
    """Return the column of a facet."""
    names: dict[str, int] = {}
    at, codes = [], []
    for row, one in enumerate(rows):
        for value in read(one):
            at.append(row)
            codes.append(names.setdefault(value, len(names)))
    holding = np.zeros(len(rows), dtype=bool)
    holding[at] = True
    return Values(tuple(names), np.array(at, dtype=np.int64), np.array(codes, dtype=np.int64), holding)


@dataclass(frozen=True)
class Columns:
    """Everything about cards (in the order of their ids) and about their runs."""

    owner: Ints
    """Of each run, the row of its card."""
    first: Ints
    last: Ints
    lat: Floats
    lon: Floats
    anywhere: Flags
    runs: dict[str, Values]
    cards: dict[str, Values]
    networks: Values
    price: Floats
    until: Ints
    changed: Floats
    reduced: Flags
    who: Ints
    company: Ints
    """A number for each company; -1 where none is known."""


def columns_of(cards: Sequence[Card]) -> Columns:
    """Put cards side by side."""
    runs = [run for card in cards for run in card.runs]
    owner = np.repeat(np.arange(len(cards)), [len(card.runs) for card in cards])
    whose: dict[object, int] = {}
    firms: dict[str, int] = {}
    return Columns(
        owner=owner,
        first=_ints(run.starts[0] if run.starts else UNSAID for run in runs),
        last=_ints(run.starts[1] if run.starts else UNSAID for run in runs),
        lat=_floats(run.lat for run in runs),
        lon=_floats(run.lon for run in runs),
        anywhere=np.fromiter((run.anywhere for run in runs), dtype=bool, count=len(runs)),
        runs={name: values_of(runs, _reader(name)) for name in OF_DATES},
        cards={name: values_of(cards, _facet(name)) for name in OF_CARDS},
        networks=values_of(cards, lambda card: card.networks),
        price=_floats(card.price for card in cards),
        until=_ints(card.until for card in cards),
        changed=_floats(card.changed for card in cards),
        reduced=np.fromiter((card.face == "reduced" for card in cards), dtype=bool, count=len(cards)),
        who=_ints(whose.setdefault(card.who, len(whose)) for card in cards),
        company=_ints(firms.setdefault(card.company, len(firms)) if card.company else -1 for card in cards),
    )


def _reader(name: str) -> Callable[[Run], Iterable[str]]:
    def read(run: Run) -> Iterable[str]:
        held = getattr(run, name)
        return () if held is None else (held,) if isinstance(held, str) else held

    return read


def _facet(name: str) -> Callable[[Card], Iterable[str]]:
    return lambda card: card.facets.get(name, ())


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _floats(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
