"""Who came in lately, and who has not answered yet, read from people and challenges."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

from services.members.domain.sign_ups import SignUp
from shared.ids import first_id_at, made_at
from shared.language import HOME
from shared.mongo import Collection, Database, Document

_ALIVE: Final = {"$ne": "erased"}


class SignUps:
    """Reads collections that others write."""

    def __init__(self, database: Database) -> None:
        self._members: Collection = database["members"]
        self._challenges: Collection = database["challenges"]

    async def since(self, moment: datetime) -> AsyncIterator[SignUp]:
        """Go through the people who were entered from then on, and are still here."""
        wanted = {"_id": {"$gte": first_id_at(moment)}, "record.status": _ALIVE}
        async for found in self._members.find(wanted, {"record.status": 1, "record.roles.network": 1}):
            record = found["record"]
            networks = tuple(role["network"] for role in record.get("roles", ()))
            yield SignUp(made_at(found["_id"]).astimezone(HOME).date(), record["status"], networks)

    async def by_status(self) -> dict[str, int]:
        """Return how many people there are, by status."""
        steps: list[Document] = [
            {"$match": {"record.status": _ALIVE}},
            {"$group": {"_id": "$record.status", "count": {"$sum": 1}}},
        ]
        return {found["_id"]: found["count"] async for found in self._members.aggregate(steps)}

    async def open_by_kind(self, moment: datetime) -> dict[str, int]:
        """Return how many challenges can still be met, by kind."""
        steps: list[Document] = [
            {"$match": _open(moment)},
            {"$group": {"_id": "$record.kind", "count": {"$sum": 1}}},
        ]
        return {found["_id"]: found["count"] async for found in self._challenges.aggregate(steps)}

    async def confirmations(self, moment: datetime, limit: int) -> list[dict[str, Any]]:
        """Return confirmations that are waited for, newest first: id, person, name, network, until."""
        steps: list[Document] = [
            {"$match": {**_open(moment), "record.kind": "confirmation"}},
            {"$sort": {"_id": -1}},
            {"$limit": limit},
            {"$lookup": {"from": "members", "localField": "private.about", "foreignField": "_id", "as": "person"}},
            {"$set": {"person": {"$first": "$person"}}},
        ]
        return [
            {
                "challenge": found["_id"],
                "member": found.get("person", {}).get("_id"),
                "name": found.get("person", {}).get("record", {}).get("name"),
                "network": found["record"].get("network"),
                "expires_at": found["record"]["expires_at"],
            }
            async for found in self._challenges.aggregate(steps)
        ]


def _open(moment: datetime) -> Document:
    written = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {"record.status": "open", "record.expires_at": {"$gt": written}}
