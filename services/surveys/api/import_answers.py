"""What the routes of imports take and answer: jobs with faults in the reader's language."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from services.surveys.domain.import_jobs import Counts, Fault, Format, ImportJob, Kind, Mode, PreviewRow, Status
from services.surveys.formats.fields import COLUMNS
from shared.events.base import Id
from shared.inputs import Input, an_example
from shared.problems import language_of, sentence

COLUMN = Annotated[str, Field(max_length=60)]


class PlanInput(Input):
    """How a table is to be read, and what is to become of it when some of its rows are faulty."""

    model_config = an_example(mapping=["title", None, "place.town"], mode="valid", defaults={"visibility": "network"})

    mapping: Annotated[tuple[COLUMN | None, ...], Field(max_length=300)] = ()
    """A field for each heading, or null for a column to pass over; empty for formats without columns."""
    mode: Mode = "valid"
    """`all`: all rows are taken, or none; `valid`: the sound ones are."""
    defaults: Annotated[dict[COLUMN, Annotated[str, Field(max_length=300)]], Field(max_length=60)] = {}  # noqa: RUF012 - pydantic copies it
    """What a field holds where its cell is empty or its column is missing, written as in a cell."""


class FaultAnswer(BaseModel):
    """What is wrong with a cell, or with the whole row."""

    column: str
    code: str
    detail: str


class PreviewAnswer(BaseModel):
    """One of the first rows."""

    row: int
    cells: tuple[str, ...]
    title: str | None
    problems: tuple[FaultAnswer, ...]


class KnownField(BaseModel):
    """A field to which a column may be mapped."""

    name: str
    label: str
    english: str
    required: bool
    note: str


class ImportJobAnswer(BaseModel):
    """A file on its way in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "running", "kind": "needs"}]})

    id: Id
    version: int
    changed_at: datetime
    status: Status
    kind: Kind
    format: Format
    size: int
    network: Id | None
    organisation: Id | None
    provider: Id | None
    headings: tuple[str, ...]
    mapping: tuple[str | None, ...]
    fields: tuple[KnownField, ...] = ()
    defaults: dict[str, str]
    mode: Mode
    preview: tuple[PreviewAnswer, ...] = ()
    records_total: int | None
    """Known when the file was read to its end once."""
    records_done: int
    counts: Counts
    problem: FaultAnswer | None
    """Why it failed."""
    brought_at: datetime
    ended_at: datetime | None


class RefusedRow(BaseModel):
    """A row that was not taken, and why."""

    row: int
    outcome: Literal["refused"] = "refused"
    number: str | None
    title: str | None
    problems: tuple[FaultAnswer, ...]


class RefusedRows(BaseModel):
    """A page of refused rows; `next` is given as `after` to read on."""

    items: list[RefusedRow]
    next: int | None = None


def job_answer(job: ImportJob, request: Request, *, whole: bool = True) -> ImportJobAnswer:
    """Return a job as it is answered; lists leave the preview and the fields out."""
    plain = {name: getattr(job, name) for name in ImportJobAnswer.model_fields if name in ImportJob.model_fields}
    plain |= {"preview": (), "problem": fault_answer(job.problem, request) if job.problem else None}
    if whole:
        plain["preview"] = tuple(_preview(row, request) for row in job.preview)
        plain["fields"] = tuple(
            KnownField(
                name=column.name,
                label=column.field.label,
                english=column.field.english,
                required=column.field.required,
                note=column.field.note,
            )
            for column in COLUMNS[job.kind]
        )
    return ImportJobAnswer(**plain)


def _preview(row: PreviewRow, request: Request) -> PreviewAnswer:
    problems = tuple(fault_answer(fault, request) for fault in row.faults)
    return PreviewAnswer(row=row.row, cells=row.cells, title=row.title, problems=problems)


def fault_answer(fault: Fault, request: Request) -> FaultAnswer:
    """Return a fault with its sentence."""
    language = language_of(request.headers.get("accept-language"))
    return FaultAnswer(column=fault.column, code=fault.code, detail=sentence(fault.code, dict(fault.params), language))


def refused_row(row: dict[str, Any], request: Request) -> RefusedRow:
    """Return a refused row as it is answered."""
    problems = tuple(fault_answer(Fault.model_validate(fault), request) for fault in row["faults"])
    return RefusedRow(row=row["row"], number=row["number"], title=row["title"], problems=problems)
