"""Definitions of REST APIs of all shapes, for properties (hypothesis)."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import strategies as st

from gatewright.catalog import documentation
from gatewright.openapi.base import Body, Definition

FLAG = st.booleans()
TEXT = st.text(min_size=1, max_size=12)
NAME = st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,6}", fullmatch=True)
WORD = st.from_regex(r"[A-Z][A-Za-z0-9]{0,5}", fullmatch=True)
TYPES = st.sampled_from(["application/json", "text/html", "application/xml", "$default", "image/*"])
STATUSES = st.sampled_from(["200", "201", "302", "400", "404", "500"])
JSON = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(TEXT, inner, max_size=2)),
    max_leaves=4,
)


def members(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Body]:
    """Objects with any of these members."""
    return st.fixed_dictionaries({}, optional=optional)


def schemas(names: list[str]) -> st.SearchStrategy[Body]:
    """JSON schemas as imports leave them; they refer to the named models."""
    size = st.integers(0, 9)
    plain = members(
        type=st.sampled_from(["string", "object", "array", "number", ["string", "null"]]),
        title=TEXT,
        description=TEXT,
        format=st.sampled_from(["date-time", "int64"]),
        minLength=size,
        maximum=st.floats(-9, 9),
        exclusiveMaximum=st.booleans(),
        pattern=TEXT,
        enum=st.lists(JSON, min_size=1, max_size=2),
        default=JSON,
        required=st.lists(TEXT, min_size=1, max_size=3, unique=True).map(sorted),
    )
    reference = st.sampled_from(names).map(lambda name: {"$ref": f"#/definitions/{name}"}) if names else plain

    def nested(inner: st.SearchStrategy[Body]) -> st.SearchStrategy[Body]:
        return members(
            properties=st.dictionaries(TEXT, inner, max_size=2),
            items=st.one_of(inner, st.lists(inner, max_size=2)),
            additionalProperties=st.one_of(st.booleans(), inner),
            allOf=st.lists(inner, min_size=1, max_size=2),
        )

    return st.recursive(st.one_of(plain, reference), nested, max_leaves=4)


@st.composite
def models(draw: st.DrawFn) -> list[Body]:
    names = draw(st.lists(WORD, max_size=3, unique=True))
    made = []
    for name in names:
        schema = draw(schemas(names))
        model: Body = {"name": name, "contentType": "application/json", "schema": schema}
        if schema.get("description"):
            model["description"] = schema["description"]
        made.append(model)
    return made


@st.composite
def authorizers(draw: st.DrawFn) -> list[Body]:
    made = []
    for name in draw(st.lists(st.one_of(TEXT, st.sampled_from(["api_key", "sigv4"])), max_size=2, unique=True)):
        kind = draw(st.sampled_from(["TOKEN", "REQUEST", "COGNITO_USER_POOLS"]))
        single = [f"method.request.header.{draw(NAME)}"]
        if kind == "REQUEST":
            single += ["method.request.querystring.q", "context.a", "method.request.header.a, stageVariables.b"]
        authorizer = draw(
            members(
                authorizerCredentials=TEXT,
                identityValidationExpression=TEXT,
                authorizerResultTtlInSeconds=st.integers(0, 99),
            )
        )
        authorizer |= {
            "name": name,
            "type": kind,
            "authType": draw(TEXT),
            "identitySource": draw(st.sampled_from(single)),
        }
        authorizer |= {"providerARNs": ["arn"]} if kind == "COGNITO_USER_POOLS" else {"authorizerUri": draw(TEXT)}
        made.append(authorizer)
    return made


@st.composite
def integrations(draw: st.DrawFn) -> Body:
    texts = st.dictionaries(TEXT, TEXT, max_size=2)
    made = draw(
        members(
            httpMethod=st.sampled_from(["GET", "ANY"]),
            uri=TEXT,
            credentials=TEXT,
            connectionId=TEXT,
            connectionType=st.just("VPC_LINK"),
            contentHandling=st.sampled_from(["CONVERT_TO_TEXT", "CONVERT_TO_BINARY"]),
            passthroughBehavior=st.sampled_from(["WHEN_NO_MATCH", "NEVER"]),
            responseTransferMode=st.just("STREAM"),
            timeoutInMillis=st.integers(50, 28_000),
            cacheNamespace=TEXT,
            cacheKeyParameters=st.lists(TEXT, min_size=1, max_size=2),
            requestParameters=texts,
            requestTemplates=texts,
            tlsConfig=st.builds(lambda skip: {"insecureSkipVerification": skip}, st.booleans()),
        )
    )
    made["type"] = draw(st.sampled_from(["HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"]))
    statuses = draw(st.lists(STATUSES, max_size=3, unique=True))
    patterns = draw(st.lists(TEXT.filter(lambda text: text != "default"), min_size=3, max_size=3, unique=True))
    responses = {}
    for at, (status, pattern) in enumerate(zip(statuses, patterns, strict=False)):
        response = draw(
            members(responseParameters=texts, responseTemplates=texts, contentHandling=st.just("CONVERT_TO_TEXT"))
        )
        responses[status] = response | {"statusCode": status} | ({"selectionPattern": pattern} if at else {})
    return made | ({"integrationResponses": responses} if responses else {})


@st.composite
def methods(draw: st.DrawFn, path: str, verb: str, made: Definition, swagger: bool) -> Body:
    method: Body = {"httpMethod": verb, "authorizationType": "NONE", "apiKeyRequired": draw(FLAG)}
    choice = draw(st.sampled_from([None, "AWS_IAM", *made.authorizers]))
    if isinstance(choice, dict):
        pools = choice["type"] == "COGNITO_USER_POOLS"
        method |= {"authorizer": choice["name"], "authorizationType": "COGNITO_USER_POOLS" if pools else "CUSTOM"}
        if pools and draw(FLAG):
            method["authorizationScopes"] = ["a", "b"]
    elif choice:
        method["authorizationType"] = choice
    if bool(made.validators) and draw(FLAG):
        method["validator"] = made.validators[0]["name"]
    method |= draw(members(operationName=TEXT, methodIntegration=integrations()))
    names = draw(st.lists(NAME, max_size=3, unique=True))
    kinds = draw(st.lists(st.sampled_from(["querystring", "header"]), min_size=3, max_size=3))
    parameters = {f"method.request.{kind}.{name}": draw(FLAG) for kind, name in zip(kinds, names, strict=False)}
    parameters |= {f"method.request.path.{part[1:-1].rstrip('+')}": True for part in path.split("/") if part[:1] == "{"}
    if parameters:
        method["requestParameters"] = parameters
    known = [model["name"] for model in made.models]
    if bool(known) and draw(FLAG):
        method["requestModels"] = draw(content(known, swagger))
    responses = {
        status: draw(answers(status, known, swagger)) for status in draw(st.lists(STATUSES, max_size=2, unique=True))
    }
    return method | ({"methodResponses": responses} if responses else {})


def content(models: list[str], swagger: bool) -> st.SearchStrategy[Body]:
    """Models by media type; Swagger 2.0 knows one for all."""
    if swagger:
        return st.sampled_from(models).map(lambda name: {"application/json": name})
    return st.dictionaries(TYPES, st.sampled_from(models), min_size=1, max_size=2)


@st.composite
def answers(draw: st.DrawFn, status: str, models: list[str], swagger: bool) -> Body:
    required = st.just(False) if swagger else st.booleans()  # Swagger 2.0 has no required headers
    headers = draw(st.dictionaries(NAME.map(lambda name: f"method.response.header.{name}"), required, max_size=2))
    response: Body = {"statusCode": status} | ({"responseParameters": headers} if headers else {})
    if bool(models) and draw(FLAG):
        response["responseModels"] = draw(content(models, swagger))
    return response


@st.composite
def parts(draw: st.DrawFn) -> list[Body]:
    made = {}
    for kind in draw(st.lists(st.sampled_from(sorted(documentation.LOCATIONS)), max_size=4)):
        location = {"type": kind}
        for member in documentation.LOCATIONS[kind]:
            values = {"path": ["/", "/a"], "method": ["*", "GET"], "statusCode": ["*", "200"]}
            location[member] = draw(st.sampled_from(values.get(member, ["n", "m"])))
        said = draw(
            members(description=TEXT, summary=TEXT, info=members(description=TEXT), tags=st.just(["t"]), other=JSON)
        )
        made[documentation.place(location)] = {"location": location, "properties": orjson.dumps(said).decode()}
    return list(made.values())


@st.composite
def definitions(draw: st.DrawFn, swagger: bool) -> Definition:
    made = Definition(models=draw(models()), authorizers=draw(authorizers()), documentation=draw(parts()))
    made.api = draw(
        members(
            description=TEXT,
            binaryMediaTypes=st.lists(TEXT, min_size=1, max_size=2, unique=True),
            minimumCompressionSize=st.integers(0, 99),
            apiKeySource=st.just("AUTHORIZER"),
            securityPolicy=TEXT,
            endpointAccessMode=TEXT,
            disableExecuteApiEndpoint=st.just(True),
            policy=st.dictionaries(TEXT, JSON, max_size=2).map(lambda policy: orjson.dumps(policy).decode()),
            endpointConfiguration=st.just({"vpcEndpointIds": ["vpce-1"]}),
        )
    ) | {"name": draw(TEXT), "version": draw(TEXT)}
    flags = st.booleans()
    for name in draw(st.lists(TEXT, max_size=2, unique=True)):
        made.validators.append(
            {"name": name, "validateRequestBody": draw(flags), "validateRequestParameters": draw(flags)}
        )
    texts = st.dictionaries(TEXT, TEXT, max_size=2)
    for kind in draw(st.lists(st.sampled_from(["DEFAULT_4XX", "UNAUTHORIZED"]), max_size=2, unique=True)):
        response: Body = {"responseType": kind, "responseParameters": draw(texts), "responseTemplates": draw(texts)}
        made.gateway_responses.append(response | draw(members(statusCode=STATUSES)))
    segment = st.one_of(NAME, NAME.map(lambda name: f"{{{name}}}"), st.just("{proxy+}"))
    for segments in draw(st.lists(st.lists(segment, max_size=3, unique=True), max_size=3)):
        path = "/" + "/".join(segments)
        verbs = draw(st.lists(st.sampled_from(["GET", "POST", "ANY", "OPTIONS"]), max_size=2, unique=True))
        made.resources[path] = {verb: draw(methods(path, verb, made, swagger)) for verb in verbs}
    return made
