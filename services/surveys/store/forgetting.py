"""Where needs and offers name a member: in what they are now, and in what they were."""

from typing import Any, Final

from shared.publishing import Owned

FIELDS: Final = ("contact", "entered_by", "consent.given_by", "consent.recorded_by")
"""Fields of records, and of their histories, that may name members; a kind that lacks some holds nothing there."""


def naming(member: str) -> dict[str, Any]:
    """Return a filter for the records that name a member."""
    return {"$or": [{field: member} for field in FIELDS]}


async def forget_in_history(owned: Owned[Any], member: str) -> None:
    """Remove a member from all that is remembered of changes; neither versions nor marks change."""
    for field in ("by", *(f"was.{field}" for field in FIELDS)):
        await owned.collection.update_many(
            {f"history.{field}": member},
            {"$set": {f"history.$[change].{field}": None}},
            array_filters=[{f"change.{field}": member}],
        )
