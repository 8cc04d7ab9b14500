"""From a row of a table to the organisation, person or location that it describes, or to what is wrong with it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.members.api.columns import Body, Table
from services.members.api.locations import LocationInput, new_location
from services.members.api.organisations import OrganisationInput, new_organisation
from services.members.api.people import MemberInput, new_member
from services.members.domain.locations import Location
from shared.events import MemberSnapshot, OrganisationSnapshot
from shared.events.members import Kind
from shared.problems import Fault, problem_of
from shared.rules import RuleBroken

Entity = OrganisationSnapshot | MemberSnapshot | Location
_PLACE: Final = ("postal_code", "town")


@dataclass(frozen=True)
class Planned:
    """What would become of one row: a new entity, one that is known already (nothing is done), or faults."""

    row: int
    entity: Entity | None = None
    known: str | None = None
    faults: tuple[Fault, ...] = ()


@dataclass
class Known:
    """What rows may refer to or repeat; grows with the rows that were planned."""

    organisations: list[OrganisationSnapshot]
    """Of the network."""
    emails: dict[str, str | None] = field(default_factory=dict)
    """Addresses that are in use, with the person's id; None for people whom the caller does not see."""
    locations: Collection[Location] = ()

    def __post_init__(self) -> None:
        """Prepare the look-ups."""
        self._by_name: dict[str, list[OrganisationSnapshot]] = {}
        for one in self.organisations:
            self.learn(one)
        self._places = {(one.organisation, _plain(one.name)): one.id for one in self.locations}

    def learn(self, organisation: OrganisationSnapshot) -> None:
        """Take in an organisation that later rows may repeat."""
        self._by_name.setdefault(_plain(organisation.name), []).append(organisation)

    def named(self, text: str) -> OrganisationSnapshot:
        """Return the organisation with this name or id; RuleBroken when there is none, or more than one."""
        found = [one for one in self.organisations if one.id == text] or self._by_name.get(_plain(text), [])
        if not found:
            raise RuleBroken("organisation_not_here", field="organisation", name=text)
        if len(found) > 1:
            raise RuleBroken("organisation_ambiguous", field="organisation", name=text)
        return found[0]

    def like(self, organisation: OrganisationSnapshot) -> str | None:
        """Return the id of an organisation of the same name that is not known to be elsewhere."""
        code = organisation.place.postal_code
        for one in self._by_name.get(_plain(organisation.name), []):
            if code is None or one.place.postal_code in {None, code}:
                return one.id
        return None

    def place(self, location: Location) -> str | None:
        """Return the id of the organisation's location of the same name; learns it if there is none."""
        key = (location.organisation, _plain(location.name))
        known = self._places.get(key)
        self._places.setdefault(key, location.id)
        return known


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def plan(table: Table, network: str, rows: Sequence[tuple[int, Body, list[Fault]]], known: Known) -> list[Planned]:
    """Return what would become of each row; nothing is stored."""
    one = {"organisations": _organisation, "members": _member, "locations": _location}[table]
    return [_planned(number, body, faults, lambda body: one(body, network, known)) for number, body, faults in rows]


def _planned(number: int, body: Body, faults: list[Fault], make: Callable[[Body], Planned]) -> Planned:
    found = list(faults)
    unreadable = {fault.field for fault in faults}
    try:
        made = make(body)
    except ValidationError as error:
        found += problem_of(RequestValidationError(error.errors())).faults
    except RuleBroken as broken:
        found.append(Fault(broken.field or "row", broken.code, dict(broken.params)))
    else:
        if not found:
            return Planned(number, made.entity, made.known)
    told = [fault for fault in found if fault in faults or fault.field.split(".")[-1] not in unreadable]
    return Planned(number, faults=tuple(told))


def _organisation(body: Body, network: str, known: Known) -> Planned:
    place = {name: body[name] for name in _PLACE if name in body}
    rest = {name: value for name, value in body.items() if name not in _PLACE}
    entered = OrganisationInput.model_validate(
        {"kinds": ["company"], **_as_json(rest), "networks": [network], "place": place}
    )
    made = new_organisation(entered)
    there = known.like(made)
    if there is None:
        known.learn(made)
    return Planned(0, made if there is None else None, there)


def _member(body: Body, network: str, known: Known) -> Planned:
    rest = {name: value for name, value in body.items() if name not in {"organisation", "role"}}
    entered = MemberInput.model_validate(rest)
    if entered.email in known.emails:
        return Planned(0, known=known.emails[entered.email])
    if "organisation" not in body:
        raise RuleBroken("field_missing", field="organisation")
    organisation = known.named(str(body["organisation"]))
    role = {"organisation": organisation.id, "network": network, "role": body.get("role", _usual_role(organisation))}
    made = new_member(MemberInput.model_validate({**rest, "roles": [role]}))
    known.emails[made.email] = made.id
    return Planned(0, made)


def _usual_role(organisation: OrganisationSnapshot) -> str:
    if organisation.kinds & {Kind.COMPANY}:
        return "company"
    return "adviser" if organisation.kinds <= {Kind.AGENCY, Kind.CHAMBER} else "provider"


def _location(body: Body, network: str, known: Known) -> Planned:
    del network  # organisations of others are not known here
    if "organisation" not in body:
        raise RuleBroken("field_missing", field="organisation")
    organisation = known.named(str(body["organisation"]))
    made = new_location(LocationInput.model_validate({**body, "organisation": organisation.id}))
    there = known.place(made)
    return Planned(0, made if there is None else None, there)


def _as_json(body: dict[str, Any]) -> Body:
    return {name: [str(part) for part in value] if isinstance(value, list) else value for name, value in body.items()}
