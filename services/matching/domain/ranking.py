"""The best matches of a need: pure, so that arrival, workers and clock change nothing but `found_at`."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import heappush, heappushpop
from operator import attrgetter
from typing import Final

from services.matching.domain.judging import Judgement, judge
from services.matching.domain.limits import criterion
from services.matching.domain.words import common_words, passage
from shared.events.matching import Criterion, Match, Verdict, pair_of
from shared.events.surveys import NeedSnapshot, OfferSnapshot, Visibility

BEST: Final = 50
"""A need keeps so many matches."""


@dataclass(frozen=True)
class Thresholds:
    """From which probability on a match is shown, and from which people may be told; part of a model."""

    show: float
    announce: float


@dataclass(frozen=True)
class ScoredOffer:
    """An offer with the probability that its content answers the need."""

    offer: OfferSnapshot
    """As far as limits ask; its texts may have been left out."""
    probability: float
    text: str = ""
    """What was embedded of the offer."""


@dataclass(frozen=True)
class Candidate:
    """A pair with everything that decides about it."""

    scored: ScoredOffer
    judgement: Judgement

    @property
    def fit(self) -> float:
        """Probability times soft factors."""
        return self.scored.probability * self.judgement.factor

    @property
    def order(self) -> tuple[float, float, str]:
        """Best first; ties by probability, then offer id."""
        return -self.fit, -self.scored.probability, self.scored.offer.id

    def answers(self, thresholds: Thresholds) -> bool:
        """Tell whether the pair is a match."""
        return self.judgement.fits and self.scored.probability >= thresholds.show


_ORDER: Final = attrgetter("order")
_SIGN: Final = re.compile(r"[^\W_]")


def best_matches(  # noqa: PLR0913 - everything a result depends on, and nothing else
    need: NeedSnapshot,
    asked: str,
    offers: Collection[ScoredOffer],
    thresholds: Thresholds,
    *,
    of_interest: Collection[str],
    found: Mapping[str, datetime],
    now: datetime,
) -> tuple[Match, ...]:
    """Return the matches of a need, best first, at most 50; ties by probability, then offer id.

    `asked` is what was embedded of the need. `of_interest` holds the offers which somebody answered with interest:
    these stay listed, before others, also when they no longer fit, and then say so by a criterion `not`. `found` tells
    by offer when a pair became a match; `now` is used for new ones. A need that is not open has no matches.
    """
    if need.status != "open":
        return ()
    wanted = [Candidate(one, judge(need, one.offer)) for one in offers if one.offer.id in of_interest]
    others = (
        one
        for one in offers
        if one.offer.id not in of_interest and one.probability >= thresholds.show and say_something(asked, one)
    )
    kept = [*sorted(wanted, key=_ORDER), *_best_of(need, others)][:BEST]
    return tuple(
        match_of(need, asked, one, thresholds, found_at=found.get(one.scored.offer.id, now))
        for one in sorted(kept, key=_ORDER)
    )


def _best_of(need: NeedSnapshot, offers: Iterable[ScoredOffer]) -> list[Candidate]:
    """Return the best 50 of the offers that fit, best first, judging no more than can be among them."""
    best: list[Candidate] = []
    enough: list[float] = []  # a heap of the 50 highest fits
    for scored in sorted(offers, key=lambda one: -one.probability):
        if len(enough) == BEST and scored.probability < enough[0]:
            break  # a fit is never above its probability
        candidate = Candidate(scored, judge(need, scored.offer))
        if candidate.judgement.fits:
            best.append(candidate)
            (heappush if len(enough) < BEST else heappushpop)(enough, candidate.fit)
    return sorted(best, key=_ORDER)[:BEST]


def match_of(
    need: NeedSnapshot, asked: str, candidate: Candidate, thresholds: Thresholds, *, found_at: datetime
) -> Match:
    """Return a pair as it is published, whether it is a match or not, with the reasons for and against it."""
    offer, judgement, probability = candidate.scored.offer, candidate.judgement, candidate.scored.probability
    may_be_told = (
        offer.status != "preparing"
        and need.visibility is not Visibility.COORDINATOR
        and say_something(asked, candidate.scored)
    )
    return Match(
        offer=offer.id,
        pair=pair_of(need.id, offer.id),
        course_date=judgement.date.id if judgement.date else None,
        starts_on=judgement.date.starts_on if judgement.date else None,
        probability=probability,
        fit=candidate.fit,
        announced=candidate.answers(thresholds) and probability >= thresholds.announce and may_be_told,
        criteria=(content(asked, candidate.scored, thresholds), *judgement.criteria),
        found_at=found_at,
    )


def content(asked: str, scored: ScoredOffer, thresholds: Thresholds) -> Criterion:
    """Judge the content, uncertain between what is shown and what is told; with words and passage that carry it."""
    if scored.probability < thresholds.show:
        return criterion("content", "not")
    certain = scored.probability >= thresholds.announce and say_something(asked, scored)
    verdict: Verdict = "fits" if certain else "unknown"
    told = passage(asked, scored.offer.title, scored.text)
    return criterion("content", verdict, words=common_words(asked, scored.text) or None, passage=told)


def say_something(asked: str, scored: ScoredOffer) -> bool:
    """Tell whether both texts have a letter or digit: of nothing, nothing can be the answer, however alike they are."""
    return bool(_SIGN.search(asked) and _SIGN.search(scored.text))
