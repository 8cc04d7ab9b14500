"""What every kind of mail is worded with: the catalogue, the templates, the signed links."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shared.events.base import Language
from shared.language import translations

HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Links:
    """Where the portal is, and the key that signs its links."""

    public_url: str
    key: bytes


@dataclass(frozen=True)
class Worded:
    """A letter in words: everything but the headers that all mails share."""

    template: str
    """The name of a pair of templates, one for text and one for HTML."""
    language: Language
    subject: str
    values: Mapping[str, Any]
    name: str = ""
    """By which the reader is greeted; empty for nobody that is known."""
    network: str | None = None
    """Whose legal notice the mail links to; None for that of the whole system."""
    unsubscribe: bool = True
    """Whether it is one of the mails that can be ended; what somebody has just asked for cannot."""


def catalogue(language: Language) -> Translations:
    """Return the sentences of mails."""
    return translations(HERE.parent, language)


@cache
def templates(language: Language) -> Environment:
    """Return the templates of mails with the sentences of one language."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    sentences = catalogue(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        sentences.ugettext, sentences.ungettext, newstyle=True
    )
    return environment
