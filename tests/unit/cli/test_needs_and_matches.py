import json
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest
from typer.testing import Result

from shared.events.matching import Criterion, Match, pair_of
from tests.builders import LEIPZIG, NOW, a_need, an_id
from tests.unit.cli.conftest import Services

Run = Callable[..., Result]
NEED, OFFER = an_id(1), an_id(101)


def _told(**changes: object) -> dict[str, Any]:
    return dict(a_need(**changes).model_dump(mode="json"))


def _match(**changes: object) -> dict[str, Any]:
    criteria = (
        Criterion(
            code="place", verdict="fits", params={"km": 28.0, "radius_km": 50, "town": "Leipzig", "how": "distance"}
        ),
        Criterion(code="price", verdict="unknown", params={}),
    )
    defaults = {"probability": 0.9, "fit": 0.83, "announced": True, "criteria": criteria, "found_at": NOW}
    made = Match(
        **{"offer": OFFER, "pair": pair_of(NEED, OFFER), "starts_on": date(2027, 1, 11), **defaults, **changes}
    )
    return made.model_dump(mode="json")


RADIUS = {"from": 50, "to": 150}
_MISS = {
    "offer": an_id(102),
    "probability": 0.9,
    "criteria": [{"code": "place", "verdict": "not", "params": {"km": 140.2, "radius_km": 50, "how": "distance"}}],
}


@pytest.fixture
def answered(services: Services) -> Services:
    services.has("surveys", "/needs", [_told(id=NEED), _told(id=an_id(2), title="Torten [mit] Zuckerblumen")])
    services.answers[f"GET surveys/needs/{NEED}"] = httpx.Response(200, json=_told(id=NEED))
    services.answers[f"GET surveys/offers/{OFFER}"] = httpx.Response(200, json={"id": OFFER, "title": "WIG Grundkurs"})
    services.answers[f"GET matching/needs/{NEED}/matches"] = httpx.Response(200, json={"matches": [_match()]})
    services.answers[f"GET surveys/offers/{an_id(102)}"] = httpx.Response(200, json={"title": "Torten [Kurs]"})
    services.answers[f"GET matching/needs/{an_id(2)}/matches"] = httpx.Response(
        200, json={"matches": [], "near_misses": [_MISS], "advice": [{"code": "radius", "params": RADIUS, "adds": 1}]}
    )
    return services


def test_needs_are_listed_with_what_limits_them(services: Services, run: Run) -> None:
    services.has("surveys", "/needs", [_told(persons_min=2, persons_max=3, place=LEIPZIG, radius_km=50)])

    done = run("needs")

    assert done.exit_code == 0, done.output
    assert "WIG-Schweißen für unsere Schlosser" in done.stdout
    assert "2-3" in done.stdout
    assert "04109 Leipzig 50 km" in done.stdout
    assert services.asked[0].url.params["status"] == "open"
    assert services.asked[0].headers["authorization"] == "Bearer a-token"


def test_needs_of_all_pages_are_listed_up_to_the_limit(services: Services, run: Run) -> None:
    def page(request: httpx.Request) -> httpx.Response:
        first = 1 if "after" not in request.url.params else 201
        items = [_told(id=an_id(first + n)) for n in range(int(request.url.params["limit"]))]
        return httpx.Response(200, json={"items": items, "next": items[-1]["id"]})

    services.answers["GET surveys/needs"] = page

    done = run("needs", "--status", "all", "--limit", "250", "--json")

    listed = json.loads(done.stdout)
    assert [need["id"] for need in listed] == [an_id(n) for n in range(1, 251)]
    assert "status" not in services.asked[0].url.params


def test_an_unknown_status_is_wrong_use(services: Services, run: Run) -> None:
    done = run("needs", "--status", "offen")

    assert done.exit_code == 2
    assert "choose one of draft, open" in done.stderr
    assert services.asked == []


def test_a_service_that_is_away_is_named_with_the_way_out(services: Services, run: Run) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    services.answers["GET surveys/needs"] = away

    done = run("needs")

    assert done.exit_code == 3
    assert done.stderr.startswith("bedarfswerk: surveys does not answer at http://surveys (ConnectError)")
    assert done.stderr.count("\n") == 1


def test_an_expired_token_is_answered_with_how_to_get_a_fresh_one(services: Services, run: Run) -> None:
    services.answers["GET surveys/needs"] = httpx.Response(401, json={"title": "The token has expired.", "status": 401})

    done = run("needs")

    assert done.exit_code == 1
    assert "surveys refused (401): The token has expired: get a fresh token with `bedarfswerk token`" in done.stderr


