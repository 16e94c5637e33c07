from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.gateway.explain.app import ExplainApp, limit_of, matches
from gatewright.gateway.seen import Ring
from tests.plays.stage import API, FakeRequest
from tests.unit.gateway.explain.support import ID, failed, record, rest


def ask(app: ExplainApp, target: str) -> tuple[int, Any]:
    request = FakeRequest("GET", target, (), b"")
    assert app.admit(request) == 0
    app.handle(request)
    assert request.answer is not None
    return request.answer[0], json.loads(request.answer[2])


def app() -> ExplainApp:
    ring = Ring(10)
    for status in (200, 404, 500):
        ring.add(record(rest(), status=status))
    refused = record(rest(), status=403)
    refused.request_id, refused.failed = b"other", failed("ACCESS_DENIED")
    ring.add(refused)
    return ExplainApp(ring, lambda: [rest()])


def test_a_request_is_explained_by_either_id() -> None:
    for named in (ID.decode(), "extended"):
        status, said = ask(app(), f"/explain/{named}")
        assert status == 200
        assert said["kept"] == 4
    assert ask(app(), "/explain/other")[1]["explanation"]["verdict"].startswith("403 ACCESS_DENIED")
    assert ask(app(), "/explain/ot%68er")[0] == 200


def test_who_is_not_here_learns_how_many_are() -> None:
    status, said = ask(app(), "/explain/nobody")
    assert status == 404
    assert (said["explanation"], said["kept"], said["most"], said["total"]) == (None, 4, 10, 4)
    status, said = ask(ExplainApp(None, list), f"/explain/{ID.decode()}")
    assert (status, said) == (404, {"most": 0, "kept": 0, "since": None, "total": 0})


def test_lists_are_newest_first_and_can_be_narrowed() -> None:
    assert [each["status"] for each in ask(app(), "/explain")[1]["requests"]] == [403, 500, 404, 200]
    assert [each["status"] for each in ask(app(), "/explain?status=4xx&limit=1")[1]["requests"]] == [403]
    assert ask(app(), "/explain?api=nobody")[1]["requests"] == []


@pytest.mark.parametrize(
    ("status", "fits"),
    [
        ("", True),
        ("404", True),
        ("4xx", True),
        ("4XX", True),
        ("error", True),
        ("5xx", False),
        ("405", False),
        ("x", False),
    ],
)
def test_statuses_that_fit(status: str, fits: bool) -> None:
    assert matches(record(rest(), status=404), status, "") is fits


def test_apis_that_fit() -> None:
    assert matches(record(rest()), "", API)
    assert matches(record(None), "", API)
    assert not matches(record(rest()), "", "pets")


def test_what_cannot_be_explained_is_told_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    ring = Ring(1)
    seen = record(None, status=429)
    seen.failed = failed("THROTTLED", why={"limit": "method/x"})
    ring.add(seen)
    status, said = ask(ExplainApp(ring, list), f"/explain/{ID.decode()}")
    assert (status, said["explanation"]["status"]) == (200, 429)
    assert "could not be explained" in caplog.text


LIMITS = [("", 20), ("7", 7), ("²", 20), ("9" * 5000, 20), ("5000", 1000), ("-1", 20)]


@pytest.mark.parametrize(("asked", "most"), LIMITS)
def test_how_many_are_listed(asked: str, most: int) -> None:
    assert limit_of(asked) == most
