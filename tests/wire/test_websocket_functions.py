"""Functions that answer WebSocket clients as on AWS: in Node.js, and in production over TLS.

Those in Python in the local profile: test_tour.py, test_chat.py.
"""

from __future__ import annotations

import io
import json
import socket
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from websockets.sync.client import connect

from tests import pki
from tests.wire.support import Server, free_port

NAME = "websocket-node"
# Signs by hand what AWS's SDK for JavaScript would sign, and sends it as that does: through node:https.
HANDLER = """
const https = require("https");
const { createHash, createHmac } = require("crypto");
const hash = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
const env = process.env;

function post(host, path, body) {
  const date = new Date().toISOString().replace(/[:-]|\\.\\d{3}/g, "");
  const scope = `${date.slice(0, 8)}/${env.AWS_REGION}/execute-api/aws4_request`;
  const signed = "host;x-amz-date;x-amz-security-token";
  const named = `host:${host}\\nx-amz-date:${date}\\nx-amz-security-token:${env.AWS_SESSION_TOKEN}\\n`;
  const canonical = ["POST", path.replace(/%/g, "%25"), "", named, signed, hash(body)].join("\\n");
  const text = ["AWS4-HMAC-SHA256", date, scope, hash(canonical)].join("\\n");
  const key = scope.split("/").reduce(hmac, "AWS4" + env.AWS_SECRET_ACCESS_KEY);
  const signature = hmac(key, text).toString("hex");
  const headers = {
    host,
    "x-amz-date": date,
    "x-amz-security-token": env.AWS_SESSION_TOKEN,
    authorization:
      `AWS4-HMAC-SHA256 Credential=${env.AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
  };
  return new Promise((done, failed) => {
    https
      .request({ host, path, method: "POST", headers }, (answer) => {
        answer.resume();
        answer.on("end", () => done(answer.statusCode));
      })
      .on("error", failed)
      .end(body);
  });
}

exports.handler = async ({ body, requestContext: { connectionId, domainName, stage, eventType } }) => {
  if (eventType === "MESSAGE") {
    const path = `/${stage}/%40connections/`;
    const gone = await post(domainName, path + "L0SM9cOFvHcCIhw%3D", "x");
    await post(domainName, path + encodeURIComponent(connectionId), JSON.stringify({ body, gone, domainName }));
  }
  return { statusCode: 200 };
};
"""


@pytest.fixture
def api(live: Server) -> Iterator[str]:
    """A WebSocket API with the function behind it."""
    functions: Any = live.client("lambda")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("app.js", HANDLER)
    arn = functions.create_function(
        FunctionName=NAME,
        Runtime="nodejs20.x",
        Role="arn:aws:iam::123456789012:role/any",
        Handler="app.handler",
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=NAME, StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    v2: Any = live.client("apigatewayv2")
    made = v2.create_api(Name="node", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")[
        "ApiId"
    ]
    integration = v2.create_integration(ApiId=made, IntegrationType="AWS_PROXY", IntegrationUri=arn)["IntegrationId"]
    v2.create_route(ApiId=made, RouteKey="$default", Target=f"integrations/{integration}")
    v2.create_stage(ApiId=made, StageName="prod", AutoDeploy=True)
    yield made
    v2.delete_api(ApiId=made)
    functions.delete_function(FunctionName=NAME)


@pytest.fixture
def domain(live: Server, api: str) -> Iterator[str]:
    """A domain name under which the API's URL is https://{domain}/{stage}, as events have it."""
    v2: Any = live.client("apigatewayv2")
    name = "node.wire.example.com"
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    regional = {"CertificateArn": certificate, "EndpointType": "REGIONAL"}
    v2.create_domain_name(DomainName=name, DomainNameConfigurations=[regional])
    v2.create_api_mapping(DomainName=name, ApiId=api, Stage="prod", ApiMappingKey="prod")
    yield name
    v2.delete_domain_name(DomainName=name)


def test_a_function_in_node_answers_at_its_domain_name(live: Server, api: str, domain: str) -> None:
    for host in (f"{api}.execute-api.us-east-1.amazonaws.com", f"{api}.execute-api.localhost", domain):
        line = socket.create_connection(("127.0.0.1", live.port))
        with connect(f"ws://{host}:{live.port}/prod", sock=line) as client:
            for message in ("one", "two"):
                client.send(message)
                heard = json.loads(client.recv(timeout=30))
                assert heard == {"body": message, "gone": 410, "domainName": host}


PYTHON = """
import boto3

def handler(event, context):
    asked = event["requestContext"]
    if asked["eventType"] == "MESSAGE":
        client = boto3.client(
            "apigatewaymanagementapi", endpoint_url=f"https://{asked['domainName']}/{asked['stage']}"
        )
        client.post_to_connection(ConnectionId=asked["connectionId"], Data=event["body"].encode())
    return {"statusCode": 200}
"""


def test_in_production(own_server: Callable[..., Server], tmp_path: Path) -> None:
    """The API's name need not lead to the node from inside: a variable of the function says where it is."""
    file = tmp_path / "server.pem"
    file.write_text(pki.make("localhost", hosts=("localhost",)).both)
    keys = {"AWS_ACCESS_KEY_ID": "AKIDPRODUCTION", "AWS_SECRET_ACCESS_KEY": "secret"}
    control = free_port()
    server = own_server(
        *("--profile", "production", "--control-port", str(control)),
        *("--tls-certificate", str(file), "--tls-key", str(file)),
        ready_port=control,
        tls=str(file),
        env={f"GATEWRIGHT_{name.removeprefix('AWS_')}": value for name, value in keys.items()},
    )

    def client(service: Any) -> Any:
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=f"https://localhost:{control}",
            aws_access_key_id="AKIDPRODUCTION",
            aws_secret_access_key="secret",
            verify=str(file),
        )

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("app.py", PYTHON)
    home = {"AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": f"https://localhost:{server.port}", "AWS_CA_BUNDLE": str(file)}
    functions, v2 = client("lambda"), client("apigatewayv2")
    arn = functions.create_function(
        FunctionName="answers",
        Runtime="python3.11",
        Role="arn:aws:iam::123456789012:role/any",
        Handler="app.handler",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": home | keys},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName="answers", StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    api = v2.create_api(Name="tls", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")["ApiId"]
    integration = v2.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn)["IntegrationId"]
    v2.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
    v2.create_stage(ApiId=api, StageName="prod", AutoDeploy=True)
    host = f"{api}.execute-api.us-east-1.amazonaws.com"
    line = socket.create_connection(("127.0.0.1", server.port))
    with connect(f"wss://{host}/prod", sock=line, ssl=server.trust, server_hostname="localhost") as talk:
        talk.send("over TLS")
        assert talk.recv(timeout=30) == "over TLS"
