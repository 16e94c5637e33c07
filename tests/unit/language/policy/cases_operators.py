"""The condition operators, one by one: cases from the IAM User Guide."""

from __future__ import annotations

from typing import Any

from tests.unit.language.policy.support import (
    ALLOW,
    ANN,
    DENY,
    NEITHER,
    ROOT,
    SESSION,
    Case,
    Row,
    cases,
    having,
    query,
    s3,
    user,
)

PAGE = "reference_policies_elements_condition_operators"


def when(condition: Any, *rows: Row, effect: str = "Allow") -> list[Case]:
    return cases(PAGE, {"Effect": effect, "Action": "*", "Resource": "*", "Condition": condition}, *rows)


TEXTS: list[Case] = [
    *when(
        {"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}},
        ("the tag", query(user("a", **{"job-category": "iamuser-admin"})), ALLOW),
        ("another value", query(user("a", **{"job-category": "iamuser-admin2"})), NEITHER),
        ("matching is case-sensitive", query(user("a", **{"job-category": "IAMuser-admin"})), NEITHER),
        ("no tag: the values do not match", query(ANN), NEITHER),
    ),
    *when(
        {"StringNotEquals": {"a:k": "v"}},
        ("negated: equal", having(a__k="v"), NEITHER),
        ("negated: different", having(a__k="w"), ALLOW),
        ("negated: a missing key is true", having(), ALLOW),
    ),
    *when(
        {"StringEqualsIgnoreCase": {"a:k": "Value"}},
        ("ignoring case", having(a__k="vALUE"), ALLOW),
        ("ignoring case: different", having(a__k="value2"), NEITHER),
    ),
    *when(
        {"StringNotEqualsIgnoreCase": {"a:k": "Value"}},
        ("negated ignoring case", having(a__k="vALUE"), NEITHER),
        ("negated ignoring case: different", having(a__k="value2"), ALLOW),
    ),
    *when(
        {"StringEquals": {"a:k": "v*"}},
        ("a star is no wildcard for StringEquals", having(a__k="value"), NEITHER),
        ("but a star", having(a__k="v*"), ALLOW),
    ),
    *when(
        {"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}},
        ("nothing", s3("ListBucket", "BUCKET", s3__prefix=""), ALLOW),
        ("home/", s3("ListBucket", "BUCKET", s3__prefix="home/"), ALLOW),
        ("one's own home", s3("ListBucket", "BUCKET", s3__prefix="home/ann/"), ALLOW),
        ("another's home", s3("ListBucket", "BUCKET", s3__prefix="home/bob/"), NEITHER),
        ("below one's own", s3("ListBucket", "BUCKET", s3__prefix="home/ann/x"), NEITHER),
    ),
    *when(
        {"StringLike": {"a:k": ["a*c", "x?z"]}},
        ("several characters", having(a__k="a--c"), ALLOW),
        ("no character", having(a__k="ac"), ALLOW),
        ("one character", having(a__k="xyz"), ALLOW),
        ("exactly one character", having(a__k="xz"), NEITHER),
        ("like is case-sensitive", having(a__k="A--c"), NEITHER),
        ("the whole value", having(a__k="a--cd"), NEITHER),
    ),
    *when(
        {"StringNotLike": {"a:k": "a*"}},
        ("not like", having(a__k="abc"), NEITHER),
        ("not like: another", having(a__k="bcd"), ALLOW),
        ("not like: a missing key is true", having(), ALLOW),
    ),
]

NUMBERS: list[Case] = [
    *when(
        {"NumericLessThanEquals": {"s3:max-keys": "10"}},
        ("up to 10", query(ANN, keys={"s3:max-keys": "10"}), ALLOW),
        ("fewer", query(ANN, keys={"s3:max-keys": "9"}), ALLOW),
        ("11", query(ANN, keys={"s3:max-keys": "11"}), NEITHER),
        ("not given", query(ANN), NEITHER),
        ("no number", query(ANN, keys={"s3:max-keys": "many"}), NEITHER),
    ),
    *when({"NumericEquals": {"a:n": "10"}},
          ("10.0 is 10", having(a__n="10.0"), ALLOW), ("9.99 is not", having(a__n="9.99"), NEITHER)),
    *when({"NumericNotEquals": {"a:n": "10"}},
          ("not 10", having(a__n="11"), ALLOW), ("10", having(a__n="10"), NEITHER),
          ("not 10: a missing key is true", having(), ALLOW)),
    *when({"NumericLessThan": {"a:n": "10"}},
          ("less", having(a__n="9.5"), ALLOW), ("not less", having(a__n="10"), NEITHER),
          ("compared as numbers, not as texts", having(a__n="9"), ALLOW)),
    *when({"NumericGreaterThan": {"a:n": "10"}},
          ("greater", having(a__n="100"), ALLOW), ("not greater", having(a__n="10"), NEITHER)),
    *when({"NumericGreaterThanEquals": {"a:n": 10}},
          ("at least", having(a__n="10"), ALLOW), ("not at least", having(a__n="-10"), NEITHER)),
]  # fmt: skip

DATES: list[Case] = [
    *when(
        {"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}},
        ("temporary credentials issued later", query(SESSION), ALLOW),
        ("a user's own keys have no such time", query(ANN), NEITHER),
    ),
    *when(
        {"DateGreaterThan": {"aws:CurrentTime": "2020-04-01T00:00:00Z"},
         "DateLessThan": {"aws:CurrentTime": "2020-06-30T23:59:59Z"}},
        ("between", having(aws__currenttime="2020-05-01T12:00:00Z"), ALLOW),
        ("before", having(aws__currenttime="2020-03-31T23:59:59Z"), NEITHER),
        ("after", having(aws__currenttime="2020-07-01T00:00:00Z"), NEITHER),
        ("at the very beginning", having(aws__currenttime="2020-04-01T00:00:00Z"), NEITHER),
    ),
    *when({"DateEquals": {"aws:CurrentTime": "2020-04-01T00:00:00Z"}},
          ("in another zone", having(aws__currenttime="2020-04-01T02:00:00+02:00"), ALLOW),
          ("a second later", having(aws__currenttime="2020-04-01T00:00:01Z"), NEITHER)),
    *when({"DateNotEquals": {"aws:CurrentTime": "2020-04-01T00:00:00Z"}},
          ("another time", having(aws__currenttime="2020-04-01T00:00:01Z"), ALLOW),
          ("that time", having(aws__currenttime="2020-04-01T00:00:00Z"), NEITHER)),
    *when({"DateLessThanEquals": {"aws:CurrentTime": "2020-04-01"}},
          ("the first moment of a day", having(aws__currenttime="2020-04-01T00:00:00Z"), ALLOW),
          ("the next", having(aws__currenttime="2020-04-01T00:00:00.001Z"), NEITHER)),
    *when({"DateGreaterThanEquals": {"aws:EpochTime": "1585699200"}},
          ("epoch time", having(aws__epochtime="1585699200"), ALLOW),
          ("before it", having(aws__epochtime="1585699199"), NEITHER)),
]  # fmt: skip

BOOLEANS: list[Case] = [
    *when(
        {"Bool": {"aws:SecureTransport": "false"}},
        ("not over TLS", having(aws__securetransport="false"), DENY),
        ("over TLS", having(aws__securetransport="true"), NEITHER),
        ("key missing", having(), NEITHER),
        effect="Deny",
    ),
    *when({"bool": {"aws:SecureTransport": True}},
          ("as JSON has it", having(aws__securetransport="true"), ALLOW)),
    *when({"Bool": {"aws:MultiFactorAuthPresent": "true"}},
          ("with MFA", query(SESSION), ALLOW), ("long-term keys have no such key", query(ANN), NEITHER)),
    *when({"BinaryEquals": {"a:key": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}},
          ("byte for byte", having(a__key="BinaryValueInBase64"), ALLOW),
          ("another byte", having(a__key="BinaryValueInBase65"), NEITHER),
          ("not the Base64 itself", having(a__key="QmluYXJ5VmFsdWVJbkJhc2U2NA=="), NEITHER)),
]  # fmt: skip

ADDRESSES: list[Case] = [
    *when(
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]}},
        ("first", having(aws__sourceip="203.0.113.0"), ALLOW),
        ("last", having(aws__sourceip="203.0.113.255"), ALLOW),
        ("next", having(aws__sourceip="203.0.114.0"), NEITHER),
        ("IPv6", having(aws__sourceip="2001:db8:1234:5678::ffff"), ALLOW),
        ("other IPv6", having(aws__sourceip="2001:db8:1234:5679::"), NEITHER),
        ("through a VPC endpoint the key is missing", having(), NEITHER),
        ("no address", having(aws__sourceip="203.0.113.0, 10.0.0.1"), NEITHER),
        ("IPv4 written as IPv6", having(aws__sourceip="::ffff:203.0.113.9"), ALLOW),
    ),
    *when({"IpAddress": {"aws:SourceIp": "203.0.113.7"}},
          ("without a prefix it is /32", having(aws__sourceip="203.0.113.7"), ALLOW),
          ("nothing beside it", having(aws__sourceip="203.0.113.8"), NEITHER)),
    *when({"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"]}},
          ("outside of all", having(aws__sourceip="198.51.100.1"), DENY),
          ("inside of one", having(aws__sourceip="203.0.113.7"), NEITHER),
          ("a missing key is true", having(), DENY),
          effect="Deny"),
    *when({"IPAddress": {"aws:SourceIp": "0.0.0.0/0"}},
          ("every IPv4", having(aws__sourceip="8.8.8.8"), ALLOW), ("no IPv6", having(aws__sourceip="::1"), NEITHER)),
]  # fmt: skip

