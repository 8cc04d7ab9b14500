"""Which words a need and an offer have in common: what people see at once of why the two belong together.

It explains, and decides nothing. A word counts as common when the beginnings are the same (Schweißen, Schweißer) or
when one is a part of the other (Schweißen, Schutzgasschweißen), whatever its ending.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from textwrap import shorten
from typing import Final

MOST: Final = 8
"""So many words are told."""

LONGEST_PASSAGE: Final = 160
"""Characters."""

_SENTENCE_END: Final = re.compile(r"(?<=\w\w[.!?;])\s+(?=[A-ZÄÖÜ\d])")
_WORD: Final = re.compile(r"[^\W\d_](?:[\w+#]|[-/.](?=\w))*|\d+[^\W\d_]\w*")
_PARTED: Final = re.compile(r"[-/.]")
_SHORTEST_STEM: Final = 4
_SHORTEST_TAIL: Final = 5
_SHORTEST_HEAD: Final = 6
_ENDING: Final = re.compile(
    r"(?<=\w{4})(?:ierungen|ierung|ungen|erinnen|innen|erin|ung|ens|end|est|ern|em|en|er|es|et|in|e|n|s|t)$"
)
_SPELT: Final = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e"})

_COMMONPLACE: Final = """
    ab aber about after all alle allem allen aller alles als also am an and andere anderen any arbeit arbeiten
    arbeitet are ask auch auf aufbaukurs aus ausbilden bei beim bereits besser bessere betrieb bietet bin bis bitte
    brauche brauchen braucht bringen bringt can course courses da dabei dafür dann daran das dass dazu deine dem
    den denn der deren des dessen die dies diese diesem diesen dieser dieses doch dort drei du durch dürfen dürfte
    eigene eigenen eine einem einen einer eines einführung einige einiges einsteigen einsteiger einstieg er erste
    ersten es etwa etwas fast firma fit for fordert fortbildung frage fragen from führt für ganz gehen geht
    gemeinsam gemeinsame gern gerne get gibt grossen großen großer grundkurs grundkurse grundlagen grundlehrgang
    gut gute guten haben had has hat hatte have her him his how ich ihn ihnen ihr ihre ihrem ihren ihrer im immer
    in inhalt inhalte into ist its ja jahr jahre jahren je jede jeder jedes jemand jemanden jetzt kann kein keine
    keinen know kolleg kollege kollegen kollegin kolleginnen kommen kommt kurs kurse kursen können könnte lassen
    learn learning lehrgang lehrgänge leider lernen lernt leute leuten like machen macht man manche mehr mehrere
    mein meine mit mitarbeitende mitarbeitenden mitarbeiter mitarbeiterin mitarbeiterinnen mitarbeitern monat
    monate more most muss must möchte möchten möglich müssen müsste nach neben need needs neue neuen neuer neues
    new nicht nichts noch not nun nur ob oder ohne our out own people person personen schon schulen schulung
    schulungen sehr sein seine seit selber selbst seminar she should sich sie sind skills so sodass soll sollen
    sollte sollten some sonst sowie staff stellen stellt stunden suchen sucht tag tage tagen team teilnehmende
    teilnehmenden teilnehmer teilnehmern than that the their them thema themen then they this training tut um
    umsetzung und uns unser unsere unserem unseren unserer unter use used using verschiedene very viel viele vom
    von vor vorbereitung want war was weil weiter weiterbildung weiterbildungen welche well wenig wenn wer werden
    were what when which who wie will wir wird wissen with wo woche wochen wollen work workers working workshop
    would wurde you your zehn zeit zu zum zur zwar zwei zwischen über
"""
_SAY_NOTHING: Final = frozenset(_COMMONPLACE.split())


@dataclass(frozen=True)
class _Word:
    written: str
    plain: str
    stem: str


def common_words(asked: str, taught: str) -> tuple[str, ...]:
    """Return the words of `asked` that `taught` has, too, as first written there, in their order; at most 8."""
    offered = _telling(taught)
    found = [
        word.written
        for stem, word in _telling(asked).items()
        if stem in offered or any(_is_part(word, other) or _is_part(other, word) for other in offered.values())
    ]
    return tuple(found[:MOST])


def passage(asked: str, title: str, taught: str) -> str | None:
    """Return the sentence of an offer, its title apart, that has most words in common with the need.

    The first of several; at most 160 characters, cut between words with an ellipsis; None when no sentence has any.
    """
    best, most = None, 0
    for sentence in _SENTENCE_END.split(taught.removeprefix(title).lstrip(". ")):
        if (count := len(common_words(asked, sentence))) > most:
            best, most = sentence.strip(" .;"), count
    return None if best is None else shorten(best, LONGEST_PASSAGE, placeholder=" …")


@lru_cache(maxsize=1024)
def _telling(text: str) -> Mapping[str, _Word]:
    """Return by its stem each word that tells something, in order; of joined words (WIG-Schweißen) each part.

    Kept for texts seen last: an offer is a match of many needs.
    """
    found: dict[str, _Word] = {}
    for joined in _WORD.findall(text):
        for written in _PARTED.split(joined):
            folded = written.casefold()
            if _tells(written) and folded not in _SAY_NOTHING:
                plain = folded.translate(_SPELT)
                stem = _ENDING.sub("", plain)
                found.setdefault(stem, _Word(written, plain, stem))
    return found


def _tells(word: str) -> bool:
    """Tell whether a word is long enough, or short as abbreviations are: SPS, S7, B2, C++."""
    return len(word) >= _SHORTEST_STEM or word[1:] != word[1:].lower() or (len(word) > 1 and not word[-1].isalpha())


def _is_part(part: _Word, whole: _Word) -> bool:
    """Tell whether a word is what a compound is about, at its end, or begins it, unchanged."""
    if len(part.stem) >= _SHORTEST_TAIL and whole.stem.endswith(part.stem):
        return True
    # Like short beginnings are more often chance: Steuerung, Steuerrecht.
    if len(part.stem) > _SHORTEST_HEAD and whole.stem.startswith(part.stem):
        return True
    return len(part.plain) >= _SHORTEST_HEAD and whole.plain.startswith(part.plain)
