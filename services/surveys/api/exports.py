"""HTTP for exports: what the caller may see, and no more, as a file that is written while it is read."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from typing import IO, Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from services.surveys.api.asked import OfNetwork, WantedPage, answers
from services.surveys.api.viewing import AnyViewer, page_seen
from services.surveys.domain.import_jobs import Kind
from services.surveys.domain.seeing import View, need_for, offer_for
from services.surveys.domain.viewers import Viewer
from services.surveys.formats import feeds, jsonld, jsonlines, openqcat_out, tables
from services.surveys.store import Store
from services.surveys.store.seen import needs_in_sight, offers_in_sight
from shared.clock import now
from shared.events.base import Id
from shared.rules import Forbidden, NotSignedIn, RuleBroken
from shared.sheets import csv_lines, write_xlsx

Extension = Literal["csv", "xlsx", "jsonl", "jsonld", "ics", "atom", "geojson", "openqcat"]
MEDIA: Final[dict[Extension, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
    "jsonld": "application/ld+json",
    "ics": "text/calendar; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "geojson": "application/geo+json",
    "openqcat": "application/xml",
}
ENDING: Final = {"openqcat": "xml"}
OF_OFFERS: Final = frozenset({"jsonld", "ics", "openqcat"})
AT_ONCE: Final = 200
IN_A_FEED: Final = 200
"""Readers of feeds want what is new."""
PIECE: Final = 65_536
Views = list[View[Any]]


def routes(store: Store) -> APIRouter:
    """Return the routes of exports."""
    router = APIRouter(prefix="/exports", tags=["exports"])

    @router.get(
        "/{kind}.{extension}",
        responses=answers(401, 403, 422, 503),
        response_class=StreamingResponse,
        summary="Needs or offers as a file; offers that are open to everybody need no token",
    )
    async def export(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
        kind: Kind,
        extension: Extension,
        viewer: AnyViewer,
        network: OfNetwork = None,
        status: Annotated[str | None, Query(max_length=20, description="Only those of this status")] = None,
        organisation: Annotated[Id | None, Query(description="Needs: only those of this company")] = None,
        provider: Annotated[Id | None, Query(description="Offers: only those of this provider")] = None,
        own: Annotated[bool, Query(description="Only what the caller may change")] = False,
    ) -> StreamingResponse:
        if kind == "needs" and extension in OF_OFFERS:
            raise RuleBroken("export_of_offers_only", field="extension", format=extension)
        if kind == "needs" and not viewer.signed_in:
            raise Forbidden if viewer.member else NotSignedIn
        having = {"networks": network, "status": status}
        having |= {"organisation": organisation} if kind == "needs" else {"provider": provider}
        pages = _pages(store, viewer, kind, having, extension, own=own or extension == "openqcat")
        headers = {
            "Content-Disposition": f'attachment; filename="bedarfswerk-{kind}.{ENDING.get(extension, extension)}"'
        }
        return StreamingResponse(_written(kind, extension, pages), media_type=MEDIA[extension], headers=headers)

    return router


async def _pages(  # noqa: PLR0913 - each says what is wanted
    store: Store, viewer: Viewer, kind: Kind, having: dict[str, Any], extension: Extension, *, own: bool
) -> AsyncIterator[Views]:
    """Give what is seen, some hundred at a time; a feed has the newest alone."""
    after: str | None = None
    newest = extension == "atom"
    while True:
        wanted = WantedPage(after=after, limit=AT_ONCE, newest_first=newest)
        if kind == "needs":
            page, after = await page_seen(
                store.needs,
                needs_in_sight(viewer),
                lambda one: need_for(viewer, one),
                having=having,
                wanted=wanted,
                holds=lambda view: view.may_change or not own,
            )
            yield list(page)
        else:
            offers, after = await page_seen(
                store.offers,
                offers_in_sight(viewer),
                lambda one: offer_for(viewer, one),
                having=having,
                wanted=wanted,
                holds=lambda view: view.may_change or not own,
            )
            yield list(offers)
        if after is None or newest:
            return


async def _written(kind: Kind, extension: Extension, pages: AsyncIterator[Views]) -> AsyncIterator[bytes]:
    if extension == "xlsx":
        async for piece in _workbook(kind, pages):
            yield piece
        return
    first, begun = True, False
    async for views in pages:
        piece = b"".join(await asyncio.to_thread(list, _part(kind, extension, views, first=first, begun=begun)))
        begun = begun or bool(views and (extension != "geojson" or b'"Feature"' in piece))
        first = False
        yield piece
    yield b"".join(_end(kind, extension))


def _part(kind: Kind, extension: Extension, views: Views, *, first: bool, begun: bool) -> Iterator[bytes]:
    """Give the piece of a file that holds these, with the head before the first."""
    shown = [view.shown for view in views]
    if extension == "csv":
        lines = list(csv_lines(tables.headings(kind), _rows(kind, views)))
        yield from lines if first else lines[1:]
    elif extension == "jsonl":
        yield from jsonlines.lines(shown)
    elif extension == "jsonld":
        yield from jsonld.document_part(shown, first=first, begun=begun)
    elif extension == "ics":
        yield from feeds.calendar(shown, first=first, last=False)
    elif extension == "atom":
        yield from feeds.feed(views, kind, now(), first=first, last=False)
    elif extension == "geojson":
        yield from feeds.geojson(views, first=first, last=False, begun=begun)
    else:
        if first:
            provider = next((offer for offer in shown if offer.provider), None)
            name = provider.provider_name or "" if provider else ""
            yield openqcat_out.head(name, provider.provider if provider else "bedarfswerk", now())
        yield from openqcat_out.services(shown)


def _end(kind: Kind, extension: Extension) -> Iterator[bytes]:
    if extension == "jsonld":
        yield jsonld.END
    elif extension == "ics":
        yield from feeds.calendar((), first=False, last=True)
    elif extension == "atom":
        yield from feeds.feed((), kind, now(), first=False, last=True)
    elif extension == "geojson":
        yield from feeds.geojson((), first=False, last=True, begun=True)
    elif extension == "openqcat":
        yield openqcat_out.END


def _rows(kind: Kind, views: Views) -> Iterator[list[str]]:
    shown = [view.shown for view in views]
    return tables.need_rows(shown) if kind == "needs" else tables.offer_rows(shown)


async def _workbook(kind: Kind, pages: AsyncIterator[Views]) -> AsyncIterator[bytes]:
    """Write the rows aside first: a workbook is written in one go, and its rows come from the database in pages."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as aside, tempfile.TemporaryFile() as book:
        async for views in pages:
            lines = [json.dumps(row) + "\n" for row in _rows(kind, views)]
            await asyncio.to_thread(aside.writelines, lines)
        aside.seek(0)
        await asyncio.to_thread(_write_book, book, kind, aside)
        while piece := await asyncio.to_thread(book.read, PIECE):
            yield piece


def _write_book(book: IO[bytes], kind: Kind, aside: IO[str]) -> None:
    write_xlsx(book, tables.headings(kind), (json.loads(line) for line in aside))  # type: ignore[arg-type]
    book.seek(0)
