"""Mails as they arrive: whole, in both languages, and harmless whatever people wrote."""

import os
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file

from services.notifications.mail import AnyLetter, Entry, Letter, Proof, Question, Renderer
from services.notifications.mail.cleaning import lines, one_line
from services.notifications.mail.matches import SHOWN_IN_FULL
from services.notifications.mail.rendering import UnusableAddress
from services.notifications.mail.words import HERE
from shared.events import ChallengeSnapshot, NeedSnapshot
from shared.events.base import Language
from shared.events.matching import Criterion, Match, pair_of
from shared.language import translations
from shared.links import challenge_url, code_of
from tests.builders import (
    ASKER,
    COMPANY,
    LEIPZIG,
    NETWORK,
    NOW,
    a_date,
    a_member,
    a_need,
    a_network,
    a_teacher,
    an_id,
    an_offer,
    an_organisation,
)

GOLDEN = Path(__file__).parent / "golden"
RENDERER = Renderer("https://verbund.example", bytes(32), "bedarfswerk@verbund.example")
CRITERIA = (
    Criterion(code="content", verdict="fits", params={"words": ("WIG", "Schweißen")}),
    Criterion(code="lifecycle", verdict="fits"),
    Criterion(code="place", verdict="fits", params={"km": 12.3, "radius_km": 50, "town": "Leipzig", "how": "distance"}),
    Criterion(code="dates", verdict="fits", params={"starts_on": "2027-01-12", "entry": "fixed"}),
    Criterion(code="price", verdict="fits", params={"price_eur": 1250.0, "max_price_eur": 1500.0}),
    Criterion(code="seats", verdict="unknown"),
    Criterion(code="time_model", verdict="not", params={"models": ("full_time",)}),
)


def an_entry(kind: str = "offer_for_need", number: int = 101, **need: object) -> Entry:
    needed = a_need(
        description="Drei Leute sollen Edelstahl schweißen lernen.\nAm liebsten im Winter.",
        persons_min=3,
        persons_max=5,
        place=LEIPZIG,
        **need,
    )
    offer = an_offer(id=an_id(number), price_eur=1250, dates=(a_date(starts_on="2027-01-12", place=LEIPZIG),))
    match = Match(
        offer=offer.id,
        pair=pair_of(needed.id, offer.id),
        course_date=an_id(501),
        probability=0.9,
        fit=0.8,
        announced=True,
        criteria=CRITERIA,
        found_at=NOW,
    )
    return Entry(kind, needed, offer, match, "Muster Metallbau GmbH", "Bildungswerk Muster gGmbH")  # type: ignore[arg-type]


def rendered(*entries: Entry, **to: object) -> EmailMessage:
    member = a_teacher(**to) if entries[0].kind == "need_for_offer" else a_member(**to)
    return sent(Letter(an_id(77), member, entries, NOW))


def sent(letter: AnyLetter) -> EmailMessage:
    raw = RENDERER.render(letter)
    message = message_from_bytes(raw, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", ["offer_for_need", "need_for_offer"])
def test_a_mail_reads_as_it_should(kind: str, language: str) -> None:
    """Set WRITE_GOLDEN=1 to write the files anew, then read the difference."""
    assert_golden(rendered(an_entry(kind), language=language), f"{kind}.{language}.txt")


def a_proof(kind: str, language: str = "de", **to: object) -> Proof:
    challenge = ChallengeSnapshot(
        id=an_id(55),
        version=1,
        changed_at=NOW,
        status="open",
        kind=kind,
        member=ASKER,
        organisation=COMPANY if kind == "invitation" else None,
        network=None if kind == "sign_in" else NETWORK,
        language=Language(language),
        expires_at=NOW + timedelta(days=7),
    )
    network = None if kind == "sign_in" else a_network()
    organisation = an_organisation() if kind == "invitation" else None
    return Proof(an_id(77), a_member(**to), challenge, network, organisation, NOW)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", ["sign_in", "confirmation", "invitation"])
def test_a_mail_that_asks_for_a_proof_reads_as_it_should(kind: str, language: str) -> None:
    status = "active" if kind == "sign_in" else "unconfirmed"

    assert_golden(sent(a_proof(kind, language, status=status)), f"{kind}.{language}.txt")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_question_whether_a_need_is_still_open_reads_as_it_should(language: str) -> None:
    need = a_need(description="Drei Leute sollen Edelstahl schweißen lernen.", expires_on="2026-12-01")

    assert_golden(sent(Question(an_id(77), a_member(language=language), need, NOW)), f"still_needed.{language}.txt")


def test_the_mail_for_a_sign_in_holds_link_and_code_and_cannot_be_unsubscribed() -> None:
    message = sent(a_proof("sign_in"))

    text = part(message, "plain")
    assert challenge_url("https://verbund.example", bytes(32), an_id(55)) in text
    assert code_of(bytes(32), an_id(55)) in text
    assert message["List-Unsubscribe"] is None
    assert "unsubscribe" not in text
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_mail_to_an_unconfirmed_address_carries_nothing_that_a_stranger_typed() -> None:
    message = sent(a_proof("confirmation", status="unconfirmed", name="Gewinn! www.betrug.example"))

    assert "betrug" not in part(message, "plain") + part(message, "html")


@pytest.mark.parametrize("kind", ["sign_in", "confirmation", "invitation"])
def test_links_to_the_legal_notice_are_those_of_the_network_where_it_is_known(kind: str) -> None:
    text = part(sent(a_proof(kind)), "plain")

    assert "https://verbund.example/rechtliches" in text
    assert (f"https://verbund.example/netzwerke/{NETWORK}/impressum" in text) is (kind != "sign_in")


def assert_golden(message: EmailMessage, name: str) -> None:
    shown = f"Subject: {message['subject']}\n\n{part(message, 'plain')}\n=== HTML ===\n{part(message, 'html')}"
    golden = GOLDEN / name
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


def test_headers_are_those_that_servers_and_readers_expect() -> None:
    message = rendered(an_entry())

    assert message["Message-ID"] == f"<{an_id(77)}@verbund.example>"
    assert message["From"] == "Bedarfswerk <bedarfswerk@verbund.example>"
    assert message["To"] == "petra@metallbau.example"
    assert message["Date"] == "Mon, 02 Nov 2026 09:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"]
    assert link.startswith("<https://verbund.example/unsubscribe?member=")
    assert link[1:-1] in part(message, "plain")


