"""The core of a need: what is to be learnt, without who, when, where and for how much."""
# ruff: noqa: E501, RUF001 - patterns of German text, with its dashes, read best uncut

import re
from collections.abc import Iterable
from typing import Final

from services.surveys.domain.recognising.finding import Finding
from services.surveys.domain.recognising.parts import Part, clauses, sentences
from services.surveys.domain.topics import topics_in

LONGEST: Final = 100
MOST_READ: Final = 400
"""Characters of a clause; a longer one is no phrase."""
KEPT: Final = frozenset({"level", "certificate_wanted", "trigger", "target_groups"})
"""What belongs to the subject or to the sentence is not cut out of it."""
_LEADING: Final = re.compile(
    r"^(?:(?:[0-9]{1,4} (?:leuten|mitarbeitern|ma|beschäftigten|people)|wir|ich|sie|er|es|man|der|die|das|dem|den|ein|eine|einen|einer|einem|betrieb|firma|chef|chefin|unternehmen|kunde|inhaber|"
    r"brauchen|braucht|bräuchten|bräuchte|benötigen|benötigt|suchen|sucht|gesucht|wünscht|wünschen|hätten|hätte|gern|gerne|wird|werden|"
    r"bedarf(?: an| bei| für| zu)?|außerdem|zusätzlich|ferner|weiterhin|des weiteren|desweiteren|darüber hinaus|zweitens|drittens|dann|noch|auch|"
    r"sollen|soll|sollten|müssen|muss|möchten|möchte|wollen|will|können|für|fürs|dafür|deshalb|daher|zu|zum|zur|in|im|und|mit|an|am|"
    r"dringend|schulung(?: zu[mr]?| in| für| im)|unsere|unser|unseren|seine|ihre|ihren|uns|sich|neue[nrs]?|thema|also|besonders|kommt|kommen|vor allem|"
    r"interesse an|interessiert an|es geht um|geht um|we|need|needs|they|the|a|an|some|our|for|in|would|like|want|to|also|training in|training on|have|must)"
    r"(?=\W|$)[\s:,–-]*)+",
    re.IGNORECASE,
)
_TRAILING: Final = re.compile(
    r"(?:[\s,:;–-]+(?:für|ab|bis|in|im|am|an|von|vom|mit|und|oder|zu|zum|zur|bei|um|auf|nach|pro|je|gern|gerne|lieber|möglichst|noch|dringend|"
    r"brauchen|braucht|benötigt|benötigen|gesucht|gewünscht|wünscht|lernen|machen|bekommen|werden|wird|geschult|schulen|sollen|soll|"
    r"sollten|können|müssen|haben|hat|wollen|möchten|erwerben|absolvieren|besuchen|teilnehmen|fit|qualifizieren|qualifiziert|"
    r"auch|sein|ist|wäre|wir|sie|es|is|are|needed|wanted|for|from|by|at|on|the|to|with|soon|die|der|das|den|dem|ein|eine|einen|uns|unsere|nur|"
    r"spätestens|ca|etwa|rund|alle|neue|neuen|einem|einer|nicht|beginn|start|kosten|darf|max|maximal))+[\s,.:;–-]*$",
    re.IGNORECASE,
)
_HANGING: Final = re.compile(
    r"(?<!\w)(?:als|für|von|mit|ab|in|im|am|um|auf|ca\.?|alle|je|bei|for|from|by|with)\s*$", re.IGNORECASE
)
"""What belongs to a cut-out piece behind it."""
_SPACES: Final = re.compile(r"\s+")
_LONE: Final = re.compile(r"\(\s*\)|\s+(?=[,.;:!?])")


def title_of(text: str, low: str, part: Part, cut: Iterable[Finding]) -> str:
    """Return at most 100 characters, never empty where the part holds a word."""
    gone = [one for one in cut if one.field not in KEPT]
    sentence = _first_about(low, sentences(low, part)) or part
    pieces = clauses(low, sentence) or [sentence]
    best = _first_about(low, pieces) or pieces[0]
    words = _core(text, best, gone)
    for following in pieces[pieces.index(best) + 1 :]:
        more = _core(text, following, gone)
        if not more or not topics_in(low[following.start : following.end]) or len(words) + len(more) + 2 > LONGEST:
            break
        words = f"{words}, {more}" if words else more
    return _short(words or _core(text, sentence, gone) or _plain(text[sentence.start : sentence.end]))


def _first_about(low: str, parts: list[Part]) -> Part | None:
    """Return the first part that speaks of a topic, or else the first of all."""
    about = (part for part in parts if topics_in(low[part.start : part.end]))
    return next(about, parts[0] if parts else None)


def _core(text: str, part: Part, gone: list[Finding]) -> str:
    kept = []
    at, until = part.start, min(part.end, part.start + MOST_READ)
    for one in sorted(gone, key=lambda finding: finding.start):
        if one.start >= at and one.end <= until:
            kept.append(_HANGING.sub("", text[at : one.start]))
            at = one.end
    kept.append(text[at:until])
    words = _plain(" ".join(kept))
    words = _LEADING.sub("", words)
    words = _TRAILING.sub("", f" {words}").strip(" ,.:;–-")
    return words[:1].upper() + words[1:]


def _plain(words: str) -> str:
    return _SPACES.sub(" ", _LONE.sub("", words)).strip(" ,.:;–-\t")


def _short(words: str) -> str:
    if len(words) <= LONGEST:
        return words
    return words[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,.:;–-")[: LONGEST - 1] + "…"
