"""The documents whose import was recorded, re-expressed from what the recordings show of them."""

from __future__ import annotations

import json
from typing import Any

Node = dict[str, Any]

ORIGIN = "Access-Control-Allow-Origin"
CORS = (ORIGIN, "Access-Control-Allow-Methods", "Access-Control-Allow-Headers")
TOKEN_HEADERS = "'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token'"
STATUS_200 = {"application/json": '{"statusCode": 200}'}
INTEGRATION = "x-amazon-apigateway-integration"
PETS_URI = "http://petstore-demo-endpoint.execute-api.com/petstore/pets"
FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:authorize"
AUTHORIZER_URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"


def headers(*names: str, swagger: bool = False) -> Node:
    return {name: {"type": "string"} if swagger else {"schema": {"type": "string"}} for name in names}


def answer(model: str | None = None, *names: str, swagger: bool = False, description: str = "200 response") -> Node:
    """The responses of an operation: 200 with a model and headers."""
    response: Node = {"description": description}
    if names:
        response["headers"] = headers(*names, swagger=swagger)
    if model and swagger:
        response["schema"] = {"$ref": f"#/definitions/{model}"}
    elif model:
        response["content"] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
    return {"200": response}


def mapped(**values: str) -> Node:
    """Response parameters by the short names of CORS headers."""
    long = dict(zip(("origin", "methods", "headers"), CORS, strict=True))
    return {f"method.response.header.{long[name]}": value for name, value in values.items()}


def mock(parameters: Node | None = None, **more: Any) -> Node:
    response: Node = {"statusCode": "200"} | ({"responseParameters": parameters} if parameters else {})
    response |= more.pop("response", {})
    return {
        "type": "mock",
        "requestTemplates": STATUS_200,
        "passthroughBehavior": "when_no_match",
        "responses": {"default": response},
    } | more


def http(uri: str, verb: str = "GET", parameters: Node | None = None, **more: Any) -> Node:
    response: Node = {"statusCode": "200"} | ({"responseParameters": parameters} if parameters else {})
    return {
        "type": "http",
        "httpMethod": verb,
        "uri": uri,
        "passthroughBehavior": "when_no_match",
        "responses": {"default": response},
    } | more


def preflight(methods: str, allowed: str, **more: Any) -> Node:
    return {
        "responses": answer(*more.pop("model", ("Empty",)), *CORS, swagger=more.pop("swagger", False)),
        INTEGRATION: mock(mapped(origin="'*'", methods=f"'{methods}'", headers=allowed), **more),
    }


def openapi(title: str, version: str, paths: Node, schemas: Node, **more: Any) -> Node:
    return {
        "openapi": "3.0.1",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": schemas} | more.pop("components", {}),
    } | more


def swagger(title: str, version: str, paths: Node, **more: Any) -> Node:
    return {"swagger": "2.0", "info": {"title": title, "version": version}, "paths": paths} | more


def body(document: Node) -> bytes:
    return json.dumps(document).encode()


EMPTY = {"Empty": {"title": "Empty Schema", "type": "object"}}


