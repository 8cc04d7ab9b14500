"""From a caller to the rules' viewer, and what the routes of matching have in common."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Path, Query

from services.matching.domain.seeing import Standing, Viewer
from shared.callers import SignedIn
from shared.events.base import Id
from shared.web import PROBLEM_RESPONSES

Responses = dict[int | str, dict[str, Any]]
READING: Final[Responses] = {status: PROBLEM_RESPONSES[status] for status in (401, 403, 404, 422, 503)}

Entity = Annotated[Id, Path(description="The id, a UUID in lower case")]
Limit = Annotated[int, Query(ge=1, le=200, description="The most items of a page")]

_PAIR: Final = "match:"
_BY_LINK: Final = (_PAIR, "need:", "unsubscribe")
"""Rights that mailed links give."""


async def _viewer(caller: SignedIn) -> Viewer:
    """Return the caller as the rules know callers; whoever follows a mailed link is nobody beyond that link."""
    standings = frozenset(Standing(one.role, one.organisation, one.network) for one in caller.roles)
    by_link = not (standings or caller.is_operator) and any(right.startswith(_BY_LINK) for right in caller.rights)
    pairs = frozenset(right.removeprefix(_PAIR) for right in caller.rights if right.startswith(_PAIR))
    return Viewer(_member(caller.subject), caller.is_operator, standings, pairs if by_link else None)


def _member(subject: str) -> str | None:
    """Return the member that a token names; None when it names a program."""
    try:
        return str(UUID(subject))
    except ValueError:
        return None


Looking = Annotated[Viewer, Depends(_viewer)]
"""A route's parameter of this type needs a token, also one that a mailed link gave."""
