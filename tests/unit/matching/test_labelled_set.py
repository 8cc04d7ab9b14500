"""The labelled set in benchmarks/labelled is whole: its files fit each other and the given set."""

import json
import re
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
KINDS = {
    "direct",
    "synonym",
    "abbreviation",
    "typo",
    "english",
    "long",
    "oneword",
    "capitals",
    "bullets",
    "dialect",
    "near_miss",
    "title_only",
    "unanswerable",
}

Lines = list[dict[str, Any]]


def lines_of(name: str) -> Lines:
    return [json.loads(line) for line in (BENCHMARKS / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def needs() -> Lines:
    return lines_of("labelled/needs.jsonl")


@pytest.fixture(scope="module")
def offers() -> Lines:
    return lines_of("labelled/offers.jsonl")


@pytest.fixture(scope="module")
def judgements() -> Lines:
    return lines_of("labelled/judgements.jsonl")


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs_of(text: str, length: int) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_ids_are_unique_across_the_given_and_the_added_set(needs: Lines, offers: Lines) -> None:
    given = lines_of("gold/needs.jsonl") + lines_of("gold/offers.jsonl")

    ids = Counter(line["id"] for line in chain(needs, offers, given))

    assert [each for each, count in ids.items() if count > 1] == []


def test_the_set_is_as_large_as_promised(needs: Lines, offers: Lines) -> None:
    unanswerable = [need for need in needs if need["kind"] == "unanswerable"]

    assert len(offers) >= 66
    assert len([offer for offer in offers if not offer["description"]]) >= 8
    assert len(needs) - len(unanswerable) >= 108
    assert len(unanswerable) >= 22
    assert {need["kind"] for need in needs} == KINDS


def test_exactly_the_unanswerable_needs_have_no_relevant_offer(needs: Lines, judgements: Lines) -> None:
    answered = {line["need"] for line in judgements}

    assert {need["id"] for need in needs if need["id"] not in answered} == {
        need["id"] for need in needs if need["kind"] == "unanswerable"
    }


def test_given_needs_without_an_answer_stay_without_one(judgements: Lines) -> None:
    without = {need["id"] for need in lines_of("gold/needs.jsonl") if not need["relevant"]}

    assert {line["need"] for line in judgements} & without == set()


def test_every_judgement_is_of_a_known_pair_that_was_read(needs: Lines, offers: Lines, judgements: Lines) -> None:
    known_needs = {need["id"] for need in needs + lines_of("gold/needs.jsonl")}
    known_offers = {offer["id"] for offer in offers + lines_of("gold/offers.jsonl")}
    read = {(line["need"], offer) for line in lines_of("labelled/judged.jsonl") for offer in line["offers"]}
    pairs = [(line["need"], line["offer"]) for line in judgements]

    assert len(set(pairs)) == len(pairs)
    assert set(pairs) <= read
    assert {need for need, _ in read} == known_needs
    assert {offer for _, offer in read} <= known_offers
    assert {line["grade"] for line in judgements} == {1, 2}


def test_given_needs_are_judged_against_added_offers_only(judgements: Lines) -> None:
    given_needs = {need["id"] for need in lines_of("gold/needs.jsonl")}
    given_offers = {offer["id"] for offer in lines_of("gold/offers.jsonl")}

    again = [line for line in judgements if line["need"] in given_needs and line["offer"] in given_offers]

    assert again == []


def test_every_added_offer_answers_some_need(offers: Lines, judgements: Lines) -> None:
    answering = {line["offer"] for line in judgements if line["grade"] == 2}

    assert [offer["id"] for offer in offers if offer["id"] not in answering] == []


def test_no_need_repeats_the_words_of_an_offer(needs: Lines, offers: Lines) -> None:
    texts = [
        text for offer in offers + lines_of("gold/offers.jsonl") for text in (offer["title"], offer["description"])
    ]
    whole = {" ".join(words_of(text)) for text in texts}
    runs = set(chain.from_iterable(runs_of(text, 5) for text in texts))

    assert [need["id"] for need in needs if " ".join(words_of(need["text"])) in whole] == []
    assert [need["id"] for need in needs if runs_of(need["text"], 5) & runs] == []
