"""From the bytes of a file to courses: what cannot be read is said by name, and one broken record stops no other."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json

from services.surveys.ba.shape import Termin
from services.surveys.ba.text import one_line, shortened
from services.surveys.domain.imports import Remark
from shared.rules import RuleBroken

FIELD: Final = "_embedded.termine"
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_PLACE: Final = re.compile(r"line (\d+) column (\d+)")
MOST_REMARKS: Final = 10
"""For one record; whoever sees ten faults needs no eleventh."""


@dataclass(frozen=True)
class Record:
    """One readable record: a date of a course."""

    index: int
    termin: Termin


@dataclass(frozen=True)
class Refused:
    """A record that cannot be imported, and why; number and title are None when they are what is broken."""

    index: int
    number: str | None
    title: str | None
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class Course:
    """All records of one course in the file, in the file's order; there is at least one."""

    number: str
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Reading:
    """A whole file."""

    courses: tuple[Course, ...]
    refused: tuple[Refused, ...]
    whole: bool
    """Whether the file surely has all dates of its courses: it is its search's only page, and nothing was refused."""


def read(body: bytes) -> Reading:
    """Read a file; RuleBroken with an `import_…` code when the file as a whole is not what the search answers."""
    answer = _parsed(body.removeprefix(BYTE_ORDER_MARK).strip())
    records = list(_records(_termine(answer)))
    refused = tuple(record for record in records if isinstance(record, Refused))
    courses = _courses(record for record in records if isinstance(record, Record))
    return Reading(tuple(courses), refused, whole=not refused and _pages(answer) <= 1)


def _parsed(body: bytes) -> Any:
    if not body:
        raise RuleBroken("import_empty", field="body")
    if body.startswith(b"<"):
        raise RuleBroken("import_is_a_web_page", field="body")
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        said = str(error)
        found = _PLACE.search(said)
        line, column = (int(found[1]), int(found[2])) if found else (1, 1)
        code = "import_cut_off" if said.startswith("EOF") else "import_not_json"
        raise RuleBroken(code, field="body", line=line, column=column) from None


def _termine(answer: Any) -> list[Any]:
    if isinstance(answer, dict):
        embedded = answer.get("_embedded")
        termine = embedded.get("termine") if isinstance(embedded, dict) else None
        if isinstance(termine, list):
            return termine
        if embedded is None and _page(answer).get("totalElements") == 0:
            return []
    raise RuleBroken("import_wrong_shape", field=FIELD)


def _page(answer: dict[str, Any]) -> dict[str, Any]:
    page = answer.get("page")
    return page if isinstance(page, dict) else {}


def _pages(answer: dict[str, Any]) -> int:
    pages = _page(answer).get("totalPages")
    return pages if isinstance(pages, int) else 1


def _records(termine: list[Any]) -> Iterator[Record | Refused]:
    seen: set[int] = set()
    for index, raw in enumerate(termine):
        try:
            termin = Termin.model_validate(raw)
        except ValidationError as error:
            yield _refused(index, raw, _remarks(index, error))
            continue
        fault = _fault(index, termin, seen)
        if fault is not None:
            yield _refused(index, raw, (fault,))
            continue
        seen.add(termin.id)
        yield Record(index, termin)


def _fault(index: int, termin: Termin, seen: set[int]) -> Remark | None:
    if termin.id in seen:
        return Remark(f"{FIELD}.{index}.id", "record_twice", {"number": str(termin.id)})
    if not one_line(termin.angebot.titel):
        return Remark(f"{FIELD}.{index}.angebot.titel", "text_empty", {})
    if termin.beginn is not None and termin.ende is not None and termin.ende < termin.beginn:
        return Remark(f"{FIELD}.{index}.ende", "record_ends_before_start", {})
    return None


def _remarks(index: int, error: ValidationError) -> tuple[Remark, ...]:
    return tuple(
        Remark(
            field=".".join((FIELD, str(index), *(str(part) for part in fault["loc"]))),
            code="record_field_missing" if fault["type"] == "missing" else "record_field_unreadable",
            params={},
        )
        for fault in error.errors(include_url=False, include_context=False, include_input=False)[:MOST_REMARKS]
    )


def _refused(index: int, raw: Any, remarks: tuple[Remark, ...]) -> Refused:
    angebot = raw.get("angebot") if isinstance(raw, dict) else None
    number = raw.get("id") if isinstance(raw, dict) else None
    title = angebot.get("titel") if isinstance(angebot, dict) else None
    return Refused(
        index,
        number=str(number) if isinstance(number, int) else None,
        title=shortened(one_line(title[:1000]), 200) or None if isinstance(title, str) else None,
        remarks=remarks,
    )


def _courses(records: Iterable[Record]) -> Iterator[Course]:
    by_number: defaultdict[int, list[Record]] = defaultdict(list)
    for record in records:
        by_number[record.termin.angebot.id].append(record)
    for number, of_course in by_number.items():
        yield Course(str(number), tuple(of_course))
