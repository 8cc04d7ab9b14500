"""Exports over HTTP: what the caller may see and no more, in every format, and back again without a loss."""

import json
import random
from datetime import date, timedelta
from typing import Any

import httpx
import icalendar
import pytest
from lxml import etree

from services.surveys.store import Store
from shared.events.surveys import Cefr, Delivery, Level, TargetGroup, TimeModel, Trigger, Visibility
from shared.places import place_of
from tests.builders import COMPANY, LEIPZIG, NETWORK, PROVIDER, a_date, a_need, an_id, an_offer
from tests.integration.surveys.conftest import stored
from tests.integration.surveys.test_import_jobs import PROVIDERS, acting, bring, taken

OTHERS = f"company:{an_id(960)}:{NETWORK}"
STRANGER = f"company:{an_id(960)}:{an_id(961)}"
OWN = f"company:{COMPANY}:{NETWORK}"
LOST_ON_THE_WAY = {"id", "version", "changed_at", "entered_by", "contact", "source", "confirmed", "expires_on"}


async def exported(http: httpx.AsyncClient, what: str, *rights: str, **asked: Any) -> bytes:
    answer = await http.get(f"/exports/{what}", params=asked, headers=acting(*rights))
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize("extension", ["csv", "jsonl", "atom", "geojson"])
async def test_an_anonymous_need_leaves_without_company_or_place(
    http: httpx.AsyncClient, store: Store, extension: str
) -> None:
    need = a_need(visibility=Visibility.ANONYMOUS, place=LEIPZIG, persons_min=17, title="Sehr geheim")
    await store.needs.add(need)

    for_own = (await exported(http, f"needs.{extension}", OWN)).decode()
    for_others = (await exported(http, f"needs.{extension}", OTHERS)).decode()
    for_strangers = (await exported(http, f"needs.{extension}", STRANGER)).decode()

    assert "Sehr geheim" in for_own
    assert "Sehr geheim" in for_others
    assert not [told for told in (COMPANY, "04109", "51.34", "12.37", '"persons_min":17') if told in for_others]
    assert "Sehr geheim" not in for_strangers


async def test_nobody_sees_needs_and_everybody_open_offers(http: httpx.AsyncClient, store: Store) -> None:
    await store.offers.add(an_offer(networks=(), title="Für alle"))
    await store.offers.add(an_offer(id=an_id(102), title="Im Verbund"))
    public = {"Authorization": ""}

    needs = await http.get("/exports/needs.csv", headers=public)
    offers = await http.get("/exports/offers.csv", headers=public)

    assert needs.status_code == 401
    assert ("Für alle" in offers.text, "Im Verbund" in offers.text) == (True, False)


async def test_formulas_are_defused(http: httpx.AsyncClient, store: Store) -> None:
    await store.needs.add(a_need(title="=1+1", description="@SUM(A1)"))

    rows = (await exported(http, "needs.csv", OWN)).decode("utf-8-sig")

    assert "'=1+1;'@SUM(A1)" in rows


async def test_course_dates_make_a_calendar(http: httpx.AsyncClient, store: Store) -> None:
    days = {"starts_on": date(2190, 3, 1), "ends_on": date(2190, 3, 5)}
    timed = a_date(id=an_id(502), starts_on=date(2190, 4, 1), starts_at="08:30", ends_at="12:00", cancelled=True)
    await store.offers.add(an_offer(title="Löten; Grundkurs\nEND:VEVENT", dates=(a_date(**days), timed)))

    calendar: Any = icalendar.Calendar.from_ical(await exported(http, "offers.ics", PROVIDERS))

    first, second = calendar.walk("VEVENT")
    assert (first["SUMMARY"], first["DTSTART"].dt) == ("Löten; Grundkurs\nEND:VEVENT", date(2190, 3, 1))
    assert first["DTEND"].dt == date(2190, 3, 6)
    assert (second["DTSTART"].dt.hour, second["STATUS"]) == (8, "CANCELLED")


async def test_offers_make_a_feed_a_map_and_a_graph(http: httpx.AsyncClient, store: Store) -> None:
    hostile = "Schweißen </script><script>alert(1)</script> & mehr"
    for number in range(3):
        await store.offers.add(an_offer(id=an_id(101 + number), title=hostile, dates=(a_date(place=LEIPZIG),)))

    feed = etree.fromstring(await exported(http, "offers.atom", PROVIDERS))
    places = json.loads(await exported(http, "offers.geojson", PROVIDERS))
    raw = await exported(http, "offers.jsonld", PROVIDERS)

    assert [entry.findtext("{*}title") for entry in feed.iterfind("{*}entry")] == [hostile] * 3
    assert [one["geometry"]["coordinates"] for one in places["features"]] == [[12.37, 51.34]] * 3
    assert [course["name"] for course in json.loads(raw)["@graph"]] == [hostile] * 3
    assert b"</script>" not in raw