def test_the_same_letter_is_the_same_bytes() -> None:
    letter = Letter(an_id(77), a_member(), (an_entry(),), NOW)

    assert RENDERER.render(letter) == RENDERER.render(letter)


def test_no_line_is_longer_than_servers_take_and_the_unsubscribe_link_is_whole() -> None:
    raw = RENDERER.render(Letter(an_id(77), a_member(), (an_entry(title="Ü" * 200),), NOW))

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) < 998
    [header] = [line for line in raw.split(b"\r\n") if line.startswith(b"List-Unsubscribe:")]
    assert header.startswith(b"List-Unsubscribe: <https://")
    assert header.endswith(b">")


HOSTILE = [
    "Kurs\r\nBcc: victim@firma.example",
    "Kurs\u2028Bcc: x",
    "Kurs\x85\x0b\x0c\x1c\x1d\x1e Ende",
    "Kurs\x00 Ende",
    "\u202eKurs rückwärts",
    "Kurs \ud800 halb",
    "{title} %(name)s %s {{ 7*7 }} {% raw %}",
    "<script>alert(1)</script>",
    "=?utf-8?q?=0d=0aBcc:_x?=",
    "\x01\x02",
]


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_hostile_title_is_no_poison(title: str, language: str) -> None:
    need: NeedSnapshot = a_need().model_copy(update={"title": title, "description": title})
    offer = an_offer().model_copy(update={"title": title, "provider_name": title})
    entry = an_entry()
    entries = tuple(
        Entry(kind, need, offer, entry.match, title, title) for kind in ("offer_for_need", "need_for_offer")
    )
    for told in (entries[:1], entries[1:], entries):
        raw = RENDERER.render(
            Letter(an_id(77), a_member(language=language).model_copy(update={"name": title}), told, NOW)
        )

        message = message_from_bytes(raw, policy=policy.SMTP)
        assert isinstance(message, EmailMessage)
        assert "Bcc" not in message
        assert message["To"] == "petra@metallbau.example"
        assert "<script" not in part(message, "html")
        assert "49" not in message["Subject"]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_name_is_no_poison(title: str) -> None:
    network = a_network().model_copy(update={"name": title})
    organisation = an_organisation().model_copy(update={"name": title})
    member = a_member().model_copy(update={"name": title})
    need = a_need().model_copy(update={"title": title, "description": title})
    challenge = a_proof("invitation").challenge
    for letter in (
        Proof(an_id(77), member, challenge, network, organisation, NOW),
        Question(an_id(77), member, need, NOW),
    ):
        message = sent(letter)

        assert "Bcc" not in message
        assert message["To"] == "petra@metallbau.example"
        assert "<script" not in part(message, "html")
        assert "49" not in message["Subject"]


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "<a@b.example>", "a@b.example\u2028", "@"],
)
def test_an_address_that_cannot_be_one_is_refused_before_any_server_sees_it(address: str) -> None:
    with pytest.raises(UnusableAddress):
        RENDERER.render(Letter(an_id(77), a_member(email=address), (an_entry(),), NOW))


def test_an_anonymous_company_stays_unnamed() -> None:
    message = rendered(an_entry("need_for_offer", visibility="anonymous"))

    for kind in ("plain", "html"):
        text = part(message, kind)
        assert "Ein Unternehmen, das noch nicht genannt werden möchte" in text
        assert not any(told in text for told in ("Metallbau", "12\u00a0km", "1.500", "3\N{EN DASH}5"))
        assert "Edelstahl" in text


def test_what_is_beyond_the_first_ten_is_named_with_its_link() -> None:
    entries = [an_entry(number=101 + n) for n in range(SHOWN_IN_FULL + 2)]

    text = part(rendered(*entries), "plain")

    assert "2 weitere Treffer:" in text
    assert text.count("https://verbund.example/matches/") == SHOWN_IN_FULL + 2
    assert rendered(*entries)["Subject"] == "12 passende Angebote für Ihren Bedarf"


def test_cleaning_keeps_what_people_wrote() -> None:
    assert one_line("  Schweißen \t „WIG“ für\nAlle  ") == "Schweißen „WIG“ für Alle"
    assert one_line("x" * 300) == "x" * 199 + "…"
    assert lines("eins\r\nzwei\n\n\n\ndrei", 100) == "eins\nzwei\n\ndrei"


def test_every_sentence_of_mails_is_translated() -> None:
    keywords = {"_": None, "ngettext": (1, 2), "say": None, "ugettext": None, "ungettext": (1, 2)}
    methods = {".txt": "jinja2.ext:babel_extract", ".html": "jinja2.ext:babel_extract", ".py": "python"}
    german = translations(HERE.parent, Language.DE)
    found = {
        message if isinstance(message, str) else message[0]
        for path in (*HERE.glob("*.py"), *(HERE / "templates").iterdir())
        for _, message, _, _ in extract_from_file(methods[path.suffix], path, keywords=keywords)
    } | {"An offer fits your need: {title}", "A need fits your offer: {title}"}

    assert len(found) > 20
    assert {each for each in found if german.ugettext(each) == each == german.ungettext(each, each, 1)} == set()
