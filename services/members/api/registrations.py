"""Registrations: a public survey's answer names a mailbox; nothing counts before its owner has confirmed."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, Field

from services.members.api.allowance import Allowance, ClientAddress
from services.members.domain.challenges import LASTS, Registration, may_be_asked
from services.members.store import Known, Store
from shared.clock import now
from shared.events import ChallengeSnapshot, MemberSnapshot
from shared.events.base import Id, Language
from shared.ids import new_id
from shared.inputs import EmailAddress, Input, LineText, PostalCode, an_example, line
from shared.publishing import Once
from shared.rules import Conflict, RuleBroken
from shared.web import PROBLEM_RESPONSES, once_of

LASTING: Final = LASTS["confirmation"]


class CompanyInput(Input):
    """The company as the public survey asks for it."""

    name: LineText
    postal_code: PostalCode
    town: Annotated[str, line(100)] | None = None
    head_count: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    """Employees with linked companies."""


class RegistrationInput(Input):
    """Who answered a public survey for which company, and to which text the person agreed."""

    model_config = an_example(
        email="petra@metallbau.example",
        name="Petra Beispiel",
        language="de",
        network="019a0000-0000-7000-8000-000000000384",
        company={"name": "Muster Metallbau GmbH", "postal_code": "04109", "town": "Leipzig", "head_count": 28},
        text_version="2026-11",
        wants_mails=True,
    )

    email: EmailAddress
    name: LineText
    language: Language = Language.DE
    network: Id
    company: CompanyInput
    text_version: Annotated[str, line(50)]
    wants_mails: bool
    """Whether matching offers may be mailed to this address once it is confirmed."""

    def said(self) -> Registration:
        """Return what is kept until the address is confirmed."""
        company = self.company
        return Registration(
            name=self.name,
            company=company.name,
            postal_code=company.postal_code,
            town=company.town,
            head_count=company.head_count,
            text_version=self.text_version,
            wants_mails=self.wants_mails,
        )


class Registered(BaseModel):
    """What the survey's answer waits for."""

    challenge: Id
    expires_in: Annotated[int, Field(description="Seconds for which the link in the mail works")]


async def _once(
    request: Request,
    _: Annotated[
        str | None,
        Header(alias="Idempotency-Key", description="Repeating a request with the same key sends no second mail"),
    ] = None,
) -> Once | None:
    return await once_of(request, "anybody")


def routes(store: Store, allowance: Allowance) -> APIRouter:
    """Return the route of registrations."""
    router = APIRouter(prefix="/registrations", tags=["registrations"])
    answers: dict[int | str, dict[str, Any]] = {s: PROBLEM_RESPONSES[s] for s in (413, 422, 429, 503)}

    @router.post("", status_code=202, responses=answers, summary="Ask the owner of a mailbox to confirm an answer")
    async def register(
        entered: RegistrationInput,
        address: ClientAddress,
        once: Annotated[Once | None, Depends(_once)],
        response: Response,
    ) -> Registered:
        await store.limits.take(*allowance.registration(entered.email, address))
        network = await store.networks.get(entered.network)
        if network is None or network.status != "active":
            raise RuleBroken("unknown_network", field="network")
        earlier = await store.challenges.made_with(once) if once else None
        challenge = earlier or await _asked(store, entered, once)
        response.headers["Cache-Control"] = "no-store"
        return Registered(challenge=challenge.id, expires_in=int((challenge.expires_at - now()).total_seconds()))

    return router


async def _asked(store: Store, entered: RegistrationInput, once: Once | None) -> ChallengeSnapshot:
    until = now() + LASTING
    known = await entered_or_known(store, entered.email, entered.name, entered.language, until)
    challenge = ChallengeSnapshot(
        id=new_id(),
        version=1,
        changed_at=now(),
        status="open",
        kind="confirmation",
        member=known.id if may_be_asked(known.status, "confirmation") else None,
        network=entered.network,
        language=entered.language,
        expires_at=until,
    )
    private = {"registration": entered.said().model_dump(), "about": known.id}
    return await store.challenges.add(challenge, once=once, private=private)


async def entered_or_known(store: Store, email: str, name: str, language: Language, until: datetime) -> Known:
    """Return who has the address, entered as unconfirmed if nobody has; the time it takes does not tell which.

    Nothing changes for one who is known, but that an unconfirmed one is kept until then.
    """
    known = await store.who_has(email)
    if known.id is None:
        member = MemberSnapshot(
            id=new_id(), version=1, changed_at=now(), status="unconfirmed", name=name, email=email, language=language
        )
        try:
            await store.members.add(member, private={"unconfirmed_until": until})
        except Conflict:  # entered by another request at this moment
            known = await store.who_has(email)
        else:
            return Known(member.id, member.status)
    if known.id is not None:
        await store.wait_for_confirmation(known.id, until)
    return known
