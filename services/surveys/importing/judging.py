"""From a record of a file to a need or an offer that may be stored, or to what has to be mended first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.surveys.domain import imports, offers
from services.surveys.domain.import_jobs import Fault, ImportJob
from services.surveys.domain.recognising import proposals
from services.surveys.formats.fields import COLUMNS
from services.surveys.formats.records import Record
from services.surveys.inputs import CourseDateInput, NeedInput, OfferInput
from shared.events.surveys import CourseDate, NeedSnapshot, OfferSnapshot, Visibility
from shared.problems import problem_of
from shared.rules import RuleBroken

DATES: Final = UUID("5b0d2c1e-93f7-4f0e-8a70-6f1f6a1f2d11")
NOT_FROM_FILES: Final = frozenset(
    {"id", "version", "changed_at", "organisation", "contact", "networks", "provider", "source", "consent"}
    | {"entered_by", "confirmed", "expires_on", "asked_on", "company_name", "hints"}
)
"""Whose something is follows from who brings the file, and nobody is mailed because of it."""
RECOGNISED: Final = frozenset(
    {
        "persons_min",
        "persons_max",
        "delivery",
        "time_models",
        "place",
        "topics",
        "trigger",
        "target_groups",
        "hours_max",
    }
)
"""Taken from free text; days are not, since "im März" of an old table says no year."""
READ_CLOSELY: Final = 5000
"""Rows whose free text is searched for fields; it takes milliseconds for each, and larger tables are no one's notes."""
MOST_FAULTS: Final = 10


@dataclass(frozen=True)
class Judged:
    """A record with what it would become, or with its faults."""

    record: Record
    snapshot: NeedSnapshot | OfferSnapshot | None
    faults: tuple[Fault, ...] = ()
    dates: tuple[CourseDate, ...] = ()
    """What is added to an offer that is stored."""


def judged(record: Record, job: ImportJob, today: date, at: datetime) -> Judged:
    """Return what a record becomes, if it is sound."""
    faults = [Fault(column=one.field[:300], code=one.code, params=one.params) for one in record.remarks]
    snapshot: NeedSnapshot | OfferSnapshot | None = None
    dates: tuple[CourseDate, ...] = ()
    if record.offer is not None or not faults:
        try:
            if record.action == "put":
                snapshot = _need(record, job, today, at) if job.kind == "needs" else _offer(record, job, today, at)
            elif record.action == "dates":
                dates = tuple(CourseDateInput.model_validate(one).course_date() for one in record.said["course_dates"])
        except ValidationError as error:
            faults += _faults(error, job)
        except RuleBroken as broken:
            faults.append(Fault(column=_column(broken.field or "", job), code=broken.code, params=broken.params))
    return Judged(record, None if faults else snapshot, tuple(faults[:MOST_FAULTS]), dates)


def _need(record: Record, job: ImportJob, today: date, at: datetime) -> NeedSnapshot:
    said = {name: value for name, value in record.said.items() if name not in NOT_FROM_FILES}
    status = str(said.pop("status", "open"))
    said.setdefault("visibility", Visibility.COORDINATOR.value)
    if record.covers is not None and record.row <= READ_CLOSELY:
        said = {**_recognised(said, record.covers, today), **said}
    read = NeedInput.model_validate(said)
    whose = {"organisation": job.organisation, "networks": job.networks, "contact": None}
    need = read.new(at, by=job.owner, **whose).model_copy(update={"source": "import", "confirmed": False})
    return imports.need_taken_in(need, status, today)


def _recognised(said: Mapping[str, Any], covered: frozenset[str], today: date) -> dict[str, Any]:
    """Return what the free text says of fields for which the table has no column; nobody has confirmed it."""
    title, description = said.get("title"), said.get("description", "")
    if not (isinstance(title, str) and isinstance(description, str)):
        return {}
    found = proposals(f"{title}\n{description}", today)[:1]
    fields = {name: value for one in found for name, value in {"topics": one.topics, **one.fields}.items()}
    return {
        name: list(value) if isinstance(value, tuple | frozenset) else value
        for name, value in fields.items()
        if name in RECOGNISED and name not in covered
    }


def _offer(record: Record, job: ImportJob, today: date, at: datetime) -> OfferSnapshot:
    if record.offer is not None:
        whose = {"networks": job.networks, "provider": job.provider, "entered_by": job.owner, "changed_at": at}
        return offers.as_of(record.offer.model_copy(update=whose), today)
    said = {name: value for name, value in record.said.items() if name not in NOT_FROM_FILES}
    status = str(said.pop("status", "published"))
    dates = said.get("dates", [])
    if isinstance(dates, list | tuple):
        said["dates"] = [_with_id(one, record, job, place) for place, one in enumerate(dates)]
    read = OfferInput.model_validate(said)
    offer = read.new(at, by=job.owner, provider=job.provider, networks=job.networks, contact=None)
    sound = offers.started(offer.model_copy(update={"status": "published"}), date.min)
    with_status = {"status": status, "source": job.source, "dates": offers.in_order(sound.dates)}
    return offers.as_of(OfferSnapshot.model_validate({**dict(sound), **with_status}), today)


def _with_id(course: Any, record: Record, job: ImportJob, place: int) -> Any:
    """Give a course date the same id whenever the same file is read."""
    if not isinstance(course, Mapping) or course.get("id"):
        return course
    where = record.number or record.entity or f"{job.id}:{record.row}"
    when = f"{course.get('starts_on')}:{course.get('place')}:{place}"
    return {**course, "id": str(uuid5(DATES, f"{job.source}:{where}:{when}"))}


def _faults(error: ValidationError, job: ImportJob) -> list[Fault]:
    problem = problem_of(RequestValidationError(error.errors(include_url=False)))
    return [
        Fault(column=_column(fault.field, job), code=fault.code, params=_plain(fault.params))
        for fault in problem.faults
    ]


def _plain(params: Mapping[str, Any]) -> dict[str, str | int | float]:
    return {name: value for name, value in params.items() if isinstance(value, str | int | float)}


def _column(path: str, job: ImportJob) -> str:
    """Return the heading of the column that a field came from, or else how we call it."""
    steps = [step for step in path.split(".") if not step.isdigit()]
    names = [".".join(steps[:end]) for end in range(len(steps), 0, -1)]
    for name in names:
        if name in job.mapping:
            return job.headings[job.mapping.index(name)]
    labels = {column.name: column.field.label for column in COLUMNS[job.kind]}
    return next((labels[name] for name in names if name in labels), path)[:300]
