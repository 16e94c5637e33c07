"""`gatewright demo`: a node with a small API on it: one Python function, one Node function, one HTTP backend.

It is built as any client would build it: with AWS's own SDK, over HTTP, from the calls that the AWS CLI makes.
"""

from __future__ import annotations

import io
import json
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any

import botocore.session
import click
from botocore.exceptions import BotoCoreError, ClientError

from gatewright.cli.env import exports
from gatewright.cli.options import load, settings_options
from gatewright.cli.serve import run
from gatewright.settings import Settings
from gatewright.supervisor.supervisor import Supervisor

_API_ID = "demo"
_ROLE = "arn:aws:iam::{account}:role/demo"
_FUNCTIONS = {
    "demo-python": ("python", "python3.11", "app.handler"),
    "demo-node": ("node", "nodejs20.x", "index.handler"),
}


@click.command()
@settings_options(("host", "port", "data_dir", "workers", "log_level"))
def demo(config: str | None, **flags: Any) -> None:
    """Start a server with a sample API and print curl lines to try."""
    settings = load(config, flags)
    if not settings.local:
        raise click.ClickException("the demo runs in the local profile")
    run(settings, lambda node: threading.Thread(target=_build, args=(settings, node), daemon=True).start())


def _build(settings: Settings, node: Supervisor) -> None:
    try:
        sample = Sample(settings, node.endpoint_url)
        sample.build(_backend())
    except (BotoCoreError, ClientError, OSError) as error:
        click.echo(f"The sample could not be built: {error}", err=True)
        return
    base = f"http://{_API_ID}.execute-api.localhost:{node.port}/v1"
    lines = [f"curl {base}/hello?name=you", f"curl {base}/node?name=you", f"curl -d 'some text' {base}/http/any/path"]
    path_form = f"{node.endpoint_url}/restapis/{_API_ID}/v1/_user_request_"
    click.echo("\n".join(["Gatewright runs a sample API. Try:", "", *(f"  {line}" for line in lines)]))
    click.echo(f"\nWhere *.localhost does not resolve, use {path_form}/hello. Ctrl-C ends it.")


class Sample:
    """The sample's functions and API, built through the SDK."""

    def __init__(self, settings: Settings, endpoint_url: str) -> None:
        self._settings = settings
        environment = exports(settings, endpoint_url)
        session = botocore.session.get_session()
        session.set_credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
        self._lambda: Any = session.create_client("lambda", region_name=settings.region, endpoint_url=endpoint_url)
        self._api: Any = session.create_client("apigateway", region_name=settings.region, endpoint_url=endpoint_url)

    def build(self, backend_url: str) -> None:
        """Create everything, in place of what an earlier demo left."""
        self._clear()
        api = self._api.create_rest_api(name="demo", tags={"_custom_id_": _API_ID})
        root = api["rootResourceId"]
        for name, (folder, runtime, handler) in _FUNCTIONS.items():
            arn = self._function(name, folder, runtime, handler)
            self._route(root, "hello" if folder == "python" else "node", "GET", self._proxy_to(arn))
        parent = self._api.create_resource(restApiId=_API_ID, parentId=root, pathPart="http")["id"]
        to_backend = {
            "type": "HTTP_PROXY",
            "integrationHttpMethod": "ANY",
            "uri": f"{backend_url}/{{proxy}}",
            "requestParameters": {"integration.request.path.proxy": "method.request.path.proxy"},
        }
        self._route(parent, "{proxy+}", "ANY", to_backend, {"method.request.path.proxy": True})
        self._api.create_deployment(restApiId=_API_ID, stageName="v1")

    def _clear(self) -> None:
        for name in _FUNCTIONS:
            _ignore_missing(self._lambda.delete_function, FunctionName=name)
        _ignore_missing(self._api.delete_rest_api, restApiId=_API_ID)

    def _function(self, name: str, folder: str, runtime: str, handler: str) -> str:
        role = _ROLE.format(account=self._settings.account_id)
        code = {"ZipFile": _zipped(folder)}
        made = self._lambda.create_function(FunctionName=name, Runtime=runtime, Handler=handler, Role=role, Code=code)
        self._lambda.add_permission(
            FunctionName=name,
            StatementId="demo",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{self._settings.region}:{self._settings.account_id}:{_API_ID}/*",
        )
        return str(made["FunctionArn"])

    def _proxy_to(self, function_arn: str) -> dict[str, Any]:
        path = f"2015-03-31/functions/{function_arn}/invocations"
        uri = f"arn:aws:apigateway:{self._settings.region}:lambda:path/{path}"
        return {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri}

    def _route(
        self,
        parent: str,
        part: str,
        method: str,
        integration: dict[str, Any],
        parameters: dict[str, bool] | None = None,
    ) -> None:
        resource = self._api.create_resource(restApiId=_API_ID, parentId=parent, pathPart=part)["id"]
        where = {"restApiId": _API_ID, "resourceId": resource, "httpMethod": method}
        self._api.put_method(**where, authorizationType="NONE", requestParameters=parameters or {})
        self._api.put_integration(**where, **integration)


def _ignore_missing(call: Any, **parameters: Any) -> None:
    try:
        call(**parameters)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise


def _zipped(folder: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        for file in resources.files("gatewright.cli").joinpath("sample", folder).iterdir():
            if file.is_file():
                bundle.writestr(file.name, file.read_bytes())
    return archive.getvalue()


class _Echo(BaseHTTPRequestHandler):
    """A backend that answers with what it was sent."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        seen = {
            "method": self.command,
            "path": self.path,
            "headers": dict(self.headers),
            "body": body.decode(errors="replace"),
        }
        data = json.dumps(seen, indent=2).encode() + b"\n"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _answer  # noqa: N815  names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the server's own log is on this terminal."""


def _backend() -> str:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
