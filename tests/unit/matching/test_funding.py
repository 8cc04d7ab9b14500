"""Hints on funding: which condition fails, which is open, and never a promise."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.matching.domain import funding_hints
from services.matching.domain.funding_rules import RULES
from shared.events.matching import FundingHint
from shared.events.members import Place
from shared.explaining import funding
from tests.builders import LEIPZIG, a_need, an_offer

NEW_YEAR = date(2027, 1, 1)
HALLE = Place(postal_code="06108", town="Halle (Saale)")
ERFURT = Place(postal_code="99084", town="Erfurt")
BORDER = Place(postal_code="04600", town="Altenburg")


def hint(rule: str, place: Place = LEIPZIG, starts_on: date | None = NEW_YEAR, **offer: Any) -> FundingHint:
    hints = funding_hints(a_need(place=place), an_offer(**offer), starts_on)
    return next(each for each in hints if each.rule == rule)


@pytest.mark.parametrize(
    ("offer", "verdict", "condition"),
    [
        ({"hours": 121, "azav": True}, "may_apply", None),
        ({"hours": 120, "azav": True}, "fails", "hours"),
        ({"hours": 120.5, "azav": None}, "unknown", "azav"),
        ({"hours": 160, "azav": False}, "fails", "azav"),
        ({"hours": None, "azav": True}, "unknown", "hours"),
        ({"hours": None, "azav": False}, "fails", "azav"),
        ({"teaching_units": 120, "azav": True}, "fails", "hours"),
        ({"teaching_units": 161, "azav": True}, "may_apply", None),
        ({"teaching_units": 160, "azav": True}, "unknown", "hours"),  # 120 hours, but 160 lessons: who counts how?
        ({"hours": 100, "teaching_units": 133, "azav": True}, "unknown", "hours"),
    ],
)
def test_course_costs_need_more_than_120_hours_and_an_approved_course(
    offer: dict[str, Any], verdict: str, condition: str | None
) -> None:
    told = hint("sgb3_82", **offer)

    assert (told.verdict, told.condition) == (verdict, condition)


@pytest.mark.parametrize(
    ("azav", "verdict", "condition"),
    [(True, "may_apply", None), (False, "unknown", "provider"), (None, "unknown", "provider")],
)
def test_the_qualification_allowance_asks_for_the_provider_not_for_the_course_to_be_approved(
    azav: bool | None, verdict: str, condition: str | None
) -> None:
    told = hint("sgb3_82a", hours=200, azav=azav)

    assert (told.verdict, told.condition) == (verdict, condition)


@pytest.mark.parametrize(
    ("starts_on", "verdict", "condition"),
    [
        (NEW_YEAR - timedelta(days=1), "fails", "not_yet"),
        (NEW_YEAR, "may_apply", None),
        (None, "unknown", "not_yet"),
    ],
)
def test_a_rule_holds_from_its_first_day_on(starts_on: date | None, verdict: str, condition: str | None) -> None:
    told = hint("leave_sn", starts_on=starts_on)

    assert (told.verdict, told.condition, told.applicant) == (verdict, condition, "learner")


def test_what_is_suspended_says_so_whatever_else_holds() -> None:
    told = hint("sab_sn", price_eur=2000.0)

    assert (told.verdict, told.condition) == ("fails", "suspended")
    assert funding(told, "de") == (
        "SAB-Förderung „Berufliche Weiterbildung“ in Sachsen: derzeit ausgesetzt. "
        "Stand: 22. November 2026; Quelle: Sächsische Aufbaubank (SAB), Programm von 2023."
    )


@pytest.mark.parametrize(
    ("place", "rules"),
    [
        (LEIPZIG, {"leave_sn", "sab_sn"}),
        (HALLE, {"leave_st", "land_st"}),
        (ERFURT, {"leave_th", "land_th"}),
        (BORDER, {"leave_sn", "sab_sn", "leave_st", "land_st", "leave_th", "land_th"}),
        (Place(), {"leave_sn", "sab_sn", "leave_st", "land_st", "leave_th", "land_th"}),
    ],
)
def test_rules_of_another_land_are_left_out_unless_the_land_is_not_certain(place: Place, rules: set[str]) -> None:
    hints = funding_hints(a_need(place=place), an_offer(), NEW_YEAR)

    assert {each.rule for each in hints} == rules | {"sgb3_82", "sgb3_82a", "afbg"}


def test_where_the_land_is_not_known_nothing_of_it_may_apply() -> None:
    hints = funding_hints(a_need(place=BORDER), an_offer(price_eur=900.0), NEW_YEAR)

    of_lands = {rule.id for rule in RULES if rule.lands}
    assert {each.verdict for each in hints if each.rule in of_lands} == {"unknown", "fails"}
    assert next(each for each in hints if each.rule == "leave_th").condition == "land"


@pytest.mark.parametrize(
    ("offer", "verdict"),
    [
        ({"title": "Geprüfter Industriemeister Metall"}, "may_apply"),
        ({"title": "Aufstieg im Handel", "certificate": "Geprüfte Fachwirtin IHK"}, "may_apply"),
        ({"title": "WIG-Schweißen"}, "fails"),
    ],
)
def test_promotion_funding_is_for_degrees_such_as_meister(offer: dict[str, Any], verdict: str) -> None:
    assert hint("afbg", **offer).verdict == verdict


def test_an_initiative_needs_no_funding() -> None:
    assert funding_hints(a_need(), an_offer(kind="initiative"), None) == ()


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_hint_is_a_careful_sentence(language: str) -> None:
    offers = [
        an_offer(hours=hours, azav=azav, price_eur=price, title=title)
        for hours in (None, 24, 130)
        for azav in (None, True, False)
        for price in (None, 50.0, 900.0)
        for title in ("Industriemeister", "Excel")
    ]

    hints = [
        each
        for offer in offers
        for place in (LEIPZIG, HALLE, ERFURT, Place())
        for day in (None, date(2026, 12, 1), NEW_YEAR)
        for each in funding_hints(a_need(place=place), offer, day)
    ]

    promises = [funding(each, language) for each in hints if each.verdict == "may_apply"]
    assert promises
    assert all("eventuell" in text or "may apply" in text for text in promises)
    for each in hints:
        text = funding(each, language)
        assert text.startswith(f"{each.title}: ")
        assert text.endswith(".")
        assert (each.verdict == "may_apply") == ("eventuell" in text or "may apply" in text)


def test_every_rule_says_when_and_from_what_it_was_taken() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.source
        assert rule.uncertain
        assert date(2026, 1, 1) <= rule.checked_on
