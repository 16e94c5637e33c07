"""AWS: a service behind mappings, called by a path or an action, signed (SigV4).

AWS: "Set up AWS integration requests in API Gateway". An action goes to the service in the protocol that it speaks:
JSON services get X-Amz-Target, services of the query protocol Action and Version in the query string. Some speak both:
what carries a body other than a form is JSON to them.
"""

from __future__ import annotations

from typing import Final

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.identifiers import answered_trace_id
from gatewright.gateway.integrations.answering import answer, select
from gatewright.gateway.integrations.mapped import Outgoing, RequestMapping, add_type
from gatewright.gateway.integrations.sending import Sender
from gatewright.gateway.live import Parts
from gatewright.language.mapping import ILLEGAL_AWS
from gatewright.net.base import Header, UpstreamResponse
from gatewright.program.records import Action, AwsIntegration, MethodProgram

_FORM: Final = b"application/x-www-form-urlencoded"


def build(integration: AwsIntegration, method: MethodProgram, parts: Parts) -> Step:
    problem = parts.endpoints.service(integration.service, parts.program.account).problem
    if problem is None:
        return Aws(integration, parts).run

    def fail(exchange: Exchange) -> None:
        raise configuration_error(problem)

    return fail


class Aws:
    """One AWS integration, ready to run."""

    __slots__ = ("_action", "_binary", "_integration", "_mapping", "_sender")

    def __init__(self, integration: AwsIntegration, parts: Parts) -> None:
        self._integration = integration
        self._action = None if integration.action is None else Call(integration.action)
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
        endpoint = parts.endpoints.service(integration.service, parts.program.account)
        self._sender = Sender(endpoint, integration.assume_role, integration.timeout, self.answer, parts)

    def run(self, exchange: Exchange) -> Later:
        integration = self._integration
        outgoing = self._mapping.make(exchange, integration.method or exchange.verb.encode())
        if self._action is not None:
            self._action.apply(outgoing)
        add_type(outgoing, exchange)
        return self._sender.send(exchange, outgoing.method, outgoing.target, outgoing.headers, outgoing.body)

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        rule = select(self._integration.responses, response.status)
        return answer(exchange, rule, response, self._binary, answered_trace_id(exchange.trace))


class Call:
    """An action, put into a request."""

    __slots__ = ("_json", "_query", "_target")

    def __init__(self, action: Action) -> None:
        self._json = action.json_type.encode()
        self._target = None if action.target is None else action.target.encode()
        self._query = None if action.version is None else f"Action={action.name}&Version={action.version}".encode()

    def apply(self, outgoing: Outgoing) -> None:
        query = self._query
        if query is not None and (self._target is None or not outgoing.body or _is_form(outgoing)):
            outgoing.target += (b"&" if b"?" in outgoing.target else b"?") + query
            if not outgoing.body:
                _type(outgoing, _FORM)  # AWS's services do not look at it then, others do
        elif self._target is not None:
            if b"x-amz-target" not in outgoing.names:
                outgoing.headers.append((b"X-Amz-Target", self._target))
            _type(outgoing, self._json)
            if not outgoing.body:
                outgoing.body = b"{}"


def _type(outgoing: Outgoing, kind: bytes) -> None:
    """Name the body's media type, unless a mapping has."""
    if b"content-type" not in outgoing.names:
        outgoing.names.add(b"content-type")
        outgoing.headers.append((b"Content-Type", kind))


def _is_form(outgoing: Outgoing) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(_FORM) for name, value in outgoing.headers)


def defaults(api_id: str) -> list[Header]:
    """What AWS services get unless a mapping writes it."""
    return [(b"Accept", b"application/json"), (b"User-Agent", b"AmazonAPIGateway_" + api_id.encode())]