@pytest.mark.parametrize("extension", ["csv", "xlsx", "jsonl", "jsonld", "ics", "atom", "geojson", "openqcat"])
async def test_nothing_to_export_is_a_sound_file_too(http: httpx.AsyncClient, extension: str) -> None:
    content = await exported(http, f"offers.{extension}", PROVIDERS)

    if extension in {"jsonld", "geojson"}:
        json.loads(content)
    if extension in {"atom", "openqcat"}:
        etree.fromstring(content)
    if extension == "ics":
        icalendar.Calendar.from_ical(content)


async def test_many_pages_are_exported_whole(http: httpx.AsyncClient, store: Store) -> None:
    for number in range(405):
        await store.offers.add(an_offer(id=an_id(2000 + number), title=f"Kurs {number}"))

    lines = (await exported(http, "offers.jsonl", PROVIDERS)).splitlines()
    graph = json.loads(await exported(http, "offers.jsonld", PROVIDERS))["@graph"]

    assert len({json.loads(line)["title"] for line in lines}) == 405
    assert len(graph) == 405


TEXTS = [
    "=1+1",
    "'x",
    "a;b",
    'sagt "ja"',
    "Zeile 1\nZeile 2",
    "ß Ü é",
    "-5",
    "@x",
    "<b>&amp;</b>",
    "𝄞",
    "x, y",
    "_x0041_",
]


def some_needs(seed: int) -> list[Any]:
    chance = random.Random(seed)  # noqa: S311 - variety, no secret

    def maybe(value: Any, otherwise: Any = None) -> Any:
        return value if chance.random() < 0.6 else otherwise

    def some(kind: Any) -> Any:
        return frozenset(chance.sample(list(kind), chance.randint(0, 3)))

    start = date(2190, 1, 1) + timedelta(days=chance.randint(0, 300))
    return [
        a_need(
            id=an_id(3000 + seed * 100 + number),
            title=f"{chance.choice(TEXTS).splitlines()[0]} {number}",
            description=maybe(" ".join(chance.choices(TEXTS, k=3)), ""),
            organisation=COMPANY,
            visibility=chance.choice(list(Visibility)),
            status=chance.choice(["draft", "open", "covered", "withdrawn"]),
            persons_min=maybe(3),
            persons_max=maybe(12),
            earliest_start=maybe(start),
            latest_start=maybe(start + timedelta(days=90)),
            latest_end=maybe(start + timedelta(days=200)),
            delivery=some(Delivery),
            time_models=some(TimeModel),
            place=place_of("04109", maybe("Leipzig")),
            radius_km=maybe(50),
            max_price_eur=maybe(chance.choice([0.0, 1250.5, 1000.0, 0.01, 999999.99])),
            azav_wanted=chance.random() < 0.5,
            level=maybe(chance.choice(list(Level))),
            cefr=maybe(chance.choice(list(Cefr))),
            musts=some(["level", "cefr", "entry"]) if number % 2 else frozenset(),
            pooling=chance.random() < 0.5,
            topics=("welding",) if number % 2 else (),
            skills=maybe(("a;b", 'sagt "ja"', "WIG"), ()),
            kldb=maybe(("24", "24422"), ()),
            trigger=maybe(chance.choice(list(Trigger))),
            urgency=maybe(chance.choice(["low", "normal", "high"])),
            target_groups=some(TargetGroup),
            eqf=maybe(4),
            hours_max=maybe(chance.choice([40.0, 7.5])),
            decide_by=maybe(start),
            course_languages=maybe(("de", "en"), ()),
            accessibility=maybe("Rampe; Aufzug", ""),
            funding_interest=maybe(chance.random() < 0.5),
        )
        for number in range(8)
    ]


