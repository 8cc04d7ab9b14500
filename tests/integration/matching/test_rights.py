"""Who sees and answers which matches, by role and by the visibility of needs."""

from typing import Any

import httpx
import pytest

from services.matching.store import Store
from shared.events.matching import pair_of
from shared.events.surveys import EntryConsent, Visibility
from tests.builders import (
    ASKER,
    COMPANY,
    DRESDEN,
    LEIPZIG,
    NETWORK,
    NOW,
    PROVIDER,
    TEACHER,
    a_date,
    a_need,
    an_id,
    an_offer,
)
from tests.integration.matching.conftest import Words, a_worker, come, settled
from tests.integration.matching.test_api import MAY_SEE_PAIR, N1, N2, O1, PAIR, WELDING, bearer, code, http, matched

__all__ = ["http"]

ELSEWHERE = an_id(950)
COLLEAGUE, RIVAL, ANNA, JANA = an_id(960), an_id(961), an_id(962), an_id(963)

BOSS = bearer(COLLEAGUE, f"company:{COMPANY}:{NETWORK}")
CONTACT = bearer(ASKER)
SCHOOL = bearer(an_id(964), f"provider:{PROVIDER}:{NETWORK}")
TRAINER = bearer(TEACHER)
OTHER_COMPANY = bearer(RIVAL, f"company:{an_id(970)}:{NETWORK}")
OTHER_PROVIDER = bearer(an_id(965), f"provider:{an_id(971)}:{NETWORK}")
COORDINATOR = bearer(ANNA, f"coordinator:{an_id(972)}:{NETWORK}")
FAR_COORDINATOR = bearer(an_id(966), f"coordinator:{an_id(973)}:{ELSEWHERE}")
ADVISER = bearer(JANA, f"adviser:{an_id(974)}:{NETWORK}")

NEED, OFFER = f"/needs/{N1}/matches", f"/offers/{O1}/matches"


def who_gets(answers: dict[str, httpx.Response]) -> set[str]:
    assert {answer.status_code for answer in answers.values()} <= {200, 404}
    return {name for name, answer in answers.items() if answer.status_code == 200}


EVERYBODY = {
    "boss": BOSS,
    "contact": CONTACT,
    "school": SCHOOL,
    "trainer": TRAINER,
    "other_company": OTHER_COMPANY,
    "other_provider": OTHER_PROVIDER,
    "coordinator": COORDINATOR,
    "far_coordinator": FAR_COORDINATOR,
    "adviser": ADVISER,
}


async def asked_by_all(http: httpx.AsyncClient, path: str) -> dict[str, httpx.Response]:
    return {name: await http.get(path, headers=who) for name, who in EVERYBODY.items()}


@pytest.mark.parametrize("visibility", list(Visibility))
async def test_the_matches_of_a_need_are_the_companys_and_its_coordinators(
    http: httpx.AsyncClient, store: Store, visibility: Visibility
) -> None:
    await matched(store, visibility=visibility)

    answers = await asked_by_all(http, NEED)

    assert who_gets(answers) == {"boss", "contact", "coordinator"}
    assert answers["boss"].json()["matches"][0]["about"]["title"] == WELDING
    assert answers["boss"].json()["matches"][0]["about"]["provider_name"] == "Bildungswerk Muster gGmbH"
    sides = {name: answers[name].json()["matches"][0]["side"] for name in ("boss", "contact", "coordinator")}
    assert sides == {"boss": "company", "contact": "company", "coordinator": None}


async def test_the_matches_of_an_offer_are_the_providers_and_its_coordinators(
    http: httpx.AsyncClient, store: Store
) -> None:
    await matched(store)

    answers = await asked_by_all(http, OFFER)

    assert who_gets(answers) == {"school", "trainer", "coordinator"}
    sides = {name: answers[name].json()["items"][0]["side"] for name in ("school", "coordinator")}
    assert sides == {"school": "provider", "coordinator": None}
    [item] = answers["school"].json()["items"]
    assert (item["need"], item["about"]["title"], item["about"]["organisation"]) == (N1, WELDING, COMPANY)


