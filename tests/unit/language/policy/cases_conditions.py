"""Several keys and values, set operators, policy variables, keys of the caller: cases from the IAM User Guide."""

from __future__ import annotations

from typing import Any

from gatewright.language.policy.base import ANONYMOUS, PolicyKind
from tests.unit.language.policy.support import (
    ACCOUNT,
    ALLOW,
    ANN,
    BOB,
    DENY,
    FEDERATED,
    NEITHER,
    OTHER,
    ROOT,
    SESSION,
    Case,
    Row,
    cases,
    query,
    s3,
    user,
)

MULTI = "reference_policies_multi-value-conditions"
SETS = "reference_policies_condition-single-vs-multi-valued-context-keys"
VARIABLES = "reference_policies_variables"
KEYS = "reference_policies_condition-keys"


def mary(name: str = "Mary", **tags: str) -> Any:
    return s3("ListBucket", "amzn-s3-demo-bucket", user(name, "222222222222", **tags))


def listing(operator: str) -> dict[str, Any]:
    """AWS's example of a condition with two operators and three keys."""
    arns = ["arn:aws:iam::222222222222:user/Ana", "arn:aws:iam::222222222222:user/Mary"]
    tags = {"aws:PrincipalTag/department": ["finance", "hr", "legal"], "aws:PrincipalTag/role": ["audit", "security"]}
    return {
        "Sid": "ExamplePolicy",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
        "Action": "s3:ListBucket",
        "Resource": "arn:aws:s3:::amzn-s3-demo-bucket",
        "Condition": {"StringEquals": tags, operator: {"aws:PrincipalArn": arns}},
    }


SEVERAL: list[Case] = [
    *cases(
        MULTI,
        listing("ArnLike"),
        ("both tags and the ARN", mary(department="legal", role="audit"), ALLOW),
        ("the ARN does not match", mary("Nikki", department="hr", role="audit"), NEITHER),
        ("one tag does not match", mary(department="hr", role="payroll"), NEITHER),
        ("one tag is missing", mary(department="hr"), NEITHER),
        ("all tags are missing", mary(), NEITHER),
        kind=PolicyKind.RESOURCE,
    ),
    *cases(
        MULTI,
        listing("ArnNotLike"),
        ("negated: none of the ARNs", mary("Nikki", department="legal", role="audit"), ALLOW),
        ("negated: one of the ARNs", mary(department="hr", role="audit"), NEITHER),
        ("negated: one tag does not match", mary("Nikki", department="hr", role="payroll"), NEITHER),
        ("negated: one tag is missing", mary("Nikki", department="hr"), NEITHER),
        ("negated: all tags are missing", mary("Nikki"), NEITHER),
        kind=PolicyKind.RESOURCE,
    ),
]


def thread(effect: str, condition: Any, *rows: Row) -> list[Case]:
    """AWS's examples about the attributes that a request to DynamoDB names."""
    table = "arn:aws:dynamodb:us-east-1:123456789012:table/Thread"
    return cases(SETS, {"Effect": effect, "Action": "dynamodb:*", "Resource": table, "Condition": condition}, *rows)


def asked(*attributes: str) -> Any:
    keys = {"dynamodb:attributes": attributes} if attributes else {}
    return query(ANN, "arn:aws:dynamodb:us-east-1:123456789012:table/Thread", "dynamodb:GetItem", keys)


