"""Questions to the records of organisations and people that are more than one comparison."""

import re
from collections.abc import Iterable
from typing import Any

from shared.mongo import Document


def beginning(text: str) -> Document:
    """Return the condition for texts that begin so, in upper or lower case."""
    return {"$regex": f"^{re.escape(text)}", "$options": "i"}


def acts_in(organisation: str, network: str) -> dict[str, Any]:
    """Return the filter for people who act for the organisation in the network."""
    return {"roles": {"$elemMatch": {"organisation": organisation, "network": network}}}


def reached_by(subject: str, organisations: Iterable[str], networks: Iterable[str]) -> dict[str, Any]:
    """Return the filter for oneself, people of one's organisations, and people of the networks one coordinates."""
    return {
        "$or": [
            {"id": subject},
            {"roles.organisation": {"$in": sorted(organisations)}},
            {"roles.network": {"$in": sorted(networks)}},
        ]
    }
