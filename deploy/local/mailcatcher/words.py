"""The words on the catcher's pages, German and English."""

from types import SimpleNamespace
from typing import Final

_GERMAN: Final = SimpleNamespace(
    language="de",
    title="Aufgefangene E-Mails",
    explained="Hier landen alle E-Mails dieses Systems. Keine davon wurde wirklich zugestellt.",
    none="Noch keine E-Mail. Sobald eine verschickt wird, sehen Sie sie hier; bitte laden Sie die Seite dann neu.",
    sender="Von",
    recipients="An",
    subject="Betreff",
    received="Eingegangen",
    no_subject="(ohne Betreff)",
    back="Alle E-Mails",
    as_html="Ansicht",
    as_text="Nur Text",
    headers="Kopfzeilen",
    source="Quelltext",
    no_text="Diese E-Mail hat keinen Textteil.",
    newer="Neuere",
    older="Ältere",
)
_ENGLISH: Final = SimpleNamespace(
    language="en",
    title="Caught e-mails",
    explained="All e-mails of this system end up here. None of them was really delivered.",
    none="No e-mail yet. As soon as one is sent, you will see it here; please reload the page then.",
    sender="From",
    recipients="To",
    subject="Subject",
    received="Received",
    no_subject="(no subject)",
    back="All e-mails",
    as_html="View",
    as_text="Text only",
    headers="Headers",
    source="Source",
    no_text="This e-mail has no text part.",
    newer="Newer",
    older="Older",
)


def words_for(accept_language: str) -> SimpleNamespace:
    """Return English for a browser that names it before German, else German."""
    named = [part.strip().lower()[:2] for part in accept_language.split(",")]
    first = next((name for name in named if name in {"de", "en"}), "de")
    return _ENGLISH if first == "en" else _GERMAN
