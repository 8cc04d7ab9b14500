"""Waiting for a condition, never for a time."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")


@overload
async def eventually(check: Callable[[], Awaitable[T]], timeout: float = 20) -> T: ...  # noqa: ASYNC109
@overload
async def eventually(check: Callable[[], T], timeout: float = 20) -> T: ...  # noqa: ASYNC109
async def eventually(check: Callable[[], Any], timeout: float = 20) -> Any:  # noqa: ASYNC109 - of many checks
    """Return the first true value of `check`, asked again and again; AssertionError after `timeout` seconds.

    A check may also assert: it counts as not yet true, and its last failure is told.
    """
    deadline = asyncio.get_running_loop().time() + timeout
    while True:
        failure: AssertionError | None = None
        try:
            found = check()
            value = await found if inspect.isawaitable(found) else found
        except AssertionError as not_yet:
            failure = not_yet
        else:
            if value:
                return value
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"not true within {timeout} s: {inspect.getsource(check).strip()}") from failure
        await asyncio.sleep(0.02)
