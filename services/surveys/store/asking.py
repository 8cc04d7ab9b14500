"""The collections of asking: surveys with their editions, answers, half-finished answers, and confirmations."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

from services.surveys.domain.asking import Answer, AnswerValue, Definition, Survey
from shared.clock import now
from shared.copies import Copies
from shared.events.base import Id, Value
from shared.events.members import ChallengeSnapshot
from shared.limits import Limits
from shared.mongo import Collection, Database
from shared.publishing import Owned

AT_ONCE: Final = 100
DRAFTS_LIVE: Final = timedelta(days=30)
UNCONFIRMED: Final = {"$in": ["received", "waiting"]}
KEY_BYTES: Final = 32


class Draft(Value):
    """A half-finished answer; without name, address and company."""

    survey: Id
    edition: int
    values: dict[str, AnswerValue]
    needs: tuple[dict[str, AnswerValue], ...] = ()


class Seals:
    """Secrets derived from ids under the database's own key, so that none has to be kept."""

    def __init__(self, database: Database) -> None:
        self._meta: Collection = database["meta"]
        self._key: bytes | None = None

    async def seal(self, purpose: str, *parts: str) -> str:
        """Return 32 characters that fit into a URL and nobody else can compute."""
        if self._key is None:
            first = {"$setOnInsert": {"value": secrets.token_bytes(KEY_BYTES)}}
            found = await self._meta.find_one_and_update({"_id": "seals_key"}, first, upsert=True, return_document=True)
            self._key = bytes(found["value"])
        mac = hmac.new(self._key, "\n".join((purpose, *parts)).encode("utf-8", "surrogatepass"), hashlib.sha256)
        return urlsafe_b64encode(mac.digest()[:24]).decode()

    async def holds(self, given: str, purpose: str, *parts: str) -> bool:
        """Return whether `given` is the seal of these parts."""
        expected = await self.seal(purpose, *parts)
        return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass"))


class Asking:
    """Surveys and answers as they stand now; none of them is published."""

    def __init__(self, database: Database) -> None:
        self.surveys: Owned[Survey] = Owned(database, Survey, "surveys")
        self.answers: Owned[Answer] = Owned(database, Answer, "answers")
        self.challenges = Copies(database, ChallengeSnapshot, "challenges")
        self.limits = Limits(database)
        self.seals = Seals(database)
        self._editions: Collection = database["survey_editions"]
        self._drafts: Collection = database["answer_drafts"]

    async def prepare(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        await self.surveys.prepare()
        await self.answers.prepare()
        await self.challenges.prepare()
        await self.limits.prepare()
        await self.surveys.collection.create_index([("record.network", 1), ("_id", 1)], name="by_network")
        for field in ("challenge", "status", "survey", "member"):
            await self.answers.collection.create_index([(f"record.{field}", 1), ("_id", 1)], name=f"by_{field}")
        await self.challenges.collection.create_index("record.member", name="by_member")
        await self._drafts.create_index("ends_at", name="over", expireAfterSeconds=0)

    # --- surveys -------------------------------------------------------------------------------------------------

    async def keep_edition(self, survey: Survey) -> None:
        """Keep what a survey asks now, before another edition takes its place; repeating it changes nothing."""
        document = {"definition": survey.definition.model_dump(mode="json")}
        await self._editions.update_one({"_id": _edition(survey.id, survey.edition)}, {"$setOnInsert": document}, True)

    async def definition(self, survey: Survey, edition: int) -> Definition | None:
        """Return what an edition of a survey asks; None when there was none."""
        if edition == survey.edition:
            return survey.definition
        found = await self._editions.find_one({"_id": _edition(survey.id, edition)})
        return Definition.model_validate(found["definition"]) if found else None

    # --- answers -------------------------------------------------------------------------------------------------

    async def unlooked(self) -> list[Answer]:
        """Return some answers whose confirmation may have come before them."""
        return await self.answers.find({"status": "received"}, limit=AT_ONCE)

    async def waiting_for(self, challenge: str) -> list[Answer]:
        """Return the answers that this confirmation makes count."""
        return await self.answers.find({"challenge": challenge, "status": UNCONFIRMED}, limit=AT_ONCE)

    async def confirmed(self, survey: str) -> AsyncIterator[Answer]:
        """Go through the answers to a survey that count, oldest first."""
        after: str | None = None
        while page := await self.answers.find({"survey": survey, "status": "confirmed"}, after=after, limit=500):
            for answer in page:
                yield answer
            after = page[-1].id

    async def delete_unconfirmed(self, before: datetime) -> int:
        """Delete answers given before a moment that nobody confirmed; nothing of them is left."""
        text = before.isoformat(timespec="microseconds").replace("+00:00", "Z")
        over = {"record.status": UNCONFIRMED, "record.given_at": {"$lt": text}}
        return (await self.answers.collection.delete_many(over)).deleted_count

    async def answers_of(self, member: str) -> list[Answer]:
        """Return the answers of a person, also those that are not confirmed."""
        asked = [challenge.id for challenge in await self.challenges.find({"member": member})]
        theirs = {"$or": [{"record.member": member}, {"record.challenge": {"$in": asked}}]}
        found = self.answers.collection.find({"$and": [{"record.status": {"$ne": "erased"}}, theirs]})
        return [Answer.model_validate(document["record"]) async for document in found]

    # --- half-finished answers -----------------------------------------------------------------------------------

    async def keep_draft(self, entity: str, draft: Draft) -> datetime:
        """Keep a half-finished answer, in place of an earlier one with this id; return when it is deleted."""
        ends_at = now() + DRAFTS_LIVE
        document = {"record": draft.model_dump(mode="json"), "ends_at": ends_at}
        await self._drafts.replace_one({"_id": entity}, document, upsert=True)
        return ends_at

    async def draft(self, entity: str) -> Draft | None:
        """Return a half-finished answer; None when it is over, though its deletion may take a minute."""
        found = await self._drafts.find_one({"_id": entity, "ends_at": {"$gt": now()}})
        return Draft.model_validate(found["record"]) if found else None

    async def drop_draft(self, entity: str) -> None:
        """Forget a half-finished answer."""
        await self._drafts.delete_one({"_id": entity})


def _edition(survey: str, edition: int) -> str:
    return f"{survey}:{edition}"
