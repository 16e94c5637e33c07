from __future__ import annotations

import pytest

from gatewright.gateway.authorizers import trail
from gatewright.gateway.authorizers.invoking import misconfigured
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.execution_log import ExecutionLog
from tests.unit.gateway.support import exchange


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("allow", "***ow"),
        ("user", "**er"),
        ("aaaaaaaaaaaaaa", "********aaaaaa"),
        ("6527a55d-5498-428b-a997-8213981c70cd", "*" * 30 + "1c70cd"),
        ("x", "*"),
        ("", ""),
    ],
)
def test_secrets_are_masked(text: str, shown: str) -> None:
    assert trail.masked(text) == shown


def _everything(made: Exchange) -> None:
    trail.begins(made, "auth01")
    trail.token(made, "allow")
    trail.sources(made, {"method.request.header.Hash": "aaaaaaaaaaaaaa", "stageVariables.tier": "gold"})
    trail.answered(made, b"{\xff}")
    trail.believed(made, "user")


def test_the_lines() -> None:
    made = exchange()
    log = made.log = ExecutionLog(made.clock)
    _everything(made)
    assert [line for _, line in log.lines] == [
        f"Starting authorizer: auth01 for request: {made.request_id.decode()}",
        "Incoming identity: ***ow",
        "Incoming identity: {method.request.header.Hash=********aaaaaa, stageVariables.tier=**ld}",
        "Authorizer result body before parsing: {\ufffd}",
        "Using valid authorizer policy for principal: **er",
        "Successfully completed authorizer execution",
    ]


def test_nothing_is_written_where_nobody_reads() -> None:
    made = exchange()
    _everything(made)
    trail.failed(made, GatewayError("UNAUTHORIZED"))
    assert made.log is None


def test_how_failures_end() -> None:
    made = exchange()
    log = made.log = ExecutionLog(made.clock)
    trail.failed(made, GatewayError("UNAUTHORIZED"))
    assert [line for _, line in log.lines] == [f"Unauthorized request: {made.request_id.decode()}", "Unauthorized"]
    log = made.log = ExecutionLog(made.clock)
    trail.failed(made, misconfigured("Could not parse policy"))
    assert [line for _, line in log.lines] == [
        "Execution failed due to configuration error: Could not parse policy",
        "AuthorizerConfigurationException",
    ]


@pytest.mark.parametrize(
    "reason",
    [
        "Invalid permissions on Lambda function",
        "API Gateway does not have permission to assume the provided role arn:aws:iam::123456789012:role/x",
    ],
)
def test_a_function_that_could_not_be_called(reason: str) -> None:
    made = exchange()
    log = made.log = ExecutionLog(made.clock)
    trail.failed(made, misconfigured(reason))
    assert [line for _, line in log.lines] == [
        f"Execution failed due to configuration error: {reason}",
        "Execution failed due to configuration error: Authorizer error",
        "AuthorizerConfigurationException",
    ]
