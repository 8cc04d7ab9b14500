"""The legal texts of a network: imprint, privacy, accessibility; its pages and mails link to them."""

from typing import Final, Literal

from shared.events.base import Internal


class LegalTexts(Internal):
    """What a network has to say about itself; its id is the network's."""

    status: Literal["active"] = "active"
    imprint: str = ""
    """Impressum, § 5 DDG."""
    privacy: str = ""
    """Datenschutzerklärung, Art. 13 DSGVO."""
    accessibility: str = ""
    """Erklärung zur Barrierefreiheit, § 12b BGG or the Land's."""
    feedback_email: str | None = None
    """Where people report barriers."""


NEEDED: Final = ("imprint", "privacy", "accessibility")
"""What the law asks every network for."""


def missing(texts: LegalTexts | None) -> list[str]:
    """Return which of the texts that the law asks for nobody has written yet."""
    return [name for name in NEEDED if texts is None or not getattr(texts, name).strip()]
