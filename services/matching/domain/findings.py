"""All that a need's result tells: the matches, what a limit alone keeps out, and what the company could change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from services.matching.domain.advising import advice
from services.matching.domain.judging import Judgement, judge
from services.matching.domain.limits import AVAILABLE
from services.matching.domain.ranking import ScoredOffer, Thresholds, best_matches, content, say_something
from shared.events.matching import Advice, Match, NearMiss
from shared.events.surveys import NeedSnapshot

TOLD: Final = 5
"""So many near misses are told."""
LOOKED_AT: Final = 100
"""So many offers, best content first, are looked at for near misses and advice: more convince nobody, and cost time."""


@dataclass(frozen=True)
class Findings:
    """What the snapshots say about one need."""

    matches: tuple[Match, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    advice: tuple[Advice, ...] = ()


def findings(  # noqa: PLR0913 - everything a result depends on, and nothing else
    need: NeedSnapshot,
    asked: str,
    offers: Collection[ScoredOffer],
    thresholds: Thresholds,
    *,
    of_interest: Collection[str],
    found: Mapping[str, datetime],
    now: datetime,
) -> Findings:
    """Return what a need's result tells; see `best_matches`. `asked` is what was embedded of the need."""
    if need.status != "open":
        return Findings()
    matches = best_matches(need, asked, offers, thresholds, of_interest=of_interest, found=found, now=now)
    listed = {match.offer for match in matches}
    excluded = [
        (one, judgement)
        for one in _best_by_content(asked, offers, thresholds)
        if one.offer.id not in listed and not (judgement := judge(need, one.offer)).fits and _may_be_told(judgement)
    ]
    return Findings(
        matches=matches,
        near_misses=tuple(_near_miss(asked, one, judgement, thresholds) for one, judgement in excluded[:TOLD]),
        advice=advice(need, [(one.offer, judgement) for one, judgement in excluded]),
    )


def _best_by_content(asked: str, offers: Collection[ScoredOffer], thresholds: Thresholds) -> list[ScoredOffer]:
    reaching = (
        one
        for one in offers
        if one.probability >= thresholds.announce and one.offer.status in AVAILABLE and say_something(asked, one)
    )
    return list(islice(sorted(reaching, key=lambda one: (-one.probability, one.offer.id)), LOOKED_AT))


def _may_be_told(judgement: Judgement) -> bool:
    """Tell whether the company may know of the offer at all."""
    return all(one.verdict != "not" for one in judgement.criteria if one.code == "visibility")


def _near_miss(asked: str, scored: ScoredOffer, judgement: Judgement, thresholds: Thresholds) -> NearMiss:
    return NearMiss(
        offer=scored.offer.id,
        course_date=judgement.date.id if judgement.date else None,
        probability=scored.probability,
        criteria=(content(asked, scored, thresholds), *judgement.criteria),
    )
