"""Texts that have broken programs, and what no page, mail or export may hold because of them.

`MARK` is inside every text that could run: where it appears as code, and not as text, something was executed.
"""

from typing import Final

MARK: Final = "x0wned"

HTML: Final = (
    f"<script>window.{MARK}=1</script>",
    f'"><img src=x onerror="window.{MARK}=1">',
    f"<svg/onload=window.{MARK}=1>",
    f"'-window.{MARK}=1-'",
    f'<a href="javascript:window.{MARK}=1">klick</a>',
    f"</title></textarea></style><script>window.{MARK}=1</script>",
    f"<!--<img src='--><img src=x onerror=window.{MARK}=1>'>",
    f"<iframe srcdoc='<script>parent.{MARK}=1</script>'></iframe>",
)
TEMPLATES: Final = (
    "{{ 7*7 }}",
    "{% raw %}{{x}}",
    "${7*7}",
    "#{7*7}",
    "{0.__class__}",
    "%(name)s %s %n",
    "{title}",
    "{",
)
NOSQL: Final = ("$where", '{"$gt": ""}', "$version", "$$ROOT", "a.b.$", "_id", "__proto__", "constructor")
SQL: Final = ("'; DROP TABLE needs; --", "' OR '1'='1")
FORMULAS: Final = (
    '=HYPERLINK("http://example.invalid","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "=1+1",
)
HEADERS: Final = (
    "x\r\nBcc: victim@example.invalid",
    "x\nSubject: other",
    "a%0d%0aSet-Cookie:%20x=1",
    "x\x0bBcc: y",
    "x\x1cy",
)
PATHS: Final = (
    "../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd\x00.csv",
    "file:///etc/passwd",
    "C:\\con",
)
UNSEEN: Final = (
    "\u202egnp.exe",  # right-to-left override
    "a\u200bb\u2060c\ufeffd",  # zero width
    "\u2028line\u2029paragraph",
    "\x00null",
    "\x7f\x1b[31mred",
    "\ud800 half a character",
    "\ufffe",
)
LETTERS: Final = (
    "Ｆｕｌｌｗｉｄｔｈ",
    "é" * 100,
    "Z̸̡̢̛a̵͇͝l̸̰̽g̶͉̀o",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "ﷺ" * 50,
    "ı İ ß ẞ ſ K",
    "مرحبا بالعالم",
    "用户名",
)
LONG: Final = ("a" * 1_000_000, "ä " * 10_100, "\n" * 21_000)

SHORT: Final = (*HTML, *TEMPLATES, *NOSQL, *SQL, *FORMULAS, *HEADERS, *PATHS, *UNSEEN, *LETTERS)
ALL: Final = (*SHORT, *LONG)
ACCEPTABLE: Final = (*HTML, *TEMPLATES, *NOSQL, *SQL, *FORMULAS)
"""Visible text, however odd: it is kept as it was typed and shown as text."""
