from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.gateway.authorizers.answers import read_output, texts
from gatewright.gateway.errors import GatewayError
from gatewright.language.policy.base import ANONYMOUS, Effect, Query

_ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/v1/GET/pets"
_STATEMENT: dict[str, Any] = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": _ARN}
_POLICY: dict[str, Any] = {"Version": "2012-10-17", "Statement": [_STATEMENT]}
_WHOLE: dict[str, Any] = {"principalId": "ann", "policyDocument": _POLICY}


def _read(**members: Any) -> Any:
    return read_output(json.dumps(_WHOLE | members).encode())


def _effect(output: Any, resource: str) -> Effect:
    effect: Effect = output.policy.decide(Query("execute-api:Invoke", resource, ANONYMOUS, lambda key: None)).effect
    return effect


def test_a_whole_answer() -> None:
    output = _read(context={"a": "b"}, usageIdentifierKey="key-value")
    assert (output.principal_id, output.context, output.usage_key) == ("ann", {"a": "b"}, "key-value")
    assert output.document == _POLICY
    assert _effect(output, _ARN) is Effect.ALLOW
    assert _effect(output, _ARN + "/1") is Effect.NEITHER


def test_the_least_answer() -> None:
    output = _read(principalId="", context=None, usageIdentifierKey=None)
    assert (output.principal_id, output.context, output.usage_key) == ("", {}, None)


def test_values_of_the_context_are_text() -> None:
    given = {"text": "a", "int": 123, "float": 1.5, "yes": True, "no": False, "null": None, "empty": ""}
    assert texts(given) == {
        "text": "a",
        "int": "123",
        "float": "1.5",
        "yes": "true",
        "no": "false",
        "null": None,
        "empty": "",
    }


_NO_POLICY = "Could not parse policy"
_UNSOUND: list[tuple[bytes | dict[str, Any], str]] = [
    (b"", _NO_POLICY),
    (b"null", _NO_POLICY),
    (b"true", _NO_POLICY),
    (b'"Allow"', _NO_POLICY),
    (b"[]", _NO_POLICY),
    (b"{", _NO_POLICY),
    (b"{}", "principalId is no string"),
    (b"[" * 100_000, _NO_POLICY),
    (b'{"principalId":"\xff"}', _NO_POLICY),
    ({"principalId": None}, "principalId is no string"),
    ({"principalId": 7}, "principalId is no string"),
    ({"principalId": {"a": "b"}}, "principalId is no string"),
    ({"policyDocument": None}, _NO_POLICY),
    ({"policyDocument": json.dumps(_POLICY)}, _NO_POLICY),
    ({"policyDocument": []}, _NO_POLICY),
    ({"policyDocument": {}}, _NO_POLICY),
    ({"policyDocument": {"Version": "2012-10-17"}}, _NO_POLICY),
    ({"policyDocument": {"Version": "2012-10-17", "Statement": []}}, _NO_POLICY),
    ({"policyDocument": _POLICY | {"Version": "2030-01-01"}}, _NO_POLICY),
    ({"policyDocument": _POLICY | {"Statement": [_STATEMENT | {"Effect": "allow"}]}}, _NO_POLICY),
    ({"policyDocument": _POLICY | {"Statement": [_STATEMENT | {"Effect": "Yes"}]}}, _NO_POLICY),
    ({"policyDocument": _POLICY | {"Statement": [{"Effect": "Allow", "Action": "*"}]}}, _NO_POLICY),
    ({"policyDocument": _POLICY | {"Statement": [{"Effect": "Allow", "Resource": "*"}]}}, _NO_POLICY),
    ({"policyDocument": _POLICY | {"Statement": ["Allow"]}}, _NO_POLICY),
    (
        {"policyDocument": _POLICY | {"Statement": [_STATEMENT | {"Condition": {"NoSuch": {"a": "b"}}}]}},
        _NO_POLICY,
    ),
    ({"context": []}, "context is no object"),
    ({"context": "text"}, "context is no object"),
    ({"context": {"a": {"b": "c"}}}, "instance of java.lang.String out of START_OBJECT token"),
    ({"context": {"a": ["b"]}}, "instance of java.lang.String out of START_ARRAY token"),
    ({"usageIdentifierKey": 7}, "usageIdentifierKey is no string"),
    ({"usageIdentifierKey": ["a"]}, "usageIdentifierKey is no string"),
    # A function that failed, one of the other product, and a member that might have been meant to deny.
    ({"errorType": "Error"}, 'Unrecognized field "errorType" , not marked as ignorable'),
    ({"isAuthorized": True}, 'Unrecognized field "isAuthorized" , not marked as ignorable'),
    ({"policydocument": _POLICY}, 'Unrecognized field "policydocument" , not marked as ignorable'),
    ({"a\nb": 1}, 'Unrecognized field "a\\nb" '),
]


@pytest.mark.parametrize(("answer", "log"), _UNSOUND)
def test_what_is_no_whole_answer(answer: bytes | dict[str, Any], log: str) -> None:
    body = answer if isinstance(answer, bytes) else json.dumps(_WHOLE | answer).encode()
    with pytest.raises(GatewayError) as failure:
        read_output(body)
    error = failure.value
    assert (error.kind.name, error.status, error.message) == ("AUTHORIZER_CONFIGURATION_ERROR", 500, None)
    assert log in (error.log or "")


@pytest.mark.parametrize("missing", ["principalId", "policyDocument"])
def test_what_must_be_there(missing: str) -> None:
    with pytest.raises(GatewayError):
        read_output(json.dumps({name: value for name, value in _WHOLE.items() if name != missing}).encode())
