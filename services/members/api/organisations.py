"""Organisations: companies, providers, chambers and others, each in one or more networks, with a place by postcode."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from services.members.api.asked import (
    CHANGING,
    CREATING,
    LISTING,
    READING,
    After,
    Creation,
    Expected,
    Limit,
    created,
    found,
    page,
    today,
)
from services.members.domain import sound_organisation
from services.members.domain.organisations import (
    EuSize,
    SgbSize,
    eu_size,
    sgb_size,
    sound_memberships,
    sound_references,
)
from services.members.domain.seeing import (
    Viewer,
    may_change_organisation,
    may_enter_organisation,
    may_erase_organisation,
    sees_organisation,
)
from services.members.store import Store
from services.members.store.people import acts_in, beginning
from shared.callers import Caller, SignedIn
from shared.clock import now
from shared.events import Erased, OrganisationSnapshot
from shared.events.base import Id
from shared.events.members import Kind, Membership, Place
from shared.ids import new_id
from shared.inputs import DayInput, Input, LineText, PostalCode, WebAddress, an_example, line
from shared.places import place_of
from shared.rules import Conflict, Missing
from shared.web import Page, tagged

Branch = Annotated[str, line(10), Field(pattern=r"^([A-V]|\d{2}(\.\d{1,2}(\.\d)?)?)$", examples=["25.62"])]
"""A section, or a number of two to five digits with dots."""
OwnNumber = Annotated[str, line(100)]


class PlaceInput(Input):
    """Where somebody is; a postcode without known coordinates is accepted, then the town helps."""

    postal_code: PostalCode | None = None
    town: Annotated[str, line(100)] | None = None


class MembershipInput(Input):
    """From when until when an organisation belongs to a network; both days included."""

    network: Id
    since: DayInput | None = None
    until: DayInput | None = None


class OrganisationInput(Input):
    """An organisation as somebody enters it."""

    model_config = an_example(
        name="Muster Metallbau GmbH",
        kinds=["company"],
        networks=["019a0000-0000-7000-8000-000000000384"],
        place={"postal_code": "04109", "town": "Leipzig"},
        head_count=28,
        website="https://metallbau.example",
        wz2025="25.62",
        training_agreement=False,
    )

    name: LineText
    kinds: Annotated[frozenset[Kind], Field(min_length=1)]
    networks: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    place: PlaceInput = PlaceInput()
    head_count: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    """Employees with linked companies, as § 82 SGB III counts them."""
    website: WebAddress | None = None
    status: Literal["active", "left"] = "active"
    memberships: Annotated[tuple[MembershipInput, ...], Field(max_length=50)] = ()
    """Since when it belongs to its networks; the dates of former ones may stay."""
    wz2025: Branch | None = None
    wz2008: Branch | None = None
    azav_number: OwnNumber | None = None
    kursnet_number: OwnNumber | None = None
    training_agreement: bool | None = None
    """Whether there is a works agreement on training."""
    parts: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    """The organisations that a cooperation is made of."""
    controller: Id | None = None
    """The organisation that answers for its data under the DSGVO, if it is another one."""

    def fields(self) -> dict[str, Any]:
        """Return the fields of the snapshot, the place with its coordinates."""
        place = place_of(self.place.postal_code, self.place.town)
        memberships = tuple(Membership(**one.model_dump()) for one in self.memberships)
        return {**self.model_dump(exclude={"place", "memberships"}), "place": place, "memberships": memberships}


class OrganisationView(OrganisationSnapshot):
    """An organisation as the caller may see it: whole, or as a card with name, kinds, town and website."""

    whole: bool
    size_eu: EuSize | None = None
    """By staff alone, after the EU's recommendation 2003/361: below 10, 50, 250."""
    size_sgb3: SgbSize | None = None
    """After § 82 SGB III: below 50, below 500."""


def new_organisation(entered: OrganisationInput) -> OrganisationSnapshot:
    """Return the organisation as a new one, not yet checked."""
    return OrganisationSnapshot(id=new_id(), version=1, changed_at=now(), **entered.fields())


async def checked(
    store: Store, caller: Viewer, organisation: OrganisationSnapshot, old: OrganisationSnapshot | None = None
) -> OrganisationSnapshot:
    """Return the organisation if its networks exist, and whatever it refers to is the caller's to see."""
    sound = sound_organisation(organisation, await store.known_networks(organisation.networks))
    sound = sound_memberships(sound, today())
    named = await store.known_organisations({*sound.parts, *filter(None, (sound.controller,))})
    seen = {one.id for one in named.values() if sees_organisation(caller, one) != "nothing"}
    return sound_references(sound, old, seen)


def viewed(caller: Viewer, organisation: OrganisationSnapshot) -> OrganisationView | None:
    """Return as much of an organisation as the caller may see; None for nothing."""
    sight = sees_organisation(caller, organisation)
    if sight == "nothing":
        return None
    return _whole(organisation) if sight == "whole" else _card(caller, organisation)