FINANCE = "arn:aws:someservice:*:111122223333:finance/*"
STORE = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"
ARNS: list[Case] = [
    *when({"StringLike": {"aws:SourceArn": FINANCE}},
          ("a string reaches over colons", having(aws__sourcearn=STORE), ALLOW)),
    *when({"ArnLike": {"aws:SourceArn": FINANCE}},
          ("an ARN does not", having(aws__sourcearn=STORE), NEITHER),
          ("each part for itself",
           having(aws__sourcearn="arn:aws:someservice:us-east-2:111122223333:finance/document.txt"), ALLOW)),
    *when({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:REGION:123456789012:TOPIC-ID"}},
          ("a topic", having(aws__sourcearn="arn:aws:sns:REGION:123456789012:TOPIC-ID"), ALLOW),
          ("another topic", having(aws__sourcearn="arn:aws:sns:REGION:123456789012:TOPIC-IE"), NEITHER),
          ("called directly the key is missing", having(), NEITHER)),
    *when({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:123456789012:T?PIC"}},
          ("ArnEquals is as ArnLike", having(aws__sourcearn="arn:aws:sns:eu-west-1:123456789012:TOPIC"), ALLOW)),
    *when({"ArnNotEquals": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}},
          ("negated", having(aws__sourcearn="arn:aws:sns:eu-west-1:123456789012:TOPIC"), NEITHER),
          ("negated: another account", having(aws__sourcearn="arn:aws:sns:eu-west-1:999999999999:TOPIC"), ALLOW)),
    *when({"ArnNotLike": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}},
          ("negated: a missing key is true", having(), ALLOW),
          ("negated: no ARN is like no ARN", having(aws__sourcearn="nonsense"), ALLOW)),
    *when({"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:123456789012:${aws:username}-*"}},
          ("a variable", having(aws__sourcearn="arn:aws:sns:us-east-1:123456789012:ann-topic"), ALLOW),
          ("not filled", having(ROOT, aws__sourcearn="arn:aws:sns:us-east-1:123456789012:-topic"), NEITHER)),
]  # fmt: skip

