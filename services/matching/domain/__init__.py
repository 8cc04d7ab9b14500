"""The rules of matching: limits, what lowers `fit`, which course date counts, and the best matches of a need."""

from services.matching.domain.judging import Judgement, judge
from services.matching.domain.ranking import BEST, Candidate, ScoredOffer, Thresholds, best_matches, match_of
from services.matching.domain.responding import Side, What, said_by, takes_interest

__all__ = [
    "BEST",
    "Candidate",
    "Judgement",
    "ScoredOffer",
    "Side",
    "Thresholds",
    "What",
    "best_matches",
    "judge",
    "match_of",
    "said_by",
    "takes_interest",
]
