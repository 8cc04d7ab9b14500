"""`make bench`: from a need to the mail server on the whole stack, idle; and whether signing in tells who is known."""

import asyncio

from benchmarks import need_to_mail, sign_in


async def main() -> None:
    """Run one after another, each on a stack of its own."""
    await need_to_mail.measure()
    await sign_in.measure()


if __name__ == "__main__":
    asyncio.run(main())
