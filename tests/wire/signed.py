"""Requests to an API, signed as AWS's SDKs sign them."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.wire.rest_support import Api


def guarded(api: Api, *paths: str) -> Api:
    """GET of these paths with AWS_IAM authorization in front of a local answer; deployed."""
    for path in paths:
        place = {"restApiId": api.id, "resourceId": api.resource(path), "httpMethod": "GET"}
        api.client.put_method(**place, authorizationType="AWS_IAM")
        api.client.put_integration(**place, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
        api.client.put_method_response(**place, statusCode="200")
        template = {"application/json": "$context.identity.userArn $context.identity.accountId"}
        api.client.put_integration_response(**place, statusCode="200", responseTemplates=template)
    return api.deploy()


def call(api: Api, path: str, keys: Mapping[str, Any], port: int | None = None) -> tuple[int, str, str]:
    """Status, error type and body of a GET signed with AccessKeyId, SecretAccessKey and, if given, SessionToken."""
    token = keys.get("SessionToken")
    request = AWSRequest("GET", f"https://{api.host}/v1{path}", headers={"Host": api.host})
    SigV4Auth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], token), "execute-api", "us-east-1").add_auth(
        request
    )
    connection = http.client.HTTPConnection("127.0.0.1", port or api.server.port, timeout=20)
    connection.request("GET", f"/v1{path}", headers=dict(request.headers.items()))
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers.get("x-amzn-ErrorType", ""), body
