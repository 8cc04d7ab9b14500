"""Valid values of every contract; a test names only what it is about."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.events import MemberSnapshot, NeedSnapshot, NetworkSnapshot, OfferSnapshot, OrganisationSnapshot
from shared.events.base import Snapshot
from shared.events.members import Consent, Kind, Place, Role
from shared.events.surveys import CourseDate

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LEIPZIG = Place(postal_code="04109", town="Leipzig", lat=51.34, lon=12.37)
DRESDEN = Place(postal_code="01067", town="Dresden", lat=51.06, lon=13.72)


def an_id(number: int = 1) -> str:
    """Return a valid id that is the same for the same number."""
    return str(UUID(int=0x019A_0000_0000_7000_8000_0000_0000_0000 + number))


NETWORK, COMPANY, PROVIDER, ASKER, TEACHER = (an_id(n) for n in range(900, 905))


def _made(kind: type[Snapshot], defaults: dict[str, Any], changes: dict[str, Any]) -> Any:
    return kind(**{"version": 1, "changed_at": NOW, **defaults, **changes})


def a_network(**changes: object) -> NetworkSnapshot:
    defaults = {"id": NETWORK, "status": "active", "name": "Weiterbildungsverbund Muster", "founded_at": NOW}
    made: NetworkSnapshot = _made(NetworkSnapshot, defaults, changes)
    return made


def an_organisation(**changes: object) -> OrganisationSnapshot:
    defaults = {
        "id": COMPANY,
        "status": "active",
        "name": "Muster Metallbau GmbH",
        "kinds": {Kind.COMPANY},
        "networks": (NETWORK,),
        "place": LEIPZIG,
    }
    made: OrganisationSnapshot = _made(OrganisationSnapshot, defaults, changes)
    return made


def a_member(**changes: object) -> MemberSnapshot:
    defaults = {
        "id": ASKER,
        "status": "active",
        "name": "Petra Beispiel",
        "email": "petra@metallbau.example",
        "roles": (Role(organisation=COMPANY, network=NETWORK, role="company"),),
        "consents": (Consent(purpose="matches", given_at=NOW, text_version="2026-11"),),
    }
    made: MemberSnapshot = _made(MemberSnapshot, defaults, changes)
    return made


def a_teacher(**changes: object) -> MemberSnapshot:
    """Return a provider's contact person."""
    defaults = {
        "id": TEACHER,
        "name": "Jörg Muster",
        "email": "joerg@bildung.example",
        "roles": (Role(organisation=PROVIDER, network=NETWORK, role="provider"),),
    }
    return a_member(**{**defaults, **changes})


def a_need(**changes: object) -> NeedSnapshot:
    defaults = {
        "id": an_id(1),
        "status": "open",
        "title": "WIG-Schweißen für unsere Schlosser",
        "organisation": COMPANY,
        "contact": ASKER,
        "networks": (NETWORK,),
    }
    made: NeedSnapshot = _made(NeedSnapshot, defaults, changes)
    return made


def an_offer(**changes: object) -> OfferSnapshot:
    defaults = {
        "id": an_id(101),
        "status": "published",
        "title": "WIG-Schweißen Grundkurs",
        "provider": PROVIDER,
        "provider_name": "Bildungswerk Muster gGmbH",
        "contact": TEACHER,
        "networks": (NETWORK,),
    }
    made: OfferSnapshot = _made(OfferSnapshot, defaults, changes)
    return made


def a_date(**changes: object) -> CourseDate:
    return CourseDate(**{"id": an_id(501), **changes})
