from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.control.support import Control, control, patch, refused

HTTP = {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": "http://a.test/{id}"}
SQS = {"type": "AWS", "integrationHttpMethod": "POST", "uri": "arn:aws:apigateway:us-east-1:sqs:action/SendMessage"}
FRAME = "Invalid mapping expression specified: Validation Result: warnings : [], errors : "


def at_method(plane: Control, **more: Any) -> dict[str, Any]:
    api_id, root = plane.api()
    at = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    plane.rest.put_method(**at, authorizationType="NONE", **more)
    return at


@pytest.mark.parametrize("timeout", [49, 29_001])
def test_timeouts(plane: Control, timeout: int) -> None:
    at = at_method(plane)
    assert refused(plane.rest.put_integration, **at, **HTTP, timeoutInMillis=timeout)[2] == (
        "Timeout should be between 50 ms and 29000 ms"
    )
    plane.rest.put_integration(**at, **HTTP)
    later = [patch("replace", "/timeoutInMillis", str(timeout))]
    assert refused(plane.rest.update_integration, **at, patchOperations=later)[0] == 400


def test_own_limits_allow_longer(tmp_path: Path) -> None:
    with control(tmp_path, limits="own", timeout_limit=900_000) as plane:
        at = at_method(plane)
        assert plane.rest.put_integration(**at, **HTTP, timeoutInMillis=900_000)["timeoutInMillis"] == 900_000
        assert "900000 ms" in refused(plane.rest.put_integration, **at, **HTTP, timeoutInMillis=900_001)[2]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (HTTP | {"integrationHttpMethod": "FETCH"}, "Invalid HttpMethod specified. Valid options are "),
        (SQS, "Role ARN must be specified for AWS integrations"),
        (SQS | {"credentials": "me"}, "Invalid ARN specified in the request"),
        (HTTP | {"connectionType": "VPC_LINK"}, "Connection ID must be specified for connection type VPC_LINK"),
        (HTTP | {"connectionType": "VPC_LINK", "connectionId": "abc123"}, "Invalid Vpc Link identifier specified"),
        (
            HTTP | {"requestTemplates": {"json": "x"}},
            "Validation Result: warnings : [], errors : [Invalid content type specified: json]",
        ),
        (
            HTTP | {"requestTemplates": {"application/json": "x" * 300 * 1024 + "x"}},
            "Mapping template for application/json exceeds 307200 bytes",
        ),
        (
            HTTP | {"requestParameters": {"integration.request.path.id": "method.request.path.id"}},
            f"{FRAME}[Invalid mapping expression parameter specified: method.request.path.id]",
        ),
        (
            HTTP | {"requestParameters": {"integration.request.path.id": "id"}},
            f"{FRAME}[Invalid mapping expression specified: id]",
        ),
        (
            HTTP | {"requestParameters": {"path.id": "'x'"}},
            f"{FRAME}[Invalid mapping expression parameter specified: path.id]",
        ),
    ],
)
def test_refusals(plane: Control, params: dict[str, Any], message: str) -> None:
    at = at_method(plane)
    assert refused(plane.rest.put_integration, **at, **params)[2].startswith(message)


def test_mappings_of_what_is_declared(plane: Control) -> None:
    at = at_method(plane, requestParameters={"method.request.path.id": True, "method.request.querystring.q": False})
    mappings = {
        "integration.request.path.id": "method.request.path.id",
        "integration.request.querystring.q": "method.request.multivaluequerystring.q",
        "integration.request.header.a": "'literal'",
        "integration.request.header.b": "context.requestId",
        "integration.request.header.c": "stageVariables.v",
        "integration.request.header.d": "method.request.body.a.b",
    }
    assert plane.rest.put_integration(**at, **HTTP, requestParameters=mappings)["requestParameters"] == mappings


