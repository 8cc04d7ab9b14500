"""From the search's HTML to plain text: one line for each paragraph, heading and item of a list."""

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from typing import Final

BREAKS: Final = frozenset(
    {"p", "br", "div", "ul", "ol", "li", "table", "tr", "dl", "dt", "dd", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}
)
UNSEEN: Final = frozenset({"script", "style", "head", "title", "template"})
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of characters that steer or hide; dropped, since nobody is there to correct them."""
_BLANKS: Final = re.compile(r"[^\S\n]+")
_MAIL_ADDRESS: Final = re.compile(r"(?<![\w.+-])(?:mailto:)?[\w.+-]{1,64}@[\w.-]{3,255}")
_TAG: Final = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)[^<>]*>|<[!?][^<>]*>")
"""A tag, or a comment or declaration, which has no name.

Not html.parser: it raises for some texts (`<![x>`) and takes minutes for others (`<a <a <a …` of 100 KB).
"""


def _parts(html: str) -> Iterator[str]:
    """Give the text between tags, and line breaks for those that break lines."""
    unseen, place = 0, 0
    for tag in _TAG.finditer(html):
        if not unseen:
            yield unescape(html[place : tag.start()])
        place, name = tag.end(), (tag["name"] or "").lower()
        if name in UNSEEN:
            unseen = max(0, unseen - 1) if tag["end"] else unseen + 1
        elif name in BREAKS:
            yield "\n- " if name == "li" and not tag["end"] else "\n"
        elif name == "td":
            yield " "
    if not unseen:
        yield unescape(html[place:])


def plain(html: str | None) -> str:
    """Return the text of an HTML fragment as people read it, without mail addresses; "" for none.

    Items of lists begin with "- "; there are no empty lines, and nothing that steers or hides.
    """
    if not html:
        return ""
    lines = (_one_line(part) for part in "".join(_parts(_without_line_breaks(html))).split("\n"))
    return "\n".join(line for line in lines if line not in {"", "-"})


def one_line(html: str | None) -> str:
    """Return the text of an HTML fragment in one line, its parts joined by commas where they were lines."""
    return ", ".join(line.removeprefix("- ") for line in plain(html).split("\n") if line)


def shortened(text: str, longest: int) -> str:
    """Return the text, cut at a blank and ended with an ellipsis when it has more than `longest` characters."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    head, blank, _ = cut.rpartition(" ")
    return f"{(head if blank and len(head) > longest // 2 else cut).rstrip()}…"


def _without_line_breaks(html: str) -> str:
    # In HTML a line break in the source is a blank; one in a text without any markup was meant.
    return html if "<" not in html else html.replace("\r", " ").replace("\n", " ")


def _one_line(part: str) -> str:
    text = _BLANKS.sub(" ", part)
    if not text.isprintable():
        text = "".join(character for character in text if unicodedata.category(character) not in INVISIBLE)
    if "@" in text:
        text = _BLANKS.sub(" ", _MAIL_ADDRESS.sub("", text))
    return unicodedata.normalize("NFC", text).strip()
