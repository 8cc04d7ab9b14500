"""What every service tells its operators: how it stands, what waits, and the messages it could not use.

`Service` serves these routes by itself; a service adds what only it knows with `service.warns(…)`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from shared.callers import Operator
from shared.consuming import Keeper
from shared.deadletters import DeadLetters, Replaying, has_content, place_of, redacted, reference
from shared.events.base import Moment
from shared.mongo import Collection, Database, Document, is_not_now
from shared.publishing import Owned
from shared.release import RELEASE
from shared.rules import Missing
from shared.web import PROBLEM_RESPONSES, Page

BEATS_WITHIN: Final = 1.2
"""Seconds; whoever holds a lease beats every half second."""
LONGEST_WAIT: Final = 10_000
"""Milliseconds that counting may take before it is given up."""


class Concerned(BaseModel):
    """Something by its id, with the name under which people know it."""

    id: str
    name: str


class Warned(BaseModel):
    """Something that works, and yet wants an operator's eye; `about` says where."""

    code: str = Field(examples=["legal_texts_missing"])
    about: list[Concerned] = []


class Backlog(BaseModel):
    """What of one collection waits: to be published, or for what follows from it."""

    collection: str
    topic: str
    published: bool = Field(description="Whether this service writes the topic; else it reads it.")
    documents: int
    waiting: int = Field(description="Changed, and not yet published, or nothing followed yet.")
    repeated: int = Field(description="Unchanged, marked to be published or looked at once more.")
    parked: int = Field(description="Can never be published, such as what is too large.")
    oldest: Moment | None = Field(description="When the oldest of what is waiting was changed.")


class LeaseShown(BaseModel):
    """Work that one process does at a time."""

    name: str
    epoch: int = Field(description="How often it was taken over.")
    here: bool = Field(description="Whether the process that answers does it.")
    alive: bool = Field(description="Whether somebody does it just now.")


class Standing(BaseModel):
    """How a service is."""

    service: str
    role: str
    release: str
    migration: int = Field(description="The number of the newest change to stored documents.")
    ready: bool
    problems: list[str]
    warnings: list[Warned]
    backlog: list[Backlog]
    leases: list[LeaseShown]
    dead_letters: int


class Letter(BaseModel):
    """Where a message came from that could not be used, and why it was set aside."""

    id: str
    at: Moment
    topic: str
    partition: int
    offset: int
    size: int = Field(description="Bytes.")
    why: str = Field(examples=["not_json", "shape title:missing"])
    hash: str
    has_content: bool = Field(description="False for what carries names and addresses: of it only the place is kept.")


class LetterRead(Letter):
    """A letter with the form of its content: of texts only their length."""

    content: Any = None


class Replayed(BaseModel):
    """What became of a letter that could be used after all."""

    topic: str
    entity: str


Check = Callable[[], Awaitable[list[str]]]
Warns = Callable[[], Awaitable[list[Warned]]]


@dataclass
class Operated:
    """What the routes tell of: filled as the service is declared."""

    service: str
    role: str
    owner: str
    database: Database
    letters: DeadLetters
    ready: Check
    owned: Sequence[Owned[Any]]
    received: dict[str, Keeper] = field(default_factory=dict)
    """Where messages of each topic go."""
    warnings: list[Warns] = field(default_factory=list)

    async def standing(self) -> Standing:
        """Return how the service is; what the database would tell is left out while it is away."""
        told = Standing(
            service=self.service,
            role=self.role,
            release=RELEASE,
            migration=0,
            ready=False,
            problems=await self.ready(),
            warnings=[],
            backlog=[],
            leases=[],
            dead_letters=0,
        )
        told.ready = not told.problems
        try:
            done = await self.database["meta"].find_one({"_id": "migrations"})
            told.migration = int(done["done"]) if done else 0
            told.backlog = await self._backlog()
            told.leases = await self._leases()
            told.dead_letters = await self.letters.count()
            told.warnings = [one for warns in self.warnings for one in await warns()]
        except Exception as error:
            if not is_not_now(error):
                raise
        return told

    async def _backlog(self) -> list[Backlog]:
        writes = [
            await _waiting(one.collection, "unpublished", name=one.name, topic=one.kind.topic) for one in self.owned
        ]
        reads = [
            await _waiting(self.database[keeper.name], "due", name=keeper.name, topic=topic)
            for topic, keeper in self.received.items()
            if isinstance(keeper, Replaying) and hasattr(keeper, "name")
        ]
        return writes + reads

    async def _leases(self) -> list[LeaseShown]:
        """Return the leases; of those of other processes it is watched for a moment whether they still beat."""
        first = await self._beats()
        elsewhere = [one for one in first.values() if one["owner"] not in {None, self.owner}]
        if elsewhere:
            await asyncio.sleep(BEATS_WITHIN)
        second = await self._beats() if elsewhere else first
        return [
            LeaseShown(
                name=name,
                epoch=int(one["epoch"]),
                here=one["owner"] == self.owner,
                alive=one["owner"] == self.owner or (one["owner"] is not None and one["beat"] != first[name]["beat"]),
            )
            for name, one in second.items()
            if name in first
        ]

    async def _beats(self) -> dict[str, Document]:
        found = self.database["leases"].find({"_id": {"$ne": "migrations"}}).sort("_id", 1)
        return {str(one["_id"]): one async for one in found}