LISTED = {"dynamodb:Attributes": ["ID", "Message", "Tags"]}
SET_OPERATORS: list[Case] = [
    *thread(
        "Allow",
        {"ForAllValues:StringEquals": LISTED},
        ("all are listed", asked("ID", "Message"), ALLOW),
        ("one is not", asked("ID", "UserName"), NEITHER),
        ("none is", asked("UserName"), NEITHER),
        ("no key: true", asked(), ALLOW),
        ("an empty value: true", asked(""), ALLOW),
    ),
    *thread(
        "Deny",
        {"ForAnyValue:StringEquals": LISTED},
        ("one is listed", asked("UserName", "ID"), DENY),
        ("none is listed", asked("UserName"), NEITHER),
        ("without the key: false", asked(), NEITHER),
        ("with an empty value: false", asked(""), NEITHER),
    ),
    *thread(
        "Deny",
        {"ForAllValues:StringNotEquals": LISTED},
        ("all are unlisted", asked("UserName", "PostDateTime"), DENY),
        ("one is listed, negated", asked("UserName", "ID"), NEITHER),
        ("no key, negated: true", asked(), DENY),
    ),
    *thread(
        "Deny",
        {"ForAnyValue:StringNotEquals": LISTED},
        ("one is unlisted", asked("UserName", "ID"), DENY),
        ("none is unlisted", asked("ID"), NEITHER),
        ("no key, negated any: false", asked(), NEITHER),
    ),
    *thread(
        "Allow",
        {"ForAllValues:StringLike": {"dynamodb:Attributes": ["Post*", "Message"]}},
        ("like", asked("PostDateTime", "Message"), ALLOW),
        ("unlike", asked("PostDateTime", "ID"), NEITHER),
    ),
    *thread(
        "Allow",
        {"ForAllValues:StringEquals": LISTED, "Null": {"dynamodb:Attributes": "false"}},
        ("with a check that the key is there", asked("ID"), ALLOW),
        ("and it is not", asked(), NEITHER),
    ),
]

