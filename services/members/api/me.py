"""What people read, change, take along and erase of themselves."""

from typing import Annotated, Any

from fastapi import APIRouter, Response

from services.members.api.asked import CHANGING, READING, Expected, found
from services.members.api.sessions import Person
from services.members.domain.challenges import with_mails
from services.members.store import Store
from shared.clock import now
from shared.events import Erased, MemberSnapshot
from shared.events.base import Language
from shared.inputs import Input, LineText, an_example, line
from shared.web import tagged


class MeInput(Input):
    """What people change of themselves; roles are given by others, the address is changed by an operator."""

    model_config = an_example(
        name="Petra Beispiel",
        language="de",
        phone="0341 000000",
        publishes_contact=False,
        wants_mails=True,
        text_version="2026-11",
    )

    name: LineText
    language: Language = Language.DE
    phone: Annotated[str, line(50)] | None = None
    publishes_contact: bool = False
    """Whether the other side of a match sees name, address and telephone before both are interested."""
    wants_mails: bool
    """Whether matches are mailed."""
    text_version: Annotated[str, line(50)] | None = None
    """The text that was agreed to; required where mails are wanted that were not wanted before."""


def routes(store: Store) -> APIRouter:
    """Return the routes of one's own record."""
    router = APIRouter(prefix="/me", tags=["me"])

    @router.get("", responses=READING, summary="Read what is known about oneself")
    async def read(caller: Person, response: Response) -> MemberSnapshot:
        return await found(store.members, caller.subject, response)

    @router.put("", responses=CHANGING, summary="Change oneself")
    async def change(caller: Person, entered: MeInput, expected: Expected, response: Response) -> MemberSnapshot:
        old = await found(store.members, caller.subject)
        said = old.model_copy(update=entered.model_dump(exclude={"wants_mails", "text_version"}))
        wanted = with_mails(said, now(), wanted=entered.wants_mails, text_version=entered.text_version)
        new = await store.members.replace(wanted, expected=expected, was=old, by=caller.subject)
        tagged(response, new)
        return new

    @router.delete("", responses=CHANGING, summary="Erase oneself, everywhere and for ever")
    async def erase(caller: Person, expected: Expected) -> Erased:
        member = await found(store.members, caller.subject)
        return await store.erase_member(member, expected=expected, by=member.id)

    @router.get("/export", responses=READING, summary="Take along everything that this service holds about oneself")
    async def export(caller: Person, response: Response) -> dict[str, Any]:
        member = await found(store.members, caller.subject)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Disposition"] = 'attachment; filename="members.json"'
        return {
            "member": member,
            "changes": await store.members.history(member.id),
            "sessions": await store.sessions.of(member.id, now()),
            "api_tokens": await store.api_tokens.of(member.id, now()),
            "challenges": await store.challenges.about(member.id),
            "audit": await store.audit.entries({"$or": [{"member": member.id}, {"by": member.id}]}, limit=10_000),
        }

    return router
