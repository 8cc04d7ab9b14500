"""A service that is none: answers /health and /ready, and dies, hesitates or tells its environment on request."""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NAME = sys.argv[1]


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/die":
            os.kill(os.getpid(), signal.SIGKILL)
        body = json.dumps({**os.environ, "pid": os.getpid()} if self.path == "/env" else {"status": "ok"}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if words := os.environ.get("LAST_WORDS"):
    sys.exit(words)
if os.environ.get("STUBBORN"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if wait_for := os.environ.get("WAIT_FOR"):
    while not Path(wait_for).exists():
        time.sleep(0.01)
ThreadingHTTPServer(("127.0.0.1", int(os.environ["HTTP_PORT"])), Answers).serve_forever()
