"""HTTP of results: sums for a network's coordinators, free texts for nobody else, downloads without either's names."""

from io import BytesIO
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from services.surveys.api.asked import READING, Entity, Responses
from services.surveys.api.surveys import survey_of
from services.surveys.domain.asking import results as rules
from services.surveys.domain.asking.questions import Question, Words
from services.surveys.store import Store
from shared.callers import Caller, SignedIn
from shared.problems import language_of
from shared.sheets import csv_lines, write_xlsx

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADINGS: Final = {"de": ("Frage", "Antwort", "Betriebe"), "en": ("Question", "Answer", "Companies")}
_HIDDEN: Final = {"de": "weniger als 3", "en": "fewer than 3"}
_NOTE: Final = {
    "de": "Angaben mit weniger als drei Betrieben sind verborgen; Freitexte sind nicht enthalten.",
    "en": "Figures for fewer than three companies are hidden; free texts are not included.",
}
_FILE: Final[Responses] = {200: {"content": {"text/csv": {}, XLSX: {}}, "description": "The file"}, **READING}


class CellAnswer(BaseModel):
    """How many companies gave one answer; None for one or two, and for what would give them away."""

    value: str
    label: Words
    companies: int | None


class OutcomeAnswer(BaseModel):
    """What was answered to one question."""

    question: Question
    companies: int | None
    cells: tuple[CellAnswer, ...]
    median: float | None
    texts: tuple[str, ...]


class ResultsAnswer(BaseModel):
    """The results of a survey from confirmed answers."""

    title: Words
    companies: int
    needs: int
    outcomes: tuple[OutcomeAnswer, ...]


def routes(store: Store) -> APIRouter:
    """Return the routes of results."""
    router = APIRouter(prefix="/surveys", tags=["results"])

    async def counted(caller: Caller, survey: str) -> tuple[Words, rules.Results]:
        one = await survey_of(store, caller, survey)
        given = [answer async for answer in store.asking.confirmed(one.id)]
        return one.definition.title, rules.results(one.definition, given)

    @router.get("/{survey}/results", responses=READING, summary="Results, with small cells hidden")
    async def read_results(survey: Entity, caller: SignedIn) -> ResultsAnswer:
        title, results = await counted(caller, survey)
        outcomes = tuple(
            OutcomeAnswer(
                question=one.question,
                companies=one.companies,
                cells=tuple(CellAnswer(value=c.value, label=c.label, companies=c.companies) for c in one.cells),
                median=one.median,
                texts=one.texts,
            )
            for one in results.outcomes
        )
        return ResultsAnswer(title=title, companies=results.companies, needs=results.needs, outcomes=outcomes)

    @router.get("/{survey}/results.csv", responses=_FILE, summary="Results as CSV")
    async def as_csv(survey: Entity, caller: SignedIn, request: Request) -> Response:
        _, results = await counted(caller, survey)
        language = language_of(request.headers.get("accept-language"))
        rows = [*_rows(results, language), (_NOTE[language], "", "")]
        return StreamingResponse(
            csv_lines(_HEADINGS[language], rows), media_type="text/csv", headers=_named(survey, "csv")
        )

    @router.get("/{survey}/results.xlsx", responses=_FILE, summary="Results as a workbook")
    async def as_xlsx(survey: Entity, caller: SignedIn, request: Request) -> Response:
        title, results = await counted(caller, survey)
        language = language_of(request.headers.get("accept-language"))
        file = BytesIO()
        notes = [(title.said_in(language),), (_NOTE[language],)]
        write_xlsx(file, _HEADINGS[language], _rows(results, language), notes=notes)
        return Response(file.getvalue(), media_type=XLSX, headers=_named(survey, "xlsx"))

    return router


def _rows(results: rules.Results, language: str) -> list[tuple[str, str, str]]:
    """Return a row for each answer that could be given; free texts are left out."""
    return [
        (
            outcome.question.label.said_in(language),
            cell.label.said_in(language),
            _HIDDEN[language] if cell.companies is None else str(cell.companies),
        )
        for outcome in results.outcomes
        for cell in outcome.cells
    ]


def _named(survey: str, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="bedarfsabfrage-{survey[-12:]}.{ending}"'}
