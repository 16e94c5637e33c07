from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.control.support import ACCOUNT, Control, patch, refused

OPEN: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "execute-api:Invoke",
    "Resource": "execute-api:/*",
}


BAD = "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."


def document(**changed: Any) -> str:
    statement = {name: value for name, value in (OPEN | changed).items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    "policy",
    [
        "{",
        "[]",
        "{}",
        json.dumps({"Version": "2012-10-17"}),
        json.dumps({"Version": "2012-10-17", "Statement": []}),
        json.dumps({"Version": "2012", "Statement": [OPEN]}),
        document(Effect="allow"),
        document(Effect=None),
        document(Principal=None),
        document(Principal={"AWS": "nobody"}),
        document(Principal={"AWS": "arn:aws:iam::123456789012:user/*"}),
        document(Principal=None, NotPrincipal="*"),
        document(Action=None),
        document(Action="s3:GetObject"),
        document(Action=["execute-api:Invoke", "lambda:InvokeFunction"]),
        document(Action="Invoke"),
        document(Resource=None),
        document(Resource="pets"),
        document(Condition={"Nonsense": {"aws:SourceIp": "10.0.0.0/8"}}),
        document(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/99"}}),
        document(Sid="x" * 9000),
        document(Sid="\ud800"),
    ],
)
def test_bad_policies(plane: Control, policy: str) -> None:
    refusal = (400, "BadRequestException", BAD)
    assert refused(plane.rest.create_rest_api, name="one", policy=policy) == refusal
    api_id, _ = plane.api()
    assert (
        refused(plane.rest.update_rest_api, restApiId=api_id, patchOperations=[patch("replace", "/policy", policy)])
        == refusal
    )


def shown(plane: Control, api_id: str) -> Any:
    return json.loads(json.loads(f'"{plane.rest.get_rest_api(restApiId=api_id)["policy"]}"'))


def resources(plane: Control, api_id: str) -> Any:
    return shown(plane, api_id)["Statement"][0]["Resource"]


def arn(api_id: str) -> str:
    return f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{api_id}"


def test_short_resources_are_kept_written_out(plane: Control) -> None:
    """AWS: "API Gateway converts the abbreviated syntax to the full ARN when you save the policy."."""
    api_id, _ = plane.api(policy=document())
    assert resources(plane, api_id) == f"{arn(api_id)}/*"
    given = ["execute-api:/prod/GET/pets", "*", "arn:aws:execute-api:*:*:*"]
    changed = [patch("replace", "/policy", document(Resource=given))]
    answer = plane.rest.update_rest_api(restApiId=api_id, patchOperations=changed)
    assert '\\"Effect\\":\\"Allow\\"' in answer["policy"]  # without blanks, escaped
    assert resources(plane, api_id) == [f"{arn(api_id)}/prod/GET/pets", *given[1:]]
    without = document(Resource=None, NotResource="execute-api:/prod/*", Effect="Deny")
    plane.rest.update_rest_api(restApiId=api_id, patchOperations=[patch("replace", "/policy", without)])
    assert shown(plane, api_id)["Statement"][0]["NotResource"] == f"{arn(api_id)}/prod/*"


def test_an_import_writes_them_out(plane: Control) -> None:
    body = {"swagger": "2.0", "info": {"title": "x", "version": "1"}, "paths": {}}
    definition = json.dumps(body | {"x-amazon-apigateway-policy": json.loads(document())})
    api_id = plane.rest.import_rest_api(body=definition)["id"]
    assert resources(plane, api_id) == f"{arn(api_id)}/*"
    other = plane.api()[0]
    plane.rest.put_rest_api(restApiId=other, body=definition)
    assert resources(plane, other) == f"{arn(other)}/*"


def test_a_clone_has_a_policy_of_its_own(plane: Control) -> None:
    api_id = plane.rest.create_rest_api(name="one", tags={"_custom_id_": "api1"})["id"]
    others = ["*", "arn:aws:execute-api:us-east-1:111111111111:api12/*", "arn:aws:execute-api:*:*:*/api1/*"]
    given = document(Resource=["execute-api:/prod/*", "arn:aws:execute-api:*:*:api1*", *others])
    plane.rest.update_rest_api(restApiId=api_id, patchOperations=[patch("replace", "/policy", given)])
    clone = plane.rest.create_rest_api(name="two", cloneFrom=api_id)["id"]
    assert resources(plane, clone) == [f"{arn(clone)}/prod/*", f"arn:aws:execute-api:*:*:{clone}*", *others]
    given = plane.rest.create_rest_api(name="three", cloneFrom=api_id, policy=document())["id"]
    assert resources(plane, given) == f"{arn(given)}/*"
