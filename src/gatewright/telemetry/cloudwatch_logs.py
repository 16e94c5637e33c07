"""Lines as events of CloudWatch Logs: PutLogEvents, with the group and stream made when they are missing.

A worker has a stream of its own in each group. Sources: CloudWatch Logs API Reference, PutLogEvents: events in order of
time, each with a message of at least one character, of the last 14 days, not more than two hours ahead; 26 bytes count
for each beside its message; of what is rejected the answer says which. Batches are `delivery`'s.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import orjson

from gatewright.telemetry.base import Destination
from gatewright.telemetry.delivery import Api, Event, NoAnswerError, Outcome, said

LONGEST = 256 * 1024 - 26  # bytes of a message. unverified: AWS takes up to 1 MiB by now
_CUT = " [TRUNCATED]"
_THERE = "ResourceAlreadyExistsException"
_MISSING = "ResourceNotFoundException"
# Answers that may be others the next time, besides those of 500 and more.
_PATIENCE = frozenset(
    {"ThrottlingException", "ServiceUnavailableException", "RequestTimeoutException", "OperationAbortedException"}
)


class LogStream:
    """One stream of one group."""

    def __init__(self, api: Api, destination: Destination, stream: str) -> None:
        self._api = api
        self._destination = destination
        self._stream = stream
        self._group = destination.name

    async def send(self, events: Sequence[Event]) -> Outcome:
        """See `delivery.Send`."""
        kept = [event for event in events if event[1]]
        if not kept:
            return Outcome()
        body = {
            "logGroupName": self._group,
            "logStreamName": self._stream,
            "logEvents": [{"timestamp": int(at * 1000), "message": fit(line)} for at, line in kept],
        }
        status, answer = await self._call("PutLogEvents", body)
        if status == 200:
            return _rejected(answer, len(kept))
        kind = error_of(answer)
        if kind == _MISSING:
            return Outcome(kept, 0, await self._make())
        if status >= 500 or kind in _PATIENCE:
            return Outcome(kept, 0, said(status, answer))
        return Outcome((), len(kept), said(status, answer))

    async def _make(self) -> str:
        """Make what is missing; why that did not work, or ""."""
        group = {"logGroupName": self._group}
        stream = group | {"logStreamName": self._stream}
        status, answer = await self._call("CreateLogStream", stream)
        if error_of(answer) == _MISSING:
            status, answer = await self._call("CreateLogGroup", group)
            if status == 200 or error_of(answer) == _THERE:
                status, answer = await self._call("CreateLogStream", stream)
        return "" if status == 200 or error_of(answer) == _THERE else said(status, answer)

    async def _call(self, action: str, body: dict[str, Any]) -> tuple[int, bytes]:
        return await self._api.call(self._destination, action, encode(body))


def encode(body: dict[str, Any]) -> bytes:
    """As JSON. Halves of surrogate pairs, which no UTF-8 can say, become question marks."""
    try:
        return orjson.dumps(body)
    except TypeError:
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def fit(line: str) -> str:
    """A line that AWS takes: cut where it is longer."""
    if len(line) * 4 <= LONGEST:
        return line
    data = line.encode("utf-8", "replace")
    return line if len(data) <= LONGEST else data[: LONGEST - len(_CUT)].decode("utf-8", "ignore") + _CUT


def error_of(answer: bytes) -> str:
    """The name of the error in an answer; "" when it is none."""
    try:
        found = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return ""
    kind = found.get("__type") if isinstance(found, dict) else None
    return kind.rpartition("#")[2] if isinstance(kind, str) else ""


def _rejected(answer: bytes, sent: int) -> Outcome:
    """Events too old, too new, or expired are gone."""
    try:
        found = orjson.loads(answer).get("rejectedLogEventsInfo") or {}
        new = found.get("tooNewLogEventStartIndex", sent)
        old = max(found.get("tooOldLogEventEndIndex", 0), found.get("expiredLogEventEndIndex", 0))
        lost = min(sent, max(0, sent - new) + old)
    except (orjson.JSONDecodeError, AttributeError, TypeError) as error:
        raise NoAnswerError(f"an answer that makes no sense: {error}") from None
    return Outcome((), lost, "rejected by their time" if lost else "")
