"""Resource policies over the wire: every cell of AWS's tables, private APIs, who says where a request comes from."""

from __future__ import annotations

import http.client
import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.wire.rest_support import Api
from tests.wire.signed import call
from tests.wire.support import Server, free_port, serving
from tests.wire.test_credentials import SECRETS, command, policy

Told = tuple[int, str, Any]  # status, error type, body

ALLOW: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "execute-api:Invoke",
    "Resource": "execute-api:/*",
}
SILENT = ALLOW | {"Resource": "execute-api:/other/*"}
DENY = ALLOW | {"Effect": "Deny"}
POLICIES: Mapping[str, list[dict[str, Any]]] = {"allows": [ALLOW], "silent": [SILENT], "denies": [ALLOW, DENY]}
FORBIDDEN = (403, "ForbiddenException", {"message": "Forbidden"})
FOREIGN = "999999999999"
CHECK = """
def handler(event, context):
    arn = event["methodArn"].split("/")[0]
    said = event["authorizationToken"]
    resource = arn + ("/other/*" if said == "silent" else "/*")
    effect = "Deny" if said == "denies" else "Allow"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
"""
ANSWERED = {"requestTemplates": {"application/json": '{"statusCode": 200}'}, "type": "MOCK"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A node behind a proxy that it trusts: clients choose their address."""
    flags = ("--trusted-proxies", "127.0.0.0/8", "--no-companions")
    env = {"GATEWRIGHT_VPC_ENDPOINTS": "vpce-1=vpc-1"}
    with serving(tmp_path_factory.mktemp("policies") / "data", *flags, env=env) as made:
        yield made


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def answer(api: Api, path: str, more: list[dict[str, str]] | None = None, **method: Any) -> None:
    """GET path answers 200."""
    place = {"restApiId": api.id, "resourceId": api.resource(path), "httpMethod": "GET"}
    api.client.put_method(**place, **({"authorizationType": "NONE"} | method))
    api.client.put_integration(**place, **ANSWERED)
    api.client.put_method_response(**place, statusCode="200")
    shown = {"application/json": '"$context.identity.sourceIp"'}
    api.client.put_integration_response(**place, statusCode="200", responseTemplates=shown)


def put_policy(api: Api, *statements: Mapping[str, Any]) -> None:
    change = [{"op": "replace", "path": "/policy", "value": document(*statements)}]
    api.client.update_rest_api(restApiId=api.id, patchOperations=change)


def get(port: int, host: str, path: str, headers: Mapping[str, str] | None = None) -> Told:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Host": host} | dict(headers or {}))
    found = connection.getresponse()
    text = found.read()
    connection.close()
    return found.status, found.headers.get("x-amzn-ErrorType", ""), json.loads(text) if text else None


def ask(api: Api, path: str, headers: Mapping[str, str] | None = None) -> Told:
    return get(api.server.port, api.host, f"/v1{path}", headers)


def refusal(api: Api, path: str, ending: str = "", who: str = "anonymous") -> Told:
    arn = f"arn:aws:execute-api:us-east-1:********9012:{api.id}/v1/GET{path}"
    message = f"User: {who} is not authorized to perform: execute-api:Invoke on resource: {arn}{ending}"
    return 403, "AccessDeniedException", {"Message": message}


EXPLICIT = " with an explicit deny"
NO_IDENTITY = " because no identity-based policy allows the execute-api:Invoke action"
NO_RESOURCE = " because no resource-based policy allows the execute-api:Invoke action"


def test_a_policy_counts_from_the_next_deployment_on(server: Server) -> None:
    api = Api(server)
    answer(api, "/a")
    api.deploy()
    assert ask(api, "/a")[0] == 200
    put_policy(api, DENY)
    assert ask(api, "/a")[0] == 200
    api.deploy()
    assert ask(api, "/a") == refusal(api, "/a", EXPLICIT)
    put_policy(api, SILENT)
    api.deploy()
    assert ask(api, "/a") == refusal(api, "/a")
    tried = api.client.test_invoke_method(restApiId=api.id, resourceId=api.resource("/a"), httpMethod="GET")
    assert tried["status"] == 200  # AWS asks no policy here
    api.client.update_rest_api(restApiId=api.id, patchOperations=[{"op": "replace", "path": "/policy", "value": ""}])
    api.deploy()
    assert ask(api, "/a")[0] == 200


def test_addresses(server: Server) -> None:
    outside = {"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]}}
    api = Api(server, policy=document(ALLOW, DENY | {"Resource": "execute-api:/*/*/admin", "Condition": outside}))
    for path in ("/admin", "/{proxy+}"):
        answer(api, path)
    api.deploy()
    assert ask(api, "/x") == (200, "", "127.0.0.1")
    for inside in ("192.0.2.9", "10.9.9.9, 192.0.2.9", "2001:db8::1", "[2001:db8::1]:4711"):
        assert ask(api, "/admin", {"X-Forwarded-For": inside})[0] == 200, inside
    for client in ("203.0.113.9", "192.0.2.9, 203.0.113.9", "192.0.2.9, unknown", ""):
        assert ask(api, "/admin", {"X-Forwarded-For": client}) == refusal(api, "/admin", EXPLICIT), client
    for path in ("/admin/", "/%61dmin", "//admin", "/x/../admin", "/x/..%2fadmin", "/%61dmin%2F"):
        assert ask(api, path)[:2] == (403, "AccessDeniedException"), path
    assert ask(api, "/administration")[0] == 200


@pytest.fixture(scope="module")
def keys(server: Server) -> Mapping[str, Mapping[str, str]]:
    """Keys of users here and of another account, by what their policies say."""
    arn = "arn:aws:execute-api:*:*:*"
    said = {"allows": policy("Allow", arn), "silent": policy("Allow", f"{arn}/none"), "denies": policy("Deny", arn)}
    made = {}
    for says, text in said.items():
        words = ("--policy", text)
        made[says] = command(server.data, "create", f"own-{says}", *words)["AccessKey"]
        made[f"foreign {says}"] = command(server.data, "create", says, *words, "--account", FOREIGN)["AccessKey"]
    return made


@pytest.fixture(scope="module")
def guarded(server: Server) -> Iterator[Api]:
    """/open, /iam and /custom."""
    api = Api(server)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("app.py", CHECK)
    made = server.client("lambda").create_function(
        FunctionName=f"check-{uuid.uuid4().hex[:8]}",
        Runtime="python3.11",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/any",
        Code={"ZipFile": archive.getvalue()},
    )
    arn = made["FunctionArn"]
    authorizer = api.client.create_authorizer(
        restApiId=api.id,
        name="check",
        type="TOKEN",
        authorizerUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations",
        identitySource="method.request.header.Authorization",
    )["id"]
    server.client("lambda").add_permission(
        FunctionName=arn,
        StatementId="gateway",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:us-east-1:123456789012:{api.id}/authorizers/{authorizer}",
    )
    answer(api, "/open")
    answer(api, "/iam", authorizationType="AWS_IAM")
    answer(api, "/custom", authorizationType="CUSTOM", authorizerId=authorizer)
    yield api
    api.client.delete_rest_api(restApiId=api.id)


_A = {("allows", "allows"), ("allows", "silent"), ("silent", "allows")}
_DENIED_BY_POLICY = {"denies": EXPLICIT, "silent": ""}


@pytest.mark.parametrize("says", list(POLICIES))
def test_every_cell_of_the_tables(guarded: Api, keys: Mapping[str, Mapping[str, str]], says: str) -> None:
    put_policy(guarded, *POLICIES[says])
    guarded.deploy()
    alone = ask(guarded, "/open")
    assert alone[0] == 200 if says == "allows" else alone == refusal(guarded, "/open", _DENIED_BY_POLICY[says])
    for own in POLICIES:
        _signed(guarded, own, says, keys)
        custom = ask(guarded, "/custom", {"Authorization": own})
        if (own, says) in _A:
            assert custom[0] == 200
        elif says == "denies":
            assert custom == refusal(guarded, "/custom", EXPLICIT)
        else:
            ending = EXPLICIT if own == "denies" else ""
            nameless = f"User is not authorized to access this resource{ending}"
            assert custom == (403, "AccessDeniedException", {"Message": nameless})


def _signed(api: Api, own: str, says: str, keys: Mapping[str, Mapping[str, str]]) -> None:
    denied = "denies" in (own, says)
    for name, account, user, allowed in (
        (own, "123456789012", f"own-{own}", (own, says) in _A),
        (f"foreign {own}", FOREIGN, own, own == says == "allows"),
    ):
        status, error, body = call(api, "/iam", keys[name])
        if allowed:
            assert status == 200, (name, says, body)
            continue
        ending = EXPLICIT if denied else NO_RESOURCE if own == "allows" else NO_IDENTITY
        who = f"arn:aws:iam::{account}:user/{user}"
        assert (status, error, json.loads(body)) == refusal(api, "/iam", ending, who), (name, says)


def test_an_api_without_a_policy_is_for_its_own_account(server: Server, keys: Mapping[str, Mapping[str, str]]) -> None:
    api = Api(server)
    answer(api, "/iam", authorizationType="AWS_IAM")
    api.deploy()
    assert call(api, "/iam", keys["allows"])[0] == 200
    status, error, body = call(api, "/iam", keys["foreign allows"])
    who = f"arn:aws:iam::{FOREIGN}:user/allows"
    assert (status, error, json.loads(body)) == refusal(api, "/iam", NO_RESOURCE, who)


PRIVATE = {"types": ["PRIVATE"]}
ENDPOINT_HOST = "vpce-1-abcd.execute-api.us-east-1.vpce.amazonaws.com"


@pytest.mark.parametrize(
    ("condition", "open_"),
    [
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, True),
        ({"StringEquals": {"aws:SourceVpce": "vpce-2"}}, False),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"IpAddress": {"aws:VpcSourceIp": "10.1.0.0/16"}}, True),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, False),
    ],
)
def test_private_apis(server: Server, condition: dict[str, Any], open_: bool) -> None:
    api = Api(server, policy=document(ALLOW | {"Condition": condition}), endpointConfiguration=PRIVATE)
    answer(api, "/a")
    api.deploy()
    from_vpc = {"X-Forwarded-For": "10.1.2.3"}
    forms = [
        (f"{api.id}-vpce-1.execute-api.us-east-1.amazonaws.com", from_vpc),
        (ENDPOINT_HOST, from_vpc | {"x-apigw-api-id": api.id}),
        ("localhost", from_vpc | {"x-apigw-api-id": api.id, "x-amzn-vpce-id": "vpce-1"}),
    ]
    for host, headers in forms:
        told = get(server.port, host, "/v1/a", headers)
        assert told == (200, "", "10.1.2.3") if open_ else told == refusal(api, "/a"), host
    for host in (api.host, f"{api.id}.execute-api.localhost:{server.port}"):
        assert get(server.port, host, "/v1/a", {"x-amzn-vpce-id": "vpce-1"}) == FORBIDDEN
    api.client.delete_rest_api(restApiId=api.id)


def test_a_private_domain_name_has_a_policy_of_its_own(server: Server) -> None:
    rest = server.client("apigateway")
    api = Api(server, policy=document(ALLOW), endpointConfiguration=PRIVATE)
    answer(api, "/a")
    api.deploy()
    only = DENY | {"Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}
    made = rest.create_domain_name(
        domainName="own.example.com",
        certificateArn="arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
        endpointConfiguration=PRIVATE,
        policy=document(ALLOW, only),
    )
    on = {"domainName": "own.example.com", "domainNameId": made["domainNameId"]}
    rest.create_base_path_mapping(**on, restApiId=api.id, stage="v1")
    for endpoint in ("vpce-1", "vpce-2"):
        rest.create_domain_name_access_association(
            domainNameArn=made["domainNameArn"], accessAssociationSourceType="VPCE", accessAssociationSource=endpoint
        )

    def through(endpoint: str) -> Told:
        return get(server.port, "own.example.com", "/a", {"x-amzn-vpce-id": endpoint})

    assert through("vpce-1")[0] == 200
    assert through("vpce-2") == through("vpce-3") == FORBIDDEN
    opened = [{"op": "replace", "path": "/policy", "value": document(ALLOW)}]
    rest.update_domain_name(**on, patchOperations=opened)
    assert through("vpce-2")[0] == 200
    via = {"Condition": {"ArnNotEquals": {"execute-api:viaDomainArn": _policy_arn(made["domainNameArn"])}}}
    put_policy(api, ALLOW, DENY | via)
    api.deploy()
    assert through("vpce-1")[0] == 200
    other = f"{api.id}-vpce-1.execute-api.us-east-1.amazonaws.com"
    assert get(server.port, other, "/v1/a") == refusal(api, "/a", EXPLICIT)
    rest.delete_domain_name(**on)
    api.client.delete_rest_api(restApiId=api.id)


def _policy_arn(arn: str) -> str:
    return arn.replace(":apigateway:", ":execute-api:")


def test_in_production_strangers_name_no_endpoint_and_no_address(own_server: Callable[..., Server]) -> None:
    control = free_port()
    flags = ("--profile", "production", "--control-port", str(control))
    server = own_server(*flags, env=dict(SECRETS), ready_port=control)
    rest = Server(server.data)
    rest.port = control
    client = rest.client("apigateway", key=SECRETS["GATEWRIGHT_ACCESS_KEY_ID"], secret="very-secret-key")
    private = Api(server, client, policy=document(ALLOW), endpointConfiguration=PRIVATE)
    inside = ALLOW | {"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}
    office = Api(server, client, policy=document(inside))
    for api in (private, office):
        answer(api, "/a")
        api.deploy()
    named = {"x-apigw-api-id": private.id, "x-amzn-vpce-id": "vpce-1"}

    def forms() -> list[Told]:
        through = f"{private.id}-vpce-1.execute-api.us-east-1.amazonaws.com"
        hosts = (through, ENDPOINT_HOST, "localhost", private.host)
        return [get(server.port, host, "/v1/a", named) for host in hosts]

    assert forms() == [FORBIDDEN] * 4
    assert ask(office, "/a", {"X-Forwarded-For": "192.0.2.9"}) == refusal(office, "/a")
    assert "vpc_endpoint_peers" in server.output()
    server.stop()
    server.env |= {"GATEWRIGHT_VPC_ENDPOINT_PEERS": "127.0.0.1", "GATEWRIGHT_TRUSTED_PROXIES": "127.0.0.1"}
    server.start()
    assert forms() == [(200, "", "127.0.0.1")] * 3 + [FORBIDDEN]
    assert ask(office, "/a", {"X-Forwarded-For": "192.0.2.9"}) == (200, "", "192.0.2.9")
    assert ask(office, "/a", {"X-Forwarded-For": "192.0.2.9, 203.0.113.1"}) == refusal(office, "/a")
