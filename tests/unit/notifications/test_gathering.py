"""When a mail is built, with what, and under which name."""

from datetime import timedelta

from services.notifications.domain.gathering import MOST_ITEMS, Waiting, in_order, ready_at, slot_of
from services.notifications.domain.telling import Item
from tests.builders import ASKER, NOW, an_id

MS = timedelta(milliseconds=1)


def an_item(number: int, **changes: object) -> Item:
    made = {"id": an_id(number), "recipient": ASKER, "kind": "offer_for_need", "need": an_id(1), "offer": an_id(2)}
    return Item(**{**made, "pair": an_id(3), "found_at": NOW, "due_at": NOW, **changes})  # type: ignore[arg-type]


def test_items_are_gathered_until_none_has_come_for_200_ms() -> None:
    assert ready_at(Waiting(ASKER, NOW, NOW)) == NOW + 200 * MS
    assert ready_at(Waiting(ASKER, NOW, NOW + 150 * MS)) == NOW + 350 * MS


def test_gathering_ends_after_600_ms_however_many_come() -> None:
    assert ready_at(Waiting(ASKER, NOW, NOW + 590 * MS)) == NOW + 600 * MS


def test_the_slot_is_the_first_item_and_which_telling_of_it_this_is() -> None:
    late, early = an_item(1, due_at=NOW + 5 * MS), an_item(2, telling=3)

    assert slot_of([late, early]) == f"{an_id(2)}:4"


def test_a_mail_takes_the_longest_waiting_items_and_leaves_the_rest_for_the_next() -> None:
    items = [an_item(number, due_at=NOW - number * MS) for number in range(MOST_ITEMS + 1)]

    taken = in_order(items)

    assert taken[0].id == an_id(MOST_ITEMS)
    assert an_id(0) not in {item.id for item in taken}
