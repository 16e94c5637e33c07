"""AWS's own pages on what explanations speak of."""

from __future__ import annotations

from collections.abc import Mapping

_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"

PAGES: Mapping[str, str] = {
    "api-keys": f"{_GUIDE}api-gateway-api-usage-plans.html",
    "authorization-flow": f"{_GUIDE}apigateway-authorization-flow.html",
    "authorizer-output": f"{_GUIDE}api-gateway-lambda-authorizer-output.html",
    "binary": f"{_GUIDE}api-gateway-payload-encodings.html",
    "caching": f"{_GUIDE}api-gateway-caching.html",
    "cognito": f"{_GUIDE}apigateway-integrate-with-cognito.html",
    "compression": f"{_GUIDE}api-gateway-gzip-compression-decompression.html",
    "connections": f"{_GUIDE}apigateway-how-to-call-websocket-api-connections.html",
    "cors-http": f"{_GUIDE}http-api-cors.html",
    "cors-rest": f"{_GUIDE}how-to-cors.html",
    "deploy": f"{_GUIDE}how-to-deploy-api.html",
    "errors": f"{_GUIDE}supported-gateway-response-types.html",
    "http-api-lambda": f"{_GUIDE}http-api-troubleshooting-lambda.html",
    "http-api-routes": f"{_GUIDE}http-api-develop-routes.html",
    "http-api-services": f"{_GUIDE}http-api-develop-integrations-aws-services.html",
    "http-api-throttling": f"{_GUIDE}http-api-throttling.html",
    "http-integrations": f"{_GUIDE}setup-http-integrations.html",
    "iam": f"{_GUIDE}permissions.html",
    "integration-responses": f"{_GUIDE}api-gateway-integration-settings-integration-response.html",
    "jwt": f"{_GUIDE}http-api-jwt-authorizer.html",
    "jwt-trouble": f"{_GUIDE}http-api-troubleshooting-jwt.html",
    "lambda-authorizer": f"{_GUIDE}apigateway-use-lambda-authorizer.html",
    "lambda-authorizer-http": f"{_GUIDE}http-api-lambda-authorizer.html",
    "lambda-errors": f"{_GUIDE}handle-errors-in-lambda-integration.html",
    "lambda-permission": "https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html",
    "lambda-proxy": f"{_GUIDE}set-up-lambda-proxy-integrations.html",
    "limits": f"{_GUIDE}limits.html",
    "mapping": f"{_GUIDE}api-gateway-mapping-template-reference.html",
    "mock": f"{_GUIDE}how-to-mock-integration.html",
    "no-default-endpoint-http": f"{_GUIDE}http-api-disable-default-endpoint.html",
    "no-default-endpoint-rest": f"{_GUIDE}rest-api-disable-default-endpoint.html",
    "overrides": f"{_GUIDE}apigateway-override-request-response-parameters.html",
    "parameter-mapping": f"{_GUIDE}http-api-parameter-mapping.html",
    "passthrough": f"{_GUIDE}integration-passthrough-behaviors.html",
    "policy-evaluation": f"{_IAM}reference_policies_evaluation-logic.html",
    "private": f"{_GUIDE}apigateway-private-apis.html",
    "resource-policy": f"{_GUIDE}apigateway-resource-policies.html",
    "signature": f"{_IAM}reference_sigv-troubleshooting.html",
    "stages": f"{_GUIDE}set-up-stages.html",
    "streaming": f"{_GUIDE}response-transfer-mode.html",
    "throttling": f"{_GUIDE}api-gateway-request-throttling.html",
    "validation": f"{_GUIDE}api-gateway-method-request-validation.html",
    "websocket": f"{_GUIDE}apigateway-websocket-api-overview.html",
    "websocket-routes": f"{_GUIDE}websocket-api-develop-routes.html",
    "websocket-selection": f"{_GUIDE}apigateway-websocket-api-selection-expressions.html",
}


def pages(names: tuple[str, ...] | list[str]) -> list[str]:
    """The addresses of pages."""
    return [PAGES[name] for name in names]
