"""Lines as records of a Firehose stream: PutRecordBatch, and again for the records that failed.

Source: Firehose API Reference, PutRecordBatch: at most 500 records of 1,000 KiB each and 4 MiB together; an answer 200
may say of single records that they failed. Batches are `delivery`'s.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

import orjson

from gatewright.telemetry.base import Destination
from gatewright.telemetry.cloudwatch_logs import encode, error_of, fit
from gatewright.telemetry.delivery import Api, Event, NoAnswerError, Outcome, said

_PATIENCE = frozenset({"ServiceUnavailableException", "ThrottlingException", "LimitExceededException"})


class DeliveryStream:
    """One stream."""

    def __init__(self, api: Api, destination: Destination) -> None:
        self._api = api
        self._destination = destination

    async def send(self, events: Sequence[Event]) -> Outcome:
        """See `delivery.Send`."""
        end = self._destination.end
        records = [{"Data": b64encode(f"{fit(line)}{end}".encode("utf-8", "replace")).decode()} for _, line in events]
        body = encode({"DeliveryStreamName": self._destination.name, "Records": records})
        status, answer = await self._api.call(self._destination, "PutRecordBatch", body)
        if status == 200:
            return _failed(answer, events)
        if status >= 500 or error_of(answer) in _PATIENCE:
            return Outcome(events, 0, said(status, answer))
        return Outcome((), len(events), said(status, answer))


def _failed(answer: bytes, events: Sequence[Event]) -> Outcome:
    """Those records that the answer says so of."""
    try:
        found = orjson.loads(answer)
        if not found.get("FailedPutCount"):
            return Outcome()
        each = found["RequestResponses"]
        again = [event for event, said_of in zip(events, each, strict=True) if said_of.get("ErrorCode")]
        why = next((said_of["ErrorCode"] for said_of in each if said_of.get("ErrorCode")), "")
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise NoAnswerError(f"an answer that makes no sense: {error}") from None
    return Outcome(again, 0, str(why))
