"""The Python side of the Lambda Runtime API: AWS's own runtime client, and streaming for handlers that give generators.

    python bootstrap.py module.handler        cwd and LAMBDA_TASK_ROOT: the function's folder

AWS's managed Python runtime cannot stream; a handler that returns a generator fails there with Runtime.MarshalError.
Here each piece (bytes, or str as UTF-8) that a generator or an async generator yields is sent at once. When the first
thing it yields is a dict, that is the metadata of an HTTP response (statusCode, headers, multiValueHeaders, cookies),
as it is with `awslambda.HttpResponseStream.from` in Node.js:

    def handler(event, context):
        yield {"statusCode": 200, "headers": {"Content-Type": "text/event-stream"}}
        for token in answer(event):
            yield f"data: {token}\\n\\n"

A handler that answers WebSocket clients through boto3 names the endpoint https://{domainName}/{stage}. Where
AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI is set, such calls go there, Host and signature as they are: those to AWS's
names of APIs, and to domain names that WebSocket events have named.

This file runs in the handler's process: it imports nothing of Gatewright.
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import itertools
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from awslambdaric import bootstrap
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller, to_json

PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response"
PLAIN_TYPE = "application/octet-stream"
CONNECTIONS = "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"
API_HOST = re.compile(r"[a-z0-9]+\.execute-api\.[a-z0-9.-]+")
NAMES: set[str] = set()  # domain names of events
MOST_NAMES = 100


class Streamed:
    """A response that is sent while it is made."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces


def stream_of(response: Any) -> tuple[Streamed, str] | None:
    """A generator's response and its content type; None for any other. What comes first is made now, so that a handler
    that fails before it has said anything fails as any other."""
    if inspect.isasyncgen(response):
        response = _driven(response)
    elif not inspect.isgenerator(response):
        return None
    first = list(itertools.islice(response, 1))
    if first and isinstance(first[0], dict):
        prelude = to_json(first[0]).encode() + bytes(8)
        return Streamed(itertools.chain([prelude], map(encoded, response))), PRELUDE_TYPE
    return Streamed(itertools.chain([encoded(piece) for piece in first], map(encoded, response))), PLAIN_TYPE


def encoded(piece: Any) -> bytes:
    """A piece as bytes. Raises TypeError."""
    if isinstance(piece, str):
        return piece.encode()
    if isinstance(piece, (bytes, bytearray, memoryview)):
        return bytes(piece)
    raise TypeError(f"a streaming handler yields bytes or str, not {type(piece).__name__}")


def _driven(pieces: AsyncIterator[Any]) -> Iterator[Any]:
    with asyncio.Runner() as runner:
        while True:
            try:
                yield runner.run(_next(pieces))
            except StopAsyncIteration:
                return


async def _next(pieces: AsyncIterator[Any]) -> Any:
    return await anext(pieces)


class Marshaller(LambdaMarshaller):  # type: ignore[misc]  # AWS's client has no types
    """Lets generators through, and learns domain names."""

    def unmarshal_request(self, request: Any, content_type: str = "application/json") -> Any:
        event = super().unmarshal_request(request, content_type)
        learn(event)
        return event

    def marshal_response(self, response: Any) -> tuple[Any, str]:
        found: tuple[Any, str] = stream_of(response) or super().marshal_response(response)
        return found


class Client(LambdaRuntimeClient):  # type: ignore[misc]  # AWS's client has no types
    """AWS's runtime client that can also send a response in pieces."""

    marshaller = Marshaller()

    def post_invocation_result(
        self, invoke_id: str, result_data: Any, content_type: str = "application/json", invocation_id: str | None = None
    ) -> None:
        if isinstance(result_data, Streamed):
            send(self.lambda_runtime_address, invoke_id, result_data, content_type)
        else:
            super().post_invocation_result(invoke_id, result_data, content_type, invocation_id)


def send(address: str, invoke_id: str, response: Streamed, content_type: str) -> None:
    """POST a response chunk by chunk; an error midway goes into the trailers."""
    connection = http.client.HTTPConnection(address)
    connection.putrequest("POST", f"/2018-06-01/runtime/invocation/{invoke_id}/response", skip_accept_encoding=True)
    connection.putheader("Content-Type", content_type)
    connection.putheader("Transfer-Encoding", "chunked")
    connection.putheader("Lambda-Runtime-Function-Response-Mode", "streaming")
    connection.putheader("Trailer", "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body")
    ending: list[bytes] = []
    try:
        connection.endheaders()
        for piece in _until_error(response.pieces, ending):
            connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        connection.send(b"0\r\n%b\r\n" % b"".join(ending))
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        pass  # the host has cut it off (too late, too large): on to the next
    finally:
        connection.close()


def _until_error(pieces: Iterator[bytes], ending: list[bytes]) -> Iterator[bytes]:
    """What the handler yields. When it fails, its error goes to the log and, as trailer lines, to `ending`."""
    while True:
        try:
            piece = next(pieces)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 - the handler's own
            error = bootstrap.build_fault_result(sys.exc_info(), None)
            bootstrap.log_error(error, bootstrap.StandardLogSink())
            ending.append(b"Lambda-Runtime-Function-Error-Type: %b\r\n" % error["errorType"].encode("ascii", "replace"))
            body = base64.b64encode(json.dumps(error).encode())
            ending.append(b"Lambda-Runtime-Function-Error-Body: %b\r\n" % body)
            return
        if piece:
            yield piece


def learn(event: Any) -> None:
    """Keep the domain name of a WebSocket event."""
    context = event.get("requestContext") if isinstance(event, dict) else None
    if isinstance(context, dict) and "connectionId" in context and len(NAMES) < MOST_NAMES:
        NAMES.add(str(context.get("domainName")))


def lead_home(request: Any, **_: Any) -> None:
    """botocore's before-send: a signed call of @connections at an API's own name goes to where this node is."""
    asked, home = urlsplit(request.url), urlsplit(os.environ.get(CONNECTIONS, ""))
    known = asked.netloc in NAMES or API_HOST.fullmatch(asked.netloc)
    if asked.scheme == "https" and home.netloc and known:
        request.headers["Host"] = asked.netloc
        request.url = urlunsplit((home.scheme, home.netloc, asked.path, asked.query, ""))


class Waiting(importlib.abc.MetaPathFinder):
    """Waits for the handler to import botocore, whichever it brings, and adds `lead_home` to its handlers."""

    def find_spec(
        self, fullname: str, path: object = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != "botocore.handlers":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                module.BUILTIN_HANDLERS.append(("before-send.apigatewaymanagementapi", lead_home))

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]  # of this loader alone
        return spec


def main() -> None:
    sys.path[0] = os.getcwd()  # not this file's folder
    sys.meta_path.insert(0, Waiting())
    bootstrap.run(sys.argv[1], Client(os.environ["AWS_LAMBDA_RUNTIME_API"]))


if __name__ == "__main__":
    main()
