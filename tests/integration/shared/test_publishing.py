"""A service's own entities on a real MongoDB: created once, changed by compare-and-set, erased for ever."""

import asyncio

import pytest

from shared.events import NeedSnapshot
from shared.mongo import GENERATION_SIZE, Database
from shared.publishing import Once, Owned
from shared.rules import Conflict, Missing, RuleBroken, Stale
from tests.builders import a_need, an_id


@pytest.fixture
async def needs(database: Database) -> Owned[NeedSnapshot]:
    owned = Owned(database, NeedSnapshot, "needs", unique={"title": ["title", "organisation"]})
    await owned.prepare()
    return owned


async def test_a_new_entity_starts_in_the_databases_generation(needs: Owned[NeedSnapshot]) -> None:
    made = await needs.add(a_need())

    assert made.version % GENERATION_SIZE == 1
    assert made.version > GENERATION_SIZE
    assert await needs.get(made.id) == made


async def test_texts_that_look_like_database_expressions_are_kept_as_they_are(needs: Owned[NeedSnapshot]) -> None:
    made = await needs.add(a_need(title="$version", description="{$where: 1}"))
    await needs.replace(made.model_copy(update={"title": "$$ROOT"}), expected=made.version)

    kept = await needs.get(made.id)

    assert kept is not None
    assert (kept.title, kept.description) == ("$$ROOT", "{$where: 1}")


async def test_of_two_changes_to_one_version_only_one_is_taken(needs: Owned[NeedSnapshot]) -> None:
    made = await needs.add(a_need())

    outcomes = await asyncio.gather(
        *(needs.replace(made.model_copy(update={"title": f"Titel {n}"}), expected=made.version) for n in range(8)),
        return_exceptions=True,
    )

    winners = [one for one in outcomes if isinstance(one, NeedSnapshot)]
    assert len(winners) == 1
    assert all(isinstance(one, Stale) for one in outcomes if one not in winners)
    assert await needs.get(made.id) == winners[0]
    assert winners[0].version == made.version + 1


async def test_a_repeated_creation_makes_one_entity_even_when_both_race(needs: Owned[NeedSnapshot]) -> None:
    once = Once("caller", "key-1", b"content")

    made = await asyncio.gather(*(needs.add(a_need(id=an_id(n)), once=once) for n in range(1, 9)))

    assert len({one.id for one in made}) == 1
    assert await needs.count({}) == 1


async def test_one_key_for_other_content_is_refused_and_stores_nothing(needs: Owned[NeedSnapshot]) -> None:
    await needs.add(a_need(), once=Once("caller", "key-1", b"content"))

    with pytest.raises(RuleBroken, match="idempotency_key_reused"):
        await needs.add(a_need(id=an_id(2), title="Anderes"), once=Once("caller", "key-1", b"other"))

    assert await needs.count({}) == 1


async def test_the_same_key_of_another_caller_is_another_key(needs: Owned[NeedSnapshot]) -> None:
    await needs.add(a_need(), once=Once("caller", "key-1", b"content"))
    await needs.add(a_need(id=an_id(2), title="Anderes"), once=Once("other", "key-1", b"content"))

    assert await needs.count({}) == 2


async def test_a_unique_value_is_taken_once_and_free_again_after_erasing(needs: Owned[NeedSnapshot]) -> None:
    made = await needs.add(a_need())
    with pytest.raises(Conflict) as refused:
        await needs.add(a_need(id=an_id(2)))
    assert refused.value.field == "title"

    await needs.erase(made.id, expected=made.version)

    assert (await needs.add(a_need(id=an_id(2)))).id == an_id(2)


async def test_an_erased_entity_leaves_nothing_but_that_it_was(needs: Owned[NeedSnapshot]) -> None:
    made = await needs.add(a_need(title="Geheimes Vorhaben"), once=Once("caller", "key", b"Geheimes Vorhaben"))

    await needs.erase(made.id, expected=made.version)

    document = await needs.collection.find_one({"_id": made.id})
    assert document is not None
    assert set(document["record"]) == {"id", "version", "status", "changed_at"}
    assert set(document["once"]) == {"key"}
    assert "Geheimes" not in str(document)
    assert await needs.get(made.id) is None
    with pytest.raises(Missing):
        await needs.replace(made, expected=made.version + 1)


async def test_lists_are_read_page_by_page_in_a_steady_order(needs: Owned[NeedSnapshot]) -> None:
    for number in range(1, 6):
        await needs.add(a_need(id=an_id(number), title=f"Titel {number}"))

    first = await needs.find({"status": "open"}, limit=2)
    second = await needs.find({"status": "open"}, limit=2, after=first[-1].id)
    newest = await needs.find({"status": "open"}, limit=2, newest_first=True)

    assert [one.id for one in first + second] == [an_id(n) for n in (1, 2, 3, 4)]
    assert [one.id for one in newest] == [an_id(5), an_id(4)]


async def test_lifting_puts_every_version_above_what_an_earlier_life_published(needs: Owned[NeedSnapshot]) -> None:
    made = await needs.add(a_need())
    generation = made.version // GENERATION_SIZE + 7

    await needs.lift(generation)

    kept = await needs.get(made.id)
    assert kept is not None
    assert kept.version == generation * GENERATION_SIZE + 1
    changed = await needs.replace(kept, expected=kept.version)
    assert changed.version == kept.version + 1
