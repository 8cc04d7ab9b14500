"""Who is told what: the rules of items."""

from datetime import timedelta

import pytest

from services.notifications.domain.telling import (
    Item,
    Known,
    Preferences,
    address_mark,
    items_of,
    mailed_since,
    may_be_told,
    watermark_of,
)
from shared.events import NeedSnapshot, OfferSnapshot, ResponseSnapshot, ResultSnapshot
from shared.events.matching import Match, Said, pair_of
from shared.events.members import Consent
from tests.builders import ASKER, NOW, TEACHER, a_member, a_need, an_id, an_offer

HOUR = timedelta(hours=1)


def a_match(offer: str = an_id(101), need: str = an_id(1), **changes: object) -> Match:
    made = {"offer": offer, "pair": pair_of(need, offer), "probability": 0.9, "fit": 0.8, "announced": True}
    return Match.model_validate({**made, "criteria": (), "found_at": NOW, **changes})


def a_result(*matches: Match, **changes: object) -> ResultSnapshot:
    made = {"id": an_id(1), "version": 1, "changed_at": NOW, "status": "current", "need_version": 1, "model": "m1"}
    return ResultSnapshot.model_validate({**made, "matches": matches, **changes})


def told(
    result: ResultSnapshot, need: NeedSnapshot | None = None, offer: OfferSnapshot | None = None
) -> set[tuple[str, str]]:
    offer = offer or an_offer()
    return {(item.recipient, item.kind) for item in items_of(result, Known(need or a_need(), {offer.id: offer}, {}))}


def a_response(**sides: Said) -> Known:
    response = ResponseSnapshot(
        id=pair_of(an_id(1), an_id(101)),
        version=1,
        changed_at=NOW,
        status="current",
        need=an_id(1),
        offer=an_id(101),
        **sides,
    )
    return Known(a_need(), {an_id(101): an_offer()}, {response.id: response})


def an_item(**changes: object) -> Item:
    made = {
        "id": an_id(70),
        "recipient": ASKER,
        "kind": "offer_for_need",
        "need": an_id(1),
        "offer": an_id(101),
        "pair": an_id(7),
        "found_at": NOW,
    }
    return Item(**{**made, **changes})  # type: ignore[arg-type]


def test_both_sides_are_told_of_an_announced_match() -> None:
    assert told(a_result(a_match())) == {(ASKER, "offer_for_need"), (TEACHER, "need_for_offer")}


@pytest.mark.parametrize(
    ("result", "need", "offer"),
    [
        (a_result(a_match(announced=False)), a_need(), an_offer()),
        (a_result(a_match(), status="closed"), a_need(), an_offer()),
        (a_result(a_match()), a_need(status="withdrawn"), an_offer()),
        (a_result(a_match()), a_need(visibility="coordinator"), an_offer()),
        (a_result(a_match()), a_need(), an_offer(status="preparing")),
        (a_result(a_match()), a_need(), an_offer(status="ended")),
    ],
    ids=["not announced", "closed", "withdrawn", "coordinator only", "planned", "ended"],
)
def test_nobody_is_told(result: ResultSnapshot, need: NeedSnapshot, offer: OfferSnapshot) -> None:
    assert told(result, need, offer) == set()


def test_who_is_not_known_yet_is_not_told() -> None:
    result = a_result(a_match())

    assert items_of(result, Known(None, {an_id(101): an_offer()}, {})) == []
    assert items_of(result, Known(a_need(), {}, {})) == []
    assert told(result, offer=an_offer(contact=None)) == {(ASKER, "offer_for_need")}


def test_a_dismissed_match_is_told_to_nobody_and_an_answered_one_not_to_who_answered() -> None:
    result = a_result(a_match())
    interested = Said(what="interested", by=ASKER, at=NOW)
    dismissed = Said(what="dismissed", by=ASKER, at=NOW, reason="price")

    assert {item.recipient for item in items_of(result, a_response(company=interested))} == {TEACHER}
    assert items_of(result, a_response(company=dismissed)) == []


def test_an_item_is_the_same_whenever_it_is_made() -> None:
    first, second = (told_ids(a_result(a_match(probability=p), version=v)) for p, v in ((0.9, 1), (0.7, 5)))

    assert first == second
    assert len(first) == 2


def told_ids(result: ResultSnapshot) -> set[str]:
    return {item.id for item in items_of(result, Known(a_need(), {an_id(101): an_offer()}, {}))}


def a_consent(**changes: object) -> Consent:
    return Consent.model_validate({"purpose": "matches", "given_at": NOW, "text_version": "1", **changes})


def test_mail_needs_an_active_member_with_a_consent_in_force() -> None:
    assert mailed_since(a_member(), Preferences()) == NOW
    assert mailed_since(None, Preferences()) is None
    assert mailed_since(a_member(status="unconfirmed"), Preferences()) is None
    assert mailed_since(a_member(consents=()), Preferences()) is None
    assert mailed_since(a_member(consents=(a_consent(withdrawn_at=NOW),)), Preferences()) is None


def test_unsubscribing_ends_mail_until_a_later_consent_or_a_return() -> None:
    unsubscribed = Preferences(unsubscribed_at=NOW + HOUR)
    back = Preferences(unsubscribed_at=NOW + HOUR, resubscribed_at=NOW + 3 * HOUR)
    fresh = a_member(consents=(a_consent(), a_consent(given_at=NOW + 2 * HOUR)))

    assert mailed_since(a_member(), unsubscribed) is None
    assert mailed_since(fresh, unsubscribed) == NOW + 2 * HOUR
    assert mailed_since(a_member(), back) == NOW + 3 * HOUR
    assert mailed_since(a_member(), Preferences(unsubscribed_at=NOW + 4 * HOUR, resubscribed_at=NOW + 3 * HOUR)) is None


def test_an_address_that_does_not_exist_gets_no_mail_but_the_next_one_does() -> None:
    gone = Preferences(suppressed=frozenset({address_mark("Petra@metallbau.example")}))

    assert mailed_since(a_member(), gone) is None
    assert mailed_since(a_member(email="p.beispiel@metallbau.example"), gone) == NOW


def test_what_was_found_long_before_the_consent_or_the_watermark_is_never_told() -> None:
    long_ago = NOW - 24 * HOUR

    assert may_be_told(an_item(), NOW + 59 * HOUR / 60, long_ago)
    assert not may_be_told(an_item(), NOW + HOUR, long_ago)
    assert not may_be_told(an_item(), NOW, NOW)
    assert not may_be_told(an_item(), None, long_ago)


def test_what_was_told_or_is_not_true_or_lies_in_a_mail_is_not_due() -> None:
    for changes in ({"told_at": NOW}, {"fits": False}, {"mail": an_id(8)}, {"dropped": "refused"}):
        assert not may_be_told(an_item(**changes), NOW, NOW - HOUR)


def test_the_watermark_is_the_founding_of_the_oldest_network_only_within_a_day() -> None:
    assert watermark_of(NOW, []) == NOW
    assert watermark_of(NOW, [NOW - 2 * HOUR, NOW - 5 * HOUR]) == NOW - 5 * HOUR
    assert watermark_of(NOW, [NOW - 2 * HOUR, NOW - 24 * HOUR]) == NOW
    assert watermark_of(NOW, [NOW + HOUR]) == NOW
