from __future__ import annotations

import re
import uuid

import pytest

from gatewright.gateway.identifiers import RequestTimes, answered_trace_id, extended_request_id, request_id, trace_id

_MINE = b"11111111-2222-3333-4444-AAAAAAAAAAAA"


@pytest.mark.parametrize("sent", [None, b"", b"mine", _MINE + b"0", _MINE + b"\n"])
def test_a_request_id_is_a_new_uuid(sent: bytes | None) -> None:
    assert uuid.UUID(request_id(sent).decode()).version == 4
    assert request_id(sent) != request_id(sent)


def test_but_the_clients_own_uuid_is_kept() -> None:
    assert request_id(_MINE) == _MINE


def test_extended_ids() -> None:
    ids = {extended_request_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch(rb"[A-Za-z0-9_-]{15}=", each) for each in ids)


def test_trace_ids() -> None:
    assert re.fullmatch(rb"Root=1-6553f100-[0-9a-f]{24}", trace_id(None, 1_700_000_000.9))
    assert re.fullmatch(rb"Root=1-a-b;Parent=[0-9a-f]{16};Sampled=0", trace_id(b"Root=1-a-b", 0))
    for kept in (b"Root=1-a-b;Parent=c;Sampled=1", b"Self=1-a-b"):
        assert trace_id(kept, 0) == kept
    assert re.fullmatch(rb"Root=1;Parent=[0-9a-f]{16};Sampled=0", answered_trace_id(b"Root=1"))
    assert answered_trace_id(b"Root=1;Parent=2") == b"Root=1;Parent=2"


def test_request_times() -> None:
    times = RequestTimes()
    assert times.text(1_700_000_000.1) == "14/Nov/2023:22:13:20 +0000"
    assert times.text(1_700_000_000.9) == "14/Nov/2023:22:13:20 +0000"
    assert times.text(1_709_251_199) == "29/Feb/2024:23:59:59 +0000"
