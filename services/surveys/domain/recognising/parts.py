"""A note taken apart: into what is said of each need and what is said of all, and a text into clauses."""
# ruff: noqa: E501, RUF001 - patterns of German text, with its dashes, read best uncut

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.surveys.domain.recognising.persons import persons
from services.surveys.domain.topics import topics_in

_BULLET: Final = re.compile(
    r"[ \t]*(?:(?:thema|bedarf|punkt)[ ]?[0-9]{0,2}[:.)]|[-*•·–—▪◦+►→]|\(?[0-9]{1,2}[.)](?![ \t]*(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|"
    r"november|dezember|quartal|halbjahr|kw)\b)|[a-z]\))[ \t]+(?=\S)",
    re.IGNORECASE,
)
_LINE_END: Final = re.compile(r"\n")
_MARGIN: Final = re.compile(r"\n(?=\S)")
_BLANK: Final = re.compile(r"\n[ \t]*\n+")
_FURTHER: Final = re.compile(
    r"(?:außerdem|zusätzlich|des weiteren|desweiteren|darüber hinaus|ferner|weiterhin|zweitens|drittens|viertens|"
    r"als (?:nächstes|zweites|drittes)|(?:ein )?weiterer bedarf|weiteres thema|zweites thema|dann (?:noch|brauchen)|"
    r"hinzu kommt|daneben|also needed|in addition|furthermore|besides|moreover|secondly|we also)(?!\w)"
)
_BEGINS_ANEW: Final = re.compile(r"(?:\A|[.;,!?\n]\s*|\s(?:und|and)(?: dann)?\s)$")
_ASKS: Final = re.compile(
    r"brauch|bräucht|benötig|such(?:t|en)\b|schulung|lehrgang|\bkurs|kurs(?:e|en|es)?\b|weiterbild|qualifizier|fortbild|"
    r"seminar|schein\b|lernen\b|\bbedarf|\btraining|fit (?:machen|werden)|auffrisch|unterweis|\bneed|course|learn|workshop"
)
_FRAME: Final = re.compile(
    r"\s*(?:besuch|gespräch|termin|telefonat|telefongespräch|firma|betrieb(?!s)|unternehmen|notiz|protokoll|"
    r"ansprechpartner|datum|ort|adresse|anschrift|branche|kontakt|standort|stand|teilnehmer:|anwesend|visit|company)\b"
)
_STRONG: Final = re.compile(r"brauch|bräucht|benötig|such(?:t|en)\b|bedarf|soll(?:en)?\b|müssen\b|möchte|\bneed")
_LEGAL_FORM: Final = re.compile(r"\b(?:gmbh|ag|kg|ohg|e\.? ?k\.?|ug|gbr|e\.? ?v\.?)(?!\w)")
SHORT_LINE: Final = 50
"""Characters; a line that ends earlier was ended by its writer, not by the edge of a window."""


@dataclass(frozen=True)
class Part:
    """A stretch of a note."""

    start: int
    end: int
    is_heading: bool = False
    """Stands above a list: a name of a firm there may sound like a topic."""


def split(text: str, low: str) -> tuple[list[Part], list[Part]]:
    """Return the parts that say one need each, and those that hold for all of them, both in order."""
    needs: list[Part] = []
    frame: list[Part] = []
    for block in _blocks(text, low):
        for part in _parts(low, block):
            said = low[part.start : part.end]
            wanted = _is_need(said) and not (block.is_heading and not _ASKS.search(said))
            (needs if wanted else frame).append(part)
    return needs, frame


def _is_need(said: str) -> bool:
    """Tell whether something is wanted here; a heading with the firm's name is not, whatever the name says."""
    if (_FRAME.match(said) or _LEGAL_FORM.search(said)) and not _STRONG.search(said):
        return False
    return bool(_ASKS.search(said)) or bool(topics_in(said))


def _blocks(text: str, low: str) -> Iterator[Part]:
    """Give paragraphs, each bullet for itself; a line below bullets that is not indented begins anew."""
    begin = 0
    for gap in (*_BLANK.finditer(text), None):
        end = gap.start() if gap else len(text)
        yield from _bullets(text, low, Part(begin, end))
        begin = gap.end() if gap else end


