from __future__ import annotations

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.execution_log import ExecutionLog, hidden_pairs, read_head


@pytest.fixture
def log() -> ExecutionLog:
    return ExecutionLog(FakeClock())


def written(log: ExecutionLog) -> list[str]:
    return [line for _, line in log.lines]


def test_an_execution_from_begin_to_end(log: ExecutionLog) -> None:
    log.begin("id", "GET", "/a/1", [("p", "1")], [("q", "x"), ("r", "y")], [("A", "1"), ("A", "2")], b"body")
    log.sending("http://b.test/x", [(b"Host", b"b.test")], b"sent")
    log.received(201, 0.0123, [(b"C", b"D")], b"got")
    log.end(200, b"E: F\r\nG: H\r\n", b"answer")
    assert written(log) == [
        "Starting execution for request: id",
        "HTTP Method: GET, Resource Path: /a/1",
        "Method request path: {p=1}",
        "Method request query string: {q=x, r=y}",
        "Method request headers: {A=1,2}",
        "Method request body before transformations: body",
        "Endpoint request URI: http://b.test/x",
        "Endpoint request headers: {Host=b.test}",
        "Endpoint request body after transformations: sent",
        "Sending request to http://b.test/x",
        "Received response. Status: 201, Integration latency: 12 ms",
        "Endpoint response headers: {C=D}",
        "Endpoint response body before transformations: got",
        "Method response body after transformations: answer",
        "Method response headers: {E=F, G=H}",
        "Successfully completed execution",
        "Method completed with status: 200",
    ]


def test_a_failure_has_no_method_response(log: ExecutionLog) -> None:
    log.fail("Execution failed due to configuration error: why")
    log.end(500, b"A: B\r\n", b"body")
    assert written(log) == ["Execution failed due to configuration error: why", "Method completed with status: 500"]
    assert log.failed


def test_a_streamed_answer_has_no_bodies(log: ExecutionLog) -> None:
    log.received(200, 0.0, [], None)
    log.end(200)
    assert not any("body" in line for line in written(log))


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "AWS4-HMAC-SHA256 Credential=AKID", "**************************l=AKID"),
        ("x-api-key", "1234567", "*****67"),
        ("X-API-Key", "123456", "******"),
        ("X-Other", "1234567", "1234567"),
    ],
)
def test_secrets_are_masked(log: ExecutionLog, name: str, value: str, shown: str) -> None:
    log.begin("id", "GET", "/", [], [], [(name, value)], b"")
    log.sending("http://b.test/", [(name.encode(), value.encode())], b"")
    assert f"Method request headers: {{{name}={shown}}}" in written(log)
    assert f"Endpoint request headers: {{{name}={shown}}}" in written(log)


SECRET = "abcdefghijklmnopqrstuv"


@pytest.mark.parametrize("name", ["Cookie", "set-cookie", "X-Auth-Token", "X-Session-Id", "Authorization"])
def test_headers_that_give_access_are_masked_whatever_they_are_called(log: ExecutionLog, name: str) -> None:
    log.begin("id", "GET", "/", [], [], [(name, SECRET)], b"")
    log.received(200, 0.1, [(name.encode(), SECRET.encode())], b"")
    assert SECRET not in "".join(written(log))


def test_query_parameters_that_give_access_are_masked(log: ExecutionLog) -> None:
    log.begin("id", "GET", "/", [], [("access_token", SECRET), ("page", "2")], [], b"")
    log.sending(f"https://b.test/?page=2&X-Amz-Signature={SECRET}", [], b"")
    assert SECRET not in "".join(written(log))
    assert "Method request query string: {access_token=****************qrstuv, page=2}" in written(log)
    assert "Sending request to https://b.test/?page=2&X-Amz-Signature=****************qrstuv" in written(log)


PAIRS = [
    ("a=1&token=abcdefgh", "a=1&token=******gh"),
    ("token=a=b=cdefgh&x", "token=*******fgh&x"),
    ("https://b.test/a=b?token=abcdefgh", "https://b.test/a=b?token=******gh"),
    ("https://b.test/token=x?page=2", "https://b.test/token=*?page=2"),
    ("no pair, none at all", "no pair, none at all"),
    ("==&&=token=&??", "==&&=token=&??"),
    ("a" * 1_000_000, "a" * 1_000_000),  # in a moment
]


@pytest.mark.parametrize(("text", "shown"), PAIRS)
def test_pairs_in_texts(text: str, shown: str) -> None:
    assert hidden_pairs(text) == shown


def test_a_secret_is_masked_in_whatever_line_it_comes_again(log: ExecutionLog) -> None:
    log.hide([("Authorization", f"Bearer {SECRET}"), ("X-Trace", "trace-1234567890")], [("api_key", f"k{SECRET}")])
    log.hide_value("what-the-authorizer-is-asked")
    said = f'{{"a": "Bearer {SECRET}", "b": "{SECRET}", "c": "k{SECRET}", "d": "what-the-authorizer-is-asked"}}'
    log.sending("https://b.test/", [], said.encode())
    text = "".join(written(log))
    assert SECRET not in text
    assert "what-the-authorizer-is-asked" not in text
    log.write("trace-1234567890, of one to")
    assert "trace-1234567890, of one to" in written(log)


def test_headers_between_processes_have_the_names_of_aws(log: ExecutionLog) -> None:
    log.sending("http://b.test/", [(b"x-gatewright-source-arn", b"arn"), (b"x-gatewright-source-account", b"1")], b"")
    assert "Endpoint request headers: {X-Amz-Source-Arn=arn, X-Amz-Source-Account=1}" in written(log)


def test_lines_are_cut_at_their_longest(log: ExecutionLog) -> None:
    log.write("x" * 1024)
    log.write("y" * 1025)
    assert written(log) == ["x" * 1024, "y" * 1024 + " [TRUNCATED]"]


def test_what_is_no_text(log: ExecutionLog) -> None:
    log.end(200, b"", b"\xff")
    assert "Method response body after transformations: [Binary Data]" in written(log)


def test_as_test_invoke_method_answers_it() -> None:
    clock = FakeClock()
    clock.advance(1_700_000_000 - clock.now())
    log = ExecutionLog(clock)
    log.write("one")
    clock.advance(3600)
    log.write("two")
    assert log.text("id") == (
        "Execution log for request id\nTue Nov 14 22:13:20 UTC 2023 : one\nTue Nov 14 23:13:20 UTC 2023 : two\n"
    )


def test_heads() -> None:
    assert read_head(b"A: 1\r\nB: x: y\r\nA: 2\r\n") == [("A", "1"), ("B", "x: y"), ("A", "2")]
    assert read_head(b"") == []
