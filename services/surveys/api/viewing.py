"""From a caller to what is shown: single things and pages of lists, as `domain.seeing` decides."""

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from fastapi import Depends

from services.surveys.api.asked import WantedPage
from services.surveys.domain.seeing import View, need_for, offer_for
from services.surveys.domain.viewers import PUBLIC, Standing, Viewer
from services.surveys.store import Store
from shared.callers import Anybody, Caller, SignedIn
from shared.events.base import Snapshot
from shared.events.surveys import NeedSnapshot, OfferSnapshot
from shared.publishing import Owned
from shared.rules import Forbidden, Missing, RuleBroken, Stale

S = TypeVar("S", bound=Snapshot)
Looked = Callable[[Viewer, S], View[S] | None]

LINK_RIGHTS: Final = ("match:", "need:", "unsubscribe")


def viewer_of(caller: Caller | None) -> Viewer:
    """Return the caller as the rules know callers; whoever follows a mailed link is nobody beyond that link."""
    if caller is None:
        return PUBLIC
    standings = frozenset(Standing(one.role, one.organisation, one.network) for one in caller.roles)
    by_link = not (standings or caller.is_operator) and any(right.startswith(LINK_RIGHTS) for right in caller.rights)
    needs = frozenset(right.partition(":")[2] for right in caller.rights if right.startswith("need:"))
    return Viewer(_member(caller.subject), caller.is_operator, standings, needs if by_link else None)


def _member(subject: str) -> str | None:
    """Return the member that a token names; None when it names a program."""
    try:
        return str(UUID(subject))
    except ValueError:
        return None


async def _member_or_program(caller: SignedIn) -> Viewer:
    viewer = viewer_of(caller)
    if not viewer.signed_in:
        raise Forbidden
    return viewer


async def _anybody(caller: Anybody) -> Viewer:
    return viewer_of(caller)


async def _with_token(caller: SignedIn) -> Viewer:
    return viewer_of(caller)


Member = Annotated[Viewer, Depends(_member_or_program)]
"""A route's parameter of this type needs a token of a person or program; links in mails do not suffice."""
Linked = Annotated[Viewer, Depends(_with_token)]
"""A route's parameter of this type needs a token, also one that a mailed link gave."""
AnyViewer = Annotated[Viewer, Depends(_anybody)]
"""A route's parameter of this type lets everybody pass."""


async def need_seen(store: Store, viewer: Viewer, need: str) -> tuple[NeedSnapshot, View[NeedSnapshot]]:
    """Return a need and what the viewer sees of it; Missing when that is nothing."""
    return await _seen(store.needs, need_for, viewer, need)


async def offer_seen(store: Store, viewer: Viewer, offer: str) -> tuple[OfferSnapshot, View[OfferSnapshot]]:
    """Return an offer and what the viewer sees of it; Missing when that is nothing."""
    return await _seen(store.offers, offer_for, viewer, offer)


async def _seen(owned: Owned[S], look: Looked[S], viewer: Viewer, entity: str) -> tuple[S, View[S]]:
    found = await owned.get(entity)
    view = look(viewer, found) if found else None
    if found is None or view is None:
        raise Missing
    return found, view


def to_change(view: View[Any], version: int | None = None) -> None:
    """Make sure that whoever sees this may change it, and has read it as it is."""
    if not view.may_change:
        raise Forbidden
    if version is not None and view.shown.version != version:
        raise Stale(field="If-Match")


async def check_contact(store: Store, viewer: Viewer, contact: str | None, organisation: str | None) -> None:
    """Refuse a contact of whom it is known that the person does not act for the organisation.

    Operators and coordinators may name anybody; somebody new whom this service has not heard of yet is accepted.
    """
    free = viewer.operator or viewer.networks("coordinator", "adviser")
    if free or contact is None or contact == viewer.member:
        return
    known = await store.members.get(contact)
    if known is not None and organisation not in {role.organisation for role in known.roles}:
        raise RuleBroken("contact_of_another", field="contact")


async def page_seen(  # noqa: PLR0913 - each says which part of which list
    owned: Owned[S],
    in_sight: dict[str, Any],
    look: Callable[[S], View[S] | None],
    *,
    having: dict[str, Any],
    wanted: WantedPage,
    holds: Callable[[View[S]], bool] = lambda _: True,
) -> tuple[list[View[S]], str | None]:
    """Return a page of what is seen, and the id after which the next one begins.

    What is asked for (`having`, `holds`) must hold of what is shown, not only of what is stored: otherwise a filter
    would tell what is hidden.
    """
    having = {field: value for field, value in having.items() if value is not None}
    query, at_once = {"$and": [in_sight, having]}, wanted.limit + 1
    seen: list[View[S]] = []
    after = wanted.after
    while len(seen) <= wanted.limit:
        some = await owned.find(query, after=after, limit=at_once, newest_first=wanted.newest_first)
        views = [view for one in some if (view := look(one)) is not None]
        seen += [view for view in views if _has(view.shown, having) and holds(view)]
        if len(some) < at_once:
            break
        after = some[-1].id
    page = seen[: wanted.limit]
    return page, page[-1].shown.id if len(seen) > len(page) else None


def _has(shown: Snapshot, having: dict[str, Any]) -> bool:
    for field, value in having.items():
        held = getattr(shown, field)
        if value != held and not (isinstance(held, tuple | frozenset) and value in held):
            return False
    return True