def _bullets(text: str, low: str, block: Part) -> Iterator[Part]:
    lines = [block.start, *(found.end() for found in _LINE_END.finditer(text, block.start, block.end))]
    marks = [mark for at in lines if (mark := _BULLET.match(text, at, block.end))]
    begins = {mark.start(): mark for mark in marks}
    cuts = sorted({block.start, *begins})
    for begin, end in zip(cuts, [*cuts[1:], block.end], strict=True):
        mark = begins.get(begin)
        inside = Part(mark.end() if mark else begin, end)
        if mark:
            yield from _without_tail(text, inside)
        elif marks:
            yield Part(begin, end, is_heading=True)
        else:
            yield from _lines(low, inside)


def _without_tail(text: str, bullet: Part) -> Iterator[Part]:
    """Give a bullet, and what follows below it at the margin for itself."""
    margin = _MARGIN.search(text, bullet.start, bullet.end)
    if margin is None:
        yield bullet
        return
    yield Part(bullet.start, margin.start())
    yield Part(margin.end(), bullet.end)


def _lines(low: str, block: Part) -> Iterator[Part]:
    """Give lines for themselves where each was ended by its writer and speaks of a topic of its own."""
    begin = at = block.start
    known: set[str] = set()
    before, wanted = "", False
    for line in low[block.start : block.end].splitlines(keepends=True):
        about = set(topics_in(line))
        ended = at > begin and (len(before) < SHORT_LINE or before.rstrip().endswith((".", ";", ":", "!", "?")))
        if ended and (not wanted or (known and about and about.isdisjoint(known))):
            yield Part(begin, at)
            begin, known, wanted = at, set(), False
        known |= about
        wanted = wanted or _is_need(line)
        before = line
        at += len(line)
    if low[begin : block.end].strip():
        yield Part(begin, block.end)


def _parts(low: str, block: Part) -> Iterator[Part]:
    """Give the needs of a paragraph: parted by "außerdem", or each with its own people and topic."""
    marks = (match.start() for match in _FURTHER.finditer(low, block.start, block.end))
    cuts = [at for at in marks if _BEGINS_ANEW.search(low[max(block.start, at - 10) : at])]
    cuts = [cut for cut in cuts if cut > block.start and _is_need(low[cut : block.end])]
    begin = block.start
    for cut in (*cuts, block.end):
        if cut == block.end or _is_need(low[begin:cut]):
            yield from _each_with_people(low, Part(begin, cut))
            begin = cut


_JOINT: Final = re.compile(r"[.!?;]\s+|,?\s(?:und|sowie|and)\s|\n")


def _each_with_people(low: str, part: Part) -> Iterator[Part]:
    if len({code.partition(".")[0] for code in topics_in(low[part.start : part.end])}) < 2:  # noqa: PLR2004 - one need
        yield part
        return
    cuts = [part.start]
    about: set[str] = set()
    for stretch in _stretches(low, part):
        said = low[stretch.start : stretch.end]
        groups = {code.partition(".")[0] for code in topics_in(said)}
        if groups and any(persons(said)):
            if about and groups.isdisjoint(about):
                cuts.append(stretch.start)
                about = set()
            about |= groups
    for begin, end in zip(cuts, [*cuts[1:], part.end], strict=True):
        yield Part(begin, end)


def _stretches(low: str, part: Part) -> Iterator[Part]:
    begin = part.start
    for joint in (*_JOINT.finditer(low, part.start, part.end), None):
        end = joint.start() if joint else part.end
        if low[begin:end].strip():
            yield Part(begin, end)
        begin = joint.end() if joint else end


_FULL_STOP: Final = (
    r"\.(?:(?<![0-9]\.)(?<!\bca\.)(?<!\bmax\.)(?<!\bmin\.)(?<!\bz\.)(?<!\bstd\.)(?<!\bmind\.)|(?<=[0-9]{4}\.))\s+"
)
_SENTENCE_END: Final = re.compile(rf"{_FULL_STOP}|[!?;]\s*|\n")
_CLAUSE_END: Final = re.compile(rf"{_FULL_STOP}|[!?;]\s*|\n|,\s+|\s–\s|\s-\s(?![0-9])")


def sentences(low: str, part: Part) -> list[Part]:
    """Return the sentences of a part; "15. April" and "ca. 5" end none."""
    return _cut(low, part, _SENTENCE_END)


def clauses(low: str, part: Part) -> list[Part]:
    """Return the sentences of a part, cut at commas too."""
    return _cut(low, part, _CLAUSE_END)


def _cut(low: str, part: Part, at: re.Pattern[str]) -> list[Part]:
    pieces: list[Part] = []
    begin = part.start
    for match in (*at.finditer(low, part.start, part.end), None):
        end = match.start() if match else part.end
        if low[begin:end].strip():
            pieces.append(Part(begin, end))
        begin = match.end() if match else end
    return pieces
