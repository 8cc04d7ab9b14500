"""What people send, field by field, and how it becomes a snapshot; the rules between fields are the domain's."""

from services.surveys.inputs.needs import ConsentInput, MergeInput, NeedInput, StillNeededInput
from services.surveys.inputs.offers import CourseDateInput, OfferInput
from services.surveys.inputs.places import PlaceInput

__all__ = [
    "ConsentInput",
    "CourseDateInput",
    "MergeInput",
    "NeedInput",
    "OfferInput",
    "PlaceInput",
    "StillNeededInput",
]