def petstore(root_page: str, region: str = "us-east-1") -> Node:
    """The console's example in Swagger 2.0, with a token authorizer and one that no method uses."""
    uri = f"http://petstore.execute-api.{region}.amazonaws.com/petstore/pets"
    origin = mapped(origin="'*'")
    id_parameter = {"name": "petId", "in": "path", "required": True, "type": "string"}
    queries = [{"name": name, "in": "query", "required": False, "type": "string"} for name in ("type", "page")]
    allowed = "'Content-Type,X-Amz-Date,Authorization,X-Api-Key'"
    secured: list[Node] = [{"test-authorizer": []}]
    page = mock(
        {"method.response.header.Content-Type": "'text/html'"},
        response={"responseTemplates": {"text/html": root_page}},
    )
    authorizer = {
        "type": "token",
        "authorizerUri": AUTHORIZER_URI,
        "authorizerCredentials": "arn:aws:iam::111111111111:role/authorize",
        "identityValidationExpression": "^x-[a-z]+",
    }
    scheme = {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "oauth2",
        "x-amazon-apigateway-authorizer": authorizer,
    }
    new_pet = {"in": "body", "name": "NewPet", "required": True, "schema": {"$ref": "#/definitions/NewPet"}}
    mapped_queries = {
        f"integration.request.querystring.{q}": f"method.request.querystring.{q}" for q in ("type", "page")
    }
    paths = {
        "/": {
            "get": {
                "produces": ["text/html"],
                "responses": answer(None, "Content-Type", swagger=True),
                "security": secured,
                INTEGRATION: page,
            }
        },
        "/pets": {
            "get": {
                "produces": ["application/json"],
                "parameters": queries,
                "responses": answer("Pets", ORIGIN, swagger=True),
                "security": secured,
                INTEGRATION: http(uri, parameters=origin, requestParameters=mapped_queries),
            },
            "post": {
                "operationId": "CreatePet",
                "consumes": ["application/json"],
                "produces": ["application/json"],
                "parameters": [new_pet],
                "responses": answer("NewPetResponse", ORIGIN, swagger=True),
                INTEGRATION: http(uri, "POST", origin),
            },
            "options": preflight("POST,GET,OPTIONS", allowed, swagger=True),
        },
        "/pets/{petId}": {
            "get": {
                "operationId": "GetPet",
                "produces": ["application/json"],
                "parameters": [id_parameter],
                "responses": answer("Pet", ORIGIN, swagger=True),
                INTEGRATION: http(
                    f"{uri}/{{petId}}",
                    parameters=origin,
                    requestParameters={"integration.request.path.petId": "method.request.path.petId"},
                ),
            },
            "options": preflight("GET,OPTIONS", allowed, swagger=True) | {"parameters": [id_parameter]},
        },
    }
    document = swagger("PetStore", "1.0", paths, definitions=_pet_models(), schemes=["https"])
    document["info"]["description"] = (
        "Your first API with Amazon API Gateway. This is a sample API that integrates via HTTP with our demo Pet Store "
        "endpoints"
    )
    document["securityDefinitions"] = {
        "test-authorizer": scheme
        | {"x-amazon-apigateway-authorizer": authorizer | {"authorizerResultTtlInSeconds": 60}},
        "test-authorizer-not-used": scheme,
    }
    return document


def _pet_models() -> Node:
    number, text = {"type": "number"}, {"type": "string"}
    pet = {"$ref": "#/definitions/Pet"}
    return {
        "Pets": {"type": "array", "items": pet},
        "Empty": {"type": "object"},
        "NewPetResponse": {"type": "object", "properties": {"pet": pet, "message": text}},
        "Pet": {"type": "object", "properties": {"petid": {"type": "integer"}, "type": text, "price": number}},
        "NewPet": {"type": "object", "properties": {"type": {"$ref": "#/definitions/PetType"}, "price": number}},
        "PetType": {"type": "string", "enum": ["dog", "cat", "fish", "bird", "gecko"]},
    }


def terraform() -> Node:
    """openapi.spec.tf.json: a Lambda proxy behind an API key, with a preflight."""
    function = (
        "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-west-2:000000000000:function:"
        "s3OnObjectCreatedLambda-60c92b6/invocations"
    )
    get = {
        "responses": answer("Empty", ORIGIN),
        "security": [{"api_key": []}],
        INTEGRATION: {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": function,
            "contentHandling": "CONVERT_TO_TEXT",
            "passthroughBehavior": "when_no_match",
            "responses": {"default": {"statusCode": "200", "responseParameters": mapped(origin="'*'")}},
        },
    }
    return openapi(
        "Empty",
        "1",
        {"/": {"get": get, "options": preflight("GET,OPTIONS", TOKEN_HEADERS)}},
        EMPTY,
        components={"securitySchemes": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}},
    )