async def test_an_offer_to_everybody_is_any_coordinators_but_not_its_foreign_needs(
    http: httpx.AsyncClient, store: Store
) -> None:
    async with a_worker(store, Words()):
        await come(store.offers, an_offer(id=O1, title=WELDING, networks=()))
        await come(store.needs, a_need(id=N1, title=WELDING), a_need(id=N2, title=WELDING, networks=(ELSEWHERE,)))
        await settled(store)

    told = {
        name: (await http.get(OFFER, headers=who)).json()
        for name, who in {"here": COORDINATOR, "there": FAR_COORDINATOR, "school": SCHOOL}.items()
    }

    needs = {name: [item["need"] for item in answer["items"]] for name, answer in told.items()}
    assert needs == {"here": [N1], "there": [N2], "school": [N1]}


@pytest.mark.parametrize(
    ("visibility", "seen"),
    [
        (Visibility.OPEN, {"school", "trainer", "coordinator"}),
        (Visibility.NETWORK, {"school", "coordinator"}),
        (Visibility.COORDINATOR, {"coordinator"}),
        (Visibility.ANONYMOUS, {"school", "coordinator"}),
    ],
)
async def test_of_an_offers_needs_each_sees_what_the_table_allows(
    http: httpx.AsyncClient, store: Store, visibility: Visibility, seen: set[str]
) -> None:
    await matched(store, visibility=visibility)

    lists = {name: await http.get(OFFER, headers=EVERYBODY[name]) for name in ("school", "trainer", "coordinator")}

    assert {name for name, answer in lists.items() if answer.json()["items"]} == seen
    pairs = await asked_by_all(http, PAIR)
    assert who_gets(pairs) == seen | {"boss", "contact"}


async def test_an_anonymous_need_tells_providers_text_district_and_band_alone(
    http: httpx.AsyncClient, store: Store
) -> None:
    secret = {"persons_min": 7, "place": DRESDEN, "radius_km": 173, "max_price_eur": 12_345.0}
    await matched(store, visibility=Visibility.ANONYMOUS, skills=("MAG",), latest_start="2027-09-30", **secret)

    school, anna = await http.get(OFFER, headers=SCHOOL), await http.get(OFFER, headers=COORDINATOR)

    about = school.json()["items"][0]["about"]
    assert {name: value for name, value in about.items() if value} == {
        "id": N1,
        "status": "open",
        "title": WELDING,
        "visibility": "anonymous",
        "skills": ["MAG"],
        "district": "010",
        "persons_band": "6-10",
        "latest_start": "2027-09-30",
    }
    assert not [word for word in ("Dresden", "01067", "173", "12345", ASKER, COMPANY) if word in school.text]
    shown = anna.json()["items"][0]["about"]
    assert (shown["persons_min"], shown["place"]["town"], shown["organisation"]) == (7, "Dresden", None)


async def test_who_entered_an_anonymous_need_knows_whose_it_is(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store, visibility=Visibility.ANONYMOUS, entered_by=ANNA)

    assert (await http.get(PAIR, headers=COORDINATOR)).json()["need"]["organisation"] == COMPANY


@pytest.mark.parametrize("status", ["draft", "covered", "withdrawn", "expired"])
async def test_a_need_that_is_not_open_has_no_matches(http: httpx.AsyncClient, store: Store, status: str) -> None:
    await matched(store, status=status, entered_by=JANA)

    answers = await asked_by_all(http, NEED)
    pairs = await asked_by_all(http, PAIR)

    own = {"boss", "contact", "adviser"}  # the adviser entered it
    assert who_gets(answers) == (own if status == "draft" else {*own, "coordinator"})
    assert who_gets(pairs) == who_gets(answers)
    assert answers["boss"].json()["matches"] == []
    assert (await http.get(OFFER, headers=SCHOOL)).json()["items"] == []


