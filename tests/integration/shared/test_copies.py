"""Copies on a real MongoDB: in any order the newest version stays; a mark is cleared by its own reader only."""

import asyncio
import random
from typing import Any

import pytest

from shared.copies import Copies, Received
from shared.events import Erased, NeedSnapshot
from shared.mongo import Database
from tests.builders import NOW, a_need, an_id


@pytest.fixture
async def copies(database: Database) -> Copies[NeedSnapshot]:
    made = Copies(database, NeedSnapshot, "needs")
    await made.prepare()
    return made


def received(need: NeedSnapshot | Erased, **unknown: Any) -> Received:
    return Received(need.id, need.version, {**need.model_dump(mode="json"), **unknown})


async def test_racing_first_inserts_of_old_and_new_versions_end_with_the_new(copies: Copies[NeedSnapshot]) -> None:
    keys = [an_id(n) for n in range(6000)]
    old = [received(a_need(id=key, version=1, title="alt")) for key in keys]
    new = [received(a_need(id=key, version=2, title="neu")) for key in keys]
    chance = random.Random(7)  # noqa: S311 - an order of arrival, not a secret
    writers = []
    for batch in range(0, 6000, 500):
        pair = [old[batch : batch + 500], new[batch : batch + 500]]
        chance.shuffle(pair)
        writers += [copies.apply(one) for one in pair]

    await asyncio.gather(*writers)

    assert await copies.collection.count_documents({"version": 2, "record.title": "neu"}) == 6000


async def test_order_duplicates_and_replays_make_no_difference(copies: Copies[NeedSnapshot]) -> None:
    history = [received(a_need(version=n, title=f"Titel {n}")) for n in range(1, 8)]
    chance = random.Random(11)  # noqa: S311 - an order of arrival, not a secret

    for _ in range(60):
        arrival = chance.choices(history, k=5) + [history[-1]] * 2
        chance.shuffle(arrival)
        for batch in (arrival[:3], arrival[3:]):
            await copies.apply(batch)
        kept = await copies.get(an_id(1))
        assert kept is not None
        assert kept.title == "Titel 7"


async def test_what_looks_like_an_expression_is_stored_as_text(copies: Copies[NeedSnapshot]) -> None:
    await copies.apply([received(a_need(title="$version"), **{"$odd.key": "$$NOW"})])

    document = await copies.collection.find_one({})

    assert document is not None
    assert document["record"]["title"] == "$version"
    assert document["record"]["$odd.key"] == "$$NOW"


async def test_an_erased_entity_is_kept_as_erased_and_never_comes_back(copies: Copies[NeedSnapshot]) -> None:
    await copies.apply([received(a_need(version=1))])
    await copies.apply([received(Erased(id=an_id(1), version=2, changed_at=NOW))])
    await copies.apply([received(a_need(version=1))])

    assert await copies.get(an_id(1)) is None
    assert [due.snapshot.status for due in await copies.due()] == ["erased"]


async def test_a_mark_set_again_after_reading_is_not_cleared_by_the_reader(copies: Copies[NeedSnapshot]) -> None:
    await copies.apply([received(a_need())])
    [before] = await copies.due()
    await copies.mark_due({"status": "open"})

    cleared = await copies.done(before)

    [after] = await copies.due()
    assert not cleared
    assert await copies.done(after)
    assert await copies.due() == []


async def test_an_older_version_marks_nothing_due(copies: Copies[NeedSnapshot]) -> None:
    await copies.apply([received(a_need(version=5))])
    [due] = await copies.due()
    await copies.done(due)

    await copies.apply([received(a_need(version=4)), received(a_need(version=5))])

    assert await copies.due() == []


async def test_fields_that_this_reader_does_not_know_are_kept(copies: Copies[NeedSnapshot]) -> None:
    await copies.apply([received(a_need(), from_the_future={"a": [1, 2]})])

    document = await copies.collection.find_one({"_id": an_id(1)})

    assert document is not None
    assert document["record"]["from_the_future"] == {"a": [1, 2]}
