"""A search as an Atom feed: what was found, its provider, and where to read it; nothing about people."""

import re
from typing import Any, Final

from lxml import etree

from shared.events.base import Language

ATOM: Final = "http://www.w3.org/2005/Atom"
NEVER: Final = "2000-01-01T00:00:00Z"
"""When an empty feed was last changed; a moment that does not pass, so that nothing new is told."""
SUMMARY: Final = 500
TITLES: Final = {Language.DE: "Bedarfswerk: Weiterbildungsangebote", Language.EN: "Bedarfswerk: training offers"}
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def feed(hits: list[Any], address: str, query: str, words: str, language: Language) -> bytes:
    """Return the feed of a search; `address` is that of its page without the `query`."""
    root = etree.Element("feed", nsmap={None: ATOM})  # type: ignore[dict-item]  # its stubs know no default namespace
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language.value)
    tail = f"?{query}" if query else ""
    _say(root, "id", f"{address}{tail}")
    _say(root, "title", TITLES[language] + (f" „{words}“" if words else ""))
    _say(root, "updated", max((hit["found"]["changed_at"] for hit in hits), default=NEVER))
    _say(etree.SubElement(root, "author"), "name", "Bedarfswerk")
    etree.SubElement(root, "link", rel="self", type="application/atom+xml", href=f"{address}.atom{tail}")
    etree.SubElement(root, "link", rel="alternate", type="text/html", href=f"{address}{tail}")
    for hit in hits:
        _entry(root, hit["found"], address)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _entry(root: Any, offer: Any, address: str) -> None:
    entry = etree.SubElement(root, "entry")
    _say(entry, "id", f"urn:uuid:{offer['id']}")
    _say(entry, "title", offer["title"])
    _say(entry, "updated", offer["changed_at"])
    if offer["provider_name"]:
        _say(etree.SubElement(entry, "author"), "name", offer["provider_name"])
    etree.SubElement(entry, "link", rel="alternate", type="text/html", href=f"{address}/{offer['id']}")
    _say(entry, "summary", offer["description"][:SUMMARY])
    for topic in offer["topics"]:
        etree.SubElement(entry, "category", term=_NOT_XML.sub("", topic))


def _say(parent: Any, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = _NOT_XML.sub("", text)
