"""Figures and duplicates over HTTP, by right and by period."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.surveys.store import Store
from shared.clock import now
from shared.copies import Received
from shared.events.members import MemberStanding
from shared.ids import new_id
from tests.builders import NETWORK, NOW, a_need, an_id, an_offer
from tests.integration.surveys.people import as_

OF_NETWORK = {"network": NETWORK}
WELDING = "WIG-Schweißen für drei Schlosser"


async def need(store: Store, **changes: Any) -> str:
    own = {"id": new_id(), "organisation": new_id(), "topics": ("metal.welding",), "persons_min": 2}
    return (await store.needs.add(a_need(**{**own, **changes}))).id


async def figures(http: httpx.AsyncClient, who: str = "coordinator", **wanted: Any) -> Any:
    answer = await http.get("/figures", params={**OF_NETWORK, **wanted}, headers=as_(who))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_needs_offers_and_visits_of_the_period_are_counted(http: httpx.AsyncClient, store: Store) -> None:
    for _ in range(3):
        await need(store)
    await need(store, status="draft")
    await need(store, networks=(new_id(),))
    await store.offers.add(an_offer(id=new_id(), topics=("metal.welding",)))
    visit = {"network": NETWORK, "company": {"name": "Tischlerei", "head_count": 11}, "follow_up_on": "2026-01-05"}
    assert (await http.post("/visits", json=visit, headers=as_("coordinator"))).status_code == 201

    told = await figures(http)

    assert told["needs"]["total"] == {"value": "total", "needs": 3, "companies": 3, "persons": 6}
    assert told["needs"]["by_topic"] == [{"value": "metal.welding", "needs": 3, "companies": 3, "persons": 6}]
    assert told["needs"]["by_month"][-1]["needs"] == 3
    assert told["offers"]["by_topic"] == [{"value": "metal.welding", "count": 1}]
    assert told["visits"]["visits"] is None
    assert told["due"] == {"visits": 1, "needs": 0, "duplicates": 0}
    assert told["unlisted"] == [11]
    assert (await figures(http, exact=True))["visits"]["visits"] == 1


async def test_offers_to_everybody_count_where_their_provider_is_at_home(http: httpx.AsyncClient, store: Store) -> None:
    at_home, elsewhere = an_id(801), an_id(802)
    people = [
        (an_id(811), {"role": "provider", "organisation": at_home, "network": NETWORK}),
        (an_id(812), {"role": "provider", "organisation": elsewhere, "network": an_id(803)}),
        (an_id(813), {"role": "company", "organisation": elsewhere, "network": NETWORK}),
    ]
    for member, role in people:
        standing = {"id": member, "version": 1, "changed_at": NOW, "status": "active", "roles": [role]}
        record = MemberStanding.model_validate(standing).model_dump(mode="json")
        await store.members.apply([Received(member, 1, record)])
    await store.offers.add(an_offer(id=new_id(), provider=at_home, networks=()))
    await store.offers.add(an_offer(id=new_id(), provider=at_home, networks=(NETWORK,)))
    await store.offers.add(an_offer(id=new_id(), provider=elsewhere, networks=()))

    assert (await figures(http))["offers"]["total"] == 2


async def test_another_period_holds_other_needs(http: httpx.AsyncClient, store: Store) -> None:
    for _ in range(3):
        await need(store)
    yesterday = now().date() - timedelta(days=2)

    told = await figures(http, **{"from": "2020-01-01", "to": str(yesterday)})

    assert told["needs"]["total"]["needs"] == 0


async def test_what_was_merged_into_another_need_counts_once(http: httpx.AsyncClient, store: Store) -> None:
    ids = [await need(store) for _ in range(4)]
    await store.note_merged(ids[3], ids[0])

    assert (await figures(http))["needs"]["total"]["needs"] == 3


async def test_advisers_read_sums_that_name_nobody(http: httpx.AsyncClient, store: Store) -> None:
    for _ in range(3):
        await need(store)
    await need(store, visibility="coordinator")
    await need(store, topics=("digital.office",))

    told = await figures(http, "adviser", exact=True)

    assert told["needs"]["total"]["needs"] == 4
    assert [row["needs"] for row in told["needs"]["by_topic"]] == [None, None]
    assert (told["due"], told["visited"], told["unlisted"]) == (None, [], [])


@pytest.mark.parametrize(
    ("who", "figures", "duplicates"),
    [
        ("coordinator", 200, 200),
        ("operator", 200, 200),
        ("adviser", 200, 403),
        ("asker", 403, 403),
        ("provider", 403, 403),
        ("elsewhere", 404, 404),
        ("nobody", 401, 401),
    ],
)
async def test_reports_are_for_those_who_look_after_the_network(
    http: httpx.AsyncClient, who: str, figures: int, duplicates: int
) -> None:
    found = [await http.get(path, params=OF_NETWORK, headers=as_(who)) for path in ("/figures", "/duplicates")]

    assert [answer.status_code for answer in found] == [figures, duplicates]


async def test_a_period_that_ends_before_it_begins_is_refused(http: httpx.AsyncClient) -> None:
    wanted = {**OF_NETWORK, "from": "2026-02-01", "to": "2026-01-31"}

    answer = await http.get("/figures", params=wanted, headers=as_("coordinator"))

    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("to", "period_backwards")]


async def test_needs_of_one_company_that_say_the_same_are_a_pair_to_be_merged(
    http: httpx.AsyncClient, store: Store
) -> None:
    company = new_id()
    first = await need(store, title=WELDING, organisation=company)
    second = await need(store, title=WELDING, organisation=company)
    await need(store, title=WELDING)
    await need(store, title=WELDING, organisation=company, visibility="anonymous")
    await need(store, title="Excel für das Büro", organisation=company)

    [pair] = (await http.get("/duplicates", params=OF_NETWORK, headers=as_("coordinator"))).json()["items"]

    assert (pair["one"]["id"], pair["other"]["id"], pair["likeness"]) == (first, second, 1)
    tag = f'"{pair["other"]["version"]}"'
    merged = await http.post(f"/needs/{second}/merge", json={"into": first}, headers=as_("coordinator", tag))
    assert merged.status_code == 200, merged.text
    assert (await http.get("/duplicates", params=OF_NETWORK, headers=as_("coordinator"))).json()["items"] == []
