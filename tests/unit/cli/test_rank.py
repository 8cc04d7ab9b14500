"""Ranking over plain files: what is told, in which order, and what does not stop it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from deploy.cli.rank import BEST, Ranking, vectors_of
from deploy.cli.rows import Named, need_of, offer_of, read_rows
from tests.integration.matching.conftest import Words, a_model

Rows = list[dict[str, Any]]
TODAY = date(2027, 1, 1)
WELDING = "wig schweißen grundkurs"


@pytest.fixture
def rank(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """Return what ranks rows with an embedder for which equal words are equal directions."""

    def rank(offers: Rows, *needs: dict[str, Any], language: str = "de") -> list[dict[str, Any]]:
        def read(name: str, rows: Rows, how: Any) -> list[Any]:
            path = tmp_path / name
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
            return [row for row in read_rows(path, how) if isinstance(row, Named)]

        ranking, embedders = Ranking(a_model()), [Words(), Words()]
        for offer, vector in vectors_of(read("offers", offers, offer_of), embedders):
            ranking.take_in(offer, vector)
        asked = vectors_of(read("needs", list(needs), need_of), embedders)
        return [ranking.of(need, vector, TODAY, language) for need, vector in asked]

    return rank


def test_offers_are_ranked_by_content_alone_whatever_the_limits_say(rank: Any) -> None:
    offers = [
        {"id": "other", "title": "lohn und gehalt"},
        {"id": "near", "title": f"{WELDING} und mehr", "price_eur": 100},
        {"id": "best", "title": WELDING, "price_eur": 900},
    ]

    [told] = rank(offers, {"id": 7, "text": WELDING, "max_price_eur": 500})

    assert told["need"] == 7
    assert told["ranking"] == ["best", "near", "other"]
    assert told["scores"] == sorted(told["scores"], reverse=True) == [v["probability"] for v in told["verdicts"]]
    assert [(v["offer"], v["eligible"]) for v in told["verdicts"]] == [("best", False), ("near", True), ("other", True)]
    assert told["announce"] == ["near"]


def test_reasons_are_sentences_in_the_language_asked_for_and_name_what_excludes(rank: Any) -> None:
    offers = [{"id": "a", "title": WELDING, "lat": 52.52, "lon": 13.4, "city": "Berlin", "delivery": "onsite"}]
    need = {"text": WELDING, "lat": 51.34, "lon": 12.37, "radius_km": 50, "needs_azav": True}

    german, english = (
        " ".join(rank(offers, need, language=language)[0]["verdicts"][0]["reasons"]).replace("\u00a0", " ")
        for language in ("de", "en")
    )

    assert "Gemeinsame Stichworte: schweißen." in german
    assert "Entfernung: etwa 149 km (gewünscht: höchstens 50 km)." in german
    assert "Distance: about 149 km (wanted: at most 50 km)." in english


def test_a_course_that_has_begun_is_not_eligible_and_says_when_it_began(rank: Any) -> None:
    offers = [
        {"id": "begun", "title": WELDING, "starts_on": "2026-12-31"},
        {"id": "today", "title": WELDING, "starts_on": "2027-01-01"},
    ]

    [told] = rank(offers, {"text": WELDING})

    assert {v["offer"]: v["eligible"] for v in told["verdicts"]} == {"begun": False, "today": True}
    begun = next(v for v in told["verdicts"] if v["offer"] == "begun")
    assert any("beginnt am 31. Dezember 2026" in reason for reason in begun["reasons"])


def test_a_need_whose_time_is_over_is_judged_as_it_was_then(rank: Any) -> None:
    offers = [{"id": "a", "title": WELDING, "starts_on": "2026-05-03"}]

    [told] = rank(offers, {"text": WELDING, "earliest": "2026-05-01", "latest": "2026-06-01"})

    assert told["verdicts"][0]["eligible"]


def test_at_most_a_hundred_offers_are_told(rank: Any) -> None:
    [told] = rank([{"id": n, "title": f"kurs {n}"} for n in range(BEST + 5)], {"text": "kurs"})

    assert len(told["ranking"]) == len(told["scores"]) == len(told["verdicts"]) == BEST


def test_a_pair_has_the_same_probability_alone_and_among_others(rank: Any) -> None:
    offers = [{"id": n, "title": f"{WELDING} teil {n}"} for n in range(20)]
    needs = [{"id": n, "text": f"{WELDING} für {n}"} for n in range(5)]

    among = {(r["need"], v["offer"]): v["probability"] for r in rank(offers, *needs) for v in r["verdicts"]}
    alone = {
        (need["id"], offer["id"]): rank([offer], need)[0]["scores"][0] for need in needs[:2] for offer in offers[::5]
    }

    assert all(among[pair] == probability for pair, probability in alone.items())


def test_without_offers_or_needs_there_is_nothing_to_rank(rank: Any) -> None:
    [told] = rank([], {"id": "n", "text": WELDING})

    assert told == {"need": "n", "ranking": [], "scores": [], "verdicts": [], "announce": []}
    assert rank([{"id": "a"}]) == []


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[..., Result]], tuple[Result, Path]]:
    folder = tmp_path_factory.mktemp("rank")
    (folder / "offers.jsonl").write_text(
        "".join(
            json.dumps(row) + "\n"
            for row in (
                {"id": "O1", "title": "WIG-Schweißen Grundkurs", "description": "Für Schlosser.", "unknown": 1},
                {"id": "O2", "title": "Lohnabrechnung", "description": None, "lat": 54.5, "lon": 3.0},
                {"id": "O3", "price_eur": "viel"},
                {"id": "O4"},
            )
        )
    )
    odd = ["W", "ä" * 20_000, "😀🔥", "a\x00b", "<script>alert(1)</script>", "", "\ud800", "Нужна сварка"]
    needs = [{"id": "N1", "text": "WIG-Schweißen für unsere Schlosser"}, *({"text": text} for text in odd)]
    (folder / "needs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in needs))

    def ranked(run: Callable[..., Result]) -> tuple[Result, Path]:
        files = {"--offers": "offers.jsonl", "--needs": "needs.jsonl", "--out": "out.jsonl"}
        options = [part for option, name in files.items() for part in (option, str(folder / name))]
        return run("rank", *options, "--today", "2026-11-22"), folder / "out.jsonl"

    return ranked


def test_the_command_ranks_what_it_can_read_and_names_what_it_cannot(run: Any, ranked: Any) -> None:
    done, out = ranked(run)

    assert done.exit_code == 0, done.output
    assert "left out: offers.jsonl line 3: price_eur: it must be a number" in done.stderr
    assert "ranked 3 offers for 9 needs" in done.stderr
    told = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [each["need"] for each in told] == ["N1", *(f"line {number}" for number in range(2, 10))]
    assert told[0]["ranking"][0] == "O1"
    assert told[0]["announce"] == ["O1"]
    assert all({*each["ranking"]} == {"O1", "O2", "O4"} for each in told)
    assert all(verdict["reasons"] for each in told for verdict in each["verdicts"])


@pytest.mark.parametrize(
    ("changed", "code", "line"),
    [
        ({"--today": "morgen"}, 2, "'morgen' is no day"),
        ({"--out": "/nowhere/at/all.jsonl"}, 1, "/nowhere/at/all.jsonl cannot be written"),
        ({"--offers": "/nowhere.jsonl"}, 2, "does not exist"),
    ],
)
def test_wrong_use_is_answered_in_one_line(
    run: Any, tmp_path: Path, changed: dict[str, str], code: int, line: str
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    options = {"--offers": str(empty), "--needs": str(empty), "--out": str(tmp_path / "out.jsonl"), **changed}

    done = run("rank", *(part for pair in options.items() for part in pair))

    assert done.exit_code == code
    assert line in " ".join(done.stderr.split())
