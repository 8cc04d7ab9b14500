"""What can go wrong for the person who starts the stack: one clear line, with the way out."""


class LocalProblem(Exception):  # noqa: N818 - it is shown as a sentence, not as an error of the program
    """A line for the terminal: what is wrong and what to do about it."""
