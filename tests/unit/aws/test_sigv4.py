"""Signatures against botocore's own."""

from __future__ import annotations

from calendar import timegm
from hashlib import sha256
from time import strptime
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as TheirCredentials
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewright.aws import sigv4

KEYS = sigv4.Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
MANY = settings(max_examples=60, deadline=None)

VISIBLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
SEGMENT = st.one_of(st.sampled_from(["", ".", "..", "a~b", "a%2Fb", "$default", "(none)"]), st.text(max_size=6)).map(
    lambda text: text if "%" in text else quote(text.encode("utf-8", "replace"), safe="$()'*!:@,;=~.-_")
)
PATHS = st.lists(SEGMENT, max_size=5).map(lambda segments: "/" + "/".join(segments))
WORD = st.text(st.characters(exclude_categories=["Cs"]), max_size=6).map(lambda text: quote(text, safe="-_.~"))
QUERIES = st.lists(st.tuples(WORD.filter(bool), WORD), max_size=5).map(
    lambda pairs: "&".join(f"{key}={value}" for key, value in pairs)
)
HEADERS = st.dictionaries(
    st.sampled_from(["X-Custom", "Content-Type", "Accept", "User-Agent", "x-amz-meta-a"]), st.text(VISIBLE, max_size=20)
)
METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])


def signed_by_us(
    method: str, path: str, query: str, headers: dict[str, str], body: bytes, date: str, keys: sigv4.Credentials
) -> dict[str, str]:
    given_headers = [(b"Host", b"example.test"), *((k.encode(), v.encode()) for k, v in headers.items())]
    added = sigv4.sign(
        method, path.encode(), query.encode(), given_headers, body,
        credentials=keys, region="eu-west-1", service="execute-api", now=seconds(date),
    )  # fmt: skip
    return {name.decode(): value.decode() for name, value in added}


def pairs(query: str) -> dict[str, str]:
    return {key: value for key, _, value in (pair.partition("=") for pair in query.split("&"))}


def seconds(date: str) -> float:
    return float(timegm(strptime(date, "%Y%m%dT%H%M%SZ")))


@MANY
@given(METHODS, PATHS, QUERIES, HEADERS, st.binary(max_size=30), st.sampled_from([None, "session/token+=="]))
def test_signs_as_botocore_does(
    method: str, path: str, query: str, headers: dict[str, str], body: bytes, token: str | None
) -> None:
    url = f"https://example.test{path}" + (f"?{query}" if query else "")
    assert urlsplit(url).path == path
    request = AWSRequest(method, url, headers={"Host": "example.test", **headers}, data=body)
    SigV4Auth(TheirCredentials(KEYS.access_key, KEYS.secret_key, token), "execute-api", "eu-west-1").add_auth(request)
    keys = sigv4.Credentials(KEYS.access_key, KEYS.secret_key, token)
    ours = signed_by_us(method, path, query, headers, body, request.headers["X-Amz-Date"], keys)
    assert ours == {name: request.headers[name] for name in ours}


@MANY
@given(PATHS, QUERIES, st.sampled_from([None, "session/token+=="]), st.integers(1, 604_800))
def test_presigns_as_botocore_does(path: str, query: str, token: str | None, expires: int) -> None:
    request = AWSRequest("GET", f"https://example.test{path}" + (f"?{query}" if query else ""))
    SigV4QueryAuth(
        TheirCredentials(KEYS.access_key, KEYS.secret_key, token), "execute-api", "eu-west-1", expires=expires
    ).add_auth(request)
    theirs = pairs(urlsplit(str(request.url)).query)
    ours = sigv4.presign(
        "GET", path.encode(), query.encode(), [(b"host", b"example.test")],
        credentials=sigv4.Credentials(KEYS.access_key, KEYS.secret_key, token), region="eu-west-1",
        service="execute-api", now=seconds(theirs["X-Amz-Date"]), expires=expires,
    )  # fmt: skip
    found = pairs(ours.decode())
    duplicates = len(query.split("&")) != len({pair.partition("=")[0] for pair in query.split("&")})
    if not duplicates:  # botocore folds keys that come twice
        assert found["X-Amz-Signature"] == theirs["X-Amz-Signature"]


def test_s3_encodes_once() -> None:
    request = AWSRequest("GET", "https://example.test/a%20b//c", headers={"Host": "example.test"})
    S3SigV4Auth(TheirCredentials(KEYS.access_key, KEYS.secret_key), "s3", "eu-west-1").add_auth(request)
    empty = sha256().hexdigest().encode()
    added = sigv4.sign(
        "GET", b"/a%20b//c", b"", [(b"Host", b"example.test"), (b"X-Amz-Content-SHA256", empty)], b"",
        credentials=KEYS, region="eu-west-1", service="s3", now=seconds(request.headers["X-Amz-Date"]),
        double_encode=False,
    )  # fmt: skip
    assert request.headers["X-Amz-Content-SHA256"] == sha256().hexdigest()
    assert dict(added)[b"Authorization"].decode() == request.headers["Authorization"]


def test_the_documented_key() -> None:
    """The example key of AWS's documentation on Signature Version 4."""
    key = sigv4.signing_key(KEYS.secret_key, "20120215", "us-east-1", "iam")
    assert key.hex() == "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d"


@pytest.mark.parametrize(
    ("path", "canonical"),
    [(b"", b"/"), (b"/", b"/"), (b"//", b"/"), (b"/a/./b/../c", b"/a/c"), (b"/a//b/", b"/a/b/"), (b"/..", b"/"),
     (b"/a%20b", b"/a%2520b"), (b"/$x~y", b"/%24x~y"), ("/é".encode(), b"/%C3%A9")],
)  # fmt: skip
def test_paths_are_normalized(path: bytes, canonical: bytes) -> None:
    assert sigv4.canonical_path(path) == canonical


@pytest.mark.parametrize(
    ("query", "canonical"),
    [(b"", b""), (b"b=2&a=1", b"a=1&b=2"), (b"a=2&a=1", b"a=1&a=2"), (b"a", b"a="), (b"a=b=c", b"a=b%3Dc"),
     (b"a=+", b"a=%2B"), (b"a=%20", b"a=%20"), (b"a=%7e", b"a=~"), (b"&&", b"")],
)  # fmt: skip
def test_queries_are_sorted_and_encoded(query: bytes, canonical: bytes) -> None:
    assert sigv4.canonical_query(query) == canonical


def test_headers_are_folded() -> None:
    headers = [(b"B", b" x   y "), (b"a", b"1"), (b"b", b"z"), (b"c", b"not signed")]
    assert sigv4.canonical_headers(headers, [b"a", b"b", b"d"]) == b"a:1\nb:x y,z\nd:\n"


def test_what_proxies_change_is_not_signed() -> None:
    added = dict(
        sigv4.sign(
            "GET", b"/", b"", [(b"Host", b"h"), (b"User-Agent", b"u"), (b"X-Amzn-Trace-Id", b"t")], b"",
            credentials=KEYS, region="r", service="s", now=0, content_sha256=True,
        )
    )  # fmt: skip
    assert b"SignedHeaders=host;x-amz-content-sha256;x-amz-date," in added[b"Authorization"]
    assert added[b"X-Amz-Content-Sha256"] == sha256().hexdigest().encode()
