"""Where: postcodes, towns, and how far people would go."""
# ruff: noqa: E501 - patterns read best uncut

import re
from collections.abc import Iterator
from typing import Final

from services.surveys.domain.recognising.finding import Finding
from services.surveys.domain.recognising.towns import TOWNS

FARTHEST_KM: Final = 1000
NO_SUCH_REGION: Final = ("00", "05", "43", "62")
"""The first two digits that Deutsche Post has given to no region."""
_NAME: Final = (
    r"(?:(?:Bad|Sankt|St\.|Neu|Alt|Klein|Groß|Hohen|Lutherstadt)[ -])?[A-ZÄÖÜ][a-zäöüß]{1,30}(?:-[A-ZÄÖÜ]?[a-zäöüß]{1,30})?"
    r"(?:[ ](?:an der|am|im|bei|ob der|vor der|in)[ ][A-ZÄÖÜ][a-zäöüß]{1,20}|[ ]?/[ ]?[A-ZÄÖÜ][a-zäöüß]{1,20}|[ ]\([A-ZÄÖÜ][a-zäöüß]{1,20}\))?"
)
_POSTCODE: Final = re.compile(
    rf"(?<![\w.,/-])(?:D-)?(?P<code>[0-9]{{5}})(?![0-9.,][0-9]|\w|[ ]?(?:€|Euro|EUR|km|Stück|Mitarbeiter|MA\b))(?:[ ](?P<town>{_NAME}))?"
)
_NUMBER_BEFORE: Final = re.compile(r"(?:Nr|Nummer|nummer|Tel|Telefon|Fax|Mobil|ID|€|EUR)\.?:?[ ]?$")
_NO_TOWN: Final = frozenset(
    {"Ab", "Bis", "Im", "In", "Ansprechpartner", "Ansprechpartnerin", "Tel", "Telefon", "Herr", "Frau", "Wir", "Bedarf"}
)
_AROUND: Final = re.compile(
    rf"(?<!\w)(?:in|In|um|bei|Raum|Region|Großraum|nach|near|Standort|Ort:|Standort:|aus|Nähe|von)[ ](?P<town>{_NAME})"
)
_SURELY: Final = re.compile(rf"(?<!\w)(?:Standort|Standort:|Ort:)[ ](?P<town>{_NAME})")
_LISTED: Final = re.compile(rf"(?:(?<=, )|(?<=\n)|(?<=\A))(?P<town>{_NAME})(?=,|\n|\Z|[.;] |:)")
_RADIUS: Final = re.compile(
    r"(?:umkreis|radius|entfernung|nicht weiter als|maximal|max\.|höchstens|bis zu|bis|within|up to)"
    r"(?:[ ](?:von|of|ca\.|circa|etwa|:))*[ :]{1,2}(?P<km>[0-9]{1,4})[ ]?(?:km|kilometern?|kilometres?)(?!\w|[ ]?/)"
    r"|(?<![\w.,])(?P<km2>[0-9]{1,4})[ ]?(?:km|kilometer)[ -]?(?:umkreis|radius|um|rund um|entfernung|entfernt)(?!\w)"
)


def places(text: str, low: str) -> Iterator[Finding]:
    """Find postcodes with their towns, towns, and the radius; several places contradict each other."""
    coded = list(_postcodes(text))
    yield from coded
    if not any(one.field == "place.town" for one in coded):
        yield from _towns(text, has_code=bool(coded))
    for match in _RADIUS.finditer(low):
        if 1 <= (km := int(match["km"] or match["km2"])) <= FARTHEST_KM:
            yield Finding("radius_km", km, *match.span())


def _postcodes(text: str) -> Iterator[Finding]:
    for match in _POSTCODE.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        if match["code"].startswith(NO_SUCH_REGION) or _NUMBER_BEFORE.search(before):
            continue
        yield Finding("place.postal_code", match["code"], *match.span("code"))
        if match["town"] and match["town"].split(" ")[0] not in _NO_TOWN:
            yield Finding("place.town", match["town"], *match.span("town"))


def _towns(text: str, *, has_code: bool) -> Iterator[Finding]:
    """Find towns: known ones after a preposition or alone between commas, others only where "Ort:" says so."""
    for pattern in (_AROUND, _LISTED):
        for match in pattern.finditer(text):
            if town := _known(match["town"]):
                start = match.start("town")
                yield Finding("place.town", town, start, start + len(town))
    if not has_code:
        for match in _SURELY.finditer(text):
            if not _known(match["town"]):
                yield Finding("place.town", match["town"], *match.span("town"))


def _known(name: str) -> str | None:
    """Return as much of a name as is a known town: "Frankfurt (Oder)" is, "Halle im Mai" is Halle."""
    if name in TOWNS:
        return name
    short = re.split(r"[ ]?[/(]|[ ](?:an der|am|im|bei|ob der|vor der|in)[ ]", name, maxsplit=1)[0]
    if short not in TOWNS:
        return None
    return name if re.search(r"\(|[ ](?:an der|am|ob der)[ ][A-ZÄÖÜ]", name) else short
