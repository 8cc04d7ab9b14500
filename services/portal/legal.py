"""The legal pages of each network, for everybody, and the form by which its coordinators write them."""

import re
from functools import cache
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.portal import prose
from services.portal.forms import Form, Kind, submitted
from services.portal.neighbours import Away, NothingHere, Refused
from services.portal.pages import HERE
from services.portal.visitors import Anybody, Coordinator, Entity, Portal, Visitor, area

PAGES: Final = {"impressum": "imprint", "datenschutz": "privacy", "barrierefreiheit": "accessibility"}
"""By the last part of its address, the text that a page shows."""
FIELDS: Final[dict[str, Kind]] = {**dict.fromkeys(PAGES.values(), "text"), "feedback_email": "line"}
_PLACEHOLDER: Final = re.compile(r"\[[^\]\n]{1,200}\]")


def routes(portal: Portal) -> APIRouter:
    """Return the routes of legal pages."""
    router = area("legal")
    _reading(router, portal)
    _writing(router, portal)
    return router


def _reading(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/rechtliches", methods=["GET", "HEAD"], summary="The legal pages of all networks")
    async def listed(request: Request, visitor: Anybody) -> Response:
        networks = await visitor.get("members", "/api/v1/legal")
        shown = [one for one in networks if one["status"] == "active"] or networks
        mine = {one["id"] for one in shown if may_write(visitor, one["id"])}
        return portal.page(request, "legal/list.html", networks=shown, mine=mine)

    def add(name: str) -> None:
        @router.api_route(f"/netzwerke/{{network}}/{name}", methods=["GET", "HEAD"], summary=f"A network's {name}")
        async def page(request: Request, visitor: Anybody, network: Entity) -> Response:
            texts = await visitor.get("members", f"/api/v1/networks/{network}/legal")
            text = texts[PAGES[name]]
            shown = {
                "name": name,
                "written": prose.shown(text) if text.strip() else None,
                "feedback": texts["feedback_email"],
                "network": await visitor.get("members", f"/api/v1/networks/{network}"),
                "legal_network": network,
                "may_write": may_write(visitor, network),
            }
            return portal.page(request, "legal/page.html", **shown)

    for name in PAGES:
        add(name)


def _writing(router: APIRouter, portal: Portal) -> None:
    async def page(  # noqa: PLR0913 - what the page shows
        request: Request, visitor: Visitor, network: str, form: Form, status: int = 200, *, preview: bool = False
    ) -> Response:
        known = await visitor.get("members", f"/api/v1/networks/{network}")
        texts = {name: form.text(field) for name, field in PAGES.items()}
        shown = {name: prose.shown(text, under=3) for name, text in texts.items() if text} if preview else {}
        gaps = sorted({gap for text in texts.values() for gap in _PLACEHOLDER.findall(text)})
        more = {"form": form, "network": known, "legal_network": network, "preview": shown, "gaps": gaps}
        return portal.page(request, "legal/edit.html", status, **more)

    @router.api_route("/netzwerke/{network}/rechtliches", methods=["GET", "HEAD"], summary="The form of the texts")
    async def edit(request: Request, visitor: Coordinator, network: Entity) -> Response:
        _check(visitor, network)
        read = await visitor.read("members", f"/api/v1/networks/{network}/legal")
        return await page(request, visitor, network, Form.of({**read.body, "version": read.etag}))

    @router.post("/netzwerke/{network}/rechtliches", summary="Save the texts, look at them, or begin from a draft")
    async def write(request: Request, visitor: Coordinator, network: Entity) -> Response:
        _check(visitor, network)
        form = await submitted(request)
        if form.text("do") == "draft":
            empty = {field: draft(name) for name, field in PAGES.items() if not form.text(field)}
            return await page(request, visitor, network, form.fill(empty))
        if form.text("do") == "preview":
            return await page(request, visitor, network, form, preview=True)
        try:
            path = f"/api/v1/networks/{network}/legal"
            await visitor.put("members", path, form.body(FIELDS), etag=form.text("version"))
        except Refused as refused:
            return await page(request, visitor, network, form.refused(refused), 422)
        return portal.go(f"/netzwerke/{network}/rechtliches", done="saved")


def may_write(visitor: Visitor, network: str) -> bool:
    """Return whether the visitor may write a network's texts."""
    return visitor.operator or network in visitor.networks("coordinator")


def _check(visitor: Visitor, network: str) -> None:
    if not may_write(visitor, network):
        raise NothingHere


async def missing_texts(visitor: Visitor) -> list[Any]:
    """Return the active networks whose texts are missing and which the visitor may write; none while nobody knows."""
    if not visitor.has("coordinator"):
        return []
    try:
        networks = await visitor.get("members", "/api/v1/legal")
    except (Away, NothingHere):
        return []
    return [one for one in networks if one["missing"] and one["status"] == "active" and may_write(visitor, one["id"])]


@cache
def draft(name: str) -> str:
    """Return the text from which a network may begin; what it must fill in stands in square brackets."""
    return (HERE / "templates" / "legal" / "drafts" / f"{name}.txt").read_text(encoding="utf-8")
