"""The integration step: a table from integration record to its builder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from gatewright.gateway.exchange import Answer, Exchange, Outcome, Step
from gatewright.gateway.integrations import aws, aws_proxy, custom_lambda, http, http_proxy, mock
from gatewright.gateway.kept import keep
from gatewright.gateway.live import Parts
from gatewright.program.records import (
    AwsIntegration,
    CustomLambdaIntegration,
    HttpIntegration,
    HttpProxyIntegration,
    LambdaIntegration,
    MethodProgram,
    MockIntegration,
)

_BUILDERS: Mapping[type, Callable[[Any, MethodProgram, Parts], Step]] = {
    MockIntegration: mock.build,
    HttpProxyIntegration: http_proxy.build,
    HttpIntegration: http.build,
    LambdaIntegration: aws_proxy.build,
    AwsIntegration: aws.build,
    CustomLambdaIntegration: custom_lambda.build,
}


def build(method: MethodProgram, parts: Parts) -> Step:
    builder = _BUILDERS[type(method.integration)]
    if parts.caches(method):
        return _kept(builder(method.integration, method, replace(parts, keeps=True)))
    return builder(method.integration, method, parts)


def _kept(step: Step) -> Step:
    """Keeps what an integration answers at once; answers of backends are kept as they come."""

    def run(exchange: Exchange) -> Outcome:
        outcome = step(exchange)
        return keep(exchange, outcome) if isinstance(outcome, Answer) else outcome

    return run
