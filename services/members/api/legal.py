"""Legal texts of a network: everybody reads them, its coordinators write them."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.members.api.asked import CHANGING, READING, Expected, found, refusals
from services.members.domain.legal import LegalTexts, missing
from services.members.domain.seeing import coordinates
from services.members.store import Store
from shared.callers import SignedIn
from shared.clock import now
from shared.events.base import Id
from shared.inputs import EmailAddress, Input, ProseText, an_example
from shared.operating import Concerned, Warned
from shared.rules import Conflict, Forbidden, Stale
from shared.web import etag, tagged


class LegalInput(Input):
    """Texts as somebody wrote them: plain text, shown with its line breaks, never as HTML."""

    model_config = an_example(
        imprint="Weiterbildungsverbund Muster\nMusterweg 1, 04109 Leipzig",
        privacy="Wir verarbeiten …",
        accessibility="Diese Seiten sind weitgehend barrierefrei.",
        feedback_email="barrieren@verbund.example",
    )

    imprint: ProseText = ""
    privacy: ProseText = ""
    accessibility: ProseText = ""
    feedback_email: EmailAddress | None = None


class Overview(BaseModel):
    """A network, and which of its texts nobody has written yet."""

    id: Id
    name: str
    status: str
    missing: list[str]


def routes(store: Store) -> APIRouter:
    """Return the routes of legal texts."""
    router = APIRouter(prefix="/networks/{network}/legal", tags=["networks"])

    @router.get("", responses=READING, summary="Read a network's imprint, privacy and accessibility statements")
    async def read_legal(network: Id, response: Response) -> LegalInput:
        await found(store.networks, network)
        texts = await store.legal.get(network)
        response.headers["ETag"] = etag(texts.version if texts else 0)
        return _said(texts) if texts else LegalInput()

    @router.put("", responses=CHANGING, summary="Write a network's legal texts; the ETag of none is 0")
    async def write_legal(
        caller: SignedIn, network: Id, entered: LegalInput, expected: Expected, response: Response
    ) -> LegalInput:
        await found(store.networks, network)
        if not coordinates(caller, (network,)):
            raise Forbidden
        old = await store.legal.get(network)
        texts = LegalTexts(id=network, version=1, changed_at=now(), **entered.model_dump())
        if old is None:
            new = await _first(store, texts, expected)
        else:
            new = await store.legal.replace(texts, expected=expected, was=old, by=caller.subject)
        tagged(response, new)
        return _said(new)

    return router


def overview(store: Store) -> APIRouter:
    """Return the route that tells, in public, whose texts there are."""
    router = APIRouter(prefix="/legal", tags=["networks"])

    @router.get("", responses=refusals(503), summary="List all networks with the texts that are still missing, by name")
    async def list_legal() -> list[Overview]:
        return [
            Overview(id=network.id, name=network.name, status=network.status, missing=missing(texts))
            for network, texts in await store.legal_texts()
        ]

    return router


async def missing_somewhere(store: Store) -> list[Warned]:
    """Return the warning that names the active networks whose texts are missing; nothing when there are none."""
    about = [
        Concerned(id=network.id, name=network.name)
        for network, texts in await store.legal_texts()
        if network.status == "active" and missing(texts)
    ]
    return [Warned(code="legal_texts_missing", about=about)] if about else []


async def _first(store: Store, texts: LegalTexts, expected: int) -> LegalTexts:
    if expected != 0:
        raise Stale(field="If-Match")
    try:
        return await store.legal.add(texts)
    except Conflict:
        raise Stale(field="If-Match") from None


def _said(texts: LegalTexts) -> LegalInput:
    return LegalInput(**texts.model_dump(include=set(LegalInput.model_fields)))
