"""What people send to matching: an answer about a pair, and a need that is not stored yet."""

from typing import Annotated

from pydantic import ConfigDict, Field

from services.matching.domain import What
from shared.clock import now
from shared.events.base import Id, Language
from shared.events.matching import DismissReason
from shared.events.surveys import Cefr, Delivery, Euro, Level, Must, NeedSnapshot, Persons, TimeModel
from shared.ids import new_id
from shared.inputs import DayInput, Input, LineText, PostalCode, ProseText, an_example, line
from shared.places import place_of


class ResponseInput(Input):
    """What one side says about a pair."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"what": "interested"},
                {"what": "booked", "persons": 3},
                {"what": "dismissed", "reason": "too_far"},
            ]
        }
    )

    what: What
    reason: DismissReason | None = None
    persons: Annotated[int, Field(ge=1, le=10_000)] | None = None


class PlaceInput(Input):
    """Where: a postcode, a town, or both."""

    postal_code: PostalCode | None = None
    town: Annotated[str, line(100)] | None = None


class PreviewInput(Input):
    """A need as somebody is just writing it, as far as matching asks; the fields are those of surveys' needs."""

    model_config = an_example(
        title="WIG-Schweißen für unsere Schlosser",
        description="Drei Leute sollen Edelstahl schweißen lernen.",
        place={"postal_code": "04109"},
        radius_km=50,
        persons_min=3,
        delivery=["on_site", "in_house"],
    )

    title: LineText
    description: ProseText = ""
    language: Language = Language.DE
    networks: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    """Left out: all networks that the caller is in."""
    persons_min: Persons | None = None
    persons_max: Persons | None = None
    earliest_start: DayInput | None = None
    latest_start: DayInput | None = None
    latest_end: DayInput | None = None
    delivery: frozenset[Delivery] = frozenset()
    time_models: frozenset[TimeModel] = frozenset()
    place: PlaceInput = PlaceInput()
    radius_km: Annotated[int, Field(ge=1, le=1000)] | None = None
    max_price_eur: Euro | None = None
    azav_wanted: bool = False
    level: Level | None = None
    cefr: Cefr | None = None
    musts: frozenset[Must] = frozenset()

    def need(self, networks: frozenset[str]) -> NeedSnapshot:
        """Return it as an open need of these networks, with an id that nothing else will ever have."""
        said = {name: getattr(self, name) for name in type(self).model_fields if name not in {"place", "networks"}}
        place = place_of(self.place.postal_code, self.place.town)
        return NeedSnapshot(
            **said,
            id=new_id(),
            version=1,
            changed_at=now(),
            status="open",
            networks=tuple(sorted(networks)),
            place=place,
        )
