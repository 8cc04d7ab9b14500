import re

import pytest

from services.surveys.domain.topics import groups, is_topic, topics, topics_in
from shared.events.surveys import NeedSnapshot


def test_every_topic_has_a_code_of_its_own_in_a_known_group_and_both_names() -> None:
    codes = [topic.code for topic in topics()]

    assert len(set(codes)) == len(codes) >= 60
    assert {topic.group for topic in topics()} == {group.code for group in groups()}
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", code) for code in codes)
    assert all(topic.de and topic.en and topic.words for topic in topics())
    assert all(word == word.lower() for topic in topics() for word in topic.words)


def test_a_need_takes_every_code() -> None:
    codes = NeedSnapshot.model_fields["topics"]

    assert codes is not None
    assert all(len(topic.code) <= 50 for topic in topics())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WIG-Schweißen für drei Schlosser", ("metal.welding",)),
        ("Aluminiumschweißen", ("metal.welding",)),
        ("Hochregalstapler fahren", ("vehicles.forklift",)),
        ("Erste-Hilfe-Kurs auffrischen", ("safety.first_aid",)),
        ("KI im Büro", ("digital.ai",)),
        ("Kiosk, Akkordlohn und Kino", ()),
        ("Forklift licence", ("vehicles.forklift",)),
        ("", ()),
    ],
)
def test_words_speak_for_topics(text: str, expected: tuple[str, ...]) -> None:
    assert topics_in(text) == expected


def test_what_more_words_speak_for_comes_first_and_no_more_than_five_are_suggested() -> None:
    text = "Buchhaltung, dazu Excel, Word und Outlook; Englisch, Schweißen, Kran, Robotik"

    assert topics_in(text)[:2] == ("digital.office", "office.accounting")
    assert len(topics_in(text)) == 5


def test_codes_are_known() -> None:
    assert is_topic("metal.welding")
    assert not is_topic("metal.knitting")
