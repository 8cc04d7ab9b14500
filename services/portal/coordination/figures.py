"""The figures of a network: needs, offers and matches by topic, district and time, as charts with their tables."""

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from services.portal.coordination import words
from services.portal.coordination.asked import Reading, asked, topic_names
from services.portal.neighbours import Refused
from services.portal.visitors import Portal, Visitor

Row = tuple[str, int | None]
Rows = list[dict[str, Any]]


def add(router: APIRouter, portal: Portal) -> None:
    """Add the page of figures."""

    @router.api_route("/auswertung", methods=["GET", "HEAD"], summary="Figures of a network, with charts")
    async def page(request: Request, visitor: Reading, network: str = "", von: str = "", bis: str = "") -> Response:
        about = await asked(visitor, network, von, bis)
        problem, told = "", None
        try:
            told = await _told(visitor, about.period)
        except Refused as refused:
            problem = " ".join(sentence for _, sentence in refused.errors) or refused.title
        status = 422 if problem else 200
        return portal.page(request, "coordination/figures.html", status, about=about, problem=problem, told=told)


async def _told(visitor: Visitor, wanted: dict[str, Any]) -> dict[str, Any]:
    needs, matches, names = await asyncio.gather(
        visitor.get("surveys", "/api/v1/figures", **wanted, exact="true"),
        visitor.get("matching", "/api/v1/figures", **wanted, exact="true"),
        topic_names(visitor),
    )
    _ = words.say_in(visitor.language)
    by = needs["needs"]
    offered = {one["value"]: one["count"] for one in needs["offers"]["by_topic"]}
    return {
        "needs": needs,
        "matches": matches,
        "topics": [
            {**row, "label": words.topic(_, names, row["value"]), "offers": offered.get(row["value"], 0)}
            for row in by["by_topic"]
        ],
        "areas": _labelled(by["by_area"], lambda value: words.district(_, value)),
        "months": _labelled(by["by_month"], words.month),
        "statuses": _labelled(by["by_status"], words.statuses(_).__getitem__),
        "sources": _labelled(by["by_source"], words.sources(_).__getitem__),
        "offers": [(words.offer_statuses(_)[one["value"]], one["count"]) for one in needs["offers"]["by_status"]],
        "company": _labelled(matches["company"], words.said(_).__getitem__),
        "provider": _labelled(matches["provider"], words.said(_).__getitem__),
        "dismissed": _labelled(matches["dismissed"], words.reasons(_).__getitem__),
    }


def _labelled(rows: Rows, label: Callable[[str], str]) -> Rows:
    return [{**row, "label": label(row["value"])} for row in rows]
