"""Who sees what of needs and offers, and for whom somebody may enter them."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.surveys.domain.seeing import ANONYMOUS, band_of, need_for, offer_for, tells_company
from services.surveys.domain.viewers import PUBLIC, Standing, Viewer
from services.surveys.domain.writing import whose_need, whose_offer
from shared.events.surveys import EntryConsent, NeedSnapshot, Trigger, Visibility
from shared.rules import Forbidden, RuleBroken
from tests.builders import ASKER, COMPANY, LEIPZIG, NETWORK, NOW, PROVIDER, TEACHER, a_need, an_id, an_offer

ELSEWHERE, OTHER, OFFICE = (an_id(n) for n in range(910, 913))
SOMEBODY = an_id(920)


def a_viewer(role: str = "company", organisation: str = OTHER, network: str = NETWORK, **more: Any) -> Viewer:
    return Viewer(**{"member": SOMEBODY, "standings": frozenset({Standing(role, organisation, network)}), **more})


OPERATOR = Viewer(SOMEBODY, operator=True)
COORDINATOR, ADVISER = a_viewer("coordinator", OFFICE), a_viewer("adviser", OFFICE)
RIVAL, TRAINER = a_viewer(), a_viewer("provider", PROVIDER)
STRANGER = a_viewer(network=ELSEWHERE)
COLLEAGUE = a_viewer("company", COMPANY)
CONSENT = EntryConsent(how="spoken", given_on=NOW.date(), given_by=ASKER)


def a_full_need(**changes: object) -> NeedSnapshot:
    return a_need(
        **{
            "description": "Wir schweißen mehr Edelstahl.",
            "place": LEIPZIG,
            "persons_min": 7,
            "trigger": Trigger.GROWTH,
            "consent": CONSENT,
            "entered_by": an_id(930),
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("viewer", "visibility", "sees"),
    [
        (OPERATOR, "anonymous", "all"),
        (COLLEAGUE, "anonymous", "all"),
        (a_viewer(member=ASKER, network=ELSEWHERE), "anonymous", "all"),
        (COORDINATOR, "open", "all"),
        (COORDINATOR, "coordinator", "all"),
        (COORDINATOR, "anonymous", "all but the company"),
        (a_viewer("coordinator", OFFICE, member=an_id(930)), "anonymous", "all"),
        (a_viewer("coordinator", OFFICE, ELSEWHERE), "network", "nothing"),
        (a_viewer("coordinator", OFFICE, ELSEWHERE), "open", "all but the people"),
        (ADVISER, "open", "all"),
        (ADVISER, "network", "all"),
        (ADVISER, "coordinator", "nothing"),
        (ADVISER, "anonymous", "outline"),
        (RIVAL, "open", "all but the people"),
        (RIVAL, "network", "all but the people"),
        (RIVAL, "coordinator", "nothing"),
        (RIVAL, "anonymous", "outline"),
        (TRAINER, "network", "all but the people"),
        (TRAINER, "anonymous", "outline"),
        (STRANGER, "open", "all but the people"),
        (STRANGER, "network", "nothing"),
        (STRANGER, "anonymous", "nothing"),
        (Viewer(SOMEBODY), "open", "all but the people"),
        (Viewer(SOMEBODY), "network", "nothing"),
        (PUBLIC, "open", "nothing"),
        (Viewer(ASKER, linked=frozenset({an_id(1)})), "anonymous", "all"),
        (Viewer(SOMEBODY, linked=frozenset({an_id(1)})), "open", "nothing"),
        (Viewer(ASKER, linked=frozenset()), "open", "nothing"),
    ],
)
def test_the_table_of_who_sees_what_holds(viewer: Viewer, visibility: str, sees: str) -> None:
    need = a_full_need(visibility=Visibility(visibility))

    view = need_for(viewer, need)

    assert (view is None) == (sees == "nothing")
    if view is None:
        return
    blank = {name for name in NeedSnapshot.model_fields if getattr(view.shown, name) != getattr(need, name)}
    assert (
        blank
        == {
            "all": set(),
            "all but the people": {"contact", "entered_by", "consent"},
            "all but the company": {"organisation", "contact", "entered_by", "consent"},
            "outline": {"organisation", "contact", "entered_by", "consent", "place", "persons_min", "trigger"},
        }[sees]
    )
    assert view.reduced == (sees != "all")


def test_nothing_but_what_is_listed_is_shown_of_an_anonymous_need() -> None:
    bare = need_for(RIVAL, a_full_need(visibility=Visibility.ANONYMOUS))

    assert bare is not None
    said = {name for name in bare.shown.model_fields_set if getattr(bare.shown, name) not in (None, (), frozenset())}
    assert said <= {*ANONYMOUS, "networks"}
    assert (bare.area, bare.persons_band) == ("041", "6-10")


def test_an_anonymous_need_shows_only_the_networks_that_are_the_viewers() -> None:
    view = need_for(RIVAL, a_full_need(visibility=Visibility.ANONYMOUS, networks=(ELSEWHERE, NETWORK)))

    assert view is not None
    assert view.shown.networks == (NETWORK,)


@pytest.mark.parametrize("status", ["draft", "covered", "withdrawn", "expired"])
def test_what_is_not_open_is_its_own_sides_and_but_for_drafts_the_coordinators(status: str) -> None:
    need = a_need(status=status, visibility="open")

    assert need_for(COLLEAGUE, need) is not None
    assert (need_for(COORDINATOR, need) is not None) == (status != "draft")
    assert [need_for(viewer, need) for viewer in (ADVISER, RIVAL, TRAINER, STRANGER)] == [None] * 4


@pytest.mark.parametrize(
    ("persons", "band"),
    [(None, None), (1, "1-2"), (2, "1-2"), (3, "3-5"), (5, "3-5"), (6, "6-10"), (10, "6-10"), (11, "11+")],
)
def test_persons_are_told_in_bands(persons: int | None, band: str | None) -> None:
    assert band_of(persons) == band


@pytest.mark.parametrize(
    ("status", "networks", "seers"),
    [
        ("published", (), {"public", "rival", "stranger", "coordinator", "trainer"}),
        ("published", (NETWORK,), {"rival", "coordinator", "trainer"}),
        ("preparing", (), {"public", "rival", "stranger", "coordinator", "trainer"}),
        ("ended", (), {"coordinator", "trainer"}),
        ("blocked", (NETWORK,), {"coordinator", "trainer"}),
        ("withdrawn", (ELSEWHERE,), {"trainer"}),
    ],
)
def test_offers_in_sight_are_everybodys_or_their_networks(
    status: str, networks: tuple[str, ...], seers: set[str]
) -> None:
    viewers = {"public": PUBLIC, "rival": RIVAL, "stranger": STRANGER, "coordinator": COORDINATOR, "trainer": TRAINER}
    offer = an_offer(status=status, networks=networks)

    assert {name for name, viewer in viewers.items() if offer_for(viewer, offer)} == seers


def test_who_stands_behind_an_offer_is_shown_to_its_own_side_alone() -> None:
    offer = an_offer(networks=(), entered_by=TEACHER)

    own, public = offer_for(TRAINER, offer), offer_for(PUBLIC, offer)

    assert own is not None
    assert public is not None
    assert (own.shown, own.may_change) == (offer, True)
    assert (public.shown.contact, public.shown.entered_by, public.may_change) == (None, None, False)


@pytest.mark.parametrize(
    ("text", "company", "told"),
    [
        ("Die Muster Metallbau sucht", "Muster Metallbau GmbH", True),
        ("MUSTER-METALLBAU GmbH & Co. KG", "Muster Metallbau GmbH & Co. KG", True),
        ("Ein Metallbauer sucht", "Metallbau GmbH", False),
        ("Ein Kurs für uns", "", False),
        ("Alles", "A & Co. KG", False),
        ("Wir von Schmidt e.K. suchen", "Schmidt e. K.", True),
    ],
)
def test_a_text_that_names_the_company_is_recognised(text: str, company: str, told: bool) -> None:
    assert tells_company(text, company) is told


def test_what_goes_without_saying_is_filled_in() -> None:
    assert whose_need(COLLEAGUE, {}) == {"organisation": COMPANY, "networks": (NETWORK,), "contact": SOMEBODY}
    assert whose_need(COLLEAGUE, {"contact": None})["contact"] is None
    assert whose_need(ADVISER, {}) == {"organisation": None, "networks": (NETWORK,), "contact": None}
    assert whose_offer(TRAINER, {}) == {"provider": PROVIDER, "networks": (NETWORK,), "contact": SOMEBODY}
    assert whose_offer(TRAINER, {"networks": ()})["networks"] == ()


@pytest.mark.parametrize(
    ("viewer", "said", "code"),
    [
        (COLLEAGUE, {"organisation": OTHER}, "not_your_organisation"),
        (COLLEAGUE, {"networks": (ELSEWHERE,)}, "not_your_network"),
        (COORDINATOR, {"networks": (NETWORK, ELSEWHERE)}, "not_your_network"),
        (TRAINER, {}, "forbidden"),
        (Viewer(SOMEBODY), {}, "forbidden"),
    ],
)
def test_nobody_enters_a_need_where_they_do_not_act(viewer: Viewer, said: Mapping[str, Any], code: str) -> None:
    with pytest.raises(Forbidden, match=code):
        whose_need(viewer, said)


def test_somebody_of_two_companies_has_to_say_for_which() -> None:
    of_two = Viewer(SOMEBODY, standings=frozenset({Standing("company", one, NETWORK) for one in (COMPANY, OTHER)}))

    with pytest.raises(RuleBroken, match="say_which_organisation"):
        whose_need(of_two, {})

    assert whose_need(of_two, {"organisation": OTHER})["networks"] == (NETWORK,)


def test_a_coordinator_may_change_a_need_of_two_networks_but_not_take_it_from_the_other() -> None:
    view = need_for(COORDINATOR, a_need(networks=(NETWORK, ELSEWHERE)))

    assert whose_need(COORDINATOR, {"networks": (NETWORK, ELSEWHERE)}, view)["organisation"] == COMPANY
    with pytest.raises(Forbidden, match="not_your_network"):
        whose_need(COORDINATOR, {"networks": (NETWORK,)}, view)
