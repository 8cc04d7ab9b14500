"""Plain text as people write it, shown as headings, paragraphs, lists and links; nothing in it is markup.

A line that begins with "# " is a heading, with "## " one below; lines that begin with "- " or with "1." and "2." make
a list; addresses of web pages and mailboxes become links. Whatever else stands there is shown as it stands.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, Literal

from markupsafe import Markup, escape

Kind = Literal["blank", "heading", "subheading", "bullet", "number", "words"]

_BEGINNINGS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("blank", re.compile(r"\s*$")),
    ("subheading", re.compile(r"##+ +(?=\S)")),
    ("heading", re.compile(r"# +(?=\S)")),
    ("bullet", re.compile(r"[-*\u2022\u2013] +(?=\S)")),
    ("number", re.compile(r"\d{1,2}[.)] +(?=\S)")),
)
_LINK: Final = re.compile(
    r"https?://[^\s<>\"']{1,500}[^\s<>\"'.,;:!?()\[\]]|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,20}"
)


def shown(text: str, under: int = 1) -> Markup:
    """Return the text as HTML; its headings stand one level below that of the heading it is `under`."""
    lines = [_line(one) for one in text.splitlines()]
    return Markup().join(part for kind, some in _runs(lines) for part in _block(kind, some, under))


def _line(line: str) -> tuple[Kind, str]:
    for kind, beginning in _BEGINNINGS:
        if found := beginning.match(line):
            return kind, line if kind == "number" else line[found.end() :].strip()
    return "words", line.strip()


def _runs(lines: Iterable[tuple[Kind, str]]) -> Iterator[tuple[Kind, list[str]]]:
    """Yield neighbouring lines of one kind; a single numbered line is words: many a heading or date begins so."""
    found = [(kind, [text for _, text in some]) for kind, some in groupby(lines, key=lambda one: one[0])]
    plain = [("words" if kind == "number" and len(some) == 1 else kind, some) for kind, some in found]
    for kind, runs in groupby(plain, key=lambda one: one[0]):
        yield kind, [text for _, some in runs for text in some]


def _block(kind: Kind, lines: list[str], under: int) -> Iterator[Markup]:
    if kind in {"heading", "subheading"}:
        level = min(under + (1 if kind == "heading" else 2), 6)
        yield from (Markup("<h{0}>{1}</h{0}>").format(level, _linked(line)) for line in lines)
    elif kind in {"bullet", "number"}:
        items = Markup().join(Markup("<li>{}</li>").format(_linked(_plain(kind, line))) for line in lines)
        yield (Markup("<ul>{}</ul>") if kind == "bullet" else Markup("<ol>{}</ol>")).format(items)
    elif kind == "words":
        yield Markup("<p>{}</p>").format(Markup("<br>").join(_linked(line) for line in lines))


def _plain(kind: Kind, line: str) -> str:
    return line.split(maxsplit=1)[1] if kind == "number" else line


def _linked(line: str) -> Markup:
    parts, at = [], 0
    for found in _LINK.finditer(line):
        parts += [escape(line[at : found.start()]), _link(found[0])]
        at = found.end()
    return Markup().join([*parts, escape(line[at:])])


def _link(address: str) -> Markup:
    if "://" in address:
        return Markup('<a href="{0}" rel="noopener noreferrer external">{0}</a>').format(address)
    return Markup('<a href="mailto:{0}">{0}</a>').format(address)
