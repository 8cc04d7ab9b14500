"""The rules of needs and offers: plain functions over the frozen snapshots; "today" is a day in Europe/Berlin."""

from services.surveys.domain import completeness, imports, needs, offers
from services.surveys.domain.days import HOME, day_of
from services.surveys.domain.places import places_to_complete

__all__ = ["HOME", "completeness", "day_of", "imports", "needs", "offers", "places_to_complete"]
