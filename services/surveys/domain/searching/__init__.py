"""Search: words, places, days and facets over what somebody may see, without the database."""

from services.surveys.domain.searching.asked import FACETS, SORTS, Asked, Sort
from services.surveys.domain.searching.cards import Card, cards_of_need, cards_of_offer
from services.surveys.domain.searching.index import Found, Index, Tally
from services.surveys.domain.searching.rights import need_face, offer_face
from services.surveys.domain.searching.words import Vocabulary

__all__ = [
    "FACETS",
    "SORTS",
    "Asked",
    "Card",
    "Found",
    "Index",
    "Sort",
    "Tally",
    "Vocabulary",
    "cards_of_need",
    "cards_of_offer",
    "need_face",
    "offer_face",
]
