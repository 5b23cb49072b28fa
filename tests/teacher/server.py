"""An OpenAI-compatible endpoint on loopback that answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, str]


def completion(text: object) -> Reply:
    """What an endpoint sends for an answer."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    body = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    return 200, json.dumps(body)


class Endpoint:
    """A running server.

    Attributes:
        url: Its address.
        prompts: All prompts it has been sent, in order.
        keys: The keys they came with.
    """

    def __init__(self, reply: Callable[[int, str], Reply]) -> None:
        self.prompts: list[str] = []
        self.keys: list[str | None] = []
        lock = threading.Lock()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                prompt = json.loads(self.rfile.read(length))["messages"][0]["content"]
                with lock:
                    number = len(endpoint.prompts)
                    endpoint.prompts.append(prompt)
                    endpoint.keys.append(self.headers["Authorization"])
                status, body = reply(number, prompt)
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("retry-after-ms", "1")
                    self.end_headers()
                    self.wfile.write(body.encode())
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the client has stopped waiting

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def endpoint(reply: Callable[[int, str], Reply]) -> Iterator[Endpoint]:
    """A server whose n-th request is answered by ``reply(n, prompt)``."""
    running = Endpoint(reply)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def late(seconds: float, reply: Reply) -> Reply:
    """A reply that takes its time."""
    time.sleep(seconds)
    return reply
