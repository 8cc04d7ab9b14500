"""The fields of the search's answer that are read, as the Bundesagentur names them; all others are passed over.

`ansprechpartner` and the provider's telephone and mail address are left out on purpose.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Number = Annotated[int, Field(ge=1, lt=2**63)]
Milliseconds = Annotated[int, Field(ge=0, le=7_258_114_800_000)]
"""Since 1970, until the year 2200; they mean midnight in Europe/Berlin."""
Count = Annotated[int, Field(ge=0, le=100_000)]


Text = Annotated[str, Field(max_length=100_000)]
"""HTML, as a rule; far longer than any real one."""


class Part(BaseModel):
    """A part of a record."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Coded(Part):
    """An entry of one of the Bundesagentur's lists."""

    id: int | None = None
    bezeichnung: Text | None = None


class Town(Part):
    """A postcode with its town."""

    plz: Annotated[str, Field(max_length=10)] | None = None
    name: Text | None = None


class Coordinates(Part):
    """Degrees, WGS 84."""

    lat: float | None = None
    lon: float | None = None

    def is_known(self) -> bool:
        """Tell whether this is a point on the map; 0/0 lies in the Atlantic and means that nobody gave one."""
        if self.lat is None or self.lon is None or (self.lat, self.lon) == (0, 0):
            return False
        return abs(self.lat) <= 90 and abs(self.lon) <= 180  # noqa: PLR2004 - degrees


class Address(Part):
    """Where a course takes place."""

    ort_strasse: Annotated[Town | None, Field(alias="ortStrasse")] = None
    koordinaten: Coordinates | None = None


class Named(Part):
    """Something of which the name alone matters."""

    name: Text | None = None


class Word(Part):
    """A word by which the course is to be found."""

    suchwort: Text | None = None


class Angebot(Part):
    """The course; one of these may have many dates, and comes with each of them."""

    id: Number
    titel: Text
    inhalt: Text | None = None
    abschlussart: Text | None = None
    abschlussbezeichnung: Text | None = None
    foerderung: Text | None = None
    zugang: Text | None = None
    zielgruppe: Text | None = None
    link: Text | None = None
    bildungsanbieter: Named | None = None
    zertifizierer: tuple[Named, ...] | None = None
    suchworte: tuple[Word, ...] | None = None


class Termin(Part):
    """A record: one date of a course."""

    id: Number
    angebot: Angebot
    unterrichtsform: Coded | None = None
    unterrichtszeit: Coded | None = None
    adresse: Address | None = None
    kosten_wert: Annotated[float | Text | None, Field(alias="kostenWert")] = None
    kosten_waehrung: Annotated[Text | None, Field(alias="kostenWaehrung")] = None
    foerderung: bool | None = None
    link: Text | None = None
    beginn: Milliseconds | None = None
    ende: Milliseconds | None = None
    anmeldeschluss: Milliseconds | None = None
    individueller_einstieg: Annotated[bool | None, Field(alias="individuellerEinstieg")] = None
    teilnehmer_min: Annotated[Count | None, Field(alias="teilnehmerMin")] = None
    teilnehmer_max: Annotated[Count | None, Field(alias="teilnehmerMax")] = None
    pruefende_stelle: Annotated[Text | None, Field(alias="pruefendeStelle")] = None
    inhouse: Annotated[bool | None, Field(alias="inhouseFirmenseminar")] = None
    berufsbegleitend: bool | None = None