def _card(caller: Viewer, organisation: OrganisationSnapshot) -> OrganisationView:
    shared = caller.networks()
    return OrganisationView(
        id=organisation.id,
        version=organisation.version,
        status=organisation.status,
        changed_at=organisation.changed_at,
        name=organisation.name,
        kinds=organisation.kinds,
        website=organisation.website,
        place=Place(town=organisation.place.town),
        networks=tuple(network for network in organisation.networks if network in shared),
        whole=False,
    )


async def seen_organisation(store: Store, caller: Caller, organisation: str) -> OrganisationSnapshot:
    """Return an organisation that the caller may see at least in part, or raise Missing."""
    there = await found(store.organisations, organisation)
    if sees_organisation(caller, there) == "nothing":
        raise Missing
    return there


def _shown(caller: Viewer, organisation: OrganisationSnapshot, response: Response) -> OrganisationView:
    view = viewed(caller, organisation)
    if view is None:
        raise Missing
    tagged(response, view)
    return view


def _whole(organisation: OrganisationSnapshot) -> OrganisationView:
    heads = organisation.head_count
    return OrganisationView(**dict(organisation), whole=True, size_eu=eu_size(heads), size_sgb3=sgb_size(heads))


def within_sight(caller: Viewer, network: str | None = None) -> Mapping[str, Any]:
    """Return the filter for organisations of which the caller sees anything, as members of `network` if one is named.

    Cards do not tell of networks that the caller is not in, so no filter may, either.
    """
    wanted = {"networks": network} if network else {}
    if caller.is_operator:
        return wanted
    foreign = network is not None and network not in caller.networks()
    networks = sorted(caller.networks("coordinator") if foreign else caller.networks())
    own = sorted(caller.organisations())
    return {"$and": [wanted, {"$or": [{"id": {"$in": own}}, {"networks": {"$in": networks}}]}]}


async def _nobody_acts_there(store: Store, old: OrganisationSnapshot, new: OrganisationSnapshot) -> None:
    """Raise Conflict if somebody acts for the organisation in a network that it leaves."""
    for network in set(old.networks) - set(new.networks):
        if await store.members.find(acts_in(old.id, network), limit=1):
            raise Conflict("people_act_there", field="networks")


def routes(store: Store) -> APIRouter:
    """Return the routes of organisations."""
    router = APIRouter(prefix="/organisations", tags=["organisations"])

    @router.post("", status_code=201, responses=CREATING, summary="Enter an organisation")
    async def create(
        caller: SignedIn, entered: OrganisationInput, response: Response, once: Creation
    ) -> OrganisationView:
        async def made() -> OrganisationSnapshot:
            may_enter_organisation(caller, entered.networks)
            return await checked(store, caller, new_organisation(entered))

        return _shown(caller, await created(store.organisations, once, made, response), response)

    @router.get("", responses=LISTING, summary="List the organisations that the caller may see, oldest first")
    async def listed(  # noqa: PLR0913, PLR0917 - each is a filter
        caller: SignedIn,
        network: Annotated[Id | None, Query()] = None,
        kind: Annotated[Kind | None, Query()] = None,
        name: Annotated[str | None, Query(max_length=200, description="Beginning of the name, upper or lower")] = None,
        after: After = None,
        limit: Limit = 50,
    ) -> Page[OrganisationView]:
        query = {"kinds": kind, "name": beginning(name) if name else None}
        wanted = {field: value for field, value in query.items() if value is not None}
        seen = within_sight(caller, network)
        items = await store.organisations.find({"$and": [wanted, seen]}, after=after, limit=limit)
        return page([view for view in (viewed(caller, one) for one in items) if view], limit)

    @router.get("/{organisation}", responses=READING, summary="Read an organisation, whole or its card")
    async def read(caller: SignedIn, organisation: Id, response: Response) -> OrganisationView:
        return _shown(caller, await found(store.organisations, organisation), response)

    @router.put("/{organisation}", responses=CHANGING, summary="Change an organisation")
    async def change(
        caller: SignedIn, organisation: Id, entered: OrganisationInput, expected: Expected, response: Response
    ) -> OrganisationView:
        old = await seen_organisation(store, caller, organisation)
        wanted = old.model_copy(update=entered.fields())
        may_change_organisation(caller, old, wanted)
        wanted = await checked(store, caller, wanted, old)
        await _nobody_acts_there(store, old, wanted)
        new = await store.organisations.replace(wanted, expected=expected, was=old, by=caller.subject)
        tagged(response, new)
        return _whole(new)

    @router.delete("/{organisation}", responses=CHANGING, summary="Erase an organisation that nobody acts for")
    async def erase(caller: SignedIn, organisation: Id, expected: Expected) -> Erased:
        may_erase_organisation(caller, await seen_organisation(store, caller, organisation))
        if await store.organisation_is_used(organisation):
            raise Conflict("still_used")
        erased = await store.organisations.erase(organisation, expected=expected)
        await store.locations.erase_of(organisation)
        return erased

    return router
