"""The collections of visits and assessments; none of them is published."""

import hashlib
from collections.abc import Callable
from typing import Any, Final, TypeVar

from services.surveys.domain import assessments, visits
from services.surveys.domain.assessments import Assessment, AssessmentRequest
from services.surveys.domain.visits import Visit
from shared.events.base import Snapshot
from shared.limits import Limits
from shared.mongo import Database
from shared.publishing import Owned
from shared.rules import Missing, Stale

S = TypeVar("S", bound=Snapshot)
NEVER: Final = "9999-12-31"
AT_ONCE: Final = 100
TRIES: Final = 5


class Visiting:
    """Visits, assessments, and the personal links by which assessments are asked for."""

    def __init__(self, database: Database) -> None:
        self.visits: Owned[Visit] = Owned(database, Visit, "visits")
        self.assessments: Owned[Assessment] = Owned(database, Assessment, "assessments")
        self.requests: Owned[AssessmentRequest] = Owned(database, AssessmentRequest, "assessment_requests")
        self.limits = Limits(database)

    async def prepare(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        for owned in (self.visits, self.assessments, self.requests):
            await owned.prepare()
            await owned.collection.create_index([("record.network", 1), ("_id", 1)], name="by_network")
        await self.visits.collection.create_index("record.entered_by", name="by_member")
        await self.requests.collection.create_index("private.secret", name="by_secret")
        await self.limits.prepare()

    async def visits_due_first(self, query: dict[str, Any], *, after: str | None, limit: int) -> list[Visit]:
        """Return visits by the day of their follow-up, those without one last and newest first."""
        due = {"$ifNull": ["$record.follow_up_on", NEVER]}
        beyond: dict[str, Any] = {}
        if after is not None:
            last = await self.visits.collection.find_one({"_id": after}, {"record.follow_up_on": 1})
            day = ((last or {}).get("record") or {}).get("follow_up_on") or NEVER
            beyond = {"$or": [{"due": {"$gt": day}}, {"due": day, "_id": {"$lt": after}}]}
        having = [{f"record.{field}": value for field, value in query.items() if not field.startswith("$")}]
        having += [_in_records(part) for part in query.get("$and", ())]
        cursor = self.visits.collection.aggregate(
            [
                {"$match": {"$and": [{"record.status": {"$ne": "erased"}}, *having]}},
                {"$set": {"due": due}},
                {"$match": beyond},
                {"$sort": {"due": 1, "_id": -1}},
                {"$limit": limit},
            ]
        )
        return [Visit.model_validate(document["record"]) async for document in cursor]

    async def request_by(self, secret: str) -> AssessmentRequest | None:
        """Return the request to which a personal link leads."""
        found = await self.requests.collection.find_one({"private.secret": hashed(secret)}, {"_id": 1})
        return await self.requests.get(found["_id"]) if found else None

    async def forget_member(self, member: str) -> int:
        """Take an erased person's id out of visits, assessments and requests; return out of how many."""
        forgotten = await _without(
            self.visits, member, visits.without_member, "entered_by", "consent.given_by", "consent.recorded_by"
        )
        forgotten += await _without(self.assessments, member, assessments.without_member, "given_by", "recorded_by")
        return forgotten + await _without(self.requests, member, _request_without, "made_by")


def hashed(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _in_records(query: dict[str, Any]) -> dict[str, Any]:
    if "$or" in query:
        return {"$or": [_in_records(part) for part in query["$or"]]}
    return {f"record.{field}": value for field, value in query.items()}


def _request_without(request: AssessmentRequest, member: str) -> AssessmentRequest:
    return request.model_copy(update={"made_by": None if request.made_by == member else request.made_by})


async def _without(owned: Owned[S], member: str, forget: Callable[[S, str], S], *fields: str) -> int:
    """Change every entity that names a member; what somebody changes meanwhile is read again.

    The versions before hold the id too, so what was remembered of them goes.
    """
    named = {"$or": [{f"record.{field}": member} for field in fields]}
    remembered = {"$or": [{f"history.was.{field}": member} for field in fields] + [{"history.by": member}]}
    forgotten = 0
    for _ in range(TRIES):
        ids = [document["_id"] async for document in owned.collection.find(named, {"_id": 1})]
        if not ids:
            break
        for entity in ids:
            found = await owned.get(entity)
            if found is None:
                continue
            try:
                await owned.replace(forget(found, member), expected=found.version)
            except (Missing, Stale):
                continue
            forgotten += 1
    await owned.collection.update_many(remembered, {"$unset": {"history": ""}})
    return forgotten
