"""AWS_PROXY: a Lambda function gets the request as an event and answers with status, headers and body.

AWS: "Lambda proxy integrations in API Gateway". The call is Lambda's own Invoke API. The node's function host is told
by internal headers who calls, so that it can evaluate the function's resource policy; any other endpoint gets a
signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zlib import crc32

from gatewright.gateway.errors import GatewayError, bad_answer, configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.identifiers import answered_trace_id
from gatewright.gateway.integrations.event import encode_event
from gatewright.gateway.integrations.lambda_stream import stream_opener
from gatewright.gateway.integrations.proxy_response import function_error, parse_answer
from gatewright.gateway.integrations.sending import Sender
from gatewright.gateway.integrations.streaming import StreamBackend
from gatewright.gateway.live import Parts
from gatewright.net.base import Header, UpstreamResponse
from gatewright.program.records import CALLER, LambdaIntegration, MethodProgram

SOURCE_ARN: Final = b"x-gatewright-source-arn"
SOURCE_ACCOUNT: Final = b"x-gatewright-source-account"


def build(integration: LambdaIntegration, method: MethodProgram, parts: Parts) -> Step:
    return LambdaProxy(integration, method, parts).run


class LambdaProxy:
    """One AWS_PROXY integration, ready to run."""

    __slots__ = ("_arn", "_binary", "_headers", "_sender", "_source_arn", "_target")

    def __init__(self, integration: LambdaIntegration, method: MethodProgram, parts: Parts) -> None:
        endpoint = parts.endpoints.function(integration.function_arn)
        self._arn = integration.function_arn
        self._source_arn = "" if integration.assume_role else method.source_arn
        self._target = integration.target
        self._binary = parts.program.binary
        self._headers: Sequence[Header] = call_headers(
            parts.program.api_id,
            parts.program.account,
            method.source_arn,
            role=integration.assume_role,
            inside=endpoint.sign is None,
        )
        self._sender = Sender(endpoint, integration.assume_role, integration.timeout, self.answer, parts)
        if integration.streaming:
            opened = stream_opener(self._refused, parts.counters)
            self._sender.backend = StreamBackend(endpoint.origin, integration.timeout, self.answer, parts, opened)

    def run(self, exchange: Exchange) -> Later:
        event = encode_event(exchange)
        headers: Sequence[Header] = [*self._headers, (b"X-Amzn-Trace-Id", exchange.trace)]
        return self._sender.send(exchange, b"POST", self._target, headers, event)

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        if response.status != 200:
            raise self._refused(response)
        for name, value in response.headers:
            if name.lower() == b"x-amz-function-error":
                raise function_error(value.decode("latin-1"), response.body)
        return parse_answer(
            response.body,
            wanted_binary=self._binary.matches(exchange.header(b"accept")),
            trace=answered_trace_id(exchange.trace),
        )

    def _refused(self, response: UpstreamResponse) -> GatewayError:
        return refused(response, self._arn, self._source_arn)


def refused(response: UpstreamResponse, function: str, source: str) -> GatewayError:
    """What the client gets for a call that Lambda refused.

    `source`: the ARN of the method that called; "" if it called as a role.
    """
    if response.status == 404:
        return configuration_error(f"Invalid permissions on Lambda function: there is no function {function}")
    if response.status == 403 and not source:
        return configuration_error(f"Invalid permissions on Lambda function: the role may not invoke {function}")
    if response.status == 403:
        name = f"apigateway-{crc32(source.encode()):08x}"  # statements of one policy have names of their own
        return configuration_error(
            "Invalid permissions on Lambda function. What its policy lacks: aws lambda add-permission "
            f"--function-name {function} --statement-id {name} --action lambda:InvokeFunction "
            f"--principal apigateway.amazonaws.com --source-arn '{source}'"
        )
    if response.status == 413:  # Lambda takes 6 MB where API Gateway takes 10. unverified: the wording
        return GatewayError("REQUEST_TOO_LARGE", "Request Too Long", log="Execution failed: the event is too large")
    detail = response.body[:500].decode("utf-8", "replace")
    return bad_answer(f"Lambda invocation failed with status {response.status}: {detail}")


def call_headers(api_id: str, account: str, source_arn: str, *, role: str | None, inside: bool) -> list[Header]:
    """The headers of every Invoke call of one integration. `inside`: the node's function host is told who calls."""
    headers: list[Header] = [
        (b"Content-Type", b"application/json"),
        (b"User-Agent", b"AmazonAPIGateway_" + api_id.encode()),
        (b"X-Amz-Invocation-Type", b"RequestResponse"),
    ]
    return [*headers, *source_headers(account, source_arn, role)] if inside else headers


def source_headers(account: str, source_arn: str, role: str | None) -> list[Header]:
    """What the function host is told of who calls.

    Called as a role, the API's account calls, not API Gateway: a function of another account must allow that account,
    whatever role the API names. Called as the caller: who that is has been asked for (as_caller.py).
    """
    if role == CALLER:
        return []
    named = [] if role else [(SOURCE_ARN, source_arn.encode())]
    return [*named, (SOURCE_ACCOUNT, account.encode())]
