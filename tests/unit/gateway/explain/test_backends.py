from __future__ import annotations

import re
from typing import Any

import pytest

from tests.plays.stage import http_proxy
from tests.unit.gateway.explain.support import LAMBDA, failed, http, record, rest, socket, told, words

BEGIN = "Execution failed due to configuration error: "


def configuration(reason: str, **members: Any) -> Any:
    return told(record(rest(LAMBDA)), failed("API_CONFIGURATION_ERROR", log=BEGIN + reason, **members))


def test_a_timeout_names_who_was_slow_and_how_long_he_may_be() -> None:
    seen = record(rest(http_proxy("http://slow.test", timeoutInMillis=50)))
    seen.integration_latency = 0.05
    error = failed("INTEGRATION_TIMEOUT", why={"address": "http://slow.test/", "failure": "timeout"})
    said = told(seen, error)
    assert "http://slow.test/ did not answer within 0.05 s" in said.why[0]
    assert "timeoutInMillis" in words(said)
    error = failed("INTEGRATION_TIMEOUT", why={"address": "http://slow.test/", "failure": "connect-timeout"})
    assert "No connection" in told(seen, error).why[0]
    function = told(record(rest(LAMBDA)), failed("INTEGRATION_TIMEOUT"))
    assert "killed by its own timeout" in words(function)
    assert "--integration-id" in words(told(record(http()), failed("INTEGRATION_TIMEOUT")))


ADDRESSES = [
    ("Invalid endpoint address", {"failure": "refused", "address": "http://a:1/", "reason": "no"}, "Nobody listens"),
    ("Invalid endpoint address", {"failure": "unresolvable", "address": "http://a/"}, "cannot be resolved"),
    ("Invalid endpoint address", {}, "none that can be called"),
    ("Invalid endpoint address: no value for {id}", {}, "integration.request.path.id"),
]


@pytest.mark.parametrize(("reason", "why", "said"), ADDRESSES)
def test_addresses_that_lead_nowhere(reason: str, why: dict[str, str], said: str) -> None:
    assert said in configuration(reason, why=why).why[0]


NETWORK = [("tls", "TLS with"), ("protocol", "not HTTP/1.1"), ("closed", "closed the connection")]


@pytest.mark.parametrize(("failure", "said"), NETWORK)
def test_calls_that_broke(failure: str, said: str) -> None:
    log = "Execution failed due to a network error communicating with endpoint (x)"
    error = failed("INTEGRATION_FAILURE", log=log, why={"failure": failure, "address": "https://a.test/"})
    explained = told(record(rest()), error)
    assert said in explained.why[0]
    assert "curl -v https://a.test/" in words(explained)


def test_too_much() -> None:
    large = told(record(rest()), failed("INTEGRATION_FAILURE", log="Execution failed: too-large (x)"))
    assert "10 MB" in large.why[0]
    busy = told(record(rest()), failed("INTEGRATION_FAILURE", log="Execution failed: busy (x)"))
    assert "upstream_connections" in words(busy)


def test_services_without_an_endpoint() -> None:
    assert "aws_endpoint_url" in words(configuration("the server has no credentials to call AWS with: set …"))


def test_backends_of_messages() -> None:
    seen = record(socket(), event="MESSAGE")
    error = failed("INTEGRATION_FAILURE", status=502, log=f"{BEGIN}the function answered with status 500")
    assert "the route talk" in told(seen, error).why[0]


ASKED = "https://a.test/x?a=$(id)&token=abcdefghijklmnopqrstuv;touch'x"


@pytest.mark.parametrize(
    ("kind", "reason", "failure"),
    [
        ("API_CONFIGURATION_ERROR", "configuration error: Invalid endpoint address", "refused"),
        ("INTEGRATION_FAILURE", "a network error communicating with endpoint (x)", "closed"),
        ("INTEGRATION_TIMEOUT", "a timeout error", "connect-timeout"),
        ("INTEGRATION_TIMEOUT", "a timeout error", "timeout"),
    ],
)
def test_the_address_of_a_backend_is_one_word_without_secrets(kind: str, reason: str, failure: str) -> None:
    error = failed(kind, log=f"Execution failed due to {reason}", why={"failure": failure, "address": ASKED})
    explained = told(record(rest()), error)
    assert "https://a.test/x" in words(explained)
    assert "abcdefghijk" not in words(explained)
    for fix in explained.fix:
        assert ";" not in re.sub(r"'[^']*'", "", fix.command or "")
        assert "$" not in re.sub(r"'[^']*'", "", fix.command or "")
