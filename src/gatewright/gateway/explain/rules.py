"""Which error is explained by what: the first row that fits counts.

A row says which gateway responses it is for (by name; those that no API can customise have none: "403", "404"…), and
what the log line must have in it. Groups of the pattern are for the explanation. The last rows take whatever is left of
a type, so that nothing stays without words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from gatewright.gateway.explain import (
    access,
    backends,
    finding,
    functions,
    guards,
    limits,
    mapping,
    requests,
    signatures,
    sockets,
    tokens,
)
from gatewright.gateway.explain.base import AnyProgram, Case, Exhibit, Fix, Told
from gatewright.gateway.seen import Failed, Seen
from gatewright.program.authorizers import FunctionAuthorizer, IssuerAuthorizer, PoolAuthorizer

Tell = Callable[[Case], Told]


class Rule:
    """A row. `product`: only of APIs of this kind."""

    __slots__ = ("kinds", "pattern", "product", "tell")

    def __init__(self, kinds: str, pattern: str, tell: Tell, product: str = "") -> None:
        self.kinds = frozenset(kinds.split())
        self.pattern = re.compile(pattern, re.DOTALL)
        self.product = product
        self.tell = tell


# Tokens


def _by_token(case: Case) -> Told:
    """401: of a token, or of a Lambda authorizer."""
    authorizer = getattr(case.seen.part, "authorizer", None)
    if isinstance(authorizer, IssuerAuthorizer | PoolAuthorizer) or case.failed.log is not None:
        return tokens.refused(case)
    return guards.unauthorized(case)


def _by_authorizer(case: Case) -> Told:
    """500: of an authorizer."""
    authorizer = getattr(case.seen.part, "authorizer", None)
    if "issuer" in (case.failed.log or "") or isinstance(authorizer, IssuerAuthorizer | PoolAuthorizer):
        return tokens.refused(case)
    return guards.authorizer_broken(case)


def _by_authorizer_role(case: Case) -> Told:
    """An authorizer whose function may not be called."""
    told = (
        functions.permission(case)
        if "Invalid permissions" in (case.failed.log or "")
        else functions.role_not_assumed(case)
    )
    authorizer = getattr(case.seen.part, "authorizer", None)
    name = authorizer.function_arn if isinstance(authorizer, FunctionAuthorizer) else "the authorizer's function"
    why = [f"This is about the Lambda authorizer, whose function is {name}.", *told.why[-1:]]
    if "Invalid permissions" in (case.failed.log or ""):
        why.insert(0, "API Gateway may not invoke the function of the Lambda authorizer.")
    else:
        why = [*told.why]
    return Told(access.AUTHORIZATION, why, told.fix, told.docs, told.exhibits)


def _missing_token(case: Case) -> Told:
    """AWS uses these words for two things."""
    if case.seen.part is None and not sockets.is_management(case):
        return finding.no_route(case)
    return signatures.unsigned(case)


def _signature(case: Case) -> Told:
    if case.seen.part is None and case.seen.scene is not None and not sockets.is_management(case):
        return finding.no_route_signed(case)
    return signatures.bad_signature(case)


# What is left


def fault(case: Case) -> Told:
    """An error of Gatewright's own."""
    what = case.why.get("fault")
    return Told(
        "gateway",
        [f"This is a fault of Gatewright itself, not of the API{f': {what}' if what else ''}."],
        [Fix("The node's log has the traceback, under the request's id. Please report it.")],
        ["errors"],
    )


def configuration(case: Case) -> Told:
    """A method that AWS deploys, and that can never work."""
    reason = case.reason
    detail = [f"In detail: {case.failed.detail}."] if case.failed.detail else []
    return Told(
        backends.CALL,
        [f"The API is configured so that this cannot work: {reason}.", *detail],
        [Fix("Correct the method's integration, and deploy.", backends.deploy(case) if case.seen.scene else None)],
        ["errors"],
        [Exhibit("What came back", str(case.why["answer"]))] if case.why.get("answer") else [],
    )


def no_keys(case: Case) -> Told:
    return Told(
        access.AUTHORIZATION,
        ["The method wants signatures, and this process knows no holders of access keys: everything is refused."],
        [Fix("Start the node with its own command (gatewright serve); if it goes on, its log says why.")],
        ["iam"],
    )


