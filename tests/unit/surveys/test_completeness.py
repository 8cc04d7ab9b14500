"""How complete needs and offers are, and what is missing."""

from datetime import date

from services.surveys.domain import completeness
from shared.events.surveys import Delivery
from tests.builders import LEIPZIG, a_date, a_need, an_offer

LONG = "Wir schweißen künftig mehr Edelstahl und brauchen dafür Leute, die das sauber können."


def test_a_bare_offer_lacks_nearly_everything_and_says_what_first() -> None:
    told = completeness.of_offer(an_offer(contact=None))

    assert told.figure == 0
    assert told.missing[:2] == ("description", "dates")
    assert "contact" in told.missing


def test_an_offer_with_everything_is_whole() -> None:
    course = a_date(starts_on=date(2027, 3, 1), delivery=Delivery.ON_SITE, place=LEIPZIG)
    whole = an_offer(
        description=LONG,
        dates=(course,),
        price_eur=0,
        hours=40,
        topics=("metal",),
        target_group="Schlosser",
        azav=False,
        certificate="Teilnahmebescheinigung",
    )

    assert completeness.of_offer(whole) == completeness.Completeness(100, ())
    without_place = whole.model_copy(update={"dates": (course, a_date(delivery=Delivery.HYBRID))})
    assert completeness.of_offer(without_place).missing == ("place",)
    assert 0 < completeness.of_offer(without_place).figure < 100


def test_an_online_date_needs_no_place() -> None:
    online = an_offer(dates=(a_date(entry="rolling", delivery=Delivery.ONLINE),))

    assert "place" not in completeness.of_offer(online).missing


def test_an_initiative_is_asked_for_other_things_than_a_course() -> None:
    initiative = an_offer(kind="initiative", description=LONG, initiative="advice", topics=("digital",))

    assert completeness.of_offer(initiative).missing == ("ends_on",)
    assert completeness.of_offer(initiative.model_copy(update={"ends_on": date(2027, 1, 1)})).figure == 100


def test_a_need_is_whole_with_what_decides_about_matches() -> None:
    bare = completeness.of_need(a_need(contact=None))
    whole = completeness.of_need(
        a_need(
            description=LONG,
            persons_max=3,
            place=LEIPZIG,
            skills=("WIG",),
            latest_start=date(2027, 3, 1),
            delivery={Delivery.ON_SITE},
            max_price_eur=900,
            eqf=4,
        )
    )

    assert (bare.figure, bare.missing[0]) == (0, "description")
    assert (whole.figure, whole.missing) == (100, ())


def test_a_need_that_is_taught_online_needs_no_place() -> None:
    assert "place" not in completeness.of_need(a_need(delivery={Delivery.ONLINE, Delivery.SELF_PACED})).missing
    assert "place" in completeness.of_need(a_need(delivery={Delivery.ONLINE, Delivery.ON_SITE})).missing
