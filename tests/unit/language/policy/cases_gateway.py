"""API Gateway's own policies: resource policies, callers' policies, what authorizers answer. From its guide."""

from __future__ import annotations

from typing import Any

from gatewright.language.policy.base import ANONYMOUS, PolicyKind, Principal, Query
from tests.unit.language.policy.support import (
    ACCOUNT,
    ALLOW,
    ANN,
    BASE,
    DENY,
    INVOKE,
    NEITHER,
    Case,
    cases,
    query,
    user,
)

GUIDE = "apigateway/latest/developerguide/"
EXAMPLES = GUIDE + "apigateway-resource-policies-examples"
RESOURCE, AUTHORIZER = PolicyKind.RESOURCE, PolicyKind.AUTHORIZER
BRIEF = "execute-api:/*"
ALICE = user("Alice", "444455556666")


def invoke(effect: str = "Allow", resource: Any = BRIEF, condition: Any = None, **elements: Any) -> dict[str, Any]:
    whole = {"Effect": effect, "Principal": "*", "Action": INVOKE, "Resource": resource} | elements
    return whole | ({"Condition": condition} if condition else {})


def call(path: str = "prod/GET/pets", principal: Principal = ANONYMOUS, **keys: str) -> Query:
    return query(principal, f"{BASE}/{path}", INVOKE, {f"aws:{name}": value for name, value in keys.items()})


