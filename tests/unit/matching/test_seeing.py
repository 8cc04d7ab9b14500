"""Who sees what of a need, by role and visibility: the table, cell by cell."""

import pytest

from services.matching.domain.seeing import (
    Seat,
    Sight,
    Standing,
    Viewer,
    band_of,
    coordinates_offer,
    is_own_offer,
    seat_at,
    sight_of,
)
from shared.events.surveys import Visibility
from tests.builders import ASKER, COMPANY, NETWORK, PROVIDER, TEACHER, a_need, an_id, an_offer

ELSEWHERE, SOMEBODY, SOME_FIRM = an_id(950), an_id(951), an_id(952)
PAIR = "pair"


def a(role: str, organisation: str = SOME_FIRM, network: str = NETWORK, member: str = SOMEBODY) -> Viewer:
    return Viewer(member, standings=frozenset({Standing(role, organisation, network)}))


OPERATOR = Viewer(operator=True)
OPEN, INSIDE, COORDINATOR, ANONYMOUS = Visibility.OPEN, Visibility.NETWORK, Visibility.COORDINATOR, Visibility.ANONYMOUS

TABLE: list[tuple[Viewer, list[Sight | None]]] = [
    (OPERATOR, ["all", "all", "all", "all"]),
    (a("company", COMPANY), ["all", "all", "all", "all"]),
    (Viewer(ASKER), ["all", "all", "all", "all"]),
    (a("coordinator"), ["all", "all", "all", "unnamed"]),
    (a("adviser"), ["public", "public", None, "hidden"]),
    (a("company"), ["public", "public", None, "hidden"]),
    (a("provider", COMPANY), ["public", "public", None, "hidden"]),
    (a("coordinator", network=ELSEWHERE), ["public", None, None, None]),
    (a("company", network=ELSEWHERE), ["public", None, None, None]),
    (Viewer(SOMEBODY), ["public", None, None, None]),
    (Viewer(ASKER, linked=frozenset({PAIR})), [None, None, None, None]),
]


@pytest.mark.parametrize(("viewer", "sights"), TABLE)
def test_an_open_need_is_seen_as_the_table_says(viewer: Viewer, sights: list[Sight | None]) -> None:
    needs = [a_need(visibility=visibility) for visibility in (OPEN, INSIDE, COORDINATOR, ANONYMOUS)]

    assert [sight_of(need, viewer) for need in needs] == sights


@pytest.mark.parametrize("status", ["draft", "covered", "withdrawn", "expired"])
def test_a_need_that_is_not_open_is_its_own_sides_alone(status: str) -> None:
    need = a_need(status=status, visibility=OPEN, entered_by=TEACHER)

    assert [sight_of(need, viewer) for viewer in (a("company", COMPANY), Viewer(ASKER), Viewer(TEACHER))] == ["all"] * 3
    assert [sight_of(need, viewer) for viewer in (a("company"), a("adviser"), a("provider"))] == [None] * 3
    assert sight_of(need, a("coordinator")) == (None if status == "draft" else "all")


def test_an_offer_is_its_providers_and_its_coordinators() -> None:
    offer, for_all = an_offer(entered_by=SOMEBODY), an_offer(networks=())

    assert is_own_offer(offer, a("provider", PROVIDER))
    assert is_own_offer(offer, Viewer(TEACHER))
    assert is_own_offer(offer, Viewer(SOMEBODY))
    assert not is_own_offer(offer, a("provider", member=ASKER))
    assert not is_own_offer(offer, a("company", PROVIDER, member=ASKER))
    assert coordinates_offer(offer, a("coordinator"))
    assert not coordinates_offer(offer, a("coordinator", network=ELSEWHERE))
    assert coordinates_offer(for_all, a("coordinator", network=ELSEWHERE))
    assert not coordinates_offer(for_all, a("adviser"))


def seat(viewer: Viewer, *, said: bool = False, **need: object) -> Seat | None:
    return seat_at(a_need(**need), an_offer(), PAIR, viewer, said=said)


def test_a_link_seats_the_contact_it_was_mailed_to_and_nobody_who_is_no_longer() -> None:
    def linked(member: str, pair: str = PAIR) -> Viewer:
        return Viewer(member, linked=frozenset({pair}))

    assert seat(linked(ASKER)) == Seat("company", frozenset({"company"}), "all")
    assert seat(linked(TEACHER)) == Seat("provider", frozenset({"provider"}), "public")
    assert seat(linked(TEACHER), visibility=ANONYMOUS) == Seat("provider", frozenset({"provider"}), "hidden")
    assert seat(linked(TEACHER), visibility=COORDINATOR) is None
    assert seat(linked(SOMEBODY)) is None
    assert seat(linked(ASKER, "another")) is None


def test_who_is_on_no_side_has_no_seat_however_open_the_need_is() -> None:
    for viewer in (a("company"), a("provider"), a("adviser"), a("coordinator", network=ELSEWHERE)):
        assert seat(viewer, visibility=OPEN, said=True) is None


def test_a_coordinator_employed_by_the_provider_sits_there_and_sees_as_a_coordinator() -> None:
    both = Viewer(
        SOMEBODY,
        standings=frozenset({Standing("provider", PROVIDER, NETWORK), Standing("coordinator", PROVIDER, NETWORK)}),
    )

    assert seat(both) == Seat("provider", frozenset({"provider"}), "all", knows_members=True)
    assert seat(both, visibility=COORDINATOR) == Seat(
        "provider", frozenset({"company", "provider"}), "all", knows_members=True
    )


def test_persons_are_told_in_bands() -> None:
    assert [band_of(persons) for persons in (None, 1, 2, 3, 5, 6, 10, 11, 500)] == [
        *(None, "1-2", "1-2", "3-5", "3-5", "6-10", "6-10", "11+", "11+")
    ]
