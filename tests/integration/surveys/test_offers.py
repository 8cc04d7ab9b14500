"""Offers over HTTP: published, changed, withdrawn, erased; and what the passing of days does to stored ones."""

from datetime import date, timedelta

import httpx

from services.surveys.domain import day_of
from services.surveys.store import Store
from services.surveys.work import end_what_is_past
from shared.clock import now
from tests.builders import NETWORK, PROVIDER, a_date, a_need, an_id, an_offer
from tests.integration.surveys.conftest import stored

OFFER = {
    "title": "WIG-Schweißen Grundkurs",
    "provider": PROVIDER,
    "networks": [NETWORK],
    "own_number": "WIG-1",
    "price_eur": 840,
    "dates": [
        {"starts_on": "2199-03-01", "ends_on": "2199-03-05", "delivery": "on_site", "place": {"postal_code": "04109"}},
        {"entry": "rolling", "delivery": "online"},
    ],
}
TODAY = date(2026, 11, 22)


async def test_an_offer_is_published_and_read_back(http: httpx.AsyncClient) -> None:
    made = await http.post("/offers", json=OFFER)

    read = await http.get(f"/offers/{made.json()['id']}")

    assert made.status_code == 201
    assert read.json() == made.json()
    offer = read.json()
    assert (offer["status"], offer["price_eur"], len(offer["dates"])) == ("published", 840.0, 2)
    assert offer["dates"][0]["place"]["lat"] is not None
    assert len({course["id"] for course in offer["dates"]}) == 2


async def test_a_date_keeps_its_id_in_a_change_that_names_it(http: httpx.AsyncClient) -> None:
    made = await http.post("/offers", json=OFFER)
    kept = made.json()["dates"][1]["id"]

    changed = await http.put(
        f"/offers/{made.json()['id']}",
        json={"title": "Neu", "dates": [{"id": kept, "entry": "rolling"}]},
        headers={"If-Match": made.headers["ETag"]},
    )

    assert [course["id"] for course in changed.json()["dates"]] == [kept]


async def test_a_provider_uses_a_number_once_and_another_provider_may_use_it_too(http: httpx.AsyncClient) -> None:
    await http.post("/offers", json=OFFER)

    same = await http.post("/offers", json={**OFFER, "title": "Zweites"})
    other = await http.post("/offers", json={**OFFER, "provider": an_id(9)})

    assert same.status_code == 409
    assert same.json()["errors"][0]["field"] == "own_number"
    assert other.status_code == 201


async def test_an_offer_whose_dates_are_past_is_stored_as_ended(http: httpx.AsyncClient) -> None:
    made = await http.post("/offers", json={**OFFER, "dates": [{"starts_on": "2020-03-02"}]})

    assert made.json()["status"] == "ended"


async def test_a_withdrawn_offer_is_not_changed_any_more(http: httpx.AsyncClient) -> None:
    made = await http.post("/offers", json=OFFER)
    address = f"/offers/{made.json()['id']}"
    withdrawn = await http.post(f"{address}/withdrawal", headers={"If-Match": made.headers["ETag"]})

    answer = await http.put(address, json=OFFER, headers={"If-Match": withdrawn.headers["ETag"]})

    assert withdrawn.json()["status"] == "withdrawn"
    assert (answer.status_code, answer.json()["code"]) == (409, "offer_withdrawn")
    assert (await http.get(address)).json() == withdrawn.json()


async def test_an_erased_offer_is_gone_and_its_number_free(http: httpx.AsyncClient) -> None:
    made = await http.post("/offers", json=OFFER)

    erased = await http.delete(f"/offers/{made.json()['id']}", headers={"If-Match": made.headers["ETag"]})

    assert erased.status_code == 204
    assert await stored(http, "offers") == []
    assert (await http.post("/offers", json=OFFER)).status_code == 201


async def test_offers_are_listed_by_status_network_and_provider(http: httpx.AsyncClient) -> None:
    await http.post("/offers", json=OFFER)
    await http.post("/offers", json={"title": "Geplant", "status": "preparing"})

    async def titles(**params: str) -> list[str]:
        return [offer["title"] for offer in (await http.get("/offers", params=params)).json()["items"]]

    assert await titles(status="preparing") == ["Geplant"]
    assert await titles(network=NETWORK) == await titles(provider=PROVIDER) == ["WIG-Schweißen Grundkurs"]