def some_offers(seed: int) -> list[Any]:
    chance = random.Random(seed)  # noqa: S311 - variety, no secret

    def maybe(value: Any, otherwise: Any = None) -> Any:
        return value if chance.random() < 0.6 else otherwise

    def some_date(number: int) -> Any:
        start = date(2190, 1, 1) + timedelta(days=number)
        return a_date(
            id=an_id(9000 + seed * 100 + number),
            entry=chance.choice(["fixed", "rolling", "on_request"]),
            starts_on=start,
            ends_on=maybe(start + timedelta(days=4)),
            delivery=maybe(chance.choice(list(Delivery))),
            time_models=frozenset(chance.sample(list(TimeModel), 2)),
            place=place_of(maybe("04109"), "Leipzig"),
            participants_min=maybe(3),
            participants_max=maybe(12),
            places_left=maybe(0),
            register_by=maybe(start),
            cancelled=chance.random() < 0.3,
            full=chance.random() < 0.3,
            weekdays=frozenset(chance.sample(range(1, 8), 3)),
            starts_at=maybe("08:30"),
            ends_at=maybe("16:00"),
            barrier_free=maybe(True),
            start_guaranteed=maybe(False),
        )

    return [
        an_offer(
            id=an_id(5000 + seed * 100 + number),
            title=f"{chance.choice(TEXTS).splitlines()[0]} {number}",
            description=maybe(" ".join(chance.choices(TEXTS, k=3)), ""),
            own_number=f"={number}",
            source=f"api:{PROVIDER}",
            status=chance.choice(["preparing", "published", "permanent", "blocked"]),
            keywords=maybe(("a;b", "WIG"), ()),
            aims=maybe("Ziel\nzwei", ""),
            target_group=maybe("Schlosser", ""),
            certificate=maybe("Zertifikat"),
            level=maybe(chance.choice(list(Level))),
            teaching_units=maybe(40.0),
            hours=maybe(7.5),
            price_eur=maybe(840.5),
            azav=maybe(chance.random() < 0.5),
            measure_number=maybe("123/45/2026"),
            certifier_number=maybe("Z-9"),
            azav_until=maybe(date(2190, 12, 31)),
            land_numbers=({"land": "ST", "number": "2026-1; x"}, {"land": "TH", "number": "9"}) if number % 2 else (),
            zfu_number=maybe("7400"),
            ba_systematik=maybe("C 1430-10"),
            in_house_possible=maybe(True),
            course_language=maybe("de"),
            link=maybe("https://bildung.example/kurs"),
            vat_note=maybe("umsatzsteuerfrei"),
            dates=tuple(some_date(number * 4 + one) for one in range(number % 4)),
        )
        for number in range(6)
    ]


def content_of(things: list[Any]) -> dict[str, Any]:
    return {one["title"]: {name: value for name, value in one.items() if name not in LOST_ON_THE_WAY} for one in things}


@pytest.mark.parametrize("extension", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_needs_come_back_as_they_left(http: httpx.AsyncClient, store: Store, extension: str, seed: int) -> None:
    for need in some_needs(seed):
        await store.needs.add(need)
    before = content_of([need.model_dump(mode="json") for need in await store.needs.find({}, limit=50)])
    file = await exported(http, f"needs.{extension}", OWN)
    for need in await store.needs.find({}, limit=50):
        await store.needs.erase(need.id, expected=need.version)

    done = await taken(http, store, await bring(http, file, OWN), OWN)

    assert done["counts"]["refused"] == 0, (await http.get(f"/imports/{done['id']}/rows")).text
    after = await store.needs.find({}, limit=50)
    assert content_of([need.model_dump(mode="json") for need in after]) == before


@pytest.mark.parametrize("extension", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_offers_come_back_as_they_left(http: httpx.AsyncClient, store: Store, extension: str, seed: int) -> None:
    for offer in some_offers(seed):
        await store.offers.add(offer)
    before = content_of([offer.model_dump(mode="json") for offer in await store.offers.find({}, limit=50)])
    file = await exported(http, f"offers.{extension}", PROVIDERS)
    for offer in await store.offers.find({}, limit=50):
        await store.offers.erase(offer.id, expected=offer.version)

    done = await taken(http, store, await bring(http, file, PROVIDERS, kind="offers"), PROVIDERS)

    assert done["counts"]["refused"] == 0, (await http.get(f"/imports/{done['id']}/rows")).text
    after = await store.offers.find({}, limit=50)
    assert content_of([offer.model_dump(mode="json") for offer in after]) == before


async def test_an_export_that_is_brought_again_changes_nothing(http: httpx.AsyncClient, store: Store) -> None:
    for offer in some_offers(3):
        await store.offers.add(offer)
    before = await stored(http, "offers")
    file = await exported(http, "offers.csv", PROVIDERS)

    done = await taken(http, store, await bring(http, file, PROVIDERS, kind="offers"), PROVIDERS)

    assert done["counts"]["unchanged"] == 6
    assert await stored(http, "offers") == before
