"""`make bench`: how long a need takes from HTTP to the mail server, on the whole stack, idle."""

import asyncio

from benchmarks.need_to_mail import measure

if __name__ == "__main__":
    asyncio.run(measure())
