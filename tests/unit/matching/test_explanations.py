"""Forty stored explanations: twenty pairs in both languages, true to their verdicts and in people's words.

Set WRITE_GOLDEN=1 to write the files anew, then read the difference.
"""

import os
import re
from pathlib import Path
from typing import get_args

import pytest

from services.matching.domain import Findings, ScoredOffer, Thresholds, findings, judge
from services.matching.domain.ranking import Candidate, match_of
from services.matching.scoring.text import text_of_need
from shared.events import NeedSnapshot
from shared.events.matching import CriterionCode, Match, NearMiss
from shared.explaining import advised, excluding, headline, near_miss, reasons
from tests.builders import NOW
from tests.unit.matching.pairs_to_explain import PAIRS

GOLDEN = Path(__file__).parent / "golden"
EXAMPLES = Path(__file__).parents[3] / "docs" / "explanations.md"
THRESHOLDS = Thresholds(show=0.11, announce=0.43)
MARKS = {"fits": "+", "not": "-", "unknown": "?"}
LANGUAGES = ("de", "en")


def found(need: NeedSnapshot, scored: ScoredOffer) -> Findings:
    return findings(need, text_of_need(need), [scored], THRESHOLDS, of_interest=(), found={}, now=NOW)


def as_judged(need: NeedSnapshot, scored: ScoredOffer) -> Match:
    candidate = Candidate(scored, judge(need, scored.offer))
    return match_of(need, text_of_need(need), candidate, THRESHOLDS, found_at=NOW)


def explained(need: NeedSnapshot, scored: ScoredOffer, language: str) -> str:
    """Return all that is said about a pair: in one line, then each reason, then what could be changed."""
    result, match = found(need, scored), as_judged(need, scored)
    first = [near_miss(miss, language) for miss in result.near_misses] or [headline(match, language)]
    told = [
        f"{MARKS[each.verdict]} {each.text}"
        for each in reasons(match, language, "company")
        if not (each.verdict == "fits" and each.code in {"lifecycle", "visibility"})
    ]
    changes = [f"> {advised(advice, language)}" for advice in result.advice]
    lines = [f"{need.title} / {scored.offer.title}", *first, *told, *changes]
    return "\n".join(lines).replace("\u00a0", " ") + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_explanations_read_as_they_should(language: str) -> None:
    whole = "\n".join(explained(need, scored, language) for need, scored in PAIRS)
    golden = GOLDEN / f"explanations.{language}.txt"
    if os.environ.get("WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(whole, encoding="utf-8")

    assert len(PAIRS) == 20
    assert whole == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("need", "scored"), PAIRS, ids=lambda part: getattr(part, "title", ""))
def test_an_explanation_names_what_decided_and_nothing_against_it(
    need: NeedSnapshot, scored: ScoredOffer, language: str
) -> None:
    result, match = found(need, scored), as_judged(need, scored)
    text = explained(need, scored, language)
    said = {each.code: each for each in reasons(match, language, "company")}

    assert all(said[criterion.code].verdict == criterion.verdict for criterion in match.criteria)
    if result.matches:
        assert not excluding(NearMiss(offer=match.offer, probability=1, criteria=match.criteria))
        assert said["content"].verdict == ("fits" if match.announced else "unknown")
        assert said["content"].text.replace("\u00a0", " ") in text
    elif result.near_misses:
        assert said["content"].verdict == "fits"
        for criterion in excluding(result.near_misses[0]):
            assert f"- {said[criterion.code].text}".replace("\u00a0", " ") in text
        assert text.splitlines()[1].startswith(("Passt inhaltlich,", "The content fits, but"))
    else:
        assert said["content"].verdict == "not"
        assert f"- {said['content'].text}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_explanation_shows_a_code_a_field_or_a_machines_date(language: str) -> None:
    bare_codes = {*get_args(CriterionCode), "radius", "budget", "unknown", "fits"} if language == "de" else set()

    for need, scored in PAIRS:
        _, *lines = explained(need, scored, language).splitlines()
        text = " ".join(lines)

        assert not re.search(r"\w_\w|[{}]|\d{4}-\d\d|None|True|False", text), text
        assert not bare_codes & set(re.findall(r"[\w]+", text)), text


def test_every_limit_excludes_a_pair_somewhere_and_every_change_is_advised_once() -> None:
    results = [found(need, scored) for need, scored in PAIRS]

    excluded = {each.code for result in results for miss in result.near_misses for each in excluding(miss)}

    assert {"place", "dates", "delivery", "seats", "price", "azav", "time_model", "level"} <= excluded
    assert {"radius", "latest_start", "earliest_start", "delivery", "price", "persons", "azav"} <= {
        advice.code for result in results for advice in result.advice
    }


def test_the_examples_in_the_documentation_are_stored_ones() -> None:
    stored = {
        block.strip()
        for language in LANGUAGES
        for block in (GOLDEN / f"explanations.{language}.txt").read_text(encoding="utf-8").split("\n\n")
    }

    shown = re.findall(r"```text\n(.*?)\n```", EXAMPLES.read_text(encoding="utf-8"), re.DOTALL)

    assert len(shown) == 6
    assert set(shown) <= stored
