"""What follows from stored needs, offers and responses: results, always whole, always the reference's."""

from services.matching.work.term import Matcher, match_while_held

__all__ = ["Matcher", "match_while_held"]
