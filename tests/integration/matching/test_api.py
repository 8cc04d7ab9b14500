"""Matching over HTTP: results by right, one pair for whoever holds a mailed link's token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.matching.main import build
from services.matching.settings import Settings
from services.matching.store import Store
from shared.callers import OPERATOR, public_text, sign_caller_token
from shared.events.matching import pair_of
from shared.events.surveys import Visibility
from shared.settings import ServiceSettings
from tests.builders import ASKER, DRESDEN, LEIPZIG, TEACHER, a_date, a_need, an_id, an_offer
from tests.integration.matching.conftest import Words, a_model, a_worker, come, erased, settled
from tests.signing import Signed
from tests.waiting import eventually

N1, N2, O1, O2 = an_id(1), an_id(2), an_id(101), an_id(102)
PAIR = f"/pairs/{N1}/{O1}"
MAY_SEE_PAIR = f"match:{pair_of(N1, O1)}"
KEY = Ed25519PrivateKey.generate()
WELDING = "wig schweißen grundkurs"


def bearer(subject: str, *rights: str, audience: str = "matching") -> Signed:
    return Signed(lambda: sign_caller_token(KEY, subject=subject, rights=rights, audience=(audience,)))


COMPANY = bearer(ASKER, MAY_SEE_PAIR)
PROVIDER = bearer(TEACHER, MAY_SEE_PAIR)


@asynccontextmanager
async def serving(settings: ServiceSettings, **changes: object) -> AsyncIterator[httpx.AsyncClient]:
    keys = (public_text(KEY.public_key()),)
    given = {**settings.model_dump(), "role": "api", "caller_public_keys": keys, **changes}
    service = build(Settings.model_validate(given), load_embedder=Words, model=a_model())
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(service.app),
        base_url="http://matching/api/v1",
        headers=bearer("operator", OPERATOR) | {"Accept-Language": "en"},
    )

    async def answers() -> bool:
        return (await client.get(f"/needs/{N1}/matches")).status_code == httpx.codes.NOT_FOUND

    async with service.app.router.lifespan_context(service.app), client:
        await eventually(answers)
        yield client


@pytest.fixture
async def http(settings: ServiceSettings, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    del store  # prepared before the service
    async with serving(settings) as client:
        yield client


async def matched(store: Store, **of_need: object) -> None:
    """Store a need and two offers that answer it, and their result."""
    async with a_worker(store, Words()):
        in_leipzig = (a_date(place=LEIPZIG),)
        await come(store.offers, *(an_offer(id=o, title=WELDING, dates=in_leipzig) for o in (O1, O2)))
        await come(store.needs, a_need(**{"id": N1, "title": WELDING, "place": LEIPZIG, "radius_km": 50, **of_need}))
        await settled(store)


def code(answer: httpx.Response) -> tuple[int, str]:
    problem = answer.json()
    faults = problem.get("errors") or [problem]
    return answer.status_code, faults[0]["code"]


async def test_the_matches_of_a_need_are_told_best_first_with_reasons(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store)

    answer = await http.get(f"/needs/{N1}/matches")

    told = answer.json()
    assert (told["status"], told["need_version"]) == ("current", 1)
    assert [match["offer"] for match in told["matches"]] == [O1, O2]
    assert {c["code"]: c["verdict"] for c in told["matches"][0]["criteria"]}["place"] == "fits"
    assert answer.headers["etag"]


async def test_a_need_that_waits_is_told_apart_from_one_that_is_not_there(
    http: httpx.AsyncClient, store: Store
) -> None:
    await come(store.needs, a_need(id=N1))

    waiting = await http.get(f"/needs/{N1}/matches")

    assert waiting.json() == {
        "need": N1,
        "status": "waiting",
        "need_version": None,
        "model": None,
        "matches": [],
        "near_misses": [],
        "advice": [],
    }
    assert code(await http.get(f"/needs/{N2}/matches")) == (404, "missing")


async def test_the_needs_of_an_offer_are_told_page_by_page(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store)
    async with a_worker(store, Words(), epoch=2):
        await come(store.needs, a_need(id=N2, title=WELDING))
        await settled(store)

    first = (await http.get(f"/offers/{O1}/matches", params={"limit": 1})).json()
    second = (await http.get(f"/offers/{O1}/matches", params={"limit": 1, "after": first["next"]})).json()

    assert [item["need"] for item in first["items"] + second["items"]] == [N1, N2]
    assert {item["match"]["offer"] for item in first["items"]} == {O1}
    assert second["next"] is None
    assert code(await http.get(f"/offers/{an_id(199)}/matches")) == (404, "missing")


@pytest.mark.parametrize("path", [f"/needs/{N1}/matches", f"/offers/{O1}/matches"])
async def test_a_mailed_link_opens_no_whole_results(http: httpx.AsyncClient, store: Store, path: str) -> None:
    await matched(store)

    assert code(await http.get(path, headers=COMPANY)) == (404, "missing")
    assert code(await http.get(path, headers=PROVIDER)) == (404, "missing")
    assert code(await http.get(path, headers={"Authorization": ""})) == (401, "not_signed_in")
    assert (await http.get(path, headers=bearer("x", OPERATOR, audience="surveys"))).status_code == 401


async def test_a_mailed_link_opens_its_own_pair_and_no_other(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store)

    told = (await http.get(PAIR, headers=COMPANY)).json()

    assert (told["side"], told["need"]["id"], told["offer"]["id"]) == ("company", N1, O1)
    assert told["match"]["pair"] == told["pair"] == pair_of(N1, O1)
    assert (await http.get(PAIR, headers=PROVIDER)).json()["side"] == "provider"
    assert (await http.get(PAIR)).json()["side"] is None
    assert code(await http.get(f"/pairs/{N1}/{O2}", headers=COMPANY)) == (404, "missing")
    assert code(await http.get(PAIR, headers=bearer(an_id(777), MAY_SEE_PAIR))) == (404, "missing")


async def test_a_pair_that_no_longer_fits_says_why(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store)
    async with a_worker(store, Words(), epoch=2):
        await come(store.offers, an_offer(id=O1, version=2, title=WELDING, status="ended"))
        await settled(store)

    told = (await http.get(PAIR, headers=COMPANY)).json()

    assert told["match"] is None
    assert "lifecycle" in {c["code"] for c in told["criteria"] if c["verdict"] == "not"}


async def test_a_provider_learns_nothing_of_an_anonymous_company(http: httpx.AsyncClient, store: Store) -> None:
    secret = {"persons_min": 7, "place": DRESDEN, "radius_km": 173, "max_price_eur": 12_345.0}
    await matched(store, visibility=Visibility.ANONYMOUS, **secret)

    provider, company = await http.get(PAIR, headers=PROVIDER), await http.get(PAIR, headers=COMPANY)

    assert not [word for word in ("Dresden", "01067", "173", "12345", ASKER) if word in provider.text]
    assert (provider.json()["need"]["place"], provider.json()["need"]["persons_min"]) == (None, None)
    assert all(not {"km", "radius_km", "wanted"} & set(c["params"]) for c in provider.json()["criteria"])
    assert provider.json()["match"]["criteria"] == provider.json()["criteria"]
    assert (company.json()["need"]["persons_min"], company.json()["need"]["place"]["town"]) == (7, "Dresden")


async def test_of_a_need_for_coordinators_alone_a_provider_sees_nothing(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store, visibility=Visibility.COORDINATOR)

    assert code(await http.get(PAIR, headers=PROVIDER)) == (404, "missing")
    assert (await http.get(PAIR, headers=COMPANY)).status_code == 200


async def test_both_sides_answer_and_take_back_each_for_itself(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store)

    first = await http.put(f"{PAIR}/responses/company", json={"what": "interested"}, headers=COMPANY)
    tag = {"If-Match": first.headers["etag"]}
    second = await http.put(f"{PAIR}/responses/provider", json={"what": "booked", "persons": 3}, headers=PROVIDER | tag)
    third = await http.delete(f"{PAIR}/responses/company", headers=COMPANY | {"If-Match": second.headers["etag"]})

    assert [answer.status_code for answer in (first, second, third)] == [200, 200, 200]
    stored = await store.responses.get(pair_of(N1, O1))
    assert stored is not None
    assert stored.company is None
    assert stored.provider is not None
    assert (stored.provider.what, stored.provider.persons, stored.provider.by) == ("booked", 3, TEACHER)
    assert third.json()["response"]["provider"]["by"] != TEACHER  # the company need not know the person


async def test_an_operator_speaks_for_both_sides(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store)

    answer = await http.put(f"{PAIR}/responses/provider", json={"what": "contacted"})

    assert answer.status_code == 200
    assert answer.json()["response"]["provider"]["what"] == "contacted"


async def test_nobody_speaks_for_the_other_side(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store)

    answer = await http.put(f"{PAIR}/responses/provider", json={"what": "interested"}, headers=COMPANY)

    assert code(answer) == (403, "forbidden")
    assert await store.responses.get(pair_of(N1, O1)) is None


async def test_nobodys_answer_gets_lost_to_another(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store)
    path, said = f"{PAIR}/responses/company", {"what": "interested"}
    first = await http.put(path, json=said)
    await http.put(path, json={"what": "contacted"}, headers={"If-Match": first.headers["etag"]})

    assert code(await http.put(path, json=said)) == (428, "if_match_missing")
    assert code(await http.put(path, json=said, headers={"If-Match": first.headers["etag"]})) == (412, "stale")
    assert code(await http.delete(path, headers={"If-Match": '"x"'})) == (422, "if_match_malformed")
    unsaid = f"/pairs/{N1}/{O2}/responses/company"
    assert code(await http.put(unsaid, json=said, headers={"If-Match": '"1"'})) == (412, "stale")
    assert code(await http.delete(unsaid)) == (404, "missing")


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"what": "interested", "reason": "too_far"}, "reason_without_dismissal"),
        ({"what": "interested", "persons": 3}, "persons_without_booking"),
        ({"what": "booked", "persons": 0}, "number_too_small"),
        ({"what": "booked", "persons": 10**9}, "number_too_large"),
        ({"what": "booked", "persons": "3"}, "not_a_whole_number"),
        ({"what": "seen", "by": an_id(3)}, "field_unknown"),
        ({"what": {"$ne": ""}}, "not_one_of"),
        ({"what": "dismissed", "reason": "\x00"}, "not_one_of"),
        ({}, "field_missing"),
        ([], "not_an_object"),
    ],
)
async def test_what_cannot_be_said_is_refused(
    http: httpx.AsyncClient, store: Store, said: object, refused: str
) -> None:
    await come(store.needs, a_need(id=N1))
    await come(store.offers, an_offer(id=O1))

    assert code(await http.put(f"{PAIR}/responses/company", json=said)) == (422, refused)
    assert await store.responses.get(pair_of(N1, O1)) is None


@pytest.mark.parametrize(
    "path", ["/needs/x/matches", "/pairs/$where/y", f"/pairs/{N1}/{O1.upper()}", f"/needs/{N1}/matches?x[$ne]=1"]
)
async def test_odd_addresses_are_refused_and_odd_questions_ignored(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code in {404, 422}


async def test_pairs_of_erased_needs_are_gone(http: httpx.AsyncClient, store: Store) -> None:
    await matched(store)
    async with a_worker(store, Words(), epoch=2):
        await come(store.needs, erased(N1))
        await settled(store)

        async def is_gone() -> bool:
            return (await http.get(f"/needs/{N1}/matches")).status_code == 404

        await eventually(is_gone)

    assert code(await http.get(PAIR, headers=COMPANY)) == (404, "missing")
    assert code(await http.put(f"{PAIR}/responses/company", json={"what": "seen"}, headers=COMPANY)) == (404, "missing")


async def test_every_route_tells_its_problems_and_examples(http: httpx.AsyncClient) -> None:
    described = (await http.get("http://matching/openapi.json")).json()

    routes = [
        operation
        for path, operations in described["paths"].items()
        if path.startswith("/api/v1")
        for operation in operations.values()
    ]
    assert [route["operationId"] for route in routes if not {"401", "503"} <= set(route["responses"])] == []
    about_pairs = [route for route in routes if "matches" in route["tags"]]
    assert about_pairs
    assert all({"200", "404", "422"} <= set(route["responses"]) for route in about_pairs)
    assert all(route["summary"] and route["security"] for route in routes)
