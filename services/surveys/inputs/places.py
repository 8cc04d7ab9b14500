"""Parts that needs and offers have in common."""

from collections.abc import Iterable
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shared.events.base import Id
from shared.events.members import Place
from shared.inputs import Input, LineText, LongLine, PostalCode, line
from shared.places import place_of

T = TypeVar("T")

ESCO: Final = "http://data.europa.eu/esco/"


def _esco_address(text: str) -> str:
    rest = text.removeprefix(ESCO)
    if rest == text or not rest or any(character.isspace() or character in '<>"\\' for character in rest):
        raise PydanticCustomError("not_an_esco_address", "An ESCO concept's address begins with " + ESCO)
    return text


Networks = Annotated[tuple[Id, ...], Field(max_length=50)]
Topics = Annotated[tuple[Annotated[str, line(50)], ...], Field(max_length=20)]
"""Codes as GET /topics lists them."""
EscoAddress = Annotated[
    str, line(500), AfterValidator(_esco_address), Field(examples=["http://data.europa.eu/esco/skill/…"])
]
LanguageInput = Annotated[str, Field(pattern=r"^[a-z]{2,3}$", examples=["de"])]
"""ISO 639, two or three letters."""
CompanyName = Annotated[LineText, Field(description="Not kept: only to warn when an anonymous text names the company")]
Skill = LongLine


class PlaceInput(Input):
    """Where: a postcode, a town, or both."""

    postal_code: PostalCode | None = None
    town: Annotated[str, line(100)] | None = None

    def place(self) -> Place:
        """Return the place with its coordinates, as far as they are known."""
        return place_of(self.postal_code, self.town)


def once_each(some: Iterable[T]) -> tuple[T, ...]:
    """Return each once, in the order in which they were said."""
    return tuple(dict.fromkeys(some))
