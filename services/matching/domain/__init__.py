"""The rules of matching: limits, what lowers `fit`, which course date counts, what a need finds."""

from services.matching.domain.findings import Findings, findings
from services.matching.domain.funding import funding_hints
from services.matching.domain.judging import Judgement, judge
from services.matching.domain.ranking import BEST, Candidate, ScoredOffer, Thresholds, best_matches, match_of
from services.matching.domain.responding import Side, What, said_by, takes_interest

__all__ = [
    "BEST",
    "Candidate",
    "Findings",
    "Judgement",
    "ScoredOffer",
    "Side",
    "Thresholds",
    "What",
    "best_matches",
    "findings",
    "funding_hints",
    "judge",
    "match_of",
    "said_by",
    "takes_interest",
]
