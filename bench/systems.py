"""The systems that are measured: nginx as the peer, nginx as everybody's backend, Gatewright."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session

from bench import machine
from bench.issuer import AUDIENCE

_BODY = "x" * 1024
_COMMON = """
daemon off; pid {dir}/{name}.pid; error_log {dir}/{name}.error.log crit; worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 300s;
  client_body_temp_path {dir}/{name}.b; proxy_temp_path {dir}/{name}.p; fastcgi_temp_path {dir}/{name}.f;
  uwsgi_temp_path {dir}/{name}.u; scgi_temp_path {dir}/{name}.s;
  {http}
}}
"""
_BACKEND = (
    "server {{ listen 127.0.0.1:{port} reuseport; location / {{ default_type text/plain; return 200 '{body}'; }} }}"
)
_PEER = """
  upstream backend {{ server 127.0.0.1:{backend}; keepalive 256; keepalive_requests 100000000; }}
  server {{ listen 127.0.0.1:{port};
    location /mock {{ default_type application/json; return 200 '{{}}'; }}
    location /proxy {{ proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
"""
_GUARD = """
def handler(event, context):
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "ada", "policyDocument": policy} if event["type"] == "TOKEN" else {"isAuthorized": True}
"""
_HANDLER = "def handler(event, context):\n    return {'statusCode': 200, 'body': '{}'}\n"


@dataclass(frozen=True)
class System:
    """A running system: where to send load, whose CPU to count."""

    port: int
    pid: int

    @property
    def pids(self) -> list[int]:
        return machine.family(self.pid)


@contextlib.contextmanager
def nginx(work: Path, name: str, core: int, http: str) -> Iterator[int]:
    """An nginx with this configuration; its pid."""
    config = work / f"{name}.conf"
    config.write_text(_COMMON.format(dir=work, name=name, http=http))
    with machine.running([*machine.pin(core), "nginx", "-p", str(work), "-c", str(config)]) as process:
        yield process.pid


_MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
_TEMPLATE = """#set($limit = 10)
{
  "id": "$context.requestId",
  "path": "$context.resourcePath",
  "caller": {"address": "$context.identity.sourceIp", "agent": "$util.escapeJavaScript($context.identity.userAgent)"},
  "asked": "$input.params('q')",
  "items": [
#foreach($number in [1..$limit])
    {"number": $number, "even": #if($number % 2 == 0)true#{else}false#end}#if($foreach.hasNext),#end

#end
  ]
}
"""


@contextlib.contextmanager
def backend(work: Path) -> Iterator[int]:
    """The backend of all proxied cases: 1 KB from nginx, on the load's core; its port."""
    port = machine.free_port()
    with nginx(work, "backend", machine.LOAD, _BACKEND.format(port=port, body=_BODY)):
        machine.wait_for_port(port)
        yield port


@contextlib.contextmanager
def peer(work: Path, backend_port: int) -> Iterator[System]:
    """nginx doing the same work with nothing else to do."""
    port = machine.free_port()
    with nginx(work, "peer", machine.UNDER_TEST, _PEER.format(port=port, backend=backend_port)) as pid:
        machine.wait_for_port(port)
        yield System(port, pid)


@contextlib.contextmanager
def picows() -> Iterator[System]:
    """A bare WebSocket server that echoes."""
    port = machine.free_port()
    script = Path(__file__).with_name("picows_echo.py")
    with machine.running([*machine.pin(machine.UNDER_TEST), sys.executable, str(script), str(port)]) as process:
        machine.wait_for_port(port)
        yield System(port, process.pid)


class Gatewright:
    """A server with one worker, all of its processes on one core."""

    def __init__(self, system: System, start_seconds: float) -> None:
        self.system = system
        self.start_seconds = start_seconds
        self.function = ""  # the ARN of `lambda_api`'s handler
        session = botocore.session.get_session()
        session.set_credentials("test", "test")
        url = f"http://127.0.0.1:{system.port}"
        self.api: Any = session.create_client("apigateway", region_name="us-east-1", endpoint_url=url)
        self.http: Any = session.create_client("apigatewayv2", region_name="us-east-1", endpoint_url=url)
        self.functions: Any = session.create_client("lambda", region_name="us-east-1", endpoint_url=url)

    def close(self) -> None:
        """Give the connections back that calls of the control plane have left open."""
        for client in (self.api, self.http, self.functions):
            client.close()

    def worker(self) -> int:
        """The edge worker's pid."""
        for pid in self.system.pids:
            if Path(f"/proc/{pid}/cmdline").read_bytes().endswith(b"\0worker\0"):
                return pid
        raise RuntimeError("no worker")

    def host(self, api_id: str) -> str:
        return f"{api_id}.execute-api.us-east-1.amazonaws.com"

    def mock_api(self) -> str:
        """GET /v1/mock answers by itself."""
        return self._api("mock", _MOCK, answer="{}")

    def template_api(self) -> str:
        """GET /v1/template answers with a mapping template of half a kilobyte, a loop of 10 turns in it."""
        return self._api("template", _MOCK, answer=_TEMPLATE)

    def proxy_api(self, backend_port: int) -> str:
        """GET /v1/proxy is passed to the backend."""
        return self._api("proxy", {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": _uri(backend_port)})

    def cached(self, api_id: str, **settings: str) -> str:
        """The answers of a REST API's stage are cached; gives the API's id. `settings`: by their paths' last part."""
        values = {"/cacheClusterEnabled": "true", "/*/*/throttling/rateLimit": "-1"}  # settings bring a limit along
        values |= {f"/*/*/caching/{name}": value for name, value in ({"enabled": "true"} | settings).items()}
        patches = [{"op": "replace", "path": path, "value": value} for path, value in values.items()]
        self.api.update_stage(restApiId=api_id, stageName="v1", patchOperations=patches)
        return api_id

    def seen(self, api_id: str) -> str:
        """The stage of a REST API has metrics for each method, and an access log of ten fields; gives the API's id."""
        names = (
            "requestId identity.sourceIp requestTime httpMethod resourcePath status protocol responseLength "
            "identity.userAgent responseLatency"
        )
        line = ",".join(f'"{name}":"$context.{name}"' for name in names.split())
        values = {
            "/accessLogSettings/destinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:bench",
            "/accessLogSettings/format": f"{{{line}}}",
            "/*/*/metrics/enabled": "true",
            "/*/*/throttling/rateLimit": "-1",  # settings bring a limit along
        }
        patches = [{"op": "replace", "path": path, "value": value} for path, value in values.items()]
        self.api.update_stage(restApiId=api_id, stageName="v1", patchOperations=patches)
        return api_id

    def lambda_api(self) -> str:
        """GET /v1/lambda invokes a trivial Python handler."""
        self.function = self._function("bench", _HANDLER)
        integration = {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": _invoked(self.function)}
        return self._api("lambda", integration)

    def guarded_api(self) -> str:
        """GET /v1/mock asks a Lambda authorizer, whose result is kept, and answers by itself."""
        api_id = self.mock_api()
        authorizer = self.api.create_authorizer(
            restApiId=api_id,
            name="guard",
            type="TOKEN",
            authorizerUri=_invoked(self._function("guard", _GUARD)),
            identitySource="method.request.header.Authorization",
        )["id"]
        return self._guard(api_id, authorizationType="CUSTOM", authorizerId=authorizer)

    def pool_api(self, issuer: str) -> str:
        """GET /v1/mock wants a token of the user pool with this issuer, and answers by itself."""
        api_id = self.mock_api()
        region, pool = issuer.split(".")[1], issuer.rpartition("/")[2]
        authorizer = self.api.create_authorizer(
            restApiId=api_id,
            name="pool",
            type="COGNITO_USER_POOLS",
            providerARNs=[f"arn:aws:cognito-idp:{region}:123456789012:userpool/{pool}"],
        )["id"]
        return self._guard(api_id, authorizationType="COGNITO_USER_POOLS", authorizerId=authorizer)

    def keyed_api(self) -> tuple[str, str]:
        """GET /v1/mock wants an API key of a plan with a throttle and a quota that limit nothing; the key's value."""
        api_id = self._guard(self.mock_api(), apiKeyRequired="true")
        plan = self.api.create_usage_plan(
            name="bench",
            apiStages=[{"apiId": api_id, "stage": "v1"}],
            throttle={"rateLimit": 1_000_000, "burstLimit": 1_000_000},
            quota={"limit": 2_000_000_000, "period": "MONTH"},
        )["id"]
        key = self.api.create_api_key(name="bench", enabled=True)
        self.api.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
        return api_id, str(key["value"])

    def _guard(self, api_id: str, **values: str) -> str:
        """Protect the only method of a REST API; gives the API's id."""
        resource = next(each for each in self.api.get_resources(restApiId=api_id)["items"] if each["path"] != "/")
        self.api.update_method(
            restApiId=api_id,
            resourceId=resource["id"],
            httpMethod="GET",
            patchOperations=[{"op": "replace", "path": f"/{name}", "value": value} for name, value in values.items()],
        )
        self.api.create_deployment(restApiId=api_id, stageName="v1")
        return api_id

    def http_guarded_api(self, backend_port: int) -> str:
        """GET /proxy of an HTTP API that asks a Lambda authorizer, whose result is kept."""
        api_id = self.http_proxy_api(backend_port)
        authorizer = self.http.create_authorizer(
            ApiId=api_id,
            Name="guard",
            AuthorizerType="REQUEST",
            AuthorizerUri=_invoked(self._function("http-guard", _GUARD)),
            AuthorizerPayloadFormatVersion="2.0",
            EnableSimpleResponses=True,
            IdentitySource=["$request.header.Authorization"],
            AuthorizerResultTtlInSeconds=3600,
        )["AuthorizerId"]
        self._protect(api_id, AuthorizationType="CUSTOM", AuthorizerId=authorizer)
        return api_id

    def _function(self, name: str, code: str) -> str:
        """The ARN of a new function that API Gateway may call."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as bundle:
            bundle.writestr("app.py", code)
        made = self.functions.create_function(
            FunctionName=name,
            Runtime="python3.11",
            Handler="app.handler",
            Role="arn:aws:iam::123456789012:role/bench",
            Code={"ZipFile": archive.getvalue()},
        )
        self.functions.add_permission(
            FunctionName=name,
            StatementId="all",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
        )
        return str(made["FunctionArn"])

    def http_proxy_api(self, backend_port: int) -> str:
        """GET /proxy of an HTTP API, its stage $default, is passed to the backend."""
        return self._http_api("GET /proxy", _uri(backend_port))

    def http_lambda_api(self) -> str:
        """GET /lambda of an HTTP API invokes the handler of `lambda_api`, with payload 2.0."""
        return self._http_api("GET /lambda", self.function)

    def jwt_api(self, backend_port: int, issuer: str) -> str:
        """GET /proxy of an HTTP API that wants a token of this issuer."""
        api_id = self.http_proxy_api(backend_port)
        authorizer = self.http.create_authorizer(
            ApiId=api_id,
            Name="tokens",
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Issuer": issuer, "Audience": [AUDIENCE]},
        )["AuthorizerId"]
        self._protect(api_id, AuthorizationType="JWT", AuthorizerId=authorizer, AuthorizationScopes=["read"])
        return api_id

    def _protect(self, api_id: str, **authorization: Any) -> None:
        """Protect the only route of an HTTP API."""
        (route,) = self.http.get_routes(ApiId=api_id)["Items"]
        self.http.update_route(ApiId=api_id, RouteId=route["RouteId"], **authorization)

    def _http_api(self, key: str, target: str) -> str:
        return str(self.http.create_api(Name=key, ProtocolType="HTTP", Target=target, RouteKey=key)["ApiId"])

    def echo_api(self) -> str:
        """A WebSocket API, stage v1: a two-way MOCK route `echo`, and somebody to be told of ends."""
        made = self.http.create_api(
            Name="echo", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
        )["ApiId"]
        template = '#set($context.requestOverride.path.text = $input.body){"statusCode":200}'
        target = self.http.create_integration(
            ApiId=made, IntegrationType="MOCK", RequestTemplates={"$default": template}
        )["IntegrationId"]
        self.http.create_integration_response(
            ApiId=made,
            IntegrationId=target,
            IntegrationResponseKey="$default",
            ResponseTemplates={"$default": "$context.requestOverride.path.text"},
        )
        for key, answers in (("echo", {"RouteResponseSelectionExpression": "$default"}), ("$disconnect", {})):
            route = self.http.create_route(ApiId=made, RouteKey=key, Target=f"integrations/{target}", **answers)
            if answers:
                self.http.create_route_response(ApiId=made, RouteId=route["RouteId"], RouteResponseKey="$default")
        self.http.create_stage(ApiId=made, StageName="v1")
        self.http.create_deployment(ApiId=made, StageName="v1")
        return str(made)

    def _api(self, part: str, integration: Mapping[str, Any], *, answer: str | None = None) -> str:
        made = self.api.create_rest_api(name=part)
        resource = self.api.create_resource(restApiId=made["id"], parentId=made["rootResourceId"], pathPart=part)["id"]
        where = {"restApiId": made["id"], "resourceId": resource, "httpMethod": "GET"}
        self.api.put_method(**where, authorizationType="NONE")
        self.api.put_integration(**where, **integration)
        if answer is not None:
            self.api.put_method_response(**where, statusCode="200")
            templates = {"application/json": answer}
            self.api.put_integration_response(**where, statusCode="200", responseTemplates=templates)
        self.api.create_deployment(restApiId=made["id"], stageName="v1")
        return str(made["id"])


def _uri(backend_port: int) -> str:
    return f"http://127.0.0.1:{backend_port}/proxy"


def _invoked(function: str) -> str:
    return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"


@contextlib.contextmanager
def gatewright(data: Path, *flags: str, environ: Mapping[str, str] | None = None) -> Iterator[Gatewright]:
    """A running Gatewright on these data; `flags` and variables for `gatewright serve`."""
    port = machine.free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GATEWRIGHT_"))} | dict(
        environ or {}
    )
    serve = [
        sys.executable,
        "-m",
        "gatewright",
        "serve",
        "--no-companions",
        "--port",
        str(port),
        "--data-dir",
        str(data),
        *flags,
    ]
    started = time.monotonic()
    with machine.running([*machine.pin(machine.UNDER_TEST), *serve], clean) as process:
        while not _ready(port):
            if process.poll() is not None:
                raise RuntimeError(f"gatewright serve ended with {process.returncode}")
            time.sleep(0.01)
        yield Gatewright(System(port, process.pid), time.monotonic() - started)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_gatewright/ready", timeout=2) as answer:
            return bool(json.load(answer)["ready"])
    except OSError:
        return False


def missing_tools() -> list[str]:
    """Programs that the bench needs and this machine does not have."""
    wanted = ("nginx", "wrk", "taskset")
    return [name for name in wanted if subprocess.run(["which", name], capture_output=True, check=False).returncode]