def test_updates(plane: Control) -> None:
    at = at_method(plane)
    plane.rest.put_integration(**at, **HTTP, requestTemplates={"application/json": ""})
    made = plane.rest.update_integration(
        **at,
        patchOperations=[
            patch("replace", "/uri", "https://b.test"),
            patch("replace", "/httpMethod", "POST"),
            patch("add", "/requestParameters/integration.request.header.x", "'1'"),
            patch("add", "/cacheKeyParameters/method.request.header.x"),
            patch("replace", "/tlsConfig/insecureSkipVerification", "true"),
            patch("replace", "/passthroughBehavior", "NEVER"),
        ],
    )
    assert (made["uri"], made["httpMethod"], made["passthroughBehavior"]) == ("https://b.test", "POST", "NEVER")
    assert made["requestTemplates"] == {"application/json": None}
    assert made["cacheKeyParameters"] == ["method.request.header.x"]
    assert made["tlsConfig"] == {"insecureSkipVerification": True}
    assert plane.rest.get_integration(**at)["requestParameters"] == {"integration.request.header.x": "'1'"}
    bad = [patch("replace", "/uri", "nowhere")]
    assert refused(plane.rest.update_integration, **at, patchOperations=bad)[2] == (
        "Invalid HTTP endpoint specified for URI"
    )


STREAM = "arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/{}/response-streaming-invocations".format(
    "arn:aws:lambda:us-east-1:123456789012:function:f"
)
BUFFERED = STREAM.replace("2021-11-15", "2015-03-31").replace("response-streaming-invocations", "invocations")
FUNCTION = {"type": "AWS_PROXY", "integrationHttpMethod": "POST"}


@pytest.mark.parametrize("params", [HTTP, FUNCTION | {"uri": STREAM}])
def test_streams_may_take_fifteen_minutes(plane: Control, params: dict[str, Any]) -> None:
    at = at_method(plane)
    made = plane.rest.put_integration(**at, **params, responseTransferMode="STREAM", timeoutInMillis=900_000)
    assert (made["responseTransferMode"], made["timeoutInMillis"]) == ("STREAM", 900_000)
    longer = [patch("replace", "/timeoutInMillis", "900001")]
    assert refused(plane.rest.update_integration, **at, patchOperations=longer)[2] == (
        "Timeout should be between 50 ms and 900000 ms"
    )
    back = [patch("replace", "/responseTransferMode", "BUFFERED")]
    assert "29000 ms" in refused(plane.rest.update_integration, **at, patchOperations=back)[2]
    back.append(patch("replace", "/timeoutInMillis", "29000"))
    assert plane.rest.update_integration(**at, patchOperations=back)["responseTransferMode"] == "BUFFERED"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (HTTP | {"type": "HTTP"}, "only supported for integrations of type HTTP_PROXY and AWS_PROXY"),
        ({"type": "MOCK"}, "only supported for integrations of type HTTP_PROXY and AWS_PROXY"),
        (FUNCTION | {"uri": BUFFERED}, "requires a Lambda URI of the form path/2021-11-15/functions/"),
        (
            FUNCTION | {"uri": "arn:aws:apigateway:us-east-1:firehose:action/PutRecord"},
            "requires a Lambda URI of the form",
        ),
    ],
)
def test_what_cannot_stream(plane: Control, params: dict[str, Any], message: str) -> None:
    at = at_method(plane)
    code, _, text = refused(plane.rest.put_integration, **at, **params, responseTransferMode="STREAM")
    assert code == 400
    assert message in text


def test_a_function_begins_to_stream_with_its_uri(plane: Control) -> None:
    at = at_method(plane)
    plane.rest.put_integration(**at, **FUNCTION, uri=BUFFERED)
    mode = patch("replace", "/responseTransferMode", "STREAM")
    assert refused(plane.rest.update_integration, **at, patchOperations=[mode])[0] == 400
    both = [patch("replace", "/uri", STREAM), mode]
    assert plane.rest.update_integration(**at, patchOperations=both)["uri"] == STREAM


def test_an_unknown_mode(plane: Control) -> None:
    at = at_method(plane)
    assert refused(plane.rest.put_integration, **at, **HTTP, responseTransferMode="TRICKLE")[0] == 400


def test_passthrough_behavior_is_one_of_three(plane: Control) -> None:
    api_id, root = plane.api()
    at = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    plane.rest.put_method(**at, authorizationType="NONE")
    made = plane.rest.put_integration(**at, type="MOCK", passthroughBehavior="never")
    assert made["passthroughBehavior"] == "NEVER"
    assert refused(plane.rest.put_integration, **at, type="MOCK", passthroughBehavior="sometimes") == (
        400,
        "BadRequestException",
        "Invalid passthrough behavior specified",
    )
