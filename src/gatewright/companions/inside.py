"""Questions that the node's own processes ask the companions: GET /{question}/{subject}, answered in JSON or 404.

They are asked on a unix socket of their own, which this process makes and only the node's user can enter. The front
door passes requests of clients on to another socket: no request from outside, whatever its path, arrives here. While
the companions do not run there is nothing to know, and the socket refuses connections.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from gatewright.net.base import Request

log = logging.getLogger(__name__)

Ask = Callable[[str], Any]  # about a subject; None: nothing is known of it

_JSON = b"Content-Type: application/json\r\n"


class Inside:
    """A `net.base.App`. `questions`: who answers, by the question's name."""

    def __init__(self, questions: Mapping[str, Ask]) -> None:
        self._questions = questions

    def admit(self, request: Request) -> int:
        return 0

    def handle(self, request: Request) -> None:
        question, _, subject = request.path.decode("latin-1").removeprefix("/").partition("/")
        ask = self._questions.get(question)
        if request.too_large or request.method != "GET" or ask is None:
            request.respond(404, _JSON, b"null")
            return
        try:
            found = ask(unquote(subject))
        except Exception:
            log.exception("a question about %s failed", question)  # its subject may be anybody's secret
            request.respond(500, _JSON, b"null")
            return
        request.respond(404 if found is None else 200, _JSON, json.dumps(found).encode())
