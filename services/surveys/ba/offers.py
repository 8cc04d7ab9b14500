"""From a course of the search to an offer: only what is certain is said, everything else stays unknown."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import UUID, uuid5

from services.surveys.ba.reading import Course
from services.surveys.ba.shape import Address, Angebot, Termin, Town
from services.surveys.ba.text import one_line, plain, shortened
from services.surveys.domain.days import day_of
from services.surveys.domain.offers import FORMS
from shared.events.members import Place
from shared.events.surveys import CourseDate, Delivery, OfferSnapshot, TimeModel
from shared.places import place_of

SOURCE: Final = "ba"
_DATES: Final = UUID("0e1f5f9c-6f0e-4f5c-9b0e-5a3f9d2c7b41")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

TIMES: Final[dict[int, TimeModel]] = {1: TimeModel.FULL_TIME, 2: TimeModel.PART_TIME}
"""The search's `unterrichtszeit`, as far as its numbers are known."""

TIME_WORDS: Final[dict[str, TimeModel]] = {
    "vollzeit": TimeModel.FULL_TIME,
    "teilzeit": TimeModel.PART_TIME,
    "abend": TimeModel.EVENING,
    "wochenend": TimeModel.WEEKEND,
    "vormittag": TimeModel.MORNING,
    "nachmittag": TimeModel.AFTERNOON,
    "berufsbegleitend": TimeModel.ALONGSIDE_WORK,
}
"""What the names of the other numbers say."""

MOST_KEYWORDS: Final = 200
HIGHEST_PRICE: Final = Decimal(1_000_000)
_APPROVED: Final = re.compile(r"\bAZAV\b[^.]{0,200}\b(zugelassen|zertifiziert|Zulassung liegt vor)\b", re.IGNORECASE)
_NOT_YET: Final = re.compile(r"\b(nicht|kein\w*|ohne|beantragt|geplant|angestrebt|Vorbereitung)\b", re.IGNORECASE)


def as_offer(course: Course, *, entity: str, networks: tuple[str, ...], at: datetime) -> OfferSnapshot:
    """Return the course as an offer that nobody here looks after: it has no contact, so nobody is mailed."""
    termine = [record.termin for record in course.records]
    angebot = termine[0].angebot
    certifier = ", ".join(_names(angebot))
    return OfferSnapshot(
        id=entity,
        version=1,
        changed_at=at,
        status="published",
        title=shortened(one_line(angebot.titel), 200),
        description=shortened(plain(angebot.inhalt), 20_000),
        provider_name=_short(angebot.bildungsanbieter.name if angebot.bildungsanbieter else None, 200),
        networks=networks,
        keywords=_keywords(angebot),
        target_group=shortened(plain(angebot.zielgruppe), 20_000),
        entry_requirements=shortened(plain(angebot.zugang), 20_000),
        certificate=_short(angebot.abschlussbezeichnung, 500) or _short(angebot.abschlussart, 500),
        examining_body=_first(_short(termin.pruefende_stelle, 500) for termin in termine),
        price_eur=_price(termine),
        azav=_azav(angebot, termine),
        certifier=_short(certifier, 500),
        in_house_possible=True if any(termin.inhouse for termin in termine) else None,
        link=_first(_link(text) for text in (angebot.link, *(termin.link for termin in termine))),
        source=SOURCE,
        own_number=course.number,
        dates=tuple(as_date(termin) for termin in termine),
    )


def as_date(termin: Termin) -> CourseDate:
    """Return one record as a course date; its id follows from the record's number, so that it is found again."""
    least, most = termin.teilnehmer_min, termin.teilnehmer_max
    return CourseDate(
        id=str(uuid5(_DATES, str(termin.id))),
        entry="rolling" if termin.individueller_einstieg else "fixed" if termin.beginn is not None else "on_request",
        starts_on=_day(termin.beginn),
        ends_on=_day(termin.ende),
        delivery=_delivery(termin),
        time_models=_times(termin),
        place=_place(termin.adresse),
        participants_min=least if least is not None and (most is None or least <= most) else None,
        participants_max=most or None,
        register_by=_day(termin.anmeldeschluss),
    )


def _day(milliseconds: int | None) -> date | None:
    """Midnight in Europe/Berlin is the evening before in UTC."""
    return None if milliseconds is None else day_of(_EPOCH + timedelta(milliseconds=milliseconds))


def _delivery(termin: Termin) -> Delivery | None:
    if termin.inhouse:
        return Delivery.IN_HOUSE
    form = termin.unterrichtsform
    return FORMS.get(form.id) if form is not None and form.id is not None else None


def _times(termin: Termin) -> frozenset[TimeModel]:
    models = {TimeModel.ALONGSIDE_WORK} if termin.berufsbegleitend else set()
    time = termin.unterrichtszeit
    if time is not None and time.id in TIMES:
        models.add(TIMES[time.id])
    elif time is not None and time.bezeichnung:
        name = time.bezeichnung.lower()
        models.update(model for word, model in TIME_WORDS.items() if word in name)
    return frozenset(models)


def _place(address: Address | None) -> Place:
    if address is None:
        return Place()
    town = address.ort_strasse or Town()
    by_code = place_of((town.plz or "").strip() or None, _short(town.name, 100))
    where = address.koordinaten
    if where is None or not where.is_known():
        return by_code
    return by_code.model_copy(update={"lat": where.lat, "lon": where.lon})


def _price(termine: Iterable[Termin]) -> float | None:
    """Return the lowest price that is known: the search writes 0.0 where nobody gave one."""
    prices = [price for termin in termine if (price := _euros(termin)) is not None]
    return float(min(prices)) if prices else None


def _euros(termin: Termin) -> Decimal | None:
    if termin.kosten_wert is None or termin.kosten_waehrung not in {None, "EUR"}:
        return None
    try:
        price = round(Decimal(str(termin.kosten_wert).strip()), 2)
    except InvalidOperation:
        return None
    return price if price.is_finite() and 0 < price <= HIGHEST_PRICE else None


def _azav(angebot: Angebot, termine: Iterable[Termin]) -> bool | None:
    """Return True where a certifier is named and vouchers are taken, or the text says so; else None."""
    said = plain(angebot.foerderung)
    by_text = _APPROVED.search(said) is not None and not _NOT_YET.search(said)
    by_certifier = bool(_names(angebot)) and any(termin.foerderung for termin in termine)
    return True if by_text or by_certifier else None


def _names(angebot: Angebot) -> list[str]:
    return [name for certifier in angebot.zertifizierer or () if (name := one_line(certifier.name))]


def _keywords(angebot: Angebot) -> tuple[str, ...]:
    words = (shortened(one_line(word.suchwort), 200) for word in angebot.suchworte or ())
    title = one_line(angebot.titel)
    return tuple(dict.fromkeys(word for word in words if word and word != title))[:MOST_KEYWORDS]


def _link(text: str | None) -> str | None:
    link = (text or "").strip()
    sound = link.startswith(("https://", "http://")) and len(link) <= 2000 and link.isprintable() and " " not in link  # noqa: PLR2004
    return link if sound else None


def _short(html: str | None, longest: int) -> str | None:
    return shortened(one_line(html), longest) or None


def _first(texts: Iterable[str | None]) -> str | None:
    return next((text for text in texts if text), None)
