"""Definitions of HTTP APIs of all shapes that the control plane takes, for properties (hypothesis)."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from gatewright.openapi.base import Body
from gatewright.openapi.http_api import DEFAULT_KEY, HttpApi

ROLE = "arn:aws:iam::111111111111:role/r"
FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:f"
INVOKED = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
FLAG = st.booleans()
TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=12).filter(
    str.strip
)
WORD = st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True)
SEGMENT = st.one_of(WORD, st.sampled_from(["$default", "a.b", "~1", "a%20b", "ü"]))
TIMEOUT = st.integers(50, 29_999)
REQUESTS = st.dictionaries(
    st.one_of(
        st.builds("{}:{}.x{}".format, st.sampled_from(["append", "overwrite", "remove"]),
                  st.sampled_from(["header", "querystring"]), WORD),
        st.just("overwrite:path"),
    ),
    st.sampled_from(["'value'", "$request.header.a", "$context.requestId", "/a", "$stageVariables.v"]),
    min_size=1, max_size=3,
)  # fmt: skip
RESPONSES = st.dictionaries(
    st.integers(200, 599).map(str),
    st.dictionaries(
        st.one_of(st.builds("append:header.x{}".format, WORD), st.just("overwrite:statuscode")),
        st.sampled_from(["403", "$response.header.a", "$response.body.b"]),
        min_size=1,
        max_size=2,
    ),
    min_size=1,
    max_size=2,
)


def _with(required: Body, **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Body]:
    return st.fixed_dictionaries({name: st.just(value) for name, value in required.items()}, optional=optional)


INTEGRATIONS = st.one_of(
    _with(
        {"IntegrationType": "AWS_PROXY", "IntegrationMethod": "POST", "ConnectionType": "INTERNET"},
        TimeoutInMillis=TIMEOUT, CredentialsArn=st.just(ROLE), RequestParameters=REQUESTS, ResponseParameters=RESPONSES,
    ).flatmap(lambda each: st.builds(
        lambda uri, version: each | {"IntegrationUri": uri, "PayloadFormatVersion": version},
        st.sampled_from([FUNCTION, INVOKED]), st.sampled_from(["1.0", "2.0"]),
    )),
    _with(
        {"IntegrationType": "HTTP_PROXY", "PayloadFormatVersion": "1.0", "ConnectionType": "INTERNET"},
        TimeoutInMillis=TIMEOUT, RequestParameters=REQUESTS, ResponseParameters=RESPONSES,
    ).flatmap(lambda each: st.builds(
        lambda uri, verb: each | {"IntegrationUri": uri, "IntegrationMethod": verb},
        st.sampled_from(["https://a.example.com/{proxy}", "http://${stageVariables.b}/x"]),
        st.sampled_from(["ANY", "GET", "POST"]),
    )),
    _with(
        {
            "IntegrationType": "AWS_PROXY",
            "IntegrationSubtype": "SQS-SendMessage",
            "PayloadFormatVersion": "1.0",
            "ConnectionType": "INTERNET",
            "CredentialsArn": ROLE,
            "RequestParameters": {"QueueUrl": "$stageVariables.queue", "MessageBody": "$request.body"},
        },
        TimeoutInMillis=TIMEOUT, ResponseParameters=RESPONSES,
    ),
)  # fmt: skip
_CORS = st.fixed_dictionaries(
    {},
    optional={
        "AllowOrigins": st.lists(st.sampled_from(["https://a.example", "https://*"]), min_size=1, unique=True),
        "AllowMethods": st.lists(st.sampled_from(["GET", "POST", "*"]), min_size=1, unique=True),
        "AllowHeaders": st.lists(WORD, min_size=1, max_size=2, unique=True),
        "ExposeHeaders": st.lists(WORD, min_size=1, max_size=2, unique=True),
        "MaxAge": st.integers(-1, 86_400),
        "AllowCredentials": FLAG,
    },
)
_API = st.fixed_dictionaries(
    {"Name": TEXT, "Version": TEXT},
    optional={
        "Description": TEXT,
        "CorsConfiguration": _CORS.filter(bool),
        "DisableExecuteApiEndpoint": st.just(True),
        "IpAddressType": st.just("dualstack"),
        "Tags": st.dictionaries(WORD, st.one_of(st.just(""), WORD), min_size=1, max_size=3),
    },
)
_SOURCES = st.sampled_from(["$request.header.Authorization", "$request.querystring.token"])
_JWT = st.builds(
    lambda sources, audience: {
        "AuthorizerType": "JWT",
        "IdentitySource": [sources],
        "JwtConfiguration": {"Audience": audience, "Issuer": "https://issuer.example"},
    },
    _SOURCES,
    st.lists(WORD, min_size=1, max_size=2, unique=True),
)
_REQUEST = st.fixed_dictionaries(
    {
        "AuthorizerType": st.just("REQUEST"),
        "AuthorizerUri": st.just(INVOKED),
        "AuthorizerPayloadFormatVersion": st.just("2.0"),
        "IdentitySource": st.lists(_SOURCES, min_size=1, max_size=2, unique=True),
    },
    optional={
        "EnableSimpleResponses": FLAG,
        "AuthorizerResultTtlInSeconds": st.integers(0, 3600),
        "AuthorizerCredentialsArn": st.just(ROLE),
    },
)


@st.composite
def definitions(draw: st.DrawFn) -> HttpApi:
    """As `http_api_named` gives them: what one route has is called by the route's key."""
    authorizers = [
        draw(st.one_of(_JWT, _REQUEST)) | {"Name": name} for name in draw(st.lists(WORD, max_size=3, unique=True))
    ]
    integrations = {f"integration{at}": each for at, each in enumerate(draw(st.lists(INTEGRATIONS, max_size=2)), 1)}
    shared = list(integrations)
    routes = []
    for key in draw(st.lists(_keys(), max_size=5, unique=True)):
        route = {"RouteKey": key} | _authorization(draw, authorizers)
        if draw(FLAG):
            route["OperationName"] = draw(WORD)
        choice = draw(st.sampled_from(["own", "none", *shared]))
        if choice == "own":
            integrations[key] = draw(INTEGRATIONS)
        if choice != "none":
            route["integration"] = key if choice == "own" else choice
        routes.append(route)
    return HttpApi(draw(_API), authorizers, integrations, routes)


@st.composite
def _keys(draw: st.DrawFn) -> str:
    parts = [
        f"{{v{at}}}" if draw(FLAG) else draw(SEGMENT) for at in range(draw(st.integers(0, 3)))
    ] + draw(st.sampled_from([[], ["{proxy+}"]]))  # fmt: skip
    verb = draw(st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"]))
    return draw(st.sampled_from([DEFAULT_KEY, f"{verb} /{'/'.join(parts)}", f"{verb} /{'/'.join(parts)}"]))


def _authorization(draw: st.DrawFn, authorizers: list[Body]) -> Body:
    if not authorizers or draw(FLAG):
        return {"AuthorizationType": draw(st.sampled_from(["NONE", "AWS_IAM"]))}
    chosen = draw(st.sampled_from(authorizers))
    if chosen["AuthorizerType"] == "REQUEST":
        return {"AuthorizationType": "CUSTOM", "authorizer": chosen["Name"]}
    route: Body = {"AuthorizationType": "JWT", "authorizer": chosen["Name"]}
    scopes = draw(st.lists(WORD, max_size=2, unique=True))
    return route | ({"AuthorizationScopes": scopes} if scopes else {})
