"""The first page comes quickly over a slow line, and tells nobody else that somebody came."""

import pytest
from playwright.async_api import Request

from tests.browser.conftest import Visit
from tests.browser.furnishing import Furnished

MOST_BYTES = 100_000


@pytest.mark.parametrize("page_of", ["/", "/umfragen/{survey}", "/anmelden"])
async def test_a_first_page_is_small_with_all_that_belongs_to_it(visit: Visit, home: Furnished, page_of: str) -> None:
    finished: list[Request] = []
    async with visit(phone=True) as page:  # which fails on its own when anything is asked of another host
        page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108 - playwright wants a function
        await page.goto(page_of.format(**home.named), wait_until="networkidle")
        sizes = [await request.sizes() for request in finished]

    transferred = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    assert len(finished) >= 2
    assert 2_000 < transferred < MOST_BYTES
