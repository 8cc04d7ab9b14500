"""Figures: needs in tables, with what fewer than three companies stand behind hidden."""

from datetime import date
from typing import Any

from services.surveys.domain.figures import NeedTables, Row, Told, companies_behind, counted, need_tables
from services.surveys.domain.similar import Text, alike_pairs
from shared.events.members import Place
from tests.builders import LEIPZIG, a_need, an_id

MONTHS = ("2026-10", "2026-11")


def told(number: int, company: str = "", on: date = date(2026, 11, 2), **changes: Any) -> Told:
    need = a_need(**{"id": an_id(number), "place": LEIPZIG, **changes})
    return Told(need, on, company or f"company {number}")


def tables(*needs: Told, exact: bool = False) -> NeedTables:
    return need_tables(needs, MONTHS, exact=exact)


def test_needs_are_counted_with_companies_and_persons_at_least() -> None:
    found = tables(
        told(1, persons_min=3, persons_max=9),
        told(2, persons_max=2),
        told(3),
        told(4, "company 3"),
        told(5, status="draft"),
    )

    assert found.total == Row("total", 4, 3, 7)


def test_a_row_about_one_or_two_companies_is_hidden_with_what_would_give_it_away() -> None:
    welding, excel = ("metal.welding",), ("digital.office",)
    needs = [*(told(n, topics=welding) for n in (1, 2, 3)), told(4, topics=excel), *(told(n) for n in (5, 6, 7, 8))]

    hidden = {row.value: row.needs for row in tables(*needs).by_topic}
    exact = {row.value: row.needs for row in tables(*needs, exact=True).by_topic}

    assert hidden == {"metal.welding": None, "digital.office": None, "": 4}
    assert exact == {"metal.welding": 3, "digital.office": 1, "": 4}


def test_the_total_is_hidden_too_when_hardly_anybody_told_a_need() -> None:
    assert tables(told(1), told(2)).total == Row("total", None, None, None)
    assert tables().total == Row("total", 0, 0, 0)


def test_every_month_of_the_period_has_a_row() -> None:
    found = tables(*(told(n) for n in (1, 2, 3)))

    assert [(row.value, row.needs) for row in found.by_month] == [("2026-10", 0), ("2026-11", 3)]


def test_areas_are_the_first_three_digits_and_unknown_ones_come_last() -> None:
    found = tables(told(1, place=Place()), told(2, place=Place()), told(3), exact=True)

    assert [(row.value, row.needs) for row in found.by_area] == [("041", 1), ("", 2)]


def test_needs_of_a_visit_are_the_visited_companys_and_others_without_one_count_together() -> None:
    needs = [a_need(id=an_id(n), organisation=an_id(601) if n == 1 else None) for n in (1, 2, 3, 4)]

    assert companies_behind(needs, {an_id(2): "tischlerei 04808"}) == {
        an_id(1): an_id(601),
        an_id(2): "tischlerei 04808",
        an_id(3): "",
        an_id(4): "",
    }


def test_values_are_counted_in_order() -> None:
    assert counted(["b", "c", "c", "a"], ("a", "z")) == (("a", 1), ("z", 0), ("c", 2), ("b", 1))


def test_pairs_are_alike_where_they_may_be_the_same_the_likest_first() -> None:
    texts = [
        ("first", Text("WIG-Schweißen für drei Schlosser")),
        ("second", Text("Excel für das Büro")),
        ("third", Text("WIG-Schweißen für drei Schlosser")),
        ("fourth", Text("WIG Schweissen, drei Schlosser")),
    ]

    found = alike_pairs(texts, may_be=lambda one, other: "fourth" not in {one, other} or one == "first")

    assert [(pair.one, pair.other) for pair in found] == [("first", "third"), ("first", "fourth")]
    assert found[0].likeness == 1
