"""Asking for a mail to sign in with: whether anybody has the address cannot be seen from the answer or its time."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.members.api.allowance import Allowance, ClientAddress
from services.members.domain.challenges import LASTS, may_be_asked
from services.members.store import Store
from services.members.store.secrets import hashed, new_secret
from shared.clock import now
from shared.events import ChallengeSnapshot
from shared.events.base import Id, Language
from shared.ids import new_id
from shared.inputs import EmailAddress, Input, an_example
from shared.web import PROBLEM_RESPONSES


class SignInInput(Input):
    """Whose mailbox shall receive link and code, and in which language."""

    model_config = an_example(email="petra@metallbau.example", language="de")

    email: EmailAddress
    language: Language = Language.DE


class SignIn(BaseModel):
    """What the browser keeps; the code in the mail works in this browser alone, within ten minutes."""

    challenge: Id
    browser: Annotated[str, Field(description="Secret; sent with the code")]
    expires_in: Annotated[int, Field(description="Seconds for which the link works")]


def routes(store: Store, allowance: Allowance) -> APIRouter:
    """Return the route of sign-ins."""
    router = APIRouter(prefix="/sign-ins", tags=["signing in"])
    answers: dict[int | str, dict[str, Any]] = {s: PROBLEM_RESPONSES[s] for s in (413, 422, 429, 503)}

    @router.post("", status_code=202, responses=answers, summary="Ask for a mail with link and code to sign in")
    async def ask(asked: SignInInput, address: ClientAddress, response: Response) -> SignIn:
        await store.limits.take(*allowance.sign_in(asked.email, address))
        known = await store.who_has(asked.email)
        browser = new_secret()
        challenge = ChallengeSnapshot(
            id=new_id(),
            version=1,
            changed_at=now(),
            status="open",
            kind="sign_in",
            member=known.id if may_be_asked(known.status, "sign_in") else None,
            language=asked.language,
            expires_at=now() + LASTS["sign_in"],
        )
        await store.challenges.add(challenge, private={"browser": hashed(browser), "tries": 0})
        response.headers["Cache-Control"] = "no-store"
        return SignIn(challenge=challenge.id, browser=browser, expires_in=int(LASTS["sign_in"].total_seconds()))

    return router
