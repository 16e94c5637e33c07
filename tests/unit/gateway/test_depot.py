"""Objects and certificates, asked for over real sockets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gatewright.aws.sigv4 import Credentials
from gatewright.clock import FakeClock
from gatewright.gateway.depot import Depot
from gatewright.gateway.services import AwsServices, Map
from gatewright.net.base import Failure, Origin, UpstreamError
from gatewright.net.upstream import UpstreamClient
from tests.unit.net.support import Recorder, serving

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1"


@asynccontextmanager
async def depot(answer: Recorder, credentials: Credentials | None = None) -> AsyncIterator[Depot]:
    async with serving(answer) as (_, port):
        there = Origin("http", "127.0.0.1", port)
        upstream = UpstreamClient()
        places = Map(credentials or Credentials("AKID", "secret"), there, {"s3": there})
        try:
            yield Depot(AwsServices(places, upstream, FakeClock()), upstream, there)
        finally:
            await upstream.close()


def saying(status: int, body: bytes) -> Recorder:
    return Recorder(lambda request: request.respond(status, b"", body))


async def test_an_object_is_asked_for_with_a_signature() -> None:
    shelf = saying(200, b"content")
    async with depot(shelf) as asked:
        assert await asked.object("123456789012", "eu-west-1", "bucket", "a/b c?.pem", "v/1", 100) == b"content"
    (request,) = shelf.requests
    assert request.target == b"/bucket/a/b%20c%3F.pem?versionId=v%2F1"
    assert b"/eu-west-1/s3/aws4_request" in (request.header(b"authorization") or b"")


async def test_an_object_that_cannot_be_had() -> None:
    async with depot(saying(404, b"<Error/>")) as asked:
        with pytest.raises(UpstreamError) as caught:
            await asked.object("1", "eu-west-1", "bucket", "key", None, 100)
        assert caught.value.detail == "S3 answered 404"
    async with depot(saying(200, b"x" * 101)) as asked:
        with pytest.raises(UpstreamError) as caught:
            await asked.object("1", "eu-west-1", "bucket", "key", None, 100)
        assert caught.value.failure is Failure.TOO_LARGE


async def test_without_credentials_nobody_is_asked() -> None:
    upstream = UpstreamClient()
    nowhere = Origin("http", "127.0.0.1", 1)
    asked = Depot(AwsServices(Map(None, nowhere), upstream, FakeClock()), upstream, None)
    with pytest.raises(UpstreamError) as caught:
        await asked.object("1", "eu-west-1", "bucket", "key", None, 100)
    assert "AWS_ACCESS_KEY_ID" in caught.value.detail
    assert await asked.certificate(ARN) is None
    await upstream.close()


async def test_certificates() -> None:
    shelf = saying(200, json.dumps("PEM").encode())
    async with depot(shelf) as asked:
        assert await asked.certificate(ARN) == "PEM"
    (request,) = shelf.requests
    assert request.target == b"/certificates/arn%3Aaws%3Aacm%3Aus-east-1%3A123456789012%3Acertificate%2F1"
    async with depot(saying(404, b"null")) as asked:
        assert await asked.certificate(ARN) is None
    for status, body in ((500, b"null"), (200, b"{}"), (200, b"no JSON")):
        async with depot(saying(status, body)) as asked:
            with pytest.raises(UpstreamError):
                await asked.certificate(ARN)


async def test_companions_that_do_not_run_know_none() -> None:
    upstream = UpstreamClient()
    closed = Origin("http", "companions", 80, unix="/nonexistent/inside.sock")
    asked = Depot(AwsServices(Map(None, closed), upstream, FakeClock()), upstream, closed)
    assert await asked.certificate(ARN) is None
    await upstream.close()