async def _waiting(collection: Collection, mark: str, *, name: str, topic: str) -> Backlog:
    marked = {f"{mark}.token": {"$exists": True}}
    is_fresh = {"$ne": [f"${mark}.again", True]}
    counted = {
        "_id": None,
        "waiting": {"$sum": {"$cond": [is_fresh, 1, 0]}},
        "repeated": {"$sum": {"$cond": [is_fresh, 0, 1]}},
        "oldest": {"$min": {"$cond": [is_fresh, "$record.changed_at", None]}},
    }
    steps = collection.aggregate([{"$match": marked}, {"$group": counted}], maxTimeMS=LONGEST_WAIT)
    found: Document = next(iter([one async for one in steps]), {"waiting": 0, "repeated": 0, "oldest": None})
    since = found["oldest"]
    return Backlog(
        collection=name,
        topic=topic,
        published=mark == "unpublished",
        documents=await collection.estimated_document_count(),
        waiting=found["waiting"],
        repeated=found["repeated"],
        parked=await collection.count_documents({"parked": {"$exists": True}}),
        oldest=datetime.fromisoformat(since) if since else None,
    )


LetterId = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$", description="The letter's id, 24 hexadecimal digits.")]
Place = Annotated[str | None, Query(pattern=r"^\d{13}-[0-9a-f]{24}$", description="`next` of the page before")]
_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {code: PROBLEM_RESPONSES[code] for code in (401, 403, 422, 503)}
_ONE: Final = {**_PROBLEMS, 404: PROBLEM_RESPONSES[404]}


def routes(operated: Operated, prepared: Callable[[], Awaitable[None]]) -> APIRouter:
    """Return the routes; those of letters wait until the service is `prepared`."""
    router = APIRouter(tags=["operating"])
    letters = APIRouter(prefix="/dead-letters", dependencies=[Depends(prepared)])

    @router.get("/standing", responses=_PROBLEMS, summary="How the service stands, and what waits in it")
    async def standing(_: Operator) -> Standing:
        return await operated.standing()

    @letters.get("", responses=_PROBLEMS, summary="Messages that could not be used, newest first")
    async def set_aside(
        _: Operator, after: Place = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> Page[Letter]:
        found = await operated.letters.newest(limit, after=after)
        items = [_shown(letter) for letter in found]
        return Page(items=items, next=place_of(found[-1]) if len(found) == limit else None)

    @letters.get("/{letter}", responses=_ONE, summary="One of them, with its form but without what people wrote")
    async def read(_: Operator, letter: LetterId) -> LetterRead:
        found = await _found(operated.letters, letter)
        content = redacted(bytes(found["value"])) if has_content(found) else None
        return LetterRead(**_shown(found).model_dump(), content=content)

    @letters.post(
        "/{letter}/replay",
        responses={**_ONE, 409: PROBLEM_RESPONSES[409]},
        summary="Try it again, for instance after an upgrade; it is gone from the list when it can be used",
    )
    async def replay(_: Operator, letter: LetterId) -> Replayed:
        found = await _found(operated.letters, letter)
        keeper = operated.received.get(found["topic"])
        entity = await operated.letters.replay(found, keeper if isinstance(keeper, Replaying) else None)
        return Replayed(topic=found["topic"], entity=entity)

    @letters.delete("/{letter}", status_code=204, responses=_ONE, summary="Forget it")
    async def discard(_: Operator, letter: LetterId) -> None:
        if not await operated.letters.discard(letter):
            raise Missing

    router.include_router(letters)
    return router


async def _found(letters: DeadLetters, letter: str) -> Document:
    found = await letters.get(letter)
    if found is None:
        raise Missing
    return found


def _shown(letter: Document) -> Letter:
    return Letter(**reference(letter), has_content=has_content(letter))
