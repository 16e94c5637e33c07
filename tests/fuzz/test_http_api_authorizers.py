"""What functions of HTTP APIs' authorizers answer, and what callers send to be told apart by."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gatewright.deploy.http_api_authorizers import compile_authorizer
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.http_api.authorizers.answers import read_answer
from gatewright.gateway.http_api.authorizers.events import EVENTS
from gatewright.program.authorizers import FunctionAuthorizer
from tests.fuzz.effort import FUZZ
from tests.plays.http_api import authorizer
from tests.plays.stage import ACCOUNT, API
from tests.unit.gateway.http_api.support import http_exchange

_ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}"
_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from(["true", "Allow", "Deny", "*", _ARN]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_STATEMENT = st.fixed_dictionaries(
    {},
    optional={
        "Effect": st.sampled_from(["Allow", "Deny", "allow", ""]) | _JSON,
        "Action": st.sampled_from(["execute-api:Invoke", "*", "execute-api:*", "s3:*"]) | _JSON,
        "Resource": st.sampled_from(["*", f"{_ARN}/*", f"{_ARN}/$default/GET/pets/7", f"{_ARN}/x/*"]) | _JSON,
        "NotAction": _JSON,
        "NotResource": _JSON,
        "Condition": _JSON,
    },
)
_ANSWER = st.fixed_dictionaries(
    {},
    optional={
        "isAuthorized": _JSON,
        "principalId": st.just("u1") | _JSON,
        "policyDocument": st.fixed_dictionaries({"Version": st.just("2012-10-17"), "Statement": st.lists(_STATEMENT)})
        | _JSON,
        "context": _JSON,
    },
)


def _authorizer(payload: str, simple: bool) -> FunctionAuthorizer:
    route = {"AuthorizationType": "CUSTOM", "AuthorizerId": "auth01"}
    document = authorizer(payload, EnableSimpleResponses=simple)
    compiled = compile_authorizer(route, {"auth01": document}, {}, _ARN)
    assert isinstance(compiled, FunctionAuthorizer)
    return compiled


_ALL = (_authorizer("1.0", False), _authorizer("2.0", False), _authorizer("2.0", True))


@FUZZ
@given(answer=st.one_of(_ANSWER, _JSON), by=st.sampled_from(_ALL))
def test_only_a_clear_yes_lets_anybody_in(answer: Any, by: FunctionAuthorizer) -> None:
    made = http_exchange()
    try:
        result = read_answer(json.dumps(answer).encode(), by, 1)
    except GatewayError:
        return
    allowed = result.allows(made, {})
    if by.simple:
        assert allowed is answer["isAuthorized"]
    elif allowed:
        statements = answer["policyDocument"]["Statement"]
        effects = [each["Effect"] for each in (statements if isinstance(statements, list) else [statements])]
        assert "Allow" in effects
    made.grant = result.grant
    for make in EVENTS.values():
        json.dumps(make(made, ("x",)))


@FUZZ
@given(body=st.binary(max_size=60), by=st.sampled_from(_ALL))
def test_bytes_let_nobody_in(body: bytes, by: FunctionAuthorizer) -> None:
    try:
        result = read_answer(body, by, 1)
    except GatewayError:
        return
    assert not result.allows(http_exchange(), {})