async def test_the_whole_of_an_offer_is_published_and_read_back(http: httpx.AsyncClient) -> None:
    course = {
        "starts_on": "2199-03-01",
        "form_code": "301",
        "weekdays": [1, 3],
        "starts_at": "08:30",
        "ends_at": "15:00",
        "barrier_free": True,
        "start_guaranteed": True,
    }
    said = {
        "title": "WIG-Schweißen",
        "aims": "Saubere Nähte",
        "skills": ["WIG"],
        "certifier_number": "Z-1",
        "measure_number": "955/12/2026",
        "azav": True,
        "azav_until": "2199-12-31",
        "land_numbers": [{"land": "ST", "number": "BU-1"}, {"land": "TH", "number": "BU-2"}],
        "zfu_number": "7000001",
        "course_language": "de",
        "vat_note": "umsatzsteuerfrei",
    }

    made = (await http.post("/offers", json={**said, "dates": [course]})).json()

    assert {name: made[name] for name in said} == said
    assert {name: made["dates"][0][name] for name in course} == course
    assert made["dates"][0]["delivery"] == "hybrid"
    assert (made["completeness"], "price_eur" in made["missing"]) == (35, True)


async def test_an_initiative_is_marked_when_its_funding_ends(http: httpx.AsyncClient) -> None:
    soon = (day_of(now()) + timedelta(days=30)).isoformat()
    initiative = {"title": "Digitallotsen", "kind": "initiative", "initiative": "advice", "ends_on": soon}

    made = await http.post("/offers", json={**initiative, "networks": []})
    read = await http.get(f"/offers/{made.json()['id']}", headers={"Authorization": ""})

    assert [(hint["field"], hint["code"]) for hint in read.json()["hints"]] == [("ends_on", "funding_ends")]
    assert soon in read.json()["hints"][0]["detail"]


async def test_days_end_past_dates_offers_and_needs_and_nothing_else(store: Store) -> None:
    past, later = a_date(id=an_id(1), starts_on=date(2026, 11, 21)), a_date(id=an_id(2), starts_on=TODAY)
    for offer in (
        an_offer(id=an_id(11), dates=(past,)),
        an_offer(id=an_id(12), dates=(past, later)),
        an_offer(id=an_id(13), dates=(later,)),
        an_offer(id=an_id(14), kind="initiative", ends_on=date(2026, 11, 21)),
        an_offer(id=an_id(15), status="withdrawn", dates=(past,)),
        an_offer(id=an_id(16), dates=(a_date(entry="rolling", ends_on=date(2026, 11, 21)),)),
    ):
        await store.offers.add(offer)
    await store.needs.add(a_need(id=an_id(21), latest_start=date(2026, 11, 21)))
    await store.needs.add(a_need(id=an_id(22), latest_start=TODAY))
    await store.needs.add(a_need(id=an_id(23), status="draft", latest_start=date(2026, 11, 21)))
    before = {offer.id: offer.version for offer in await store.offers.find({})}

    while await end_what_is_past(store, TODAY):
        pass

    after = {offer.id: offer for offer in await store.offers.find({})}
    assert {entity: offer.status for entity, offer in after.items()} == {
        an_id(11): "ended",
        an_id(12): "published",
        an_id(13): "published",
        an_id(14): "ended",
        an_id(15): "withdrawn",
        an_id(16): "ended",
    }
    assert after[an_id(12)].dates == (later,)
    assert [after[entity].version - before[entity] for entity in sorted(after)] == [1, 1, 0, 1, 0, 1]
    assert [need.status for need in await store.needs.find({})] == ["expired", "open", "draft"]


async def test_what_is_over_is_ended_once(store: Store) -> None:
    await store.needs.add(a_need(latest_start=date(2026, 11, 21)))
    await store.offers.add(an_offer(dates=(a_date(starts_on=date(2026, 11, 21)),)))

    assert await end_what_is_past(store, TODAY) == 2
    assert await end_what_is_past(store, TODAY) == 0