@pytest.mark.usefixtures("answered")
def test_a_need_is_found_by_words_of_its_title_and_its_reasons_are_german(run: Run) -> None:
    done = run("matches", "wig-schweißen")

    assert done.exit_code == 0, done.output
    assert "83%  WIG Grundkurs, 2027-01-11" in done.stdout
    assert "28\N{NO-BREAK SPACE}km" in done.stdout
    assert "+ " in done.stdout
    assert "? Der Preis" in done.stdout


def test_a_need_is_found_by_its_id_and_its_reasons_are_english_if_wanted(answered: Services, run: Run) -> None:
    done = run("matches", NEED, "--language", "en")

    assert "? The price" in done.stdout
    assert answered.asked[0].url.path == f"/api/v1/needs/{NEED}"


@pytest.mark.usefixtures("answered")
def test_all_needs_are_shown_those_without_matches_too(run: Run) -> None:
    done = run("matches", "--all")

    assert "WIG Grundkurs" in done.stdout
    assert "Torten [mit] Zuckerblumen" in done.stdout
    assert "nothing fits" in done.stdout
    assert done.stdout.endswith("2 needs, 1 with matches, 1 matches\n")


@pytest.mark.usefixtures("answered")
def test_where_nothing_fits_it_is_said_what_excluded_the_best_content_and_what_could_be_changed(run: Run) -> None:
    german = run("matches", "--all").stdout.replace("\u00a0", " ")
    english = run("matches", "torten", "--language", "en").stdout.replace("\u00a0", " ")

    assert "- Torten [Kurs]: Passt inhaltlich, ist aber 140 km entfernt; Ihr Umkreis beträgt 50 km." in german
    assert "> Mit einem Umkreis von 150 km statt 50 km käme 1 passendes Angebot hinzu." in german
    assert "- Torten [Kurs]: The content fits, but it is 140 km away; your radius is 50 km." in english
    assert "> With a radius of 150 km instead of 50 km, 1 more offer would fit." in english


@pytest.mark.usefixtures("answered")
def test_matches_are_given_as_json_with_sentences(run: Run) -> None:
    told = json.loads(run("matches", "--all", "--json", "--language", "en").stdout)

    assert [each["need"]["id"] for each in told] == [NEED, an_id(2)]
    assert told[0]["matches"][0]["title"] == "WIG Grundkurs"
    assert [reason["verdict"] for reason in told[0]["matches"][0]["reasons"]] == ["fits", "unknown"]
    assert told[1]["matches"] == []
    assert told[1]["near_misses"][0]["title"] == "Torten [Kurs]"
    assert told[1]["near_misses"][0]["text"].startswith("The content fits, but it is 140")
    assert told[1]["advice"][0]["text"].startswith("With a radius of 150")


def test_hints_on_funding_are_shown_when_asked_for(answered: Services, run: Run) -> None:
    hint = {"rule": "x", "title": "Hilfe (§ 1)", "verdict": "may_apply"}
    answered.answers[f"GET matching/pairs/{NEED}/{OFFER}"] = httpx.Response(
        200, json={"offer": {"id": OFFER}, "funding": [hint]}
    )

    shown = run("matches", "wig", "--funding").stdout
    told = json.loads(run("matches", "wig", "--funding", "--json", "--language", "en").stdout)

    assert "€ Hilfe (§ 1): kommt eventuell in Frage – fragen Sie den Arbeitgeber-Service" in shown
    assert told[0]["matches"][0]["funding"][0]["text"].startswith("Hilfe (§ 1): may apply; ask")
    assert "Hilfe" not in run("matches", "wig").stdout


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        ((), 2, "name one need, or give --all"),
        (("wig", "--all"), 2, "name one need, or give --all"),
        (("sauerkraut",), 1, "no need's id or title has 'sauerkraut'"),
        (("e",), 1, "2 needs fit 'e': give one's id"),
        ((an_id(77),), 1, f"there is no need {an_id(77)}"),
    ],
)
def test_a_need_that_is_not_clear_is_answered_in_one_line(
    run: Run, arguments: tuple[str, ...], code: int, line: str
) -> None:
    done = run("matches", *arguments)

    assert done.exit_code == code
    assert line in done.stderr
    assert done.stdout == ""
