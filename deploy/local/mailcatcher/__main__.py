"""Run the mail catcher: `python -m deploy.local.mailcatcher --smtp-port 8106 --http-port 8105 --folder mails`."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from deploy.local.mailcatcher.faults import Switchboard
from deploy.local.mailcatcher.mails import Mails
from deploy.local.mailcatcher.smtp import listen
from deploy.local.mailcatcher.web import create_app


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    wanted = argparse.ArgumentParser(prog="mailcatcher", description=__doc__)
    wanted.add_argument("--smtp-port", type=int, required=True)
    wanted.add_argument("--http-port", type=int, required=True)
    wanted.add_argument("--folder", type=Path, required=True, help="where the mails are kept")
    wanted.add_argument("--host", default="127.0.0.1", help="another address only inside a container")
    given = wanted.parse_args()

    mails, switchboard = Mails(given.folder), Switchboard()
    app = create_app(mails, switchboard)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        server = await listen(given.host, given.smtp_port, mails, switchboard)
        yield
        server.close()

    app.router.lifespan_context = lifespan
    uvicorn.run(
        app,
        host=given.host,
        port=given.http_port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
