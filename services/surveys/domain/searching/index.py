"""The index: finds, sorts and counts what somebody may see, and nothing else."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from services.surveys.domain.searching.asked import OF_CARDS, OF_DATES, Asked
from services.surveys.domain.searching.cards import EVER, Card, Face
from services.surveys.domain.searching.columns import Columns, Flags, Floats, Ints, Values, columns_of
from services.surveys.domain.searching.words import Vocabulary, words_of
from shared.places import EARTH_RADIUS_KM

Texts = tuple[Ints, Floats]
Tally = dict[str, dict[str, int | None]]
"""By facet and value how many were found; None where too few companies stand behind it."""
FEWEST_COMPANIES: Final = 3
LAST: Final = float("inf")
WEIGHTS: Final = (4.0, 2.0, 1.0)
"""Of a word in the title, among keywords, skills and topics, and in the text."""


@dataclass(frozen=True)
class Found:
    """What a search found, in the order asked for."""

    ids: tuple[str, ...]
    keys: tuple[float, ...]
    """What they are sorted by, rising; infinite where it is not known."""
    distances: tuple[float | None, ...]
    """Kilometres of the nearest date that fits; None without a place, and for what has no distance."""
    facets: Tally

    def after(self, key: float, thing: str) -> int:
        """Return the place of the first one behind a key and an id."""
        return bisect_right(list(zip(self.keys, self.ids, strict=True)), (key, thing))


class Index:
    """Cards that can be searched; what is asked of it does not change it."""

    def __init__(self, cards: Sequence[Card], vocabulary: Vocabulary, texts: Mapping[tuple[str, Face], Texts]) -> None:
        self.cards = sorted(cards, key=lambda card: (card.id, card.face))
        self._vocabulary = vocabulary
        self._columns = columns_of(self.cards)
        parts = [texts[card.id, card.face] for card in self.cards]
        self._sizes = np.array([len(numbers) for numbers, _ in parts], dtype=np.int64)
        self._starts = np.concatenate(([0], np.cumsum(self._sizes)[:-1])).astype(np.int64)
        self._numbers = np.concatenate([numbers for numbers, _ in parts]) if parts else np.zeros(0, dtype=np.int64)
        self._weights = np.concatenate([weights for _, weights in parts]) if parts else np.zeros(0)
        self._samples = [self.cards[row] for row in np.unique(self._columns.who, return_index=True)[1]]

    def seen(self, see: Callable[[Card], Face | None]) -> Flags:
        """Return of each card whether somebody sees it, in this face; `see` is asked once for all that are alike."""
        shown = np.zeros((len(self._samples), 2), dtype=bool)
        for number, card in enumerate(self._samples):
            face = see(card)
            if face is not None:
                shown[number, int(face == "reduced")] = True
        return shown[self._columns.who, self._columns.reduced.astype(np.int64)]

    def search(
        self, asked: Asked, seen: Flags, today: date, *, own_networks: frozenset[str] | None, few_hidden: bool
    ) -> Found:
        """Return what is found among the cards that are `seen`."""
        search = _Search(self, self._columns, asked, today)
        scores = self._scores(asked.words)
        on_cards = seen & (self._columns.until >= today.toordinal()) & search.plain_cards(own_networks)
        on_cards &= scores > 0
        passing = search.passing(on_cards)
        rows = np.flatnonzero(passing)
        keys, distances = search.keys(scores)
        order = rows[np.argsort(keys[rows], kind="stable")]
        return Found(
            tuple(self.cards[row].id for row in order),
            tuple(keys[order].tolist()),
            tuple(distance if np.isfinite(distance) else None for distance in distances[order].tolist()),
            search.tally(on_cards, few_hidden=few_hidden),
        )

    def _scores(self, words: str) -> Floats:
        """Return how well each card fits the words, 0 for not; all of them fit no words equally."""
        total = np.zeros(len(self.cards))
        meant = self._vocabulary.meant(words)
        if not meant:
            return total + 1
        everywhere = np.ones(len(self.cards), dtype=bool)
        for found in meant:
            score = self._score(found)
            everywhere &= score > 0
            hits = int(np.count_nonzero(score))
            total += score * np.log(1 + len(self.cards) / max(hits, 1))
        return np.where(everywhere, total, 0.0)

    def _score(self, found: Mapping[int, float]) -> Floats:
        score = np.zeros(len(self.cards))
        if not found or not len(self._numbers):
            return score
        quality = np.zeros(len(self._vocabulary))
        quality[list(found)] = list(found.values())
        full = np.flatnonzero(self._sizes)
        score[full] = np.maximum.reduceat(quality[self._numbers] * self._weights, self._starts[full])
        return score


class _Search:
    """One search over the columns: what each condition lets pass, taken together or but for one facet."""

    def __init__(self, index: Index, columns: Columns, asked: Asked, today: date) -> None:
        self._cards = len(index.cards)
        self._columns = columns
        self._asked = asked
        self._today = today.toordinal()
        self._distance = self._distances()
        self._of_runs = {name: self._chosen(columns.runs[name], name) for name in OF_DATES}
        self._of_cards = {name: self._chosen(columns.cards[name], name) for name in OF_CARDS}
        self._plain_runs = self._alive() & self._within() & self._near()

    def _chosen(self, values: Values, name: str) -> Flags | None:
        """Return which rows pass a facet; None when nothing is chosen."""
        chosen = self._asked.facets.get(name)
        if not chosen:
            return None
        return values.chosen(chosen) | (~values.holding & self._asked.unsaid)

    def _alive(self) -> Flags:
        return self._columns.last >= self._today

    def _within(self) -> Flags:
        asked, columns = self._asked, self._columns
        if asked.since is None and asked.until is None:
            return np.ones(len(columns.owner), dtype=bool)
        since = asked.since.toordinal() if asked.since else EVER[0]
        until = asked.until.toordinal() if asked.until else EVER[1]
        said = columns.first <= EVER[1]
        return np.where(said, (columns.first <= until) & (columns.last >= since), asked.unsaid)

    def _near(self) -> Flags:
        asked, columns = self._asked, self._columns
        if asked.near is None or asked.radius_km is None:
            return np.ones(len(columns.owner), dtype=bool)
        return columns.anywhere | np.where(np.isnan(self._distance), asked.unsaid, self._distance <= asked.radius_km)

    def _distances(self) -> Floats:
        near, columns = self._asked.near, self._columns
        if near is None or near.lat is None or near.lon is None:
            return np.full(len(columns.owner), np.nan)
        lat, lon = np.radians(columns.lat), np.radians(columns.lon)
        here_lat, here_lon = np.radians(near.lat), np.radians(near.lon)
        haversine = (
            np.sin((lat - here_lat) / 2) ** 2 + np.cos(lat) * np.cos(here_lat) * np.sin((lon - here_lon) / 2) ** 2
        )
        distance = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, haversine)))
        return np.where(columns.anywhere, np.nan, distance)

    def plain_cards(self, own_networks: frozenset[str] | None) -> Flags:
        """Return which cards pass what is no facet; an anonymous one tells only networks that the viewer shares."""
        asked, columns = self._asked, self._columns
        passing = np.ones(self._cards, dtype=bool)
        if asked.price_to is not None:
            passing &= np.where(np.isnan(columns.price), asked.unsaid, columns.price <= asked.price_to)
        if asked.network is not None:
            passing &= columns.networks.chosen((asked.network,))
            if own_networks is not None and asked.network not in own_networks:
                passing &= ~columns.reduced
        return passing

    def _runs(self, but: str = "") -> Flags:
        passing = self._plain_runs.copy()
        for name, chosen in self._of_runs.items():
            if chosen is not None and name != but:
                passing &= chosen
        return passing

    def _choices(self, on_cards: Flags, but: str = "") -> Flags:
        passing = on_cards.copy()
        for name, chosen in self._of_cards.items():
            if chosen is not None and name != but:
                passing &= chosen
        return passing

    def _any_run(self, runs: Flags) -> Flags:
        held = np.zeros(self._cards, dtype=bool)
        held[self._columns.owner[runs]] = True
        return held

    def passing(self, on_cards: Flags) -> Flags:
        """Return which cards pass everything: themselves, and with one of their dates."""
        return self._choices(on_cards) & self._any_run(self._runs())

    def keys(self, scores: Floats) -> tuple[Floats, Floats]:
        """Return by what cards are sorted, rising, and how far the nearest of their dates that pass is."""
        columns, runs = self._columns, self._runs()
        distances = np.full(self._cards, LAST)
        distance = np.where(np.isnan(self._distance), LAST, self._distance)
        np.minimum.at(distances, columns.owner[runs], distance[runs])
        if self._asked.sort == "start":
            starts = np.full(self._cards, LAST)
            first = np.where(columns.first > EVER[1], LAST, columns.first.astype(np.float64))
            # what may begin any day comes behind what has one
            first = np.where(columns.first == EVER[0], float(EVER[1]), first)
            np.minimum.at(starts, columns.owner[runs], first[runs])
            return starts, distances
        if self._asked.sort == "price":
            return np.where(np.isnan(columns.price), LAST, columns.price), distances
        if self._asked.sort == "distance":
            return distances, distances
        if self._asked.sort == "relevance" and words_of(self._asked.words):
            return np.round(-scores, 6), distances
        return -columns.changed, distances

    def tally(self, on_cards: Flags, *, few_hidden: bool) -> Tally:
        """Count the values of each facet, among what passes all but the choice of this very facet."""
        found: Tally = {}
        chosen = self._choices(on_cards)[self._columns.owner]
        for name in OF_DATES:
            runs = self._runs(but=name) & chosen
            values = self._columns.runs[name]
            rows = runs[values.rows]
            found[name] = self._counts(values, self._columns.owner[values.rows[rows]], values.codes[rows], few_hidden)
        any_run = self._any_run(self._runs())
        for name in OF_CARDS:
            values = self._columns.cards[name]
            rows = (self._choices(on_cards, but=name) & any_run)[values.rows]
            found[name] = self._counts(values, values.rows[rows], values.codes[rows], few_hidden)
        return found

    def _counts(self, values: Values, cards: Ints, codes: Ints, few_hidden: bool) -> dict[str, int | None]:
        """Return how many cards, each once, hold each value that any holds."""
        many = len(values.names)
        counts = _different(cards, codes, self._cards, many)
        if few_hidden:
            companies = self._columns.company[cards]
            known = companies >= 0
            firms = _different(companies[known], codes[known], self._cards, many)
        return {
            name: int(counts[code]) if not few_hidden or firms[code] >= FEWEST_COMPANIES else None
            for code, name in enumerate(values.names)
            if counts[code]
        }


def _different(things: Ints, codes: Ints, most: int, many: int) -> Ints:
    """Count for each of `many` codes the different things, numbered below `most`, that hold it."""
    held = np.zeros(most * many, dtype=bool)
    held[things * many + codes] = True
    return np.asarray(held.reshape(most, many).sum(axis=0), dtype=np.int64)


def texts_of(card: Card, vocabulary: Vocabulary) -> Texts:
    """Return the words of a card, each once with its greatest weight."""
    weights: dict[int, float] = {}
    for text, weight in zip(card.texts, WEIGHTS, strict=True):
        for number in vocabulary.numbers(words_of(text)):
            weights.setdefault(number, weight)
    return np.fromiter(weights, dtype=np.int64, count=len(weights)), np.fromiter(
        weights.values(), dtype=np.float64, count=len(weights)
    )