def mock_cors() -> Node:
    """swagger-mock-cors.json: SAM's shape, proxies without responses beside preflights."""
    arn = (
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:"
    )
    functions = {
        "/product": "aws-serverless-shopping-cart-produ-GetProductsFunction-c1359550",
        "/product/{product_id}": "aws-serverless-shopping-cart-produc-GetProductFunction-28378339",
    }
    allowed = mapped(origin="'http://localhost:8080'", methods="'OPTIONS,POST,GET'", headers="'Content-Type'")
    options = {
        "responses": answer(None, *CORS, swagger=True),
        INTEGRATION: mock(allowed, response={"responseTemplates": {"application/json": "{}\n"}}),
    }
    paths = {
        path: {
            "get": {INTEGRATION: {"type": "aws_proxy", "httpMethod": "POST", "uri": f"{arn}{name}:live/invocations"}},
            "options": options,
        }
        for path, name in functions.items()
    }
    return swagger("sam", "1.0", paths)


def based_swagger() -> Node:
    """swagger.json: basePath /base, everything behind a request authorizer."""
    secured: list[Node] = [{"myapi-authorizer-0": []}]
    get = {
        "security": secured,
        "responses": answer(None, ORIGIN, swagger=True),
        INTEGRATION: mock(mapped(origin="'*'")),
    }
    options = preflight("GET,OPTIONS", TOKEN_HEADERS, swagger=True, model=(None,)) | {"security": secured}
    scheme = {
        "type": "apiKey",
        "name": "auth",
        "in": "query",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
            "type": "request",
            "authorizerUri": AUTHORIZER_URI,
            "identitySource": "method.request.querystring.auth",
        },
    }
    return swagger(
        "Import swagger JSON",
        "2",
        {"/test": {"get": get, "options": options}},
        basePath="/base",
        definitions=EMPTY,
        securityDefinitions={"myapi-authorizer-0": scheme},
    )


def pets() -> Node:
    """pets.json: no base path, an HTTP backend."""
    path = {"name": "petId", "in": "path", "required": True, "type": "string"}
    one = http(f"{PETS_URI}/{{id}}", requestParameters={"integration.request.path.id": "method.request.path.petId"})
    return swagger(
        "Simple PetStore (Swagger)",
        "1.0.0",
        {
            "/pets": {"get": {"responses": answer(), INTEGRATION: http(PETS_URI)}},
            "/pets/{petId}": {"get": {"parameters": [path], "responses": answer(), INTEGRATION: one}},
        },
    )


def based_openapi(servers: list[Node], **parameters: Any) -> Node:
    """Base paths in OpenAPI 3; `parameters`: further headers that the integration sends."""
    event = {"integration.request.header.X-Amz-Invocation-Type": "'Event'"} | {
        f"integration.request.header.{name.replace('_', '-')}": value for name, value in parameters.items()
    }
    get = {"responses": answer("Empty", ORIGIN), INTEGRATION: mock(mapped(origin="'*'"), requestParameters=event)}
    paths = {"/test": {"get": get, "options": preflight("GET,OPTIONS", TOKEN_HEADERS)}}
    return openapi("test-import-oas", "2.0", paths, EMPTY, servers=servers)


def global_authorizer() -> Node:
    """openapi.spec.global-auth.json: the authorizer of the whole document, an ANY method."""
    echo = {"responseTemplates": {"application/json": '{"echo": "$input.params(\'data\')", "response": "mocked"}'}}
    scheme = {
        "type": "apiKey",
        "name": "X-Api-Key",
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
            "type": "request",
            "authorizerUri": AUTHORIZER_URI,
            "identitySource": "method.request.header.Custom-Authorization",
            "authorizerResultTtlInSeconds": 300,
        },
    }
    any_method = {"responses": answer("Empty"), INTEGRATION: mock(None, response=echo) | WITHOUT_TEMPLATES}
    return openapi(
        "Test Global Authorizer",
        "1.0",
        {
            "/pets": {"get": {"responses": answer(), INTEGRATION: http(PETS_URI)}},
            "/echo/{data}": {"x-amazon-apigateway-any-method": any_method},
        },
        EMPTY,
        components={"securitySchemes": {"GatewayAuthorizer": scheme}},
        security=[{"GatewayAuthorizer": []}],
    ) | {"x-amazon-apigateway-api-key-source": "AUTHORIZER"}


