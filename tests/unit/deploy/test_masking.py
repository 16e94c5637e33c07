"""What readers of an API's documents are not shown."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.masking import HIDDEN, is_secret, masked


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        (("requestParameters", "integration.request.header.Authorization"), "'Bearer x'", HIDDEN),
        (("RequestParameters", "append:header.x-api-key"), "abc", HIDDEN),
        (("ResponseParameters", "200", "overwrite:header.set-cookie"), "a=b", HIDDEN),
        (("requestParameters", "integration.request.header.Authorization"), "method.request.header.A", None),
        (("RequestParameters", "append:header.Authorization"), "$request.header.a", None),
        (("requestParameters", "integration.request.header.Accept"), "'text/html'", None),
        (("requestParameters", "method.request.header.Authorization"), True, None),
        (("uri",), "http://u:p@h:1/a?b=c", "http://****@h:1/a?b=c"),
        (("IntegrationUri",), "https://h/a?api_key=1&b=2&token", "https://h/a?api_key=****&b=2&token"),
        (("AuthorizerUri",), "http://[", HIDDEN),
        (("uri",), "http://h/${stageVariables.token}?a={b}", None),
        (("uri",), "arn:aws:apigateway:us-east-1:lambda:path/token", None),
        (("description",), "http://u:p@h", None),
        (("binaryMediaTypes",), ["a/b"], None),
    ],
)
def test_what_is_shown(path: tuple[str, ...], value: Any, shown: Any) -> None:
    assert masked(path, value) == (value if shown is None else shown)


@pytest.mark.parametrize(
    ("name", "secret"), [("header.X-Api-Key", True), ("PASSWORD", True), ("sessionid", True), ("accept", False)]
)
def test_names_of_secrets(name: str, secret: bool) -> None:
    assert is_secret(name) is secret
