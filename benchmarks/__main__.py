"""`make bench`: a need on its way to the mail server, whether signing in tells who is known, and the page of a need."""

import asyncio

from benchmarks import need_to_mail, portal_page, sign_in


async def main() -> None:
    """Run one after another, each on a stack of its own."""
    await need_to_mail.measure()
    await sign_in.measure()
    await portal_page.measure()


if __name__ == "__main__":
    asyncio.run(main())
