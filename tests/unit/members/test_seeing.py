"""Who sees and changes what, without a database."""

from typing import Any

import pytest

from services.members.domain.locations import Location, located, seen_location, shown_place, sound_location
from services.members.domain.organisations import eu_size, sgb_size, sound_memberships, sound_references
from services.members.domain.pairs import NeedStanding, OfferStanding, Pair, shows_contact, side_of
from services.members.domain.seeing import (
    is_in_hands_of,
    may_erase_organisation,
    role_changes,
    roles_after,
    sees_member,
    sees_organisation,
)
from shared.callers import Caller
from shared.events.members import Membership, Place, Role
from shared.rules import Forbidden, RuleBroken
from tests.builders import (
    ASKER,
    COMPANY,
    LEIPZIG,
    NETWORK,
    NOW,
    PROVIDER,
    TEACHER,
    a_member,
    a_need,
    a_teacher,
    an_id,
    an_offer,
    an_organisation,
)

ELSEWHERE = an_id(910)
OFFICE = an_id(911)


def viewer(*rights: str, subject: str = an_id(7)) -> Caller:
    return Caller(subject, frozenset(rights))


def a_role(role: str = "company", organisation: str = COMPANY, network: str = NETWORK) -> Role:
    return Role.model_validate({"role": role, "organisation": organisation, "network": network})


COORDINATOR = viewer(f"coordinator:{OFFICE}:{NETWORK}")


@pytest.mark.parametrize(
    ("rights", "sight"),
    [
        (("operator",), "whole"),
        ((f"company:{COMPANY}:{NETWORK}",), "whole"),
        ((f"adviser:{COMPANY}:{ELSEWHERE}",), "whole"),
        ((f"coordinator:{OFFICE}:{NETWORK}",), "whole"),
        ((f"provider:{PROVIDER}:{NETWORK}",), "card"),
        ((f"coordinator:{OFFICE}:{ELSEWHERE}",), "nothing"),
        ((), "nothing"),
        (("match:x", "unsubscribe"), "nothing"),
    ],
)
def test_how_much_of_an_organisation_is_seen(rights: tuple[str, ...], sight: str) -> None:
    assert sees_organisation(viewer(*rights), an_organisation()) == sight


def test_an_organisation_is_erased_by_who_coordinates_all_its_networks() -> None:
    both = an_organisation(networks=(NETWORK, ELSEWHERE))

    may_erase_organisation(COORDINATOR, an_organisation())
    may_erase_organisation(viewer(f"coordinator:{OFFICE}:{NETWORK}", f"coordinator:{OFFICE}:{ELSEWHERE}"), both)
    for who, what in ((COORDINATOR, both), (COORDINATOR, an_organisation(networks=()))):
        with pytest.raises(Forbidden):
            may_erase_organisation(who, what)


@pytest.mark.parametrize(
    ("head_count", "eu", "sgb"),
    [
        (None, None, None),
        (0, "micro", "below_50"),
        (9, "micro", "below_50"),
        (10, "small", "below_50"),
        (49, "small", "below_50"),
        (50, "medium", "50_to_499"),
        (249, "medium", "50_to_499"),
        (250, "large", "50_to_499"),
        (499, "large", "50_to_499"),
        (500, "large", "500_and_more"),
    ],
)
def test_sizes_by_two_rules(head_count: int | None, eu: str | None, sgb: str | None) -> None:
    assert (eu_size(head_count), sgb_size(head_count)) == (eu, sgb)


def test_a_former_membership_keeps_its_days() -> None:
    today = NOW.date()
    former = Membership(network=ELSEWHERE, since=today.replace(year=2020), until=today.replace(year=2021))

    kept = an_organisation(memberships=(former, Membership(network=NETWORK, since=today)))

    assert sound_memberships(kept, today) == kept
    with pytest.raises(RuleBroken, match="not_in_network"):
        sound_memberships(kept, today.replace(year=2021))
    with pytest.raises(RuleBroken, match="membership_twice"):
        sound_memberships(an_organisation(memberships=(Membership(network=NETWORK),) * 2), today)


def test_an_organisation_keeps_a_part_that_the_changer_cannot_see() -> None:
    old = an_organisation(parts=(an_id(1),), controller=an_id(2))

    assert sound_references(old, old, ()) == old
    with pytest.raises(RuleBroken, match="unknown_organisation"):
        sound_references(old, None, (an_id(1),))
    with pytest.raises(RuleBroken, match="part_of_itself"):
        sound_references(an_organisation(parts=(COMPANY,)), None, (COMPANY,))


def test_by_which_right_a_person_is_seen() -> None:
    assert sees_member(viewer("operator"), a_member()) == "operator"
    assert sees_member(viewer(subject=ASKER), a_member()) == "self"
    assert sees_member(viewer(f"provider:{COMPANY}:{ELSEWHERE}"), a_member()) == "colleague"
    assert sees_member(COORDINATOR, a_member()) == "coordinator"
    assert sees_member(viewer(f"company:{PROVIDER}:{NETWORK}"), a_member()) == "nothing"
    assert sees_member(COORDINATOR, a_member(roles=())) == "nothing"