ADMIN = Principal(
    "AssumedRole",
    "444455556666",
    "arn:aws:sts::444455556666:assumed-role/Admin/me",
    role_arn="arn:aws:iam::444455556666:role/Admin",
)
OPEN = invoke()
SHORT: list[Case] = [
    *cases(
        EXAMPLES,
        invoke(resource="execute-api:/stage/GET/pets"),
        ("the short form is of this API", call("stage/GET/pets"), ALLOW),
        ("of no other", query(resource=f"{BASE[:-1]}2/stage/GET/pets"), NEITHER),
        ("another method", call("stage/POST/pets"), NEITHER),
        ("another stage", call("stage2/GET/pets"), NEITHER),
        ("below it", call("stage/GET/pets/1"), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        EXAMPLES,
        OPEN,
        ("all stages, methods and paths", call("any/PUT/where"), ALLOW),
        ("the root", call("any/GET/"), ALLOW),
        ("another API", query(resource=BASE.replace("api1", "api2") + "/prod/GET/pets"), NEITHER),
        ("an API whose id begins alike", query(resource=BASE + "2/prod/GET/pets"), NEITHER),
        ("another account", query(resource=BASE.replace(ACCOUNT, "999999999999") + "/prod/GET/pets"), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        GUIDE + "openapi-extensions-policy",
        [OPEN, invoke("Deny", [BRIEF], {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})],
        ("imported: a blocked address", call(sourceip="192.0.2.9"), DENY),
        ("imported: another address", call(sourceip="198.51.100.9"), ALLOW),
        kind=RESOURCE,
    ),
]

SOURCES: list[Case] = [
    *cases(
        EXAMPLES,
        invoke(
            resource=["execute-api:/stage/GET/pets"],
            Principal={
                "AWS": ["arn:aws:iam::444455556666:role/developer", "arn:aws:iam::444455556666:role/Admin"]
            },
        ),
        ("roles of another account", call("stage/GET/pets", ADMIN), ALLOW),
        ("users of it", call("stage/GET/pets", ALICE), NEITHER),
        ("anonymous callers", call("stage/GET/pets"), NEITHER),
        ("other methods", call("stage/DELETE/pets", ADMIN), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        EXAMPLES,
        invoke(Principal={"AWS": ["arn:aws:iam::444455556666:user/Alice", "555555555555"]}),
        ("a user of another account", call(principal=ALICE), ALLOW),
        ("another user", call(principal=user("Bob", "444455556666")), NEITHER),
        ("anybody of an account", call(principal=user("x", "555555555555")), ALLOW),
        kind=RESOURCE,
    ),
    *cases(
        EXAMPLES,
        [OPEN, invoke("Deny", BRIEF, {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}})],
        ("the first blocked range", call(sourceip="192.0.2.255"), DENY),
        ("the second blocked range", call(sourceip="198.51.100.0"), DENY),
        ("no blocked range", call(sourceip="203.0.113.1"), ALLOW),
        kind=RESOURCE,
    ),
    *cases(
        EXAMPLES,
        [OPEN, invoke("Deny", BRIEF, {"NotIpAddress": {"aws:SourceIp": ["203.0.113.5", "2001:db8::/32"]}})],
        ("an address that may", call(sourceip="203.0.113.5"), ALLOW),
        ("an IPv6 address that may", call(sourceip="2001:db8::7"), ALLOW),
        ("all others", call(sourceip="203.0.113.6"), DENY),
        ("a private API's caller has no such address", call(), DENY),
        kind=RESOURCE,
    ),
    *cases(
        EXAMPLES,
        [OPEN, invoke("Deny", BRIEF, {"IpAddress": {"aws:VpcSourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}})],
        ("a blocked address within the VPC", call(vpcsourceip="192.0.2.1"), DENY),
        ("another within the VPC", call(vpcsourceip="10.0.0.1"), ALLOW),
        ("the public address is another key", call(sourceip="192.0.2.1"), ALLOW),
        kind=RESOURCE,
    ),
    *cases(
        EXAMPLES,
        [OPEN, invoke("Deny", BRIEF, {"StringNotEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}})],
        ("from the VPC", call(sourcevpc="vpc-1a2b3c4d"), ALLOW),
        ("from another VPC", call(sourcevpc="vpc-9"), DENY),
        ("not from a VPC", call(), DENY),
        kind=RESOURCE,
    ),
    *cases(
        EXAMPLES,
        [OPEN, invoke("Deny", BRIEF, {"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}})],
        ("through the endpoint", call(sourcevpce="vpce-1a2b3c4d"), ALLOW),
        ("through another endpoint", call(sourcevpce="vpce-9"), DENY),
        ("through none", call(sourceip="10.0.0.1"), DENY),
        kind=RESOURCE,
    ),
    *cases(
        GUIDE + "apigateway-resource-policies-aws-condition-keys",
        invoke(condition={"StringLike": {"aws:Referer": "https://a.example.com/*"},
                          "Bool": {"aws:SecureTransport": "true"}}),
        ("keys for any authorization", call(referer="https://a.example.com/a", securetransport="true"), ALLOW),
        ("one does not match", call(referer="https://b.example.com/a", securetransport="true"), NEITHER),
        ("the client sent no Referer", call(securetransport="true"), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        GUIDE + "apigateway-resource-policies-aws-condition-keys",
        invoke(condition={"StringEquals": {"aws:PrincipalAccount": "444455556666"}}),
        ("keys of AWS_IAM", call(principal=ALICE), ALLOW),
        ("are missing without it", call(), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        GUIDE + "apigateway-control-access-policy-language-overview",
        invoke(Action="execute-api:InvalidateCache"),
        ("another action", call(), NEITHER),
        ("its own", query(resource=f"{BASE}/prod/GET/pets", action="execute-api:InvalidateCache"), ALLOW),
        kind=RESOURCE,
    ),
]  # fmt: skip

FORMAT = GUIDE + "api-gateway-control-access-using-iam-policies-to-invoke-api"
IAM = GUIDE + "api-gateway-iam-policy-examples-for-api-execution"


def may(*resources: str, effect: str = "Allow", action: str = INVOKE) -> dict[str, Any]:
    return {"Effect": effect, "Action": [action], "Resource": list(resources)}


def at(path: str, region: str = "us-east-1", account: str = ACCOUNT) -> Query:
    return query(ANN, f"arn:aws:execute-api:{region}:{account}:{path}", INVOKE)


CALLERS: list[Case] = [
    *cases(
        FORMAT,
        may("arn:aws:execute-api:*:*:*"),
        ("any resource, any API, any region", at("x/prod/GET/a", "eu-west-1", "999999999999"), ALLOW),
        ("another service", query(ANN, "arn:aws:lambda:us-east-1:1:function:f", "lambda:InvokeFunction"), NEITHER),
    ),
    *cases(
        FORMAT,
        may("arn:aws:execute-api:us-east-1:*:*"),
        ("any API of a region", at("x/prod/GET/a"), ALLOW),
        ("another region", at("x/prod/GET/a", "us-east-2"), NEITHER),
    ),
    *cases(
        FORMAT,
        may("arn:aws:execute-api:us-east-1:*:api-id/*"),
        ("any stage of one API", at("api-id/prod/GET/a"), ALLOW),
        ("one that begins alike", at("api-id2/prod/GET/a"), NEITHER),
    ),
    *cases(
        FORMAT,
        may("arn:aws:execute-api:us-east-1:*:api-id/test/*"),
        ("one stage", at("api-id/test/GET/a"), ALLOW),
        ("another one", at("api-id/prod/GET/a"), NEITHER),
    ),
    *cases(
        FORMAT,
        may("arn:aws:execute-api:us-east-1:*:api-id/test/*/mydemoresource/*"),
        ("any method of a path", at("api-id/test/DELETE/mydemoresource/1"), ALLOW),
        ("the path itself ends before", at("api-id/test/GET/mydemoresource"), NEITHER),
    ),
    *cases(
        FORMAT,
        may("arn:aws:execute-api:us-east-1:*:api-id/test/GET/mydemoresource/*"),
        ("one method of a path", at("api-id/test/GET/mydemoresource/1/2"), ALLOW),
        ("another method of it", at("api-id/test/POST/mydemoresource/1"), NEITHER),
    ),
    *cases(
        IAM,
        may("arn:aws:execute-api:us-east-1:*:a123456789/test/POST/my-demo-resource-path/*"),
        ("POST along a path", at("a123456789/test/POST/my-demo-resource-path/x"), ALLOW),
        ("GET along it", at("a123456789/test/GET/my-demo-resource-path/x"), NEITHER),
    ),
    *cases(
        IAM,
        may("arn:aws:execute-api:*:*:a123456789/*/*/petstorewalkthrough/pets"),
        ("any method in any stage", at("a123456789/beta/PUT/petstorewalkthrough/pets", "eu-west-1"), ALLOW),
        ("one pet", at("a123456789/beta/PUT/petstorewalkthrough/pets/1"), NEITHER),
    ),
    *cases(
        FORMAT,
        [may("arn:aws:execute-api:*:*:*"), may("arn:aws:execute-api:*:*:*/prod/DELETE/*", effect="Deny")],
        ("what is not denied", at("x/prod/GET/a"), ALLOW),
        ("what is", at("x/prod/DELETE/a"), DENY),
    ),
]

OUTPUT = GUIDE + "api-gateway-lambda-authorizer-output"
USE = GUIDE + "apigateway-use-lambda-authorizer"
ME = Principal("Anonymous")
AUTHORIZERS: list[Case] = [
    *cases(
        OUTPUT,
        [may("arn:aws:execute-api:us-east-1:123456789012:api1/dev/POST/*"),
         may("arn:aws:execute-api:us-east-1:123456789012:api1/dev/POST/admin", effect="Deny")],
        ("allowed by the authorizer", call("dev/POST/pets", ME), ALLOW),
        ("denied by it", call("dev/POST/admin", ME), DENY),
        ("not spoken of", call("dev/GET/pets", ME), NEITHER),
        kind=AUTHORIZER,
    ),
    *cases(
        USE,
        may("arn:aws:execute-api:us-east-1:123456789012:api1/test/GET/request"),
        ("the cached policy of one method", call("test/GET/request", ME), ALLOW),
        ("does not let another one be called", call("test/GET/other", ME), NEITHER),
        ("nor with another verb", call("test/POST/request", ME), NEITHER),
        ("nor in another stage", call("prod/GET/request", ME), NEITHER),
        kind=AUTHORIZER,
    ),
    *cases(
        USE,
        {"Action": "execute-api:*", "Effect": "Allow", "Resource": "*"},
        ("all actions everywhere", call("any/GET/", ME), ALLOW),
        kind=AUTHORIZER,
        version=None,
    ),
    *cases(
        USE,
        {"Action": "*", "Effect": "Deny", "Resource": "arn:aws:execute-api:us-east-1:123456789012:api1/*/*/secret*"},
        ("denied in all stages", call("a/GET/secrets/1", ME), DENY),
        ("not elsewhere", call("a/GET/open", ME), NEITHER),
        kind=AUTHORIZER,
    ),
    *cases(
        OUTPUT,
        [may(BASE + "/*"), may(effect="Deny")],
        ("an empty list says nothing", call(principal=ME), ALLOW),
        kind=AUTHORIZER,
    ),
    *cases(
        OUTPUT,
        may(BASE + "/*") | {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        ("a condition holds", call(principal=ME, sourceip="10.1.2.3"), ALLOW),
        ("it does not", call(principal=ME, sourceip="11.1.2.3"), NEITHER),
        kind=AUTHORIZER,
    ),
]  # fmt: skip

CASES = [*SHORT, *SOURCES, *CALLERS, *AUTHORIZERS]
