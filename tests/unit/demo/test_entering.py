import json
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.cli.calls import Calls, Refused
from deploy.cli.deployment import Deployment
from deploy.demo.loading import Entering
from deploy.demo.sample import sample
from services.matching.domain import judge
from services.members.api.networks import NetworkInput
from services.members.api.organisations import OrganisationInput
from services.members.api.people import MemberInput
from services.surveys.domain import needs, offers
from services.surveys.inputs import NeedInput, OfferInput
from shared.events import NeedSnapshot, OfferSnapshot
from shared.inputs import Input
from tests.builders import an_id

TODAY = date(2027, 3, 3)
NOW = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
BROKEN_BY = {"too_far": "place", "too_late": "dates", "too_expensive": "price"}


class _Services:
    """Judge what is entered as members and surveys do, and answer with ids."""

    def __init__(self) -> None:
        self.keys: Counter[str] = Counter()
        self.needs: list[NeedSnapshot] = []
        self.offers: dict[str, OfferSnapshot] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        key = request.headers["idempotency-key"]
        self.keys[key] += 1
        made = self._made(request.url.path, key, json.loads(request.content))
        return httpx.Response(201, json={"id": an_id(len(self.keys)), **made})

    def _made(self, path: str, key: str, fields: dict[str, Any]) -> dict[str, Any]:
        kind = Path(path).name
        if kind == "needs":
            need = needs.started(NeedInput.model_validate(fields).new(NOW), TODAY)
            self.needs.append(need)
            return need.model_dump(mode="json")
        if kind == "offers":
            offer = offers.started(OfferInput.model_validate(fields).new(NOW), TODAY)
            self.offers[key.rsplit("-", 1)[1]] = offer
            return offer.model_dump(mode="json")
        inputs: dict[str, type[Input]] = {
            "networks": NetworkInput,
            "organisations": OrganisationInput,
            "members": MemberInput,
        }
        inputs[kind].model_validate(fields)
        return {}


async def _entered(services: Callable[[httpx.Request], httpx.Response], told: Callable[[str], None]) -> Entering:
    deployment = Deployment({"members": "http://members", "surveys": "http://surveys"}, lambda: "t")
    async with Calls(deployment, transport=httpx.MockTransport(services)) as calls:
        entering = Entering(calls, sample(TODAY), "run", told)
        steps: tuple[Callable[[], Awaitable[object]], ...] = (
            entering.enter_people,
            entering.enter_offers,
            entering.enter_needs,
        )
        for step in steps:
            await step()
        return entering


@pytest.fixture(scope="module")
async def services() -> _Services:
    made = _Services()
    await _entered(made, lambda _: None)
    return made


async def test_members_and_surveys_take_everything_in_the_sample() -> None:
    services, told = _Services(), Counter[str]()

    entering = await _entered(services, lambda what: told.update([what]))

    shown = sample(TODAY)
    assert told == {
        "network": 1,
        "organisation": len(shown.organisations),
        "person": len(shown.people),
        "offer": len(shown.offers),
        "need": len(shown.needs),
    }
    assert set(services.keys.values()) == {1}
    assert all(need.contact in entering.people.values() for need in services.needs)
    assert all(offer.status != "ended" for offer in services.offers.values())


async def test_the_offers_that_were_meant_meet_every_limit_of_their_need(services: _Services) -> None:
    missed = [
        need.title
        for need, meant in zip(_in_order(services), sample(TODAY).needs, strict=True)
        for key in meant.answered_by
        if not judge(need, services.offers[key]).fits
    ]

    assert missed == []


@pytest.mark.parametrize(
    ("why", "title", "offer"),
    [("too_far", "Asbest", "asbest"), ("too_late", "ADR", "adr"), ("too_expensive", "Praxisanl", "praxisanleitung")],
)
async def test_what_nothing_fits_fails_for_the_reason_that_is_given(
    services: _Services, why: str, title: str, offer: str
) -> None:
    need = next(need for need in services.needs if title in need.title)

    judgement = judge(need, services.offers[offer])

    assert not judgement.fits
    assert [each.code for each in judgement.criteria if each.verdict == "not"] == [BROKEN_BY[why]]
    assert next(need for need in sample(TODAY).needs if title in need.fields["title"]).nothing_fits == why


async def test_entering_stops_with_what_a_service_refuses() -> None:
    def refusing(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/members"):
            return httpx.Response(409, json={"title": "This value is already in use here.", "status": 409})
        return httpx.Response(201, json={"id": an_id(1)})

    with pytest.raises(Refused, match=r"members refused \(409\): This value is already in use here"):
        await _entered(refusing, lambda _: None)


def _in_order(services: _Services) -> list[NeedSnapshot]:
    by_title = {need.title: need for need in services.needs}
    return [by_title[need.fields["title"]] for need in sample(TODAY).needs]