TEAM = {
    "Effect": "Deny",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::amzn-s3-demo-bucket/*",
    "Condition": {"StringNotEquals": {"s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}"}},
}


def tagged(value: str, **tags: str) -> Any:
    keys = {"s3:existingobjecttag/Team": value}
    return query(user("x", **tags), "arn:aws:s3:::amzn-s3-demo-bucket/k", "s3:GetObject", keys)


def allowing(resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:*", "Resource": resource}


VARIABLE: list[Case] = [
    *cases(
        VARIABLES,
        allowing("arn:aws:s3:::mybucket/${aws:username}/*"),
        ("one's own folder", s3("GetObject", "mybucket/ann/x"), ALLOW),
        ("another's folder", s3("GetObject", "mybucket/bob/x"), NEITHER),
        ("a session has no user name", s3("GetObject", "mybucket//x", SESSION), NEITHER),
        ("a name with a star is no wildcard", s3("GetObject", "mybucket/ann/x", user("*")), NEITHER),
    ),
    *cases(
        VARIABLES,
        {"Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs:us-east-2:*:${aws:username}-queue"},
        ("a queue of one's name", query(ANN, "arn:aws:sqs:us-east-2:1:ann-queue", "sqs:SendMessage"), ALLOW),
        ("in another region", query(ANN, "arn:aws:sqs:us-east-1:1:ann-queue", "sqs:SendMessage"), NEITHER),
    ),
    *cases(
        VARIABLES,
        allowing("arn:aws:s3:::bucket/${aws:PrincipalTag/department}"),
        ("a tag", s3("GetObject", "bucket/hr", user("x", department="hr")), ALLOW),
        ("names of keys are not case-sensitive", s3("GetObject", "bucket/hr", user("x", Department="hr")), ALLOW),
        ("another tag", s3("GetObject", "bucket/hr", user("x", department="it")), NEITHER),
        ("no tag: it matches no resource", s3("GetObject", "bucket/", user("x")), NEITHER),
    ),
    *cases(
        VARIABLES,
        allowing("arn:aws:s3:::amzn-s3-demo-bucket-${aws:PrincipalTag/team, 'company-wide'}"),
        ("a team's bucket", s3("ListBucket", "amzn-s3-demo-bucket-yellow", user("x", team="yellow")), ALLOW),
        ("not another team's", s3("ListBucket", "amzn-s3-demo-bucket-blue", user("x", team="yellow")), NEITHER),
        ("the default value", s3("ListBucket", "amzn-s3-demo-bucket-company-wide", user("x")), ALLOW),
        ("for nobody else", s3("ListBucket", "amzn-s3-demo-bucket-company-wide", user("x", team="y")), NEITHER),
    ),
    *cases(
        VARIABLES,
        TEAM,
        ("of the same team", tagged("Yellow", Team="Yellow"), NEITHER),
        ("of another team", tagged("Yellow", Team="Blue"), DENY),
        ("without a team: negated operators match null", tagged("Yellow"), DENY),
    ),
    *cases(
        VARIABLES,
        TEAM | {"Effect": "Allow"},
        ("they do where it allows, too", tagged("Yellow"), ALLOW),
    ),
    *cases(
        VARIABLES,
        TEAM | {"Condition": {"StringEquals": {"s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}"}}},
        ("positive ones do not", tagged("Yellow"), NEITHER),
    ),
    *cases(
        VARIABLES,
        allowing("arn:aws:s3:::b/${*}${?}${$}"),
        ("${*} is a star", s3("GetObject", "b/*?$"), ALLOW),
        ("no wildcard", s3("GetObject", "b/xy$"), NEITHER),
    ),
    *cases(
        VARIABLES,
        {"Effect": "Allow", "Action": "*", "Resource": "*",
         "Condition": {"StringLike": {"sns:endpoint": "https://example.com/${AWS:UserName}/*"}}},
        ("in a condition", query(ANN, keys={"sns:endpoint": "https://example.com/ann/x"}), ALLOW),
        ("another's", query(ANN, keys={"sns:endpoint": "https://example.com/bob/x"}), NEITHER),
    ),
    *cases(
        VARIABLES,
        allowing("arn:aws:s3:::b/${aws:userid}/*"),
        ("of the root user: the account", s3("GetObject", f"b/{ACCOUNT}/x", ROOT), ALLOW),
        ("of a federated user: account and name", s3("GetObject", f"b/{ACCOUNT}:carol/x", FEDERATED), ALLOW),
        ("of a session: role id and name", s3("GetObject", "b/AROAEXAMPLE:session1/x", SESSION), ALLOW),
        ("of nobody", s3("GetObject", "b/anonymous/x", ANONYMOUS), NEITHER),
    ),
]  # fmt: skip


def key(name: str, value: Any, *rows: Row) -> list[Case]:
    condition = {"StringEquals": {name: value}}
    return cases(KEYS, {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}, *rows)


CALLERS: list[Case] = [
    *key("aws:PrincipalAccount", ACCOUNT,
         ("a user of the account", query(ANN), ALLOW), ("of another", query(BOB), NEITHER),
         ("nobody", query(ANONYMOUS), NEITHER)),
    *key("aws:PrincipalOrgID", "o-example",
         ("of the organization", query(ANN), ALLOW), ("not of it", query(BOB), NEITHER)),
    *key("aws:PrincipalType", ["User", "Account"],
         ("a user", query(ANN), ALLOW), ("the root user", query(ROOT), ALLOW), ("a session", query(SESSION), NEITHER)),
    *key("aws:PrincipalType", "AssumedRole", ("an assumed role", query(SESSION), ALLOW)),
    *key("aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/team/reader",
         ("of a session it is the role's", query(SESSION), ALLOW), ("a user's is its own", query(ANN), NEITHER)),
    *key("aws:username", "bob", ("by user name", query(BOB), ALLOW), ("another name", query(ANN), NEITHER)),
    *key("AWS:SourceAccount", OTHER,
         ("key names are not case-sensitive", query(ANN, keys={"aws:sourceaccount": OTHER}), ALLOW),
         ("values are", query(ANN, keys={"aws:sourceaccount": "x"}), NEITHER)),
    *key("aws:username", "ann",
         ("what the request claims of the caller counts for nothing",
          query(ANONYMOUS, keys={"aws:username": "ann"}), NEITHER)),
]  # fmt: skip

CASES = [*SEVERAL, *SET_OPERATORS, *VARIABLE, *CALLERS]
