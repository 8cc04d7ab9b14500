"""`bedarfswerk up | demo | token`: the stack of this machine."""


def up() -> None:
    """Start."""


def demo() -> None:
    """Show."""


def token() -> None:
    """Sign."""
