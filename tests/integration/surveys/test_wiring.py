"""A whole process of the service, its worker included, on a real broker."""

from datetime import date

import httpx
from fastapi import FastAPI

from services.surveys.main import build
from services.surveys.settings import Settings
from services.surveys.store import Store
from shared.settings import ServiceSettings
from tests.builders import a_date, a_need, an_id, an_offer
from tests.waiting import eventually


async def is_ready(app: FastAPI) -> bool:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://surveys") as http:
        return (await http.get("/ready")).status_code == httpx.codes.OK


async def test_a_started_worker_ends_what_became_past_while_it_was_away(
    settings: ServiceSettings, kafka: str, store: Store
) -> None:
    await store.needs.add(a_need(id=an_id(8101), latest_start=date(2020, 1, 1)))
    await store.offers.add(an_offer(id=an_id(8102), dates=(a_date(starts_on=date(2020, 1, 1)),)))
    service = build(Settings.model_validate({**settings.model_dump(), "kafka_bootstrap": kafka, "role": "all"}))

    async with service.app.router.lifespan_context(service.app):
        need = await eventually(lambda: the_ended(store))
        assert await eventually(lambda: is_ready(service.app))

    assert need == ("expired", "ended")


async def the_ended(store: Store) -> tuple[str, str] | None:
    need, offer = await store.needs.get(an_id(8101)), await store.offers.get(an_id(8102))
    if need is None or offer is None or need.status == "open" or offer.status == "published":
        return None
    return need.status, offer.status
