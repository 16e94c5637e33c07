from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from gatewright.telemetry.delivery import NoAnswerError, Outcome
from gatewright.telemetry.firehose import DeliveryStream
from tests.unit.telemetry.fakes import STREAM, FakeApi, error

EVENTS = [(1.0, "a"), (2.0, "é"), (3.0, "c")]


async def test_records_are_lines_with_the_end_that_is_wanted() -> None:
    api = FakeApi((200, {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "1"}] * 3}))
    assert await DeliveryStream(api, STREAM).send(EVENTS) == Outcome()
    action, body = api.calls[0]
    assert (action, body["DeliveryStreamName"]) == ("PutRecordBatch", "amazon-apigateway-x")
    assert [b64decode(record["Data"]).decode() for record in body["Records"]] == ["a\n", "é\n", "c\n"]


async def test_records_that_failed_are_sent_again() -> None:
    each = [{"RecordId": "1"}, {"ErrorCode": "ServiceUnavailableException"}, {"RecordId": "3"}]
    outcome = await DeliveryStream(FakeApi((200, {"FailedPutCount": 1, "RequestResponses": each})), STREAM).send(EVENTS)
    assert outcome == Outcome([EVENTS[1]], 0, "ServiceUnavailableException")


@pytest.mark.parametrize(
    ("answer", "again"),
    [
        (error("ServiceUnavailableException", 503), True),
        (error("ThrottlingException"), True),
        ((502, b"bad gateway"), True),
        (error("ResourceNotFoundException"), False),
        (error("AccessDeniedException"), False),
    ],
)
async def test_what_is_tried_again(answer: tuple[int, Any], again: bool) -> None:
    outcome = await DeliveryStream(FakeApi(answer), STREAM).send(EVENTS)
    assert (outcome.again, outcome.lost) == ((EVENTS, 0) if again else ((), 3))
    assert outcome.trouble


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b'{"FailedPutCount": 1, "RequestResponses": []}', b'{"FailedPutCount": 1}']
)
async def test_an_answer_that_makes_no_sense_is_none(answer: bytes) -> None:
    with pytest.raises(NoAnswerError):
        await DeliveryStream(FakeApi((200, answer)), STREAM).send(EVENTS)
