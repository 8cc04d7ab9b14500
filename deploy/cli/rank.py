"""`bedarfswerk rank`: the matcher over plain files, without any server."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import date as Day  # noqa: N812 - a day, as the contracts call it
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer
from rich.progress import Progress

from deploy.cli.context import Language, Tongue, notes, progress
from deploy.cli.rows import Named, Refused, need_of, offer_of, read_rows
from deploy.cli.trouble import Trouble, WrongUse
from shared.clock import now
from shared.events import NeedSnapshot, OfferSnapshot
from shared.explaining import reasons
from shared.language import HOME

if TYPE_CHECKING:
    from services.matching.scoring.embedder import Embedder, Vector
    from services.matching.scoring.model import Model

T = TypeVar("T")
S = TypeVar("S", NeedSnapshot, OfferSnapshot)

AT_ONCE: Final = 2
"""So many texts are embedded at the same time; an embedder takes one core."""

BEST: Final = 100
"""So many offers of a need's ranking are told."""
QUIET_LINES: Final = 5.0
"""Seconds between two lines about progress where nobody watches a bar."""
_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


def rank(
    offers: Annotated[Path, typer.Option(help="Offers, JSON Lines.", exists=True, dir_okay=False)],
    needs: Annotated[Path, typer.Option(help="Needs, JSON Lines.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option(help="Where the rankings go, JSON Lines, one for each need.", dir_okay=False)],
    today: Annotated[
        str | None, typer.Option(help="The day on which is judged, YYYY-MM-DD: what has begun is over.")
    ] = None,
    language: Language = Tongue.DE,
) -> None:
    """Rank the offers of a file for each need of another, with probabilities, verdicts and reasons. No server needed.

    A line with a wrong value is left out and named; the other lines are ranked.
    """
    day = _day(today)
    read_offers = _usable(read_rows(offers, offer_of))
    read_needs = _usable(read_rows(needs, need_of))
    # Imported when it is needed: other commands shall not wait for the embedder.
    from services.matching.scoring.embedder import Bundled  # noqa: PLC0415

    count = 0
    try:
        with progress() as shown, out.open("w", encoding="utf-8") as file:
            embedders = [Bundled() for _ in range(AT_ONCE)]
            ranking = Ranking(_model_for(embedders[0]))
            for offer, vector in _watched(shown, vectors_of(read_offers, embedders), "offers", len(read_offers)):
                ranking.take_in(offer, vector)
            for need, vector in _watched(shown, vectors_of(read_needs, embedders), "needs", len(read_needs)):
                file.write(_line(ranking.of(need, vector, day, language)))
                count += 1
    except OSError as error:
        raise Trouble(f"{out} cannot be written ({error.strerror})") from None
    notes().print(f"ranked {len(read_offers)} offers for {count} needs: {out}", markup=False, highlight=False)


@dataclass(frozen=True)
class Verdict:
    """What is told about one need and one offer."""

    offer: str | int
    probability: float
    eligible: bool
    """Whether every deciding limit fits, or is unknown."""
    announced: bool
    reasons: tuple[str, ...]


class Ranking:
    """Offers held in memory, ranked by the very functions that the service uses."""

    def __init__(self, model: "Model") -> None:
        from services.matching.catalogue import Catalogue  # noqa: PLC0415 - see above

        self._catalogue = Catalogue(model)
        self._names: dict[str, str | int] = {}

    def take_in(self, offer: Named[OfferSnapshot], vector: "Vector") -> None:
        """Take an offer in."""
        self._catalogue.put_offer(offer.snapshot, vector)
        self._names[offer.snapshot.id] = offer.id

    def of(self, need: Named[NeedSnapshot], vector: "Vector", today: Day, language: str) -> dict[str, Any]:
        """Return a need's line of the output."""
        told = list(self._verdicts(need.snapshot, vector, today, language))
        return {
            "need": need.id,
            "ranking": [each.offer for each in told],
            "scores": [each.probability for each in told],
            "verdicts": [
                {
                    "offer": each.offer,
                    "probability": each.probability,
                    "eligible": each.eligible,
                    "reasons": list(each.reasons),
                }
                for each in told
            ],
            "announce": [each.offer for each in told if each.announced],
        }

    def _verdicts(self, need: NeedSnapshot, vector: "Vector", today: Day, language: str) -> Iterator[Verdict]:
        from services.matching.domain import Candidate, judge, match_of  # noqa: PLC0415 - see above
        from services.matching.scoring.text import saying_of, text_of_need  # noqa: PLC0415

        asked = text_of_need(need)
        reading = self._catalogue.model.reading(saying_of(need), vector)
        for scored in self._catalogue.ranked(reading)[:BEST]:
            wanted = _not_before(today, need, scored.offer)
            candidate = Candidate(scored, judge(wanted, scored.offer))
            match = match_of(wanted, asked, candidate, self._catalogue.model.thresholds, found_at=_NO_TIME)
            yield Verdict(
                offer=self._names[scored.offer.id],
                probability=scored.probability,
                eligible=candidate.judgement.fits,
                announced=match.announced,
                reasons=tuple(
                    each.text
                    for each in reasons(match, language, "company")
                    if each.code not in {"lifecycle", "visibility"}  # in a file all are current and for everybody
                ),
            )


def vectors_of(rows: Sequence[Named[S]], embedders: Sequence["Embedder"]) -> Iterator[tuple[Named[S], "Vector"]]:
    """Give each row with its vector, in order; each embedder works in a thread of its own, 20 to 300 ms for a text."""
    from services.matching.scoring.reading import embedded  # noqa: PLC0415 - see above
    from services.matching.scoring.text import saying_of  # noqa: PLC0415

    free: SimpleQueue[Embedder] = SimpleQueue()
    for embedder in embedders:
        free.put(embedder)

    def vector(row: Named[S]) -> "Vector":
        embedder = free.get()
        try:
            return embedded(saying_of(row.snapshot), embedder)
        finally:
            free.put(embedder)

    with ThreadPoolExecutor(len(embedders)) as pool:
        yield from zip(rows, pool.map(vector, rows), strict=True)


def _not_before(today: Day, need: NeedSnapshot, offer: OfferSnapshot) -> NeedSnapshot:
    """Return the need, for a course that has begun with a wish to start today or later.

    In the service such courses have ended. A need whose whole time is over is judged as it was then.
    """
    is_over = need.latest_start is not None and need.latest_start < today
    has_begun = any(date.starts_on is not None and date.starts_on < today for date in offer.dates)
    if is_over or not has_begun:
        return need
    return need.model_copy(update={"earliest_start": max(need.earliest_start or today, today)})


def _model_for(embedder: "Embedder") -> "Model":
    from services.matching.scoring.model import read_model  # noqa: PLC0415 - see above

    try:
        model = read_model()
    except ValueError as error:
        raise Trouble(str(error)) from None
    if embedder.name != model.embedder:
        raise Trouble(f"model {model.version} was learnt with {model.embedder}, not with {embedder.name}")
    return model


def _day(told: str | None) -> Day:
    if told is None:
        return now().astimezone(HOME).date()
    try:
        return Day.fromisoformat(told)
    except ValueError:
        raise WrongUse(f"{told!r} is no day: write it as YYYY-MM-DD") from None


def _usable(rows: Iterable[T | Refused]) -> list[T]:
    """Return the lines that can be used, and name the others."""
    usable = []
    for row in rows:
        if isinstance(row, Refused):
            notes().print(f"left out: {row}", style="yellow", markup=False, highlight=False, soft_wrap=True)
        else:
            usable.append(row)
    return usable


def _watched(shown: Progress, items: Iterable[T], what: str, count: int) -> Iterator[T]:
    """Give the items while a bar grows, or lines are printed where nobody watches one."""
    told_at = time.monotonic()
    for done, item in enumerate(shown.track(items, total=count, description=what), 1):
        if shown.disable and time.monotonic() - told_at >= QUIET_LINES:
            told_at = time.monotonic()
            notes().print(f"{what}: {done} of {count}", markup=False, highlight=False)
        yield item


def _line(told: Mapping[str, Any]) -> str:
    try:
        line = json.dumps(told, ensure_ascii=False)
        line.encode()
    except UnicodeEncodeError:  # an id with half a character in it
        line = json.dumps(told)
    return line + "\n"
