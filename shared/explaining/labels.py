"""What criteria are called in a table or a line."""

from collections.abc import Mapping
from typing import Final

from shared.events.matching import CriterionCode

LABELS: Final[Mapping[CriterionCode, str]] = {
    "content": "content",
    "lifecycle": "current offer",
    "visibility": "network",
    "place": "place",
    "dates": "date",
    "delivery": "form of teaching",
    "seats": "places left",
    "price": "price",
    "azav": "AZAV",
    "time_model": "times",
    "cefr": "German",
    "level": "level",
    "entry": "requirements",
    "latest_end": "end",
    "group_minimum": "size of the group",
}