WITHOUT_TEMPLATES = {"passthroughBehavior": "when_no_templates"}


def circular(**more: Any) -> Node:
    """openapi.spec.circular-ref.json: a person lives in a house that contains persons."""
    echo = {"responseTemplates": {"application/json": '{"echo": $input.json(\'$\'), "response": "mocked"}'}}
    person = {"$ref": "#/components/schemas/Person"}
    schemas = EMPTY | {
        "Person": {
            "type": "object",
            "description": "Random person schema.",
            "properties": {
                "name": {"type": "string", "description": "Random property"},
                "b": {"type": "number"},
                "house": {"$ref": "#/components/schemas/House"},
            },
            "required": ["name", "b"],
        },
        "House": {
            "type": "object",
            "description": "Where a Person can live",
            "properties": {
                "randomProperty": {"type": "string", "description": "Random property", "format": "byte"},
                "contains": {
                    "type": "array",
                    "items": person,
                    "minItems": 1,
                    "description": "The information of who is living in the house",
                },
            },
        },
    }
    post = {
        "operationId": "CreatePerson",
        "requestBody": {"required": True, "content": {"application/json": {"schema": person}}},
        "responses": answer("Empty"),
        INTEGRATION: mock(None, response=echo) | WITHOUT_TEMPLATES,
    }
    return openapi("Circular model reference", "1.0", {"/person": {"post": post}}, schemas, **more)


def verb_of_lambda(template: str) -> Node:
    """openapi-http-method-integration.json: a Lambda function called as an AWS service; a mock with a useless verb."""
    get = {
        "responses": answer("Empty"),
        INTEGRATION: {
            "type": "aws",
            "httpMethod": "POST",
            "uri": AUTHORIZER_URI,
            "responses": {"default": {"statusCode": "200"}},
            "requestParameters": {"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
            "requestTemplates": {"application/json": template},
            "contentHandling": "CONVERT_TO_TEXT",
        }
        | WITHOUT_TEMPLATES,
    }
    options = {
        "responses": answer("Empty", CORS[2]),
        INTEGRATION: mock(mapped(headers="'Content-Type'")) | {"httpMethod": "POST"},
    }
    return openapi("test-http-method", "2022-04-12T15:36:55Z", {"/": {"get": get, "options": options}}, EMPTY)


def cognito() -> Node:
    """openapi.cognito-auth.json: two authorizers of one pool, scopes per method, a default for the document."""
    extension = {
        "type": "cognito_user_pools",
        "providerARNs": ["arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_ABC123"],
    }
    scheme = {
        "type": "apiKey",
        "name": "TestHeaderAuth",
        "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": extension,
    }
    first, second = "cognito-test-identity-source", "extra-test-identity-source"
    paths: Node = {
        path: {"get": {"security": [{name: scopes}], "responses": answer(), INTEGRATION: http(PETS_URI)}}
        for path, name, scopes in (
            ("/default-no-scope", first, []),
            ("/default-scope-override", first, ["openid"]),
            ("/non-default-authorizer", second, ["email", "openid"]),
        )
    }
    paths["/pets"] = {
        "get": {
            "operationId": "GET HTTP",
            "parameters": [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("type", "page")],
            "responses": answer("Pets", ORIGIN),
            INTEGRATION: {
                "type": "HTTP_PROXY",
                "httpMethod": "GET",
                "uri": "http://petstore.execute-api.us-west-1.amazonaws.com/petstore/pets",
                "payloadFormatVersion": 1.0,
            },
        }
    }
    schemas = {"Pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}, "Pet": {"type": "object"}}
    document = openapi(
        "Example Pet Store",
        "1.0",
        paths,
        schemas,
        components={"securitySchemes": {first: scheme, second: scheme}},
        security=[{first: ["email"]}],
    )
    document["info"]["description"] = "A Pet Store API."
    return document