def failure(case: Case) -> Told:
    """A backend's failure without a row of its own."""
    return Told(
        backends.CALL,
        [f"The integration failed: {case.reason or case.failed.message or 'no reason is known'}."],
        [Fix("Look at the backend and its log.")],
        ["errors"],
        [Exhibit("What came back", str(case.why["answer"]))] if case.why.get("answer") else [],
    )


def filtered(case: Case) -> Told:
    return Told(
        "gateway",
        [
            (
                "A web application firewall refused the request. Gatewright has none: whoever answered so stands "
                "in front of it."
            )
        ],
        [Fix("Look at the rules of what stands in front.")],
        ["errors"],
    )


def parameters_refused(case: Case) -> Told:
    """400 without the list of what is missing."""
    return Told(
        requests.VALIDATION,
        [f"The request's parameters were refused: {case.failed.log or case.failed.message}."],
        [Fix("Correct the request.")],
        ["validation"],
    )


_PERMISSION = r"Invalid permissions on Lambda function.*?(?P<command>aws lambda add-permission .*)$"
_NO_MATCH = r"(?:No match for output mapping|Endpoint Response).*?(?:Status Code: (\d+))?$"

RULES: tuple[Rule, ...] = (
    # No API, no stage, no route
    Rule("403 404", "is disabled|is private", finding.closed),
    Rule("403", "", sockets.forbidden, "WEBSOCKET"),
    Rule("403", "", sockets.forbidden, "none"),
    Rule("404 RESOURCE_NOT_FOUND", "", finding.no_route),
    Rule("400 426", "", finding.no_handshake, "none"),
    Rule("414 431", "", finding.head_too_long),
    Rule("413", "", finding.head_too_long, "REST"),
    Rule("413", "", finding.head_too_long, "none"),
    Rule("MISSING_AUTHENTICATION_TOKEN", "", _missing_token),
    # Who may call
    Rule("INVALID_SIGNATURE EXPIRED_TOKEN", "", _signature),
    Rule("ACCESS_DENIED 403", "is not supported", access.not_supported),
    Rule("ACCESS_DENIED", "dot segments", access.dot_segments),
    Rule("ACCESS_DENIED", "insufficient_scope", tokens.refused),
    Rule("ACCESS_DENIED", "InvalidateCache", access.fresh_refused),
    Rule("ACCESS_DENIED 403", "", access.denied),
    Rule("UNAUTHORIZED", "", _by_token),
    Rule("AUTHORIZER_CONFIGURATION_ERROR", _PERMISSION, _by_authorizer_role),
    Rule("AUTHORIZER_CONFIGURATION_ERROR", r"assume the provided role (\S+)(?: \((.*)\))?", _by_authorizer_role),
    Rule("AUTHORIZER_CONFIGURATION_ERROR AUTHORIZER_FAILURE", "", _by_authorizer),
    # How often, how much
    Rule("INVALID_API_KEY", "", limits.invalid_key),
    Rule("THROTTLED 429", "", limits.throttled),
    Rule("QUOTA_EXCEEDED", "", limits.quota),
    Rule("REQUEST_TOO_LARGE", "", limits.too_large),
    # What is sent
    Rule("BAD_REQUEST_PARAMETERS", "leads out of its place", requests.bad_path_value),
    Rule("BAD_REQUEST_PARAMETERS", "Invalid mapped value for header", requests.bad_header_value),
    Rule("BAD_REQUEST_PARAMETERS", "^Execution failed: ", requests.service_parameters),
    Rule("BAD_REQUEST_PARAMETERS", "Missing required|^$", requests.parameters),
    Rule("BAD_REQUEST_PARAMETERS", "", parameters_refused),
    Rule("BAD_REQUEST_BODY", "does not match model", requests.body),
    Rule("BAD_REQUEST_BODY", "", requests.no_json),
    Rule("UNSUPPORTED_MEDIA_TYPE", "", requests.media_type),
    # @connections
    Rule("410", "", sockets.gone),
    Rule("400 413", "", sockets.bad_call),
    Rule("503", "", sockets.unavailable),
    # The integration
    Rule("API_CONFIGURATION_ERROR", "^$", fault),
    Rule("API_CONFIGURATION_ERROR", "Malformed Lambda proxy response", functions.stream),
    Rule("API_CONFIGURATION_ERROR", "holders of access keys", no_keys),
    Rule("API_CONFIGURATION_ERROR", _PERMISSION, functions.permission),
    Rule("API_CONFIGURATION_ERROR", r"there is no function (\S+)", functions.no_function),
    Rule("API_CONFIGURATION_ERROR", "the role may not invoke", functions.role_not_allowed),
    Rule("API_CONFIGURATION_ERROR", r"assume the provided role (\S+)(?: \((.*)\))?", functions.role_not_assumed),
    Rule("API_CONFIGURATION_ERROR", "called as the caller|Invalid permissions", functions.caller_credentials),
    Rule("API_CONFIGURATION_ERROR", r"Unable to transform", mapping.template),
    Rule(
        "API_CONFIGURATION_ERROR",
        r"(?:No match for output mapping|Endpoint Response).*?(?:Status Code: (\d+))?$",
        mapping.no_match,
    ),
    Rule("API_CONFIGURATION_ERROR", r"invalid method response: (\d+)", mapping.no_method_response),
    Rule("API_CONFIGURATION_ERROR", "Unable to parse statusCode", mapping.mock_status),
    Rule("API_CONFIGURATION_ERROR", "header already present", mapping.illegal_header),
    Rule("API_CONFIGURATION_ERROR", "Invalid response", mapping.unsound_answer),
    Rule("API_CONFIGURATION_ERROR", "base64 decode", mapping.no_base64),
    Rule("API_CONFIGURATION_ERROR", "Invalid JSON in the endpoint", mapping.endpoint_json),
    Rule("API_CONFIGURATION_ERROR", "mapped value|[Oo]verrides? of header|Invalid request to", mapping.bad_value),
    Rule("API_CONFIGURATION_ERROR", r"Invalid endpoint address(?:.*no value for \{([^}]*)\})", backends.bad_address),
    Rule("API_CONFIGURATION_ERROR", "Invalid endpoint address", backends.unreachable),
    Rule("API_CONFIGURATION_ERROR", "credentials to call AWS|no endpoint of|companions", backends.service),
    Rule("API_CONFIGURATION_ERROR", "has no integration", sockets.no_integration),
    Rule("API_CONFIGURATION_ERROR", "no step that answers", fault),
    Rule("API_CONFIGURATION_ERROR", "", configuration),
    Rule("INTEGRATION_TIMEOUT", "", backends.timeout),
    Rule("INTEGRATION_FAILURE", "Malformed Lambda proxy response", functions.malformed),
    Rule(
        "INTEGRATION_FAILURE",
        r"customer function error \((?P<kind>[^)]*)\): (?P<payload>.*)$",
        functions.function_failed,
    ),
    Rule("INTEGRATION_FAILURE", r"Lambda invocation failed with status (\d+)", functions.invocation),
    Rule("INTEGRATION_FAILURE", r"the function answered with status", backends.backend_said),
    Rule("INTEGRATION_FAILURE", r"Lambda('s)? (ended|answer|last)|metadata|delimiter|cookies", functions.stream),
    Rule("INTEGRATION_FAILURE", "network error", backends.network),
    Rule("INTEGRATION_FAILURE", "too-large|busy|^Execution failed: ", backends.too_much),
    Rule("INTEGRATION_FAILURE", "Invalid mapped value", mapping.bad_value),
    Rule("INTEGRATION_FAILURE", "", failure),
    Rule("WAF_FILTERED", "", filtered),
)
# Rows that take whatever is left: who meets one of these has met an error that nobody has thought of.
LEFT: frozenset[Tell] = frozenset({configuration, failure, fault, parameters_refused})


def explain(seen: Seen, failed: Failed, programs: Iterable[AnyProgram] = ()) -> Told:
    """Why a request failed."""
    case = Case(seen, failed, tuple(programs))
    rule = choose(case)
    return fault(case) if rule is None else rule.tell(case)


def choose(case: Case) -> Rule | None:
    """The row for an error; the case then has what its pattern found."""
    name = case.failed.kind.name or str(case.failed.kind.status)
    product = case.product or "none"
    for rule in RULES:
        if name in rule.kinds and rule.product in ("", product):
            found = rule.pattern.search(case.failed.log or "")
            if found is not None:
                case.found = found
                return rule
    return None
