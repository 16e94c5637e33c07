from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.base import CompileError
from gatewright.deploy.http_api import compile_http_api
from gatewright.language.uri import parse_uri
from gatewright.program.http_api import FunctionIntegration, ProxyIntegration, RouteProgram, ServiceIntegration
from gatewright.program.records import Via
from tests.plays.http_api import ROLE, function, http_document, proxy, route, service
from tests.plays.stage import FUNCTION, INVOKE


def _route(integration: dict[str, Any], key: str = "GET /a", **document: Any) -> RouteProgram:
    more = document.pop("more", {})
    return compile_http_api(http_document(route(key, integration), **document) | more).routes[0]


def test_a_public_address() -> None:
    made = _route(proxy("https://h.test/${stageVariables.x}", "POST", TimeoutInMillis=500), variables={"x": "y"})
    assert made.integration == ProxyIntegration(b"POST", parse_uri("https://h.test/y"), False, False, 0.5)
    default = _route(proxy("https://h.test"), "$default").integration
    assert isinstance(default, ProxyIntegration)
    assert (default.append_path, default.with_stage, default.method) == (True, False, b"")
    assert _route(proxy("ftp://h.test")).problem == "Invalid endpoint address: ftp://h.test"


@pytest.mark.parametrize("uri", [FUNCTION, INVOKE])
def test_a_function(uri: str) -> None:
    made = _route(function("1.0", uri, CredentialsArn=ROLE)).integration
    assert isinstance(made, FunctionIntegration)
    assert (made.function_arn, made.payload, made.timeout, made.assume_role) == (FUNCTION, "1.0", 30.0, ROLE)
    target = f"/2015-03-31/functions/{FUNCTION.replace(':', '%3A')}/invocations"
    assert made.target == target.encode()


@pytest.mark.parametrize("uri", ["", "my-function", "arn:aws:sqs:us-east-1:123456789012:queue"])
def test_what_is_no_function(uri: str) -> None:
    assert (_route(function(uri=uri)).problem or "").startswith("Invalid function ARN")


def test_credentials_of_the_caller_are_refused() -> None:
    with pytest.raises(CompileError, match="of the caller"):
        _route(function(CredentialsArn="arn:aws:iam::*:user/*"))


def test_payload_formats() -> None:
    with pytest.raises(CompileError, match=r"Unsupported PayloadFormatVersion: 3.0"):
        _route(function("3.0"))


def test_a_service() -> None:
    integration = service("SQS-SendMessage", {"QueueUrl": "u", "MessageBody": "$request.body", "Region": "eu-west-1"})
    made = _route(integration).integration
    assert isinstance(made, ServiceIntegration)
    assert (made.subtype, made.service.host, made.assume_role) == (
        "SQS-SendMessage",
        "sqs.eu-west-1.amazonaws.com",
        ROLE,
    )
    assert [name for name, _ in made.parameters] == ["QueueUrl", "MessageBody"]
    assert made.required == {"QueueUrl", "MessageBody"}


def test_services_that_are_refused() -> None:
    for integration, reason in (
        (service("SQS-Nothing", {}), "Operation: SQS-Nothing is not supported"),
        (service("SQS-PurgeQueue", {"QueueUrl": "u"}, CredentialsArn=None), "Role ARN must be specified"),
        (service("SQS-PurgeQueue", {"QueueUrl": "$nothing"}), "Invalid mapping expression"),
    ):
        with pytest.raises(CompileError, match=reason):
            _route(integration)


def _private(addresses: dict[str, str], **members: Any) -> RouteProgram:
    integration = proxy("arn:listener", ConnectionType="VPC_LINK", ConnectionId="l1", **members)
    return _route(integration, more={"vpcLinks": {"links": ["l1"], "addresses": addresses}})


def test_a_vpc_link() -> None:
    made = _private({"l1": "https://10.0.0.1"}).integration
    assert isinstance(made, ProxyIntegration)
    assert (made.via, made.append_path, made.with_stage) == (Via("https", "10.0.0.1", 443), True, True)
    made = _private({"l1": "10.0.0.1"}, TlsConfig={"ServerNameToVerify": "n.test"}).integration
    assert isinstance(made, ProxyIntegration)
    assert made.via == Via("https", "10.0.0.1", 443)
    assert made.uri is not None
    assert (made.uri.scheme, made.uri.host) == ("https", "n.test")
    clear = _private({"l1": "http://10.0.0.1"}, TlsConfig={"ServerNameToVerify": "n.test"})
    assert "serverNameToVerify" in (clear.problem or "")
    assert "has no address" in (_private({}).problem or "")
