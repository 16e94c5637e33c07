"""Integrations that are called with the credentials of who calls the API (`arn:aws:iam::*:user/*`).

A service outside of the node gets the caller's own signature and decides by itself. For a function of this node the
caller's policies are asked here, for `lambda:InvokeFunction`; the function's resource policy does not count, so that
functions of another account are refused. Where nobody would ask what the caller may do, nothing is called.
AWS: "API Gateway Identity and Access Management", "Lambda proxy integrations in API Gateway".
"""

from __future__ import annotations

from typing import Final

from gatewright.aws.sigv4 import Credentials
from gatewright.gateway.endpoints import Endpoint, Signer
from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant
from gatewright.gateway.policy_context import request_context
from gatewright.language.policy.base import Effect, Query

ACTION: Final = "lambda:InvokeFunction"


def signer_of_caller(endpoint: Endpoint, exchange: Exchange) -> Signer | None:
    """How to sign as the caller; None for a function of this node that the caller may invoke. Raises GatewayError."""
    grant: Grant | None = exchange.grant
    if grant is None or grant.signer is None:
        raise configuration_error("the integration is called as the caller, and nobody has signed the request")
    holder = grant.signer.holder
    if endpoint.caller is not None:
        return endpoint.caller(Credentials(grant.signer.access_key, holder.secret_key, holder.token))
    if endpoint.function is None:
        raise configuration_error("the integration is called as the caller, whose permissions nobody checks here")
    principal = holder.principal
    said = holder.decide(Query(ACTION, endpoint.function, principal, request_context(exchange, principal)))
    account = endpoint.function.split(":")[4:5]
    if said.effect is not Effect.ALLOW or account != [principal.account]:
        raise configuration_error("Invalid permissions on Lambda function", f"of {principal.arn}")
    return None
