"""Opens a file that was brought: which format it is, its columns, and its records one after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, Literal

from services.surveys import ba
from services.surveys.domain import day_of
from services.surveys.domain.import_jobs import TABLES, Fault, Format, ImportJob, PreviewRow
from services.surveys.formats import fields, jsonld, jsonlines, openqcat
from services.surveys.formats.records import Record
from services.surveys.formats.tables import Table
from services.surveys.importing.judging import Judged, judged
from shared.clock import now
from shared.ids import new_id
from shared.rules import RuleBroken
from shared.sheets import guessed, kind_of, opened

PREVIEWED: Final = 20
CELL: Final = 120
"""Characters of a cell in a preview."""
HEAD: Final = 4096
MOST_FAULTY_PREVIEW: Final = 3


def sniffed(content: bytes) -> Format:
    """Return the format of a file by how it begins."""
    head = content[:HEAD].lstrip(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"<?xml", b"<OPENQCAT", b"<!")):
        if b"<html" in head.lower() or b"<!doctype html" in head.lower():
            raise RuleBroken("import_is_a_web_page", field="body")
        return "openqcat"
    if head.startswith((b"{", b"[")):
        if b"_embedded" in head:
            return "ba"
        if b"@context" in content[:65536] or b"@type" in content[:65536] or head.startswith(b"["):
            return "jsonld"
        return "jsonl"
    return kind_of(content[:8])


@contextmanager
def records_of(file: BinaryIO, job: ImportJob) -> Iterator[Iterator[Record]]:
    """Give the records of a job's file; RuleBroken, here or on the way, when it cannot be read on."""
    if job.format in {"csv", "xlsx"}:
        with opened(file, _table_kind(job)) as sheet:
            yield Table(sheet, job.kind, job.mapping, job.defaults).records()
    elif job.format == "jsonl":
        yield jsonlines.records(file)
    elif job.format == "openqcat":
        yield openqcat.records(file)
    elif job.format == "jsonld":
        yield jsonld.records(file)
    else:
        yield _of_ba(file, job)


def _table_kind(job: ImportJob) -> Literal["csv", "xlsx"]:
    return "xlsx" if job.format == "xlsx" else "csv"


def _of_ba(file: BinaryIO, job: ImportJob) -> Iterator[Record]:
    """Give the courses of the Bundesagentur's search; they have numbers, and dates, of their own."""
    file.seek(0)
    reading = ba.read(file.read())
    for refused in reading.refused:
        yield Record(refused.index + 1, {"title": refused.title}, number=None, remarks=refused.remarks)
    for course in reading.courses:
        offer = ba.as_offer(course, entity=new_id(), networks=job.networks, at=now())
        yield Record(course.records[0].index + 1, number=course.number, offer=offer, whole=reading.whole)


def looked_at(file: BinaryIO, job: ImportJob, *, mapped: bool = False) -> ImportJob:
    """Return the job with headings, guessed mapping (unless somebody `mapped` it), and its first rows as they read."""
    if job.format in TABLES and not mapped:
        with opened(file, _table_kind(job)) as sheet:
            headings = tuple(heading[:300] for heading in sheet.headings)
        job = job.model_copy(update={"headings": headings, "mapping": guessed(headings, fields.fields_of(job.kind))})
    at = now()
    rows: list[PreviewRow] = []
    with records_of(file, job) as records:
        for record in records:
            rows.append(_preview(judged(record, job, day_of(at), at)))
            if len(rows) == PREVIEWED:
                break
    return job.model_copy(update={"preview": tuple(rows)})


def _preview(one: Judged) -> PreviewRow:
    cells = one.record.cells[0] if one.record.cells else ()
    faults = tuple(Fault(column=fault.column, code=fault.code, params=fault.params) for fault in one.faults)
    return PreviewRow(
        row=one.record.row,
        cells=tuple(cell[:CELL] for cell in cells),
        title=one.record.title,
        faults=faults[:MOST_FAULTY_PREVIEW],
    )
