"""What surveys answers: snapshots with hints, and the results of an import, in the caller's language."""

from typing import Any, Final

from fastapi import Request
from pydantic import BaseModel, ConfigDict

from services.surveys import examples
from services.surveys.domain import places_to_complete
from services.surveys.domain.imports import Outcome
from services.surveys.importing import Result, counts
from shared.events.base import Id
from shared.events.surveys import NeedSnapshot, OfferSnapshot
from shared.problems import language_of, sentence

PLACE_HINT: Final = "place_unknown"


class Remark(BaseModel):
    """Something about one field: a hint, or why a record was refused."""

    field: str
    code: str
    detail: str


class NeedAnswer(NeedSnapshot):
    """A need as it stands now; hints say what would make it easier to match."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [examples.NEED_ANSWER]})

    hints: tuple[Remark, ...] = ()


class OfferAnswer(OfferSnapshot):
    """An offer as it stands now; hints say what would make it easier to match."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [examples.OFFER_ANSWER]})

    hints: tuple[Remark, ...] = ()


class RecordResult(BaseModel):
    """What became of one record of a file."""

    number: str | None
    """The record's own number; None when it is what cannot be read."""
    title: str | None
    outcome: Outcome
    offer: Id | None = None
    problems: tuple[Remark, ...] = ()


class ImportAnswer(BaseModel):
    """What became of a file: a result for each record, in the file's order, and how many there are of each."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.IMPORT_ANSWER]})

    results: tuple[RecordResult, ...]
    counts: dict[Outcome, int]


def need_answer(need: NeedSnapshot, request: Request) -> NeedAnswer:
    """Return a need as it is answered."""
    return NeedAnswer(**dict(need), hints=_hints(need, request))


def offer_answer(offer: OfferSnapshot, request: Request) -> OfferAnswer:
    """Return an offer as it is answered."""
    return OfferAnswer(**dict(offer), hints=_hints(offer, request))


def import_answer(results: list[Result], request: Request) -> ImportAnswer:
    """Return the results of an import as they are answered."""
    return ImportAnswer(results=tuple(_record(result, request) for result in results), counts=counts(results))


def _record(result: Result, request: Request) -> RecordResult:
    problems = tuple(_remark(remark.field, remark.code, remark.params, request) for remark in result.remarks)
    return RecordResult(
        number=result.number, title=result.title, outcome=result.outcome, offer=result.offer, problems=problems
    )


def _hints(entity: NeedSnapshot | OfferSnapshot, request: Request) -> tuple[Remark, ...]:
    return tuple(_remark(field, PLACE_HINT, {}, request) for field in places_to_complete(entity))


def _remark(field: str, code: str, params: dict[str, Any], request: Request) -> Remark:
    language = language_of(request.headers.get("accept-language"))
    return Remark(field=field, code=code, detail=sentence(code, params, language))
