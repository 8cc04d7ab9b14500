"""From the search's HTML to plain text: one line for each paragraph, heading and item of a list."""

import re
import unicodedata
from html.parser import HTMLParser
from typing import Final

BREAKS: Final = frozenset(
    {"p", "br", "div", "ul", "ol", "li", "table", "tr", "dl", "dt", "dd", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}
)
UNSEEN: Final = frozenset({"script", "style", "head", "title", "template"})
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of characters that steer or hide; dropped, since nobody is there to correct them."""
_BLANKS: Final = re.compile(r"[^\S\n]+")
_MAIL_ADDRESS: Final = re.compile(r"(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as declared there
        if tag in UNSEEN:
            self._unseen += 1
        if tag in BREAKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag == "td":
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as above
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


def plain(html: str | None) -> str:
    """Return the text of an HTML fragment as people read it, without mail addresses; "" for none.

    Items of lists begin with "- "; there are no empty lines, and nothing that steers or hides.
    """
    if not html:
        return ""
    reader = _Reader()
    reader.feed(_without_line_breaks(html))
    reader.close()
    lines = (_one_line(part) for part in "".join(reader.parts).split("\n"))
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
    seen = (" " if character == "\t" else character for character in unicodedata.normalize("NFC", part))
    visible = "".join(character for character in seen if unicodedata.category(character) not in INVISIBLE)
    return _BLANKS.sub(" ", _MAIL_ADDRESS.sub("", visible)).strip()
