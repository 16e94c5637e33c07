from __future__ import annotations

import json

import pytest

from gatewright.companions import kept_logs
from gatewright.companions.kept_logs import is_put, trim

ACCOUNT = "314159265358"
NAMES = {"logGroupName": "g", "logStreamName": "s"}


def test_only_events_that_are_put_make_streams_longer() -> None:
    assert is_put("Logs_20140328.PutLogEvents")
    assert not is_put("Logs_20140328.FilterLogEvents")
    assert not is_put(None)


def test_the_last_events_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.logs.models import logs_backends

    monkeypatch.setattr(kept_logs, "KEPT", 3)
    backend = logs_backends[ACCOUNT]["eu-west-1"]
    backend.create_log_group("g", {})
    backend.create_log_stream("g", "s")
    events = [{"timestamp": number, "message": str(number)} for number in range(5)]
    backend.groups["g"].streams["s"].put_log_events(events)
    trim(ACCOUNT, json.dumps(NAMES).encode())
    assert [event.message for event in backend.groups["g"].streams["s"].events] == ["2", "3", "4"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", json.dumps(NAMES | {"logStreamName": "none"}).encode()])
def test_what_names_no_stream_changes_nothing(body: bytes) -> None:
    trim(ACCOUNT, body)
