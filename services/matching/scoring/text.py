"""Which words of a need or an offer are embedded, cleaned of what only disturbs."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Final, Literal

from shared.events.surveys import NeedSnapshot, OfferSnapshot

Side = Literal["need", "offer"]

LONGEST: Final = 1200
"""Characters (about 300 tokens): time grows with length, and what a course is about is said first."""

_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff\ud800-\udfff]")
"""Control characters and the like; a NUL would silently cut the text for the embedder, a surrogate has no UTF-8."""
_BLANKS: Final = re.compile(r"\s+")


def text_of_need(need: NeedSnapshot) -> str:
    """Return what the company wrote, one line of at most 1,200 characters; it may be empty."""
    return _joined(need.title, need.description)


def text_of_offer(offer: OfferSnapshot) -> str:
    """Return what the course is about and for whom, title first, one line of at most 1,200 characters."""
    return _joined(
        offer.title, offer.description, ", ".join(offer.keywords), offer.certificate or "", offer.target_group
    )


@dataclass(frozen=True)
class Saying:
    """A need or an offer in words; of an offer the title stands apart, since it says what the course is about."""

    side: Side
    title: str
    rest: str = ""

    @property
    def text(self) -> str:
        """All of it, title first."""
        return _joined(self.title, self.rest)


def saying_of(entity: NeedSnapshot | OfferSnapshot) -> Saying:
    """Return what is read of a need or an offer."""
    if isinstance(entity, NeedSnapshot):
        return Saying("need", text_of_need(entity))
    whole, title = text_of_offer(entity), _joined(entity.title)
    return Saying("offer", title, whole.removeprefix(title).lstrip(". "))


def cleaned(text: str) -> str:
    """Return the text without tags and unseen characters, each run of white space as one blank."""
    bare = _UNSEEN.sub("", unescape(_TAG.sub(" ", _COMMENT.sub(" ", text))))
    return _BLANKS.sub(" ", bare).strip()


def _joined(*parts: str) -> str:
    # A part is cut before it is cleaned, since markup can be much longer than what it says.
    said = [bare for part in parts if (bare := cleaned(part[: 10 * LONGEST]))]
    sentences = [part if part[-1] in ".!?:;" else f"{part}." for part in said[:-1]] + said[-1:]
    return " ".join(sentences)[:LONGEST].rstrip()
