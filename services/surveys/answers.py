"""What surveys answers: snapshots with hints, and the results of an import, in the caller's language."""

from typing import Annotated, Any, Final, Literal

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from services.surveys import examples
from services.surveys.domain import completeness, day_of, places_to_complete
from services.surveys.domain.imports import Outcome
from services.surveys.domain.offers import marks
from services.surveys.domain.seeing import View, tells_company
from services.surveys.importing import Result, counts
from shared.clock import now
from shared.events.base import Id
from shared.events.surveys import NeedSnapshot, OfferSnapshot, Visibility
from shared.problems import language_of, sentence

PLACE_HINT: Final = "place_unknown"
NAMES_COMPANY: Final = "names_company"


class Remark(BaseModel):
    """Something about one field: a hint, or why a record was refused."""

    field: str
    code: str
    detail: str


class NeedAnswer(NeedSnapshot):
    """A need as far as the caller may see it; hints say what would make it easier to match.

    `reduced`: what is hidden from the caller is null or empty, as if it had not been said.
    """

    model_config = ConfigDict(
        frozen=True, json_schema_extra={"examples": [examples.NEED_ANSWER, examples.ANONYMOUS_NEED]}
    )

    hints: tuple[Remark, ...] = ()
    reduced: bool = False
    area: str | None = None
    """Of an anonymous need: the first three digits of the postcode, instead of the place."""
    persons_band: Literal["1-2", "3-5", "6-10", "11+"] | None = None
    """Of an anonymous need: how many persons, roughly."""
    may_change: bool = False
    """Whether the caller may change it, withdraw it and read its history."""
    completeness: Annotated[int, Field(ge=0, le=100)] | None = None
    """How much is said of what helps to find an offer; null when the caller does not see everything."""
    missing: tuple[str, ...] = ()
    """The fields that would raise `completeness`, the weightiest first."""


class OfferAnswer(OfferSnapshot):
    """An offer as far as the caller may see it; hints say what would make it easier to match."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [examples.OFFER_ANSWER]})

    hints: tuple[Remark, ...] = ()
    reduced: bool = False
    may_change: bool = False
    """Whether the caller may change it, withdraw it and read its history."""
    completeness: Annotated[int, Field(ge=0, le=100)] | None = None
    """How much is said of what companies ask for; null when the caller may not change it."""
    missing: tuple[str, ...] = ()
    """The fields that would raise `completeness`, the weightiest first; `place` and `delivery` are those of dates."""


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


def need_answer(view: View[NeedSnapshot], request: Request, *, company_name: str | None = None) -> NeedAnswer:
    """Return a need as it is answered; `company_name` lets the author be warned of a text that names the company."""
    need = view.shown
    told = completeness.of_need(need) if view.may_change else None
    hints = _place_hints(need, request)
    if company_name and need.visibility is Visibility.ANONYMOUS:
        named = [field for field in ("title", "description") if tells_company(getattr(need, field), company_name)]
        hints = (*hints, *(_remark(field, NAMES_COMPANY, {}, request) for field in named))
    return NeedAnswer(
        **dict(need),
        hints=hints if view.may_change else (),
        reduced=view.reduced,
        area=view.area,
        persons_band=view.persons_band,
        may_change=view.may_change,
        completeness=told.figure if told else None,
        missing=told.missing if told else (),
    )


def offer_answer(view: View[OfferSnapshot], request: Request) -> OfferAnswer:
    """Return an offer as it is answered."""
    offer = view.shown
    told = completeness.of_offer(offer) if view.may_change else None
    ends = (_remark(field, code, {"day": str(day)}, request) for field, code, day in marks(offer, day_of(now())))
    return OfferAnswer(
        **dict(offer),
        hints=(*(_place_hints(offer, request) if view.may_change else ()), *ends),
        reduced=view.reduced,
        may_change=view.may_change,
        completeness=told.figure if told else None,
        missing=told.missing if told else (),
    )


def import_answer(results: list[Result], request: Request) -> ImportAnswer:
    """Return the results of an import as they are answered."""
    return ImportAnswer(results=tuple(_record(result, request) for result in results), counts=counts(results))


def _record(result: Result, request: Request) -> RecordResult:
    problems = tuple(_remark(remark.field, remark.code, remark.params, request) for remark in result.remarks)
    return RecordResult(
        number=result.number, title=result.title, outcome=result.outcome, offer=result.offer, problems=problems
    )


def _place_hints(entity: NeedSnapshot | OfferSnapshot, request: Request) -> tuple[Remark, ...]:
    return tuple(_remark(field, PLACE_HINT, {}, request) for field in places_to_complete(entity))


def _remark(field: str, code: str, params: dict[str, Any], request: Request) -> Remark:
    language = language_of(request.headers.get("accept-language"))
    return Remark(field=field, code=code, detail=sentence(code, params, language))
