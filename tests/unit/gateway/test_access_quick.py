from __future__ import annotations

import pytest

from gatewright.gateway import access_quick
from gatewright.gateway.access_quick import milliseconds, number_text, quick
from tests.unit.gateway.support import exchange
from tests.unit.gateway.test_access_variables import ended


def test_numbers() -> None:
    assert [number_text(each) for each in (0, 1023, 1024, -1)] == ["0", "1023", "1024", "-1"]
    assert [milliseconds(each) for each in (0.0, 0.0004, 0.0005, 1.2345)] == ["0", "0", "1", "1235"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (access_quick.STATUS, "201"),
        (access_quick.SENT, "12"),
        (access_quick.LATENCY, "26"),
        (access_quick.REQUEST_TIME, "14/Nov/2023:22:13:19 +0000"),
        (access_quick.REQUEST_TIME_EPOCH, "1699999999974"),
        (access_quick.INTEGRATION_LATENCY, "10"),
        (access_quick.INTEGRATION_STATUS, "503"),
        (access_quick.VERB, "GET"),
        (access_quick.SOURCE_IP, "203.0.113.7"),
        (access_quick.RESOURCE_PATH, "/things/{id}"),
        (access_quick.USER_AGENT, "me"),
    ],
)
def test_what_is_read(kind: int, value: str) -> None:
    made = ended(exchange({"User-Agent": "me"}), 201, integration_latency=0.01, integration_status=503)
    assert quick(kind, made) == value
    assert quick(access_quick.REQUEST_ID, made) == made.request_id.decode()
    assert quick(access_quick.EXTENDED_ID, made) == made.extended_id.decode()


def test_what_is_not_there() -> None:
    made = ended(exchange())
    for kind in (access_quick.INTEGRATION_LATENCY, access_quick.INTEGRATION_STATUS, access_quick.USER_AGENT, 99):
        assert quick(kind, made) is None
