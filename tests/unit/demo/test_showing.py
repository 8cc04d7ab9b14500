from io import StringIO

from rich.console import Console

from deploy.cli.matches import Answered
from deploy.demo.showing import Show, print_mail, print_needs
from deploy.demo.watching import Mail, Seen
from tests.builders import a_need, an_id


def _console() -> Console:
    return Console(file=StringIO(), width=80, highlight=False)


def _printed(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_without_a_terminal_figures_are_plain_lines_and_not_repeated() -> None:
    console = _console()
    needs = {an_id(n): a_need(id=an_id(n)) for n in (1, 2)}
    seen = Seen(needs=needs, mails=(Mail(an_id(9), "pending", frozenset()),))

    with Show(console) as show:
        for _ in range(3):
            show.sees(seen)

    assert _printed(console) == "  0 of 2 needs have a result, 0 matches, 1 mails on their way, 0 delivered\n"


def test_a_need_that_nothing_fits_is_shown_with_what_the_company_wrote() -> None:
    console = _console()
    need = {"id": an_id(1), "title": "Asbest [Dach]", "description": "Höchstens 25 km."}

    print_needs(console, [Answered(need, [], {})], "de")

    assert "Asbest [Dach]" in _printed(console)
    assert "nothing fits\n        (Höchstens 25 km.)" in _printed(console)


def test_a_mail_is_shown_as_it_came_without_cutting_its_links() -> None:
    console = _console()
    link = "http://127.0.0.1:8100/matches/" + "x" * 200

    print_mail(console, {"headers": {"Subject": "Ein [neues] Angebot", "X-Other": "no"}, "text": f"Hallo\n{link}\n"})

    assert "Subject: Ein [neues] Angebot\n" in _printed(console)
    assert f"\n{link}\n" in _printed(console)
    assert "X-Other" not in _printed(console)
