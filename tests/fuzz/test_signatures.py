"""Signed requests: whatever a client writes is refused with 403, unless the owner of the key has signed just that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.clock import FakeClock
from gatewright.gateway.authorizers.signature import Signatures
from gatewright.gateway.errors import GatewayError
from tests.fuzz.effort import FUZZ
from tests.plays.signing import HOST, TOKEN, Keys, presigned, signed
from tests.plays.stage import FakeRequest

_PIECES = st.sampled_from(
    [
        "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "Credential=", "AKIDUSER", "/20231114", "/us-east-1",
        "/execute-api", "/aws4_request", "SignedHeaders=", "host", ";", "x-amz-date",
        "Signature=", "0" * 64, ",", ", ", "=", " ", "\t",
        "é", "\u00a0", "%", "%0a", "..", "/",
    ]
)  # fmt: skip
_TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40), st.lists(_PIECES, max_size=14).map("".join)
)
_NAMES = st.sampled_from(
    ["Authorization", "X-Amz-Date", "Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256", "Host"]
)
_PARAMETERS = st.sampled_from(
    [
        "X-Amz-Algorithm=AWS4-HMAC-SHA256",
        "X-Amz-Credential=AKIDUSER%2F20231114%2Fus-east-1%2Fexecute-api%2Faws4_request",
        "X-Amz-Date=20231114T221320Z", "X-Amz-Expires=60", "X-Amz-Expires=-1", "X-Amz-SignedHeaders=host",
        "X-Amz-Signature=00", "X-Amz-Security-Token=x", "a=b", "X-Amz-Signature", "X-Amz-%53ignature=1",
        "%", "", "=", "é",
    ]
)  # fmt: skip


def refused(url: str, headers: list[tuple[str, str]], body: bytes = b"") -> None:
    with pytest.raises(GatewayError) as caught:
        Signatures(Keys(), FakeClock(), "us-east-1").signer(FakeRequest("GET", url, headers, body))
    assert caught.value.status == 403
    assert caught.value.log is None or "\n" not in caught.value.log


@FUZZ
@given(st.lists(st.tuples(_NAMES, _TEXTS), max_size=4))
def test_whatever_stands_in_the_headers(headers: list[tuple[str, str]]) -> None:
    refused("/v1/", [("Host", HOST), *headers])
    refused("/v1/", [("Host", HOST), ("X-Amz-Date", "20231114T221320Z"), *headers])


@FUZZ
@given(st.lists(st.one_of(_PARAMETERS, _TEXTS), max_size=9))
def test_whatever_stands_in_the_query(parameters: list[str]) -> None:
    refused(f"/v1/?{'&'.join(parameters)}", [("Host", HOST)])


@FUZZ
@given(st.lists(st.one_of(_PARAMETERS, _TEXTS), min_size=1, max_size=3), st.integers(0, 6))
def test_whatever_is_put_into_a_signed_url(parameters: list[str], place: int) -> None:
    path, _, query = presigned("GET", "/v1/", key="ASIASESSION", token=TOKEN).partition("?")
    pairs = query.split("&")
    pairs[place:place] = parameters
    refused(f"{path}?{'&'.join(pairs)}", [("Host", HOST)])


@FUZZ
@given(_TEXTS, _TEXTS)
def test_whatever_is_put_behind_a_signed_request(path: str, query: str) -> None:
    headers = signed("GET", "/v1/a?b=c")
    for url in (f"/v1/a{path}x?b=c", f"/v1/a?b=c&d={query}"):
        refused(url, headers)
    refused("/v1/a?b=c", headers, b"x" + path.encode())
