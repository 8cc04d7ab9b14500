from datetime import date

from services.members.domain.legal import LegalTexts, missing
from services.members.domain.sign_ups import SignUp, per_day
from tests.builders import NOW, an_id

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


def test_people_are_counted_by_day_and_network_newest_day_first() -> None:
    counted = per_day(
        [
            SignUp(MONDAY, "active", ("north", "south", "north")),
            SignUp(MONDAY, "unconfirmed"),
            SignUp(TUESDAY, "active", ("north",)),
            SignUp(TUESDAY, "blocked", ("north",)),
        ]
    )

    assert list(counted) == [(TUESDAY, "north"), (MONDAY, None), (MONDAY, "north"), (MONDAY, "south")]
    assert counted[TUESDAY, "north"] == {"active": 1, "blocked": 1}
    assert counted[MONDAY, "north"] == {"active": 1}


def test_a_text_of_blanks_alone_is_missing_too() -> None:
    texts = LegalTexts(id=an_id(1), version=1, changed_at=NOW, imprint="Musterweg 1", privacy=" \n")

    assert missing(texts) == ["privacy", "accessibility"]
    assert missing(None) == ["imprint", "privacy", "accessibility"]
