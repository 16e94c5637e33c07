from __future__ import annotations

from typing import Any

import pytest

from gatewright.telemetry.cloudwatch_logs import LONGEST, LogStream, encode, error_of, fit
from gatewright.telemetry.delivery import NoAnswerError, Outcome
from tests.unit.telemetry.fakes import GROUP, FakeApi, error

MISSING, THERE = "ResourceNotFoundException", "ResourceAlreadyExistsException"
EVENTS = [(1.5, "a"), (2.0, ""), (2.0, "b")]
KEPT = [(1.5, "a"), (2.0, "b")]


async def test_events_have_milliseconds_and_a_message() -> None:
    api = FakeApi()
    assert await LogStream(api, GROUP, "host/0").send(EVENTS) == Outcome()
    assert api.calls == [
        (
            "PutLogEvents",
            {
                "logGroupName": "my-group",
                "logStreamName": "host/0",
                "logEvents": [{"timestamp": 1500, "message": "a"}, {"timestamp": 2000, "message": "b"}],
            },
        )
    ]
    assert await LogStream(api, GROUP, "host/0").send([(1.0, "")]) == Outcome()


@pytest.mark.parametrize(
    ("answers", "actions"),
    [
        ([error(MISSING), (200, {})], ["CreateLogStream"]),
        (
            [error(MISSING), error(MISSING), (200, {}), (200, {})],
            ["CreateLogStream", "CreateLogGroup", "CreateLogStream"],
        ),
        (
            [error(MISSING), error(MISSING), error(THERE), error(THERE)],
            ["CreateLogStream", "CreateLogGroup", "CreateLogStream"],
        ),
    ],
)
async def test_what_is_missing_is_made(answers: list[tuple[int, Any]], actions: list[str]) -> None:
    api = FakeApi(*answers)
    assert await LogStream(api, GROUP, "s").send(EVENTS) == Outcome(KEPT)
    assert api.actions == ["PutLogEvents", *actions]


async def test_what_cannot_be_made_is_tried_again_and_said() -> None:
    api = FakeApi(error(MISSING), error(MISSING), error("AccessDeniedException"))
    outcome = await LogStream(api, GROUP, "s").send(EVENTS)
    assert outcome.again == KEPT
    assert "AccessDenied" in outcome.trouble


@pytest.mark.parametrize("answer", [error("ThrottlingException"), (500, b"oops"), (503, {})])
async def test_patience_where_it_may_help(answer: tuple[int, Any]) -> None:
    outcome = await LogStream(FakeApi(answer), GROUP, "s").send(EVENTS)
    assert (outcome.again, outcome.lost) == (KEPT, 0)
    assert outcome.trouble.startswith(str(answer[0]))


@pytest.mark.parametrize("answer", [error("AccessDeniedException"), error("InvalidParameterException"), (403, b"<no>")])
async def test_none_where_it_cannot(answer: tuple[int, Any]) -> None:
    outcome = await LogStream(FakeApi(answer), GROUP, "s").send(EVENTS)
    assert (outcome.again, outcome.lost) == ((), 2)


@pytest.mark.parametrize(
    ("told", "lost"),
    [
        ({}, 0),
        ({"rejectedLogEventsInfo": None}, 0),
        ({"rejectedLogEventsInfo": {"tooOldLogEventEndIndex": 1}}, 1),
        ({"rejectedLogEventsInfo": {"tooNewLogEventStartIndex": 1}}, 1),
        ({"rejectedLogEventsInfo": {"expiredLogEventEndIndex": 2}}, 2),
        ({"rejectedLogEventsInfo": {"tooNewLogEventStartIndex": 0, "tooOldLogEventEndIndex": 2}}, 2),
    ],
)
async def test_rejected_events_are_lost(told: dict[str, Any], lost: int) -> None:
    outcome = await LogStream(FakeApi((200, told)), GROUP, "s").send(EVENTS)
    assert (outcome.again, outcome.lost) == ((), lost)


async def test_an_answer_that_makes_no_sense_is_none() -> None:
    for answer in (b"[]", b"nonsense", b'{"rejectedLogEventsInfo": 3}'):
        with pytest.raises(NoAnswerError):
            await LogStream(FakeApi((200, answer)), GROUP, "s").send(EVENTS)


def test_long_lines_are_cut_and_stay_text() -> None:
    assert fit("x") == "x"
    for long in ("x" * 300_000, "é" * 200_000, "\U0001f600" * 100_000):
        cut = fit(long)
        assert cut.endswith(" [TRUNCATED]")
        assert LONGEST - 4 <= len(cut.encode()) <= LONGEST
    just = "é" * (LONGEST // 2)
    assert fit(just) == just


def test_what_no_utf8_can_say_is_said_somehow() -> None:
    assert encode({"a": "\ud800"}) == b'{"a": "?"}'


def test_names_of_errors() -> None:
    assert error_of(b'{"__type": "a.b#C"}') == error_of(b'{"__type": "C"}') == "C"
    assert error_of(b"") == error_of(b"[]") == error_of(b'{"__type": 1}') == ""
