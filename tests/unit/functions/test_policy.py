"""Which policies let whom invoke."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.functions.policy import GATEWAY, Attempt, allows, compiled, missing_permission, statement
from gatewright.language.policy.base import PolicyError

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
SOURCE = "arn:aws:execute-api:us-east-1:123456789012:api1/prod/GET/a/b"
CALL = Attempt(FUNCTION, service=GATEWAY, source_arn=SOURCE, source_account="123456789012")
PREFIX = "arn:aws:execute-api:us-east-1:123456789012:"


def allow(condition: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    entry = {
        "Effect": "Allow",
        "Principal": {"Service": GATEWAY},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
    }
    return entry | ({"Condition": condition} if condition else {}) | changed


def like(pattern: str, operator: str = "ArnLike") -> dict[str, Any]:
    return allow({operator: {"AWS:SourceArn": pattern}})


DENY = allow(Effect="Deny")
TABLE: list[tuple[str, list[dict[str, Any]], bool]] = [
    ("no policy", [], False),
    ("no condition", [allow()], True),
    ("exact", [like(SOURCE)], True),
    ("star spans slashes", [like(PREFIX + "api1/*")], True),
    ("stars", [like(PREFIX + "api1/*/*/a/*")], True),
    ("question mark", [like(PREFIX + "api?/prod/GET/a/b")], True),
    ("other api", [like(PREFIX + "api2/*")], False),
    ("other method", [like(PREFIX + "api1/*/POST/*")], False),
    ("other account's arn", [like("arn:aws:execute-api:us-east-1:999999999999:api1/*")], False),
    ("star of a part", [like("arn:aws:execute-api:*:123456789012:api1/*")], True),
    ("a star stays in its part", [like("arn:aws:execute-api:us*:123456789012:api1/*")], True),
    ("a star does not leave its part", [like("arn:aws:execute-api:us*:api1/*:*")], False),
    ("ArnEquals", [like(PREFIX + "api1/*", "ArnEquals")], True),
    ("StringLike", [like("*api1*", "StringLike")], True),
    ("StringEquals", [like(SOURCE, "StringEquals")], True),
    ("StringEquals takes no star", [like(PREFIX + "*", "StringEquals")], False),
    ("ArnNotLike", [like(PREFIX + "api2/*", "ArnNotLike")], True),
    ("key in another case", [allow({"ArnLike": {"aws:sourcearn": SOURCE}})], True),
    ("one of several", [like("arn:aws:execute-api:us-east-1:123456789012:x/*"), like(SOURCE)], True),
    ("list of values", [allow({"ArnLike": {"AWS:SourceArn": [PREFIX + "no", SOURCE]}})], True),
    ("account", [allow({"StringEquals": {"AWS:SourceAccount": "123456789012"}})], True),
    ("other account", [allow({"StringEquals": {"AWS:SourceAccount": "999999999999"}})], False),
    (
        "both must hold",
        [allow({"ArnLike": {"AWS:SourceArn": SOURCE}, "StringEquals": {"AWS:SourceAccount": "9"}})],
        False,
    ),
    ("unknown key", [allow({"StringEquals": {"aws:PrincipalOrgID": "o-1"}})], False),
    ("another operator", [allow({"Bool": {"AWS:SourceArn": "true"}})], False),
    ("everybody", [allow(Principal="*")], True),
    ("everybody as AWS", [allow(Principal={"AWS": "*"})], True),
    ("list of services", [allow(Principal={"Service": ["s3.amazonaws.com", GATEWAY]})], True),
    ("other service", [allow(Principal={"Service": "s3.amazonaws.com"})], False),
    ("an account is no service", [allow(Principal={"AWS": "123456789012"})], False),
    ("all actions", [allow(Action="lambda:*")], True),
    ("other action", [allow(Action="lambda:GetFunction")], False),
    ("other resource", [allow(Resource=FUNCTION + ":live")], False),
    ("deny wins", [allow(), DENY], False),
    ("deny wins whatever the order", [DENY, allow()], False),
    ("a deny for others", [allow(), allow(Effect="Deny", Principal={"Service": "s3.amazonaws.com"})], True),
]


@pytest.mark.parametrize(("name", "statements", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_policies(name: str, statements: list[dict[str, Any]], expected: bool) -> None:
    assert allows(compiled(statements) if statements else None, CALL) is expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("999999999999", True),
        ("arn:aws:iam::999999999999:root", True),
        ("888888888888", False),
        (GATEWAY, False),
        ("arn:aws:iam::999999999999:user/ann", False),
        ("*", True),
    ],
)
def test_accounts(principal: str, expected: bool) -> None:
    entry = statement(FUNCTION, "s", "lambda:InvokeFunction", principal)
    assert allows(compiled([entry]), Attempt(FUNCTION, account="999999999999")) is expected


def test_a_condition_without_its_key_fails_unless_it_may_be_absent() -> None:
    bare = Attempt(FUNCTION, service=GATEWAY)
    assert not allows(compiled([like(SOURCE)]), bare)
    assert allows(compiled([like(SOURCE, "ArnLikeIfExists")]), bare)


@given(st.text(alphabet="abz/$.-", max_size=20), st.text(alphabet="abz/$.-", max_size=20))
def test_a_pattern_without_wildcards_matches_only_itself(pattern: str, value: str) -> None:
    attempt = Attempt(FUNCTION, service=GATEWAY, source_arn=PREFIX + value)
    assert allows(compiled([like(PREFIX + pattern)]), attempt) is (pattern == value)


def test_what_add_permission_writes() -> None:
    assert statement(
        FUNCTION, "s", "lambda:InvokeFunction", GATEWAY, source_arn=SOURCE, source_account="123456789012"
    ) == {
        "Sid": "s",
        "Effect": "Allow",
        "Principal": {"Service": GATEWAY},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        "Condition": {"StringEquals": {"AWS:SourceAccount": "123456789012"}, "ArnLike": {"AWS:SourceArn": SOURCE}},
    }


def test_the_missing_command() -> None:
    assert missing_permission(FUNCTION, "live", "sid", SOURCE) == (
        f"aws lambda add-permission --function-name {FUNCTION} --qualifier live --statement-id sid "
        f"--action lambda:InvokeFunction --principal apigateway.amazonaws.com --source-arn '{SOURCE}'"
    )


@pytest.mark.parametrize(
    "entry",
    [
        statement(FUNCTION, "s", "lambda:InvokeFunction", "apigateway"),
        statement(FUNCTION, "s", "lambda:InvokeFunction", "arn:aws:iam::123456789012:user/*"),
        statement(FUNCTION, "s", "lambda:InvokeFunction", GATEWAY, source_arn="api1/*"),
        allow(Principal={"Everybody": "*"}),
    ],
)
def test_no_statement(entry: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        compiled([entry])
