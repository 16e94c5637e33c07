"""The integration step: a table from integration record to its builder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gatewright.gateway.exchange import Step
from gatewright.gateway.integrations import aws, aws_proxy, custom_lambda, http, http_proxy, mock
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
    return _BUILDERS[type(method.integration)](method.integration, method, parts)
