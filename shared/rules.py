"""Broken rules, as services' domains raise them; `shared.problems` turns each into an answer that names the field.

RuleBroken            422  what was said cannot be
├── Missing           404  there is no such thing, or the caller may not see it
├── Stale             412  somebody changed it meanwhile
├── Conflict          409  it collides with something that is there
├── Forbidden         403  the caller may see but not do this
├── NotSignedIn       401  nobody is known to have asked
└── TooMany           429  too often; the answer says when to try again
"""

Param = str | int | float


class RuleBroken(Exception):  # noqa: N818 - it names what happened, not an error of the program
    """A rule of the domain does not hold; `code` is a key of the table in `shared.problems`."""

    def __init__(self, code: str, *, field: str | None = None, **params: Param) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        """Path of the field as the caller wrote it, such as `dates.0.starts_on`; None when no one field is at fault."""
        self.params = params


class Missing(RuleBroken):
    """There is no such thing, or the caller may not see it: both look alike."""

    def __init__(self, code: str = "missing", *, field: str | None = None, **params: Param) -> None:
        super().__init__(code, field=field, **params)


class Stale(RuleBroken):
    """The version the caller wants to change is not the newest."""

    def __init__(self, code: str = "stale", *, field: str | None = None, **params: Param) -> None:
        super().__init__(code, field=field, **params)


class Conflict(RuleBroken):
    """What is asked for collides with something that is already there."""


class Forbidden(RuleBroken):
    """The caller is known but lacks the right."""

    def __init__(self, code: str = "forbidden", *, field: str | None = None, **params: Param) -> None:
        super().__init__(code, field=field, **params)


class NotSignedIn(RuleBroken):
    """The caller's token is missing, expired or not ours."""

    def __init__(self, code: str = "not_signed_in", *, field: str | None = None, **params: Param) -> None:
        super().__init__(code, field=field, **params)


class TooMany(RuleBroken):
    """The same was asked for too often; `seconds` says after how long it may be tried again."""

    def __init__(self, code: str = "too_many", *, field: str | None = None, seconds: int, **params: Param) -> None:
        super().__init__(code, field=field, seconds=seconds, minutes=-(-seconds // 60), **params)
