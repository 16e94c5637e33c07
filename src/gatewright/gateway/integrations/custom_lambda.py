"""AWS with a Lambda function: what the request template makes is its payload, what it returns the answer's body.

AWS: "Set up Lambda custom integrations in API Gateway". Selection patterns match the `errorMessage` of a function that
failed; one that did not gets the default response, or the one whose pattern takes anything. A mapping of
X-Amz-Invocation-Type to 'Event' makes the call asynchronous.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import orjson

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.identifiers import answered_trace_id
from gatewright.gateway.integrations.answering import answer, select_error
from gatewright.gateway.integrations.aws import defaults
from gatewright.gateway.integrations.aws_proxy import refused, source_headers
from gatewright.gateway.integrations.mapped import RequestMapping, add_type
from gatewright.gateway.integrations.sending import Sender
from gatewright.gateway.live import Parts
from gatewright.language.mapping import ILLEGAL_AWS
from gatewright.net.base import Header, UpstreamResponse
from gatewright.program.records import CustomLambdaIntegration, MethodProgram

_INTERNAL: Final = b"x-gatewright-"


def build(integration: CustomLambdaIntegration, method: MethodProgram, parts: Parts) -> Step:
    return CustomLambda(integration, method, parts).run


class CustomLambda:
    """One function behind mappings, ready to run."""

    __slots__ = ("_arn", "_binary", "_caller", "_integration", "_mapping", "_sender", "_source_arn")

    def __init__(self, integration: CustomLambdaIntegration, method: MethodProgram, parts: Parts) -> None:
        self._integration = integration
        self._arn = integration.function_arn
        self._source_arn = "" if integration.assume_role else method.source_arn
        self._binary = parts.program.binary
        self._mapping = RequestMapping(
            integration.uri,
            integration.parameters,
            integration.templates,
            integration.passthrough,
            integration.content_handling,
            defaults(parts.program.api_id),
            ILLEGAL_AWS,
            parts,
        )
        endpoint = parts.endpoints.function(integration.function_arn)
        self._sender = Sender(endpoint, integration.assume_role, integration.timeout, self.answer, parts)
        role, account = integration.assume_role, parts.program.account
        self._caller: Sequence[Header] = (
            source_headers(account, method.source_arn, role) if endpoint.sign is None else []
        )

    def run(self, exchange: Exchange) -> Later:
        outgoing = self._mapping.make(exchange, b"POST")
        add_type(outgoing, exchange)
        # No mapping may pretend to be who calls.
        headers = [header for header in outgoing.headers if not header[0].lower().startswith(_INTERNAL)]
        headers.extend(self._caller)
        return self._sender.send(exchange, b"POST", outgoing.target, headers, outgoing.body or b"{}")

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        if response.status not in (200, 202, 204):
            raise _no_payload(response) or refused(response, self._arn, self._source_arn)
        message = None
        if any(name.lower() == b"x-amz-function-error" for name, _ in response.headers):
            message = _member(response.body, "errorMessage")
        rule = select_error(self._integration.responses, message)
        return answer(exchange, rule, response, self._binary, answered_trace_id(exchange.trace))


def _no_payload(response: UpstreamResponse) -> GatewayError | None:
    """What the template made is no JSON: AWS tells the client so, in Lambda's words. unverified: the response type"""
    said = _member(response.body, "message") if response.status == 400 else ""
    if not said.startswith("Could not parse request body into json"):
        return None
    return GatewayError("BAD_REQUEST_BODY", said, log=f"Execution failed: {said}")


def _member(body: bytes, name: str) -> str:
    """A text in a JSON object; nothing when it is not there."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, str) else ""
