"""What was used of APIs, for `gatewright cost` (`metering.books`)."""

from __future__ import annotations

import logging

from gatewright.aws.base import HttpRequest, HttpResponse
from gatewright.metering.books import Books
from gatewright.store.base import StoreError

logger = logging.getLogger("gatewright.control")

_HEAD = [(b"content-type", b"application/json")]


class UsesPage:
    """Answers on the control process's socket."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def handle(self, request: HttpRequest) -> HttpResponse:
        """All uses of the days that the query names."""
        try:
            told = self._books.answer(request.query.decode("latin-1"))
        except StoreError:
            logger.exception("what was used could not be read")
            return HttpResponse(500, _HEAD, b"{}")
        return HttpResponse(400, _HEAD, b"{}") if told is None else HttpResponse(200, _HEAD, told)
