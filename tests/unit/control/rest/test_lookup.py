from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gatewright.aws.base import AwsError
from gatewright.control.rest import lookup

RESOURCE: dict[str, Any] = {
    "resourceMethods": {
        "GET": {"methodResponses": {"200": {"statusCode": "200"}}, "methodIntegration": {"type": "MOCK"}},
        "POST": {},
    }
}


def test_what_is_nested_is_found() -> None:
    method = lookup.method_of(RESOURCE, {"httpMethod": "GET"})
    assert lookup.integration_of(method) == {"type": "MOCK"}
    assert lookup.response_of(method, "methodResponses", {"statusCode": "200"}) == {"statusCode": "200"}


def test_what_is_missing_has_its_own_words() -> None:
    post = lookup.method_of(RESOURCE, {"httpMethod": "POST"})
    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: lookup.method_of(RESOURCE, {"httpMethod": "PUT"}), "Invalid Method identifier specified"),
        (lambda: lookup.method_of({}, {"httpMethod": "PUT"}, "other"), "other"),
        (lambda: lookup.integration_of(post), "Invalid Integration identifier specified"),
        (
            lambda: lookup.response_of(post, "methodResponses", {"statusCode": "200"}),
            "Invalid Response status code specified",
        ),
    ]
    for find, message in cases:
        with pytest.raises(AwsError) as refusal:
            find()
        assert (refusal.value.status, refusal.value.message) == (404, message)


def test_age_orders_by_time_then_id() -> None:
    bodies = [{"createdDate": 10, "id": "a"}, {"createdDate": 9, "id": "z"}, {"createdDate": 10, "id": "b"}]
    assert [body["id"] for body in sorted(bodies, key=lookup.age)] == ["z", "a", "b"]
