import pytest

from services.portal.prose import shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Erste Zeile\nzweite\n\nNeuer Absatz", "<p>Erste Zeile<br>zweite</p><p>Neuer Absatz</p>"),
        ("# Kontakt\nMusterweg 1", "<h2>Kontakt</h2><p>Musterweg 1</p>"),
        ("## Kontakt", "<h3>Kontakt</h3>"),
        ("Wir:\n- fragen\n• antworten", "<p>Wir:</p><ul><li>fragen</li><li>antworten</li></ul>"),
        ("1. fragen\n2. antworten", "<ol><li>fragen</li><li>antworten</li></ol>"),
        ("Stand:\n1. Januar 2026", "<p>Stand:<br>1. Januar 2026</p>"),
        ("#1 unter den Verbünden", "<p>#1 unter den Verbünden</p>"),
        ("", ""),
    ],
)
def test_plain_text_gets_the_form_that_it_shows(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_addresses_become_links_without_the_full_stop_behind_them() -> None:
    html = shown("Siehe https://verbund.example/a?b=c&d (dort). Oder post@verbund.example.")

    link = '<a href="https://verbund.example/a?b=c&amp;d" rel="noopener noreferrer external">'
    assert f"{link}https://verbund.example/a?b=c&amp;d</a> (dort)." in html
    assert '<a href="mailto:post@verbund.example">post@verbund.example</a>.</p>' in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "# <img src=x onerror=alert(1)>",
        "- <b>fett</b>",
        'https://x.example/"onmouseover="alert(1)',
        "[klick](javascript:alert(1))",
        "javascript:alert(1)",
    ],
)
def test_nothing_that_people_write_is_markup(text: str) -> None:
    html = shown(text)

    assert not any(tag in html for tag in ("<script", "<img", "<b>", '"onmouseover', 'href="javascript'))


def test_headings_keep_below_the_heading_they_stand_under() -> None:
    assert shown("# a\n## b", under=3) == "<h4>a</h4><h5>b</h5>"
