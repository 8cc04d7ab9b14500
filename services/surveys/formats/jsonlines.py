"""JSON Lines: one need or offer on each line, as the API shows them."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

from pydantic_core import from_json

from services.surveys.domain.imports import Remark
from services.surveys.formats.records import Record
from shared.events.surveys import NeedSnapshot, OfferSnapshot
from shared.rules import RuleBroken

LONGEST_LINE: Final = 2 * 1024 * 1024
_COORDINATES: Final = ("lat", "lon")


def records(file: BinaryIO) -> Iterator[Record]:
    """Give a record for each line; RuleBroken when a line never ends."""
    file.seek(0)
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise RuleBroken("sheet_line_too_long", field="file", most=LONGEST_LINE)
        if line.strip():
            yield _record(number, line.removeprefix(b"\xef\xbb\xbf"))


def _record(number: int, line: bytes) -> Record:
    try:
        said = from_json(line, allow_inf_nan=False)
    except ValueError:
        return Record(number, remarks=(Remark("", "line_not_json", {}),))
    if not isinstance(said, dict):
        return Record(number, remarks=(Remark("", "line_not_json", {}),))
    said = {name: value for name, value in said.items() if value is not None}
    _without_coordinates(said)
    for course in said.get("dates") or ():
        _without_coordinates(course)
    own, entity = said.get("own_number"), said.get("id")
    return Record(
        row=number,
        said=said,
        number=own if isinstance(own, str) else None,
        entity=entity if isinstance(entity, str) else None,
    )


def _without_coordinates(said: Any) -> None:
    """Leave the coordinates to the postcode, from which they come."""
    if isinstance(said, dict) and isinstance(said.get("place"), dict):
        place = {name: value for name, value in said["place"].items() if name not in _COORDINATES}
        said["place"] = {name: value for name, value in place.items() if value is not None}


def lines(entities: Iterable[NeedSnapshot | OfferSnapshot]) -> Iterator[bytes]:
    """Give a line for each need or offer."""
    for entity in entities:
        yield json.dumps(entity.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
