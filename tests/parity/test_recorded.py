"""The comparison itself: what differs must be seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.parity.recorded import Recording

TEST = "TestApiGatewayApiRestApi::test_get_api_case_insensitive"
KEY = "create-rest-api"


def answer(**change: Any) -> dict[str, Any]:
    sound = {
        "apiKeySource": "HEADER",
        "createdDate": datetime.now(UTC),
        "description": "lower case api",
        "disableExecuteApiEndpoint": False,
        "endpointConfiguration": {"types": ["EDGE"]},
        "id": "a",
        "name": "b",
        "rootResourceId": "c",
        "ResponseMetadata": {"HTTPStatusCode": 201, "RequestId": "r"},
    }
    return {name: value for name, value in (sound | change).items() if value is not None}


def test_the_same_is_the_same() -> None:
    Recording("api.json", TEST).match(KEY, answer())


@pytest.mark.parametrize(
    "change",
    [
        {"apiKeySource": "AUTHORIZER"},
        {"description": None},
        {"extra": 1},
        {"disableExecuteApiEndpoint": 0},
        {"createdDate": "now"},
        {"endpointConfiguration": {"types": []}},
        {"ResponseMetadata": {"HTTPStatusCode": 200}},
    ],
)
def test_a_difference_is_seen(change: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        Recording("api.json", TEST).match(KEY, answer(**change))


def test_a_placeholder_stands_for_one_value() -> None:
    aws = Recording("api.json", TEST)
    aws.match(KEY, answer())
    with pytest.raises(AssertionError):
        aws.match(KEY, answer(id="other"))


def test_what_was_never_compared_is_seen() -> None:
    with pytest.raises(AssertionError, match="get-api-upper-case"):
        Recording("api.json", TEST).done()