async def test_both_sides_speak_by_role_and_for_themselves_alone(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store)

    first = await http.put(f"{PAIR}/responses/company", json={"what": "interested"}, headers=BOSS)
    tag = {"If-Match": first.headers["etag"]}
    foreign = await http.put(f"{PAIR}/responses/company", json={"what": "seen"}, headers=SCHOOL | tag)
    second = await http.put(f"{PAIR}/responses/provider", json={"what": "interested"}, headers=SCHOOL | tag)
    outsider = await http.put(f"{PAIR}/responses/provider", json={"what": "seen"}, headers=OTHER_PROVIDER | tag)

    assert (first.json()["side"], first.json()["speaks_for"]) == ("company", ["company"])
    assert code(foreign) == (403, "forbidden")
    assert second.json()["response"]["provider"]["what"] == "interested"
    assert second.json()["response"]["company"]["by"] != COLLEAGUE
    assert code(outsider) == (404, "missing")
    [told] = (await http.get(OFFER, headers=SCHOOL)).json()["items"]
    assert told["said"]["company"]["what"] == "interested"
    assert COLLEAGUE not in str(told)


@pytest.mark.parametrize(
    ("need", "speaks"),
    [
        ({}, False),
        ({"visibility": Visibility.COORDINATOR}, True),
        ({"entered_by": ANNA}, True),
        ({"entered_by": JANA, "consent": EntryConsent(how="spoken", given_on=NOW.date())}, True),
        ({"source": "visit"}, True),
    ],
)
async def test_a_coordinator_stands_between_both_and_answers_where_the_company_left_it_to_them(
    http: httpx.AsyncClient, store: Store, need: dict[str, Any], speaks: bool
) -> None:
    await matched(store, **need)

    told = (await http.get(PAIR, headers=COORDINATOR)).json()
    company = await http.put(f"{PAIR}/responses/company", json={"what": "interested"}, headers=COORDINATOR)
    provider = await http.put(f"{PAIR}/responses/provider", json={"what": "interested"}, headers=COORDINATOR)

    assert "company" in told["speaks_for"] if speaks else told["speaks_for"] == []
    assert company.status_code == (200 if speaks else 403)
    assert provider.status_code == 403


async def test_a_pair_that_somebody_answered_stays_with_both_sides_when_it_is_over(
    http: httpx.AsyncClient, store: Store
) -> None:
    await matched(store)
    await http.put(f"{PAIR}/responses/provider", json={"what": "interested"}, headers=SCHOOL)
    async with a_worker(store, Words(), epoch=2):
        await come(store.needs, a_need(id=N1, version=2, title=WELDING, status="covered"))
        await come(store.offers, an_offer(id=O1, version=2, title=WELDING, status="ended"))
        await settled(store)

    pairs = await asked_by_all(http, PAIR)

    assert who_gets(pairs) == {"boss", "contact", "school", "trainer", "coordinator"}
    assert pairs["school"].json()["need"]["status"] == "covered"


async def test_a_link_gives_no_more_than_its_pair_also_to_a_contact(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store)
    async with a_worker(store, Words(), epoch=2):
        await come(store.needs, a_need(id=N2, title=WELDING, place=LEIPZIG))
        await come(store.offers, an_offer(id=an_id(103), title=WELDING, dates=(a_date(place=LEIPZIG),)))
        await settled(store)

    link = bearer(ASKER, MAY_SEE_PAIR, "unsubscribe")

    assert (await http.get(PAIR, headers=link)).status_code == 200
    assert code(await http.get(f"/pairs/{N2}/{an_id(103)}", headers=link)) == (404, "missing")
    assert code(await http.get(f"/needs/{N2}/matches", headers=link)) == (404, "missing")
    assert code(await http.post("/previews", json={"title": WELDING}, headers=link)) == (403, "forbidden")
    assert pair_of(N1, O1) in MAY_SEE_PAIR
