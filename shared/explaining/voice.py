"""The one who explains: knows who is spoken to, and in which language."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from babel.support import Translations

from shared.events.base import Language
from shared.language import translations

Side = Literal["company", "provider"]


@dataclass(frozen=True)
class Voice:
    """Who is spoken to, and in which language."""

    language: Language
    side: Side

    @cached_property
    def catalogue(self) -> Translations:
        """The sentences of this package."""
        return translations(Path(__file__).parents[1], self.language)

    @property
    def to_company(self) -> bool:
        """Whether the reader is the company; else the provider."""
        return self.side == "company"

    def say(self, sentence: str, **values: str) -> str:
        """Return the sentence in the reader's language."""
        return self.catalogue.ugettext(sentence).format(**values)

    def count(self, one: str, many: str, number: int, **values: str) -> str:
        """Return the sentence for so many, as `{n}`."""
        return self.catalogue.ungettext(one, many, number).format(n=number, **values)
