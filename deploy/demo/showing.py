"""What the demonstration shows: live figures on a terminal, plain lines elsewhere; then needs, matches and a mail."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any, Final, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from deploy.cli.matches import Answered, print_answered
from deploy.demo.watching import ON_THEIR_WAY, Seen

QUIET_LINES: Final = 0.5
"""Seconds between two plain lines about figures."""
BEST: Final = 2
"""Matches that are shown of one need."""
HEADERS: Final = ("From", "To", "Subject", "Date", "List-Unsubscribe", "Message-ID")


class Show:
    """The figures as they grow; use as a context, outside of it nothing is live."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._live = Live(console=console, transient=True, refresh_per_second=8) if console.is_terminal else None
        self._entered: Counter[str] = Counter()
        self._seen = Seen()
        self._last: tuple[int, ...] = ()
        self._last_at = 0.0

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def says(self, line: str) -> None:
        """Print a line, above the live figures."""
        self.console.print(line, highlight=False, markup=False, soft_wrap=True)

    def entered(self, what: str) -> None:
        """Count one more person, offer or need."""
        self._entered[what] += 1
        self._refresh()

    def sees(self, seen: Seen) -> None:
        """Show new figures."""
        self._seen = seen
        self._refresh()
        figures = _figures(seen)
        if self._live is None and figures != self._last and monotonic() - self._last_at >= QUIET_LINES:
            self._last, self._last_at = figures, monotonic()
            self.says(_line(figures, len(seen.needs)))

    def _refresh(self) -> None:
        if self._live is None:
            return
        results, matches, on_their_way, received = _figures(self._seen)
        table = Table(box=None, show_header=False, pad_edge=False)
        for name, value in (
            ("people", str(self._entered["person"])),
            ("offers", str(self._entered["offer"])),
            ("needs", str(self._entered["need"])),
            ("needs with a result", str(results)),
            ("matches", str(matches)),
            ("mails on their way", str(on_their_way)),
            ("mails delivered", str(received)),
        ):
            table.add_row(name, f"[bold]{value}[/bold]")
        self._live.update(table)


def _figures(seen: Seen) -> tuple[int, int, int, int]:
    results = len(seen.needs) - len(seen.without_result())
    on_their_way = sum(mail.state in ON_THEIR_WAY for mail in seen.mails)
    return results, seen.matches(), on_their_way, len(seen.received)


def _line(figures: tuple[int, ...], needs: int) -> str:
    results, matches, on_their_way, received = figures
    return (
        f"  {results} of {needs} needs have a result, {matches} matches, "
        f"{on_their_way} mails on their way, {received} delivered"
    )


def print_needs(console: Console, chosen: Sequence[Answered], language: str) -> None:
    """Print needs with their best matches and every reason."""
    for each in chosen:
        console.print()
        print_answered(console, replace(each, matches=each.matches[:BEST]), language, full=True)


def print_mail(console: Console, mail: dict[str, Any]) -> None:
    """Print a mail as the server received it: the telling headers and the text part."""
    headers = {name.lower(): value for name, value in mail["headers"].items()}
    console.print()
    console.rule("one mail, as received", align="left", characters="-")
    for name in HEADERS:
        if value := headers.get(name.lower()):
            console.print(f"{name}: {value}", markup=False, highlight=False, soft_wrap=True)
    console.print()
    console.print((mail["text"] or "").rstrip(), markup=False, highlight=False, soft_wrap=True)
    console.rule(characters="-")


def print_doors(console: Console, survey: str, need: Mapping[str, Any], links: Mapping[str, tuple[str, str]]) -> None:
    """Print where the public survey is, what one answer to it became, and a sign-in link for each role."""
    console.print()
    console.rule("ways in", align="left", characters="-")
    for line in (
        f"public survey, for anybody: {survey}",
        f"  one answer without an account was confirmed by mail and is an open need: {need['title']}",
        "sign in, each link works once within the hour:",
        *(f"  {role:<12}{name:<20}{link}" for role, (name, link) in links.items()),
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.rule(characters="-")
