from typing import Any

import httpx
import pytest

from services.matching.domain.fencing import Fence
from services.matching.store import Store as MatchingStore
from services.members.store import Store as MembersStore
from shared.copies import Received
from shared.events import ResultSnapshot
from shared.events.base import Snapshot
from shared.events.matching import Criterion, Match, pair_of
from shared.links import match_url
from tests.builders import ASKER, NOW, TEACHER, a_member, a_need, a_teacher, an_id, an_offer
from tests.integration.portal.conftest import LINK_KEY, PUBLIC_URL

NEED, OFFER = an_id(1), an_id(101)
COMPANYS, PROVIDERS = (match_url(PUBLIC_URL, LINK_KEY, member, NEED, OFFER) for member in (ASKER, TEACHER))


async def keep(copies: Any, snapshot: Snapshot) -> None:
    await copies.apply([Received(snapshot.id, snapshot.version, snapshot.model_dump(mode="json"))])


@pytest.fixture
async def pair(members: MembersStore, matching: MatchingStore) -> None:
    for member in (a_member(roles=()), a_teacher(roles=())):
        await members.members.add(member)
    await keep(matching.needs, a_need())
    await keep(matching.offers, an_offer(link="https://bildung.example/wig"))
    match = Match(
        offer=OFFER,
        pair=pair_of(NEED, OFFER),
        probability=0.9,
        fit=0.9,
        announced=True,
        criteria=(Criterion(code="content", verdict="fits"), Criterion(code="price", verdict="unknown")),
        found_at=NOW,
    )
    result = ResultSnapshot(
        id=NEED, version=1, changed_at=NOW, status="current", need_version=1, model="m", matches=(match,)
    )
    await matching.keep_result(None, result, Fence(1, 1, 1))


@pytest.mark.usefixtures("pair")
async def test_the_link_of_a_mail_opens_the_match_for_each_side(browser: httpx.AsyncClient) -> None:
    companys, providers = await browser.get(COMPANYS), await browser.get(PROVIDERS)

    assert "<h1>WIG-Schweißen Grundkurs</h1>" in companys.text
    assert "https://bildung.example/wig" in companys.text
    assert "<h1>WIG-Schweißen für unsere Schlosser</h1>" in providers.text
    for page in (companys, providers):
        assert "Was passt</h2>" in page.text
        assert "Was noch offen ist</h2>" in page.text


@pytest.mark.usefixtures("pair")
async def test_both_sides_answer_change_their_minds_and_are_heard(
    browser: httpx.AsyncClient, matching: MatchingStore
) -> None:
    async def heard() -> list[str | None]:
        response = await matching.responses.get(pair_of(NEED, OFFER))
        assert response is not None
        return [said.what if said else None for said in (response.company, response.provider)]

    assert (await browser.post(COMPANYS, data={"said": "interested"})).status_code == 303
    assert (await browser.post(PROVIDERS, data={"said": "dismissed", "reason": "dates"})).status_code == 303
    assert await heard() == ["interested", "dismissed"]
    assert "Sie haben Ihr Interesse mitgeteilt" in (await browser.get(COMPANYS)).text

    assert (await browser.post(COMPANYS, data={"said": "nothing"})).status_code == 303
    assert await heard() == [None, "dismissed"]
    assert "Ich habe Interesse" in (await browser.get(COMPANYS)).text
    assert "dass das nicht passt" in (await browser.get(PROVIDERS)).text


@pytest.mark.usefixtures("pair")
async def test_a_link_is_worth_nothing_for_another_pair_or_another_person(browser: httpx.AsyncClient) -> None:
    for foreign in (COMPANYS.replace(OFFER, an_id(102)), COMPANYS.replace(ASKER, TEACHER)):
        for page in (await browser.get(foreign), await browser.post(foreign, data={"said": "interested"})):
            assert page.status_code == 404
            assert "WIG" not in page.text


@pytest.mark.usefixtures("pair")
async def test_who_is_no_longer_the_contact_sees_nothing_any_more(
    browser: httpx.AsyncClient, matching: MatchingStore
) -> None:
    await keep(matching.needs, a_need(version=2, contact=an_id(7)))

    page = await browser.get(COMPANYS)

    assert page.status_code == 404
    assert "WIG" not in page.text


@pytest.mark.usefixtures("members")
async def test_a_match_that_matching_does_not_know_is_not_there(
    browser: httpx.AsyncClient, members: MembersStore
) -> None:
    await members.members.add(a_member(roles=()))

    assert (await browser.get(COMPANYS)).status_code == 404
