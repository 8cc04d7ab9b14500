"""The command `bedarfswerk`: every command with its options; each kind of work has a module of its own."""

from typing import Any

import typer
from typer.core import TyperGroup

from deploy.cli import founding, importing, matches, needs, operating, rank, running
from deploy.cli.context import notes
from deploy.cli.trouble import Trouble
from deploy.local.problems import LocalProblem


class _InOneLine(TyperGroup):
    """Ends with one line and an exit code, not with a traceback, where the way out is known."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            notes().print(f"bedarfswerk: {trouble}", style="red", markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(trouble.code) from None
        except LocalProblem as problem:
            notes().print(f"bedarfswerk: {problem}", style="red", markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=_InOneLine,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=(
        "Bedarfswerk for operators: run it, look at needs and matches, bring in offers, mend what is stuck. "
        "Addresses come from the local stack, or from BEDARFSWERK_MEMBERS_URL, …_SURVEYS_URL, …_MATCHING_URL, "
        "…_NOTIFICATIONS_URL together with BEDARFSWERK_TOKEN. "
        "Exit codes: 0 done, 1 refused or failed, 2 wrong use, 3 a part does not answer."
    ),
)
app.command("up")(running.up)
app.command("demo")(running.demo)
app.command("init")(founding.init)
app.command("token")(running.token)
app.command("import")(importing.import_offers)
app.command("needs")(needs.list_needs)
app.command("matches")(matches.show_matches)
app.command("rank")(rank.rank)
app.command("republish")(operating.republish)
app.add_typer(operating.dead_letters, name="dead-letters")
app.command("topics")(operating.topics)

if __name__ == "__main__":
    app()
