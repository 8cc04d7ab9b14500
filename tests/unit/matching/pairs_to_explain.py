"""Twenty pairs whose explanations are stored: for each limit one that it excludes, and matches of several kinds."""

from datetime import date
from typing import Any, Final

from services.matching.domain import ScoredOffer
from services.matching.scoring.text import text_of_offer
from shared.events import NeedSnapshot
from shared.events.members import Place
from shared.events.surveys import Cefr, Delivery, Level, TimeModel
from tests.builders import DRESDEN, LEIPZIG, a_date, a_need, an_offer

BERLIN: Final = Place(postal_code="10115", town="Berlin", lat=52.53, lon=13.38)
HALLE: Final = Place(postal_code="06108", town="Halle (Saale)", lat=51.48, lon=11.97)
JANUARY, MARCH, MAY = date(2027, 1, 12), date(2027, 3, 1), date(2027, 5, 3)
EVENING = frozenset({TimeModel.EVENING})
BY_DAY = frozenset({TimeModel.FULL_TIME})


def _need(title: str, description: str = "", **asked: Any) -> NeedSnapshot:
    return a_need(**{"title": title, "description": description, "place": LEIPZIG, "radius_km": 50, **asked})


def _offer(
    title: str, probability: float, *, date: dict[str, Any] | None = None, dates: bool = True, **told: Any
) -> ScoredOffer:
    course = a_date(**{"starts_on": MARCH, "delivery": Delivery.ON_SITE, "place": LEIPZIG, **(date or {})})
    offer = an_offer(title=title, dates=(course,) if dates else (), **told)
    return ScoredOffer(offer, probability, text_of_offer(offer))


PAIRS: Final[tuple[tuple[NeedSnapshot, ScoredOffer], ...]] = (
    (
        _need("WIG-Schweißen für unsere Schlosser", persons_min=3, time_models=EVENING, max_price_eur=1500),
        _offer(
            "WIG-Schweißen Grundkurs",
            0.93,
            description="Mit Arbeitsschutz. Sie schweißen Edelstahl und Aluminium nach dem WIG-Verfahren.",
            price_eur=1250,
            date={"time_models": EVENING, "places_left": 4},
        ),
    ),
    (
        _need("Asbest-Sachkunde für die Dachsanierung", "Ein Kollege ohne Auto.", radius_km=25, persons_min=1),
        _offer("Sachkunde Asbest nach TRGS 519", 0.88, date={"place": BERLIN, "places_left": 6}),
    ),
    (
        _need("Gefahrgutschein ADR", "Muss bald losgehen.", earliest_start=MARCH, latest_start=date(2027, 3, 15)),
        _offer("ADR-Schein: Gefahrgutfahrer Basiskurs", 0.9, date={"starts_on": MAY}),
    ),
    (
        _need("Staplerschein für 2 Mann", earliest_start=date(2027, 2, 1)),
        _offer("Staplerschein nach DGUV", 0.91, date={"starts_on": JANUARY}),
    ),
    (
        _need("Praxisanleiterin für unsere Azubis ausbilden", max_price_eur=300),
        _offer("Weiterbildung zur Praxisanleiterin", 0.9, price_eur=1890),
    ),
    (
        _need("Erste Hilfe auffrischen für 14 Leute", persons_min=14, persons_max=14),
        _offer("Erste-Hilfe-Fortbildung", 0.95, date={"places_left": 13, "participants_max": 20}),
    ),
    (
        _need("Brandschutzhelfer für die Backstube", persons_min=6),
        _offer("Brandschutzhelfer nach ASR A2.2", 0.94, date={"full": True}),
    ),
    (
        _need("Löhne wieder selber abrechnen", delivery={Delivery.ONLINE}),
        _offer("Löhne und Gehälter abrechnen", 0.87),
    ),
    (
        _need("Kollegin braucht Deutsch B2", azav_wanted=True, cefr=Cefr.B1),
        _offer(
            "Deutsch B2 für die Pflege",
            0.9,
            description="Vorbereitung auf die Prüfung Deutsch B2, mit Sprechübungen.",
            azav=False,
            cefr=Cefr.B1,
        ),
    ),
    (
        _need("Staplerschein am Samstag", time_models={TimeModel.WEEKEND}, musts={"time_model"}),
        _offer("Staplerschein in zwei Tagen", 0.9, date={"time_models": BY_DAY}),
    ),
    (
        _need("Excel von null an", level=Level.BASIC, musts={"level"}),
        _offer("Excel: Pivot und Makros", 0.71, level=Level.EXPERT),
    ),
    (
        _need("Kranschein für den Hallenkran", radius_km=50, max_price_eur=400),
        _offer("Kranschein für Brückenkrane", 0.92, price_eur=690, date={"place": DRESDEN}),
    ),
    (
        _need("Azubis über Instagram finden"),
        _offer("Social Media für Handwerker", 0.34, price_eur=0, date={"place": HALLE}),
    ),
    (
        _need("Hochzeitstorten mit Zuckerblumen modellieren"),
        _offer("Torten backen für Anfänger", 0.04),
    ),
    (
        _need("Demenz: Schulung bei uns im Haus", delivery={Delivery.IN_HOUSE}, persons_min=10),
        _offer("Umgang mit Demenz", 0.89, in_house_possible=True, date={"place": BERLIN}),
    ),
    (
        _need("Wallboxen anschließen und anmelden", radius_km=100, persons_min=3),
        _offer("Wallboxen installieren", 0.9, dates=False),
    ),
    (
        _need("English for our site foreman", delivery={Delivery.ONLINE}, time_models=EVENING),
        _offer("Business English online", 0.82, date={"delivery": Delivery.ONLINE, "time_models": BY_DAY}),
    ),
    (
        _need("Hygienebeauftragte fehlt", radius_km=None, latest_end=date(2027, 4, 1), cefr=Cefr.B1),
        _offer(
            "Hygienebeauftragte in Pflegeeinrichtungen",
            0.93,
            cefr=Cefr.B2,
            entry_requirements="Examen",
            date={"place": DRESDEN, "ends_on": MAY},
        ),
    ),
    (
        _need("Phishing-Mails erkennen", delivery={Delivery.SELF_PACED}, persons_min=8, earliest_start=JANUARY),
        _offer(
            "Phishing erkennen und melden",
            0.96,
            price_eur=49.5,
            date={"delivery": Delivery.SELF_PACED, "entry": "rolling", "starts_on": None, "participants_max": 500},
        ),
    ),
    (
        _need("Digitalisierung: wer berät uns?", radius_km=50),
        _offer(
            "Digitalberatung für Betriebe", 0.77, kind="initiative", date={"entry": "on_request", "starts_on": None}
        ),
    ),
)