PRESENCE: list[Case] = [
    *when({"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}},
          ("there and like", query(ANN, keys={"ec2:instancetype": "t2.micro"}), ALLOW),
          ("there and unlike", query(ANN, keys={"ec2:instancetype": "c5.large"}), NEITHER),
          ("not there", query(ANN), ALLOW)),
    *when({"StringLike": {"ec2:InstanceType": ["t1.*"]}}, ("not there without IfExists", query(ANN), NEITHER)),
    *when({"StringNotEqualsIfExists": {"a:tag": "x"}},
          ("a negated deny with IfExists denies where the key is missing", having(), DENY),
          ("and where it differs", having(a__tag="y"), DENY),
          ("not where it is equal", having(a__tag="x"), NEITHER),
          effect="Deny"),
    *when({"StringLikeIfExists": {"a:missing": "x"}, "StringEquals": {"a:k": "v"}},
          ("other conditions may still not match", having(a__k="w"), NEITHER),
          ("all hold", having(a__k="v"), ALLOW)),
    *when({"Null": {"aws:TokenIssueTime": "true"}},
          ("own credentials", query(ANN), ALLOW), ("temporary credentials", query(SESSION), NEITHER)),
    *when({"Null": {"aws:TokenIssueTime": "false"}},
          ("the other way round", query(SESSION), ALLOW), ("not for own ones", query(ANN), NEITHER)),
    *when({"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}, "Null": {"aws:MultiFactorAuthAge": "false"}},
          ("there and young", having(aws__multifactorauthage="60"), ALLOW),
          ("old", having(aws__multifactorauthage="3601"), NEITHER),
          ("missing", having(), NEITHER)),
]  # fmt: skip

CASES = [*TEXTS, *NUMBERS, *DATES, *BOOLEANS, *ADDRESSES, *ARNS, *PRESENCE]
