"""What the mailbox and the browser of a person do in these tests."""

from typing import Any

from services.members.store import Store
from shared.links import code_of, signature
from tests.integration.members.conftest import LINK_KEY, Caller


async def asked(caller: Caller, email: str = "petra@metallbau.example", **headers: str) -> Any:
    """Ask for a mail to sign in with; return what the browser keeps."""
    answer = await caller.send("POST", "/sign-ins", {"email": email, "language": "de"}, **headers)
    assert answer.status_code == 202, answer.text
    return answer.json()


def link(challenge: str) -> dict[str, str]:
    """Return what the button behind the mailed link sends."""
    return {"signature": signature(LINK_KEY, "challenge", challenge)}


def code(challenge: str) -> str:
    """Return the code in the mail."""
    return code_of(LINK_KEY, challenge)


async def met(caller: Caller, challenge: str, given: dict[str, str] | None = None) -> Any:
    """Press the button behind the mailed link, or send a code; return the answer's body."""
    answer = await caller.send("POST", f"/challenges/{challenge}/uses", given or link(challenge))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def token_of(caller: Caller, secret: str) -> Any:
    """Exchange a session's secret, as the portal does for every page."""
    answer = await caller.send("POST", "/sessions/token", {"secret": secret})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def challenge_in(store: Store, challenge: str) -> Any:
    """Return the whole document of a challenge."""
    return await store.challenges.collection.find_one({"_id": challenge})
