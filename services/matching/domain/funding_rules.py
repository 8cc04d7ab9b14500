"""Rules of funding as dated facts: what is certain of each, on which day it was looked up, what is uncertain.

To change: edit the entry, its `checked_on` and its tests. Nothing here filters or orders matches.
"""

from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - a day, as the contracts call it
from typing import Final, Literal

Land = Literal["SN", "ST", "TH"]
State = Literal["open", "suspended", "ended", "unclear"]


@dataclass(frozen=True)
class Rule:
    """One way of funding. A condition of None is not asked for."""

    id: str
    title: str
    """What it is called, in German, as people look it up."""
    state: State
    source: str
    checked_on: Day
    uncertain: str
    """What must be asked, since it is not in the data or may have changed."""
    valid_from: Day | None = None
    """Of the course's first day."""
    valid_to: Day | None = None
    applicant: Literal["employer", "learner"] = "employer"
    lands: frozenset[Land] = frozenset()
    """Where the people work; empty means everywhere."""
    hours_above: float | None = None
    """Hours of 60 minutes that the course must exceed."""
    measure_approved: bool = False
    """Whether the course must be approved (AZAV)."""
    provider_approved: bool = False
    price_from: float | None = None
    """Euros a person that the course must cost at least."""
    for_promotion: bool = False
    """Only for courses that lead to a degree such as Meister or Fachwirt."""


_CHECKED: Final = Day(2026, 11, 22)

RULES: Final = (
    Rule(
        id="sgb3_82",
        title="Weiterbildungskosten für Beschäftigte (§ 82 SGB III)",
        state="open",
        source="§ 82 Abs. 1 und 2 SGB III",
        checked_on=_CHECKED,
        uncertain="Whether a degree is two years old, what was funded in the last two years, whether the training is "
        "required by law (then it is excluded), how heads are counted; changes made in 2026.",
        hours_above=120,
        measure_approved=True,
        provider_approved=True,
    ),
    Rule(
        id="sgb3_82a",
        title="Qualifizierungsgeld (§ 82a SGB III)",
        state="open",
        source="§ 82a SGB III",
        checked_on=_CHECKED,
        uncertain="Whether 20 % of the staff (10 % below 250) are affected, and the agreement on training.",
        hours_above=120,
        provider_approved=True,
    ),
    Rule(
        id="leave_st",
        title="Bildungsfreistellung in Sachsen-Anhalt",
        state="open",
        source="Bildungsfreistellungsgesetz Sachsen-Anhalt",
        checked_on=_CHECKED,
        uncertain="Whether the course is recognised there. 5 days, related to work, to be asked for 6 weeks ahead.",
        applicant="learner",
        lands=frozenset({"ST"}),
    ),
    Rule(
        id="leave_th",
        title="Bildungsfreistellung in Thüringen",
        state="open",
        source="Thüringer Bildungsfreistellungsgesetz",
        checked_on=_CHECKED,
        uncertain="Whether the course is recognised there; from how many staff on. 5 days, 8 weeks ahead.",
        applicant="learner",
        lands=frozenset({"TH"}),
    ),
    Rule(
        id="leave_sn",
        title="Qualifizierungszeit in Sachsen",
        state="open",
        source="Sächsisches Qualifizierungszeitgesetz",
        checked_on=_CHECKED,
        uncertain="Whether the course is recognised there. 3 days.",
        valid_from=Day(2027, 1, 1),
        applicant="learner",
        lands=frozenset({"SN"}),
    ),
    Rule(
        id="afbg",
        title="Aufstiegs-BAföG (AFBG)",
        state="open",
        source="Aufstiegsfortbildungsförderungsgesetz",
        checked_on=_CHECKED,
        uncertain="Whether the course's aim and length qualify.",
        applicant="learner",
        for_promotion=True,
    ),
    Rule(
        id="sab_sn",
        title="SAB-Förderung „Berufliche Weiterbildung“ in Sachsen",
        state="suspended",
        source="Sächsische Aufbaubank (SAB), Programm von 2023",
        checked_on=_CHECKED,
        uncertain="When it opens again; it is reported suspended for 2025/26. In 2023 it paid 50 %, at most €4,500.",
        lands=frozenset({"SN"}),
        price_from=700,
    ),
    Rule(
        id="land_st",
        title="Landesförderung für Weiterbildung in Sachsen-Anhalt",
        state="unclear",
        source="Investitionsbank Sachsen-Anhalt",
        checked_on=_CHECKED,
        uncertain="The present state of the programme.",
        lands=frozenset({"ST"}),
    ),
    Rule(
        id="land_th",
        title="Landesförderung für Weiterbildung in Thüringen",
        state="unclear",
        source="Gesellschaft für Arbeits- und Wirtschaftsförderung Thüringen",
        checked_on=_CHECKED,
        uncertain="The present state of the programme.",
        lands=frozenset({"TH"}),
    ),
)

PROMOTES: Final = (
    "meister",
    "fachwirt",
    "fachkaufmann",
    "fachkauffrau",
    "betriebswirt",
    "bilanzbuchhalter",
    "staatlich geprüfter techniker",
    "staatlich geprüfte technikerin",
    "bachelor professional",
    "master professional",
    "berufsspezialist",
)
"""Parts of titles and certificates by which courses for a promotion are known."""

LAND_BY_POSTCODE: Final[dict[str, Land]] = {
    **dict.fromkeys(("010", "011", "012", "013", "014", "015", "016", "017", "018"), "SN"),
    **dict.fromkeys(("026", "027", "028", "029", "040", "041", "042", "043", "044", "045", "047", "048"), "SN"),
    **dict.fromkeys(("080", "081", "082", "083", "085", "086", "090", "091", "092", "093", "094", "095", "096"), "SN"),
    **dict.fromkeys(("060", "061", "062", "063", "064", "066", "067", "068", "069", "388"), "ST"),
    **dict.fromkeys(("390", "391", "392", "393", "394", "395", "396"), "ST"),
    **dict.fromkeys(("073", "074", "075", "076", "077", "985", "986", "987"), "TH"),
    **dict.fromkeys(("990", "991", "993", "994", "995", "996", "997", "998", "999"), "TH"),
}
"""The first three digits that lie in one of the three Länder alone; others are left open."""
