"""What every message on every topic has in common: a whole snapshot of one entity, or the note that it was erased."""

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    StringConstraints,
    Tag,
    TypeAdapter,
    ValidationError,
)

MAX_MESSAGE_BYTES: Final = 1_000_000
"""Apache Kafka refuses more than 1 MB by default; whatever is larger is parked by its publisher."""

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""A UUID in lower case: version 7 for entities, version 5 of (need, offer) for pairs."""


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # the first and the last day there is, seen from far east or west
        raise ValueError("out of range") from error


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc), PlainSerializer(_rfc3339, when_used="json")]
"""A point in time, written as RFC 3339 in UTC with six decimals, so that texts sort as times do."""

Day = date
"""A calendar day in Europe/Berlin."""

Version = Annotated[int, Field(ge=1, lt=2**63)]
"""Grows with every change of one entity; starts at generation x 2**32 (see shared.mongo)."""


T = TypeVar("T")
Choices = Annotated[frozenset[T], PlainSerializer(sorted, when_used="json")]
"""A set without order in meaning, written sorted, so that equal snapshots are equal bytes."""


class Value(BaseModel):
    """A frozen part of a snapshot; fields unknown to this reader are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Snapshot(Value):
    """An entity as it stands now, whole; the newest `version` of an `id` replaces all older ones."""

    topic: ClassVar[str]
    personal: ClassVar[bool] = False
    """Whether the topic may carry names and addresses; then dead letters keep no bytes."""

    id: Id
    version: Version
    status: str
    changed_at: Moment


S = TypeVar("S", bound=Snapshot)


class Internal(Snapshot):
    """An entity that no other service needs to know: kept with versions like any other, never published."""

    topic: ClassVar[str] = ""


class Erased(Value):
    """The last value, for ever, of an entity that was deleted: nothing but that it was."""

    id: Id
    version: Version
    status: Literal["erased"] = "erased"
    changed_at: Moment


def _kind(raw: Any) -> str:
    status = raw.get("status") if isinstance(raw, dict) else getattr(raw, "status", None)
    return "erased" if status == "erased" else "snapshot"


def reader(kind: type[S]) -> TypeAdapter[S | Erased]:
    """Return what turns the bytes of a message into a snapshot of `kind` or `Erased`, whichever the bytes hold."""
    either = Annotated[
        Annotated[Erased, Tag("erased")] | Annotated[kind, Tag("snapshot")],  # type: ignore[valid-type]
        Discriminator(_kind),
    ]
    return TypeAdapter(either)


class UnusableMessage(ValueError):  # noqa: N818 - it names what the message is
    """The message will never work; its text is a code with the places at fault, never a value."""


def read_message(adapter: TypeAdapter[S | Erased], key: bytes | None, value: bytes | None) -> tuple[S | Erased, Any]:
    """Return what the message holds, and its whole JSON with fields unknown here; raise UnusableMessage."""
    if value is None:
        raise UnusableMessage("tombstone")
    if len(value) > MAX_MESSAGE_BYTES:
        raise UnusableMessage("too_large")
    try:
        snapshot = adapter.validate_json(value)
        whole = json.loads(value)
    except ValidationError as error:
        if error.errors(include_input=False)[0]["type"] == "json_invalid":
            raise UnusableMessage("not_json") from None
        places = sorted({".".join(map(str, e["loc"])) + ":" + e["type"] for e in error.errors(include_input=False)})
        raise UnusableMessage("shape " + " ".join(places)[:300]) from None
    except (ValueError, RecursionError):
        raise UnusableMessage("not_json") from None
    if key != snapshot.id.encode():
        raise UnusableMessage("key_of_another_entity")
    return snapshot, whole


class Language(StrEnum):
    """A language of pages and mails."""

    DE = "de"
    EN = "en"
