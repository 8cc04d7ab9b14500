"""Companies reached, by size under both rules."""

from services.members.domain.figures import reached


def test_companies_are_counted_under_both_rules() -> None:
    told = reached([3, 9, 10, 49, 50, 250, 500, None], exact=True)

    assert told.companies == 8
    assert told.eu == {"micro": 2, "small": 2, "medium": 1, "large": 2, "": 1}
    assert told.sgb == {"below_50": 4, "50_to_499": 2, "500_and_more": 1, "": 1}


def test_small_classes_are_hidden_and_never_computable() -> None:
    told = reached([3, 4, 5, 6, 60], exact=False)

    assert told.companies == 5
    assert told.eu == {"micro": None, "small": 0, "medium": None, "large": 0, "": 0}
    assert reached([3, 60], exact=False).companies is None