def test_a_coordinator_replaces_the_roles_of_the_own_network_alone() -> None:
    foreign, operator = a_role(network=ELSEWHERE), a_role("operator")
    member = a_member(roles=(a_role(), foreign, operator))

    assert roles_after(COORDINATOR, member, (a_role("adviser"),)) == (foreign, operator, a_role("adviser"))
    assert roles_after(viewer("operator"), member, (a_role("operator"),)) == (a_role("operator"),)
    assert role_changes(member.roles, (foreign, a_role("adviser"))) == ((a_role("adviser"),), (a_role(), operator))


@pytest.mark.parametrize("wanted", [a_role("operator"), a_role("company", network=ELSEWHERE)])
def test_a_coordinator_gives_no_other_role(wanted: Role) -> None:
    with pytest.raises(Forbidden, match="role_not_yours"):
        roles_after(COORDINATOR, a_member(), (wanted,))


def test_a_coordinator_takes_no_own_role_either() -> None:
    own = a_member(id=COORDINATOR.subject, roles=(a_role("coordinator", OFFICE),))

    with pytest.raises(Forbidden, match="own_roles"):
        roles_after(COORDINATOR, own, ())


@pytest.mark.parametrize(
    ("changes", "is_note"),
    [
        ({"status": "unconfirmed"}, True),
        ({}, False),
        ({"status": "blocked"}, False),
        ({"status": "unconfirmed", "roles": ()}, False),
        ({"status": "unconfirmed", "roles": (a_role(), a_role(network=ELSEWHERE))}, False),
        ({"status": "unconfirmed", "roles": (a_role("operator"),)}, False),
    ],
)
def test_an_entry_is_a_coordinators_note_until_it_is_confirmed_or_opens_more(changes: Any, is_note: bool) -> None:
    assert is_in_hands_of(COORDINATOR, a_member(**changes)) is is_note


def test_what_others_see_of_a_place() -> None:
    house = LEIPZIG.model_copy(update={"lat": 51.3456, "lon": 12.3789})

    assert shown_place(house, "exact") == house
    town = shown_place(house, "town")
    assert (town.town, town.lat != house.lat, town.lat is None) == ("Leipzig", True, False)
    assert shown_place(house, "hidden") == Place()
    assert shown_place(Place(lat=51.3, lon=12.3), "town") == Place()


def test_coordinates_that_are_given_count_before_the_postcodes() -> None:
    assert located("04109", "Leipzig", 51.0, 12.0).lat == 51.0
    assert located("04109", None, None, None).lat is not None


def test_a_street_is_no_part_of_a_town() -> None:
    made = sound_location(
        Location(
            id=an_id(1),
            version=1,
            changed_at=NOW,
            organisation=COMPANY,
            name="Werk",
            kind="office",
            place=LEIPZIG,
            street="Weg 1",
            privacy="town",
        )
    )

    seen = seen_location(made, owned=False)

    assert seen is not None
    assert (seen.street, made.street) == (None, "Weg 1")


def a_pair(**need: Any) -> Pair:
    return Pair(
        NeedStanding.model_validate(a_need(**need).model_dump()),
        OfferStanding.model_validate(an_offer().model_dump()),
        None,
    )


def test_on_which_side_somebody_stands() -> None:
    company, provider = f"company:{COMPANY}:{NETWORK}", f"provider:{PROVIDER}:{NETWORK}"

    assert side_of(a_pair(), viewer(subject=ASKER), by_link=True) == "company"
    assert side_of(a_pair(), viewer(provider), by_link=False) == "provider"
    assert side_of(a_pair(), viewer(provider), by_link=True) is None
    assert side_of(a_pair(), viewer(company, provider), by_link=False) is None
    assert side_of(a_pair(organisation=None), viewer(company), by_link=False) is None
    assert side_of(a_pair(), viewer(f"provider:{COMPANY}:{NETWORK}"), by_link=False) is None
    assert side_of(a_pair(), viewer(subject=TEACHER), by_link=False) == "provider"


def test_a_mailed_link_proves_that_its_member_sees_the_pair() -> None:
    open_to_nobody_here = a_pair(networks=(ELSEWHERE,))
    published = a_member(publishes_contact=True)
    provider = viewer(f"provider:{PROVIDER}:{NETWORK}")

    assert shows_contact(open_to_nobody_here, provider, "company", published, by_link=True)
    assert not shows_contact(open_to_nobody_here, provider, "company", published, by_link=False)
    assert not shows_contact(a_pair(), provider, "company", a_member(), by_link=True)
    assert not shows_contact(a_pair(), provider, "provider", a_teacher(), by_link=True)
    unconfirmed = published.model_copy(update={"status": "unconfirmed"})
    assert not shows_contact(a_pair(), provider, "company", unconfirmed, by_link=True)
