"""What can go wrong for an operator: one line that says what is wrong and the way out, and an exit code."""

from typing import ClassVar


class Trouble(Exception):  # noqa: N818 - it is shown as a sentence, not as an error of the program
    """The command could not be carried out; exit code 1."""

    code: ClassVar[int] = 1


class WrongUse(Trouble):
    """The command was given something that cannot be; exit code 2, as for unknown options."""

    code = 2


class Away(Trouble):
    """A service or server does not answer; exit code 3: trying again later may help."""

    code = 3
