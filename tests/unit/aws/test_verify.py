from __future__ import annotations

import base64
from calendar import timegm
from hashlib import sha256
from time import strptime
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as TheirCredentials
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewright.aws import sigv4, verify
from gatewright.aws.base import AwsError
from gatewright.aws.verify import Claim
from tests.unit.aws import sigv4_examples

NOW = 1_700_000_000.0  # 20231114T221320Z
KEYS = sigv4.Credentials("AKIDEXAMPLE", "secret")
HOST = (b"Host", b"example.test")
Headers = list[tuple[bytes, bytes]]


def signed(
    method: str = "POST", path: bytes = b"/a", query: bytes = b"b=c", body: bytes = b"{}", now: float = NOW
) -> Headers:
    added = sigv4.sign(
        method, path, query, [HOST], body, credentials=KEYS, region="eu-west-1", service="apigateway", now=now
    )
    return [HOST, *added]


def claim(headers: Headers, query: bytes = b"b=c") -> Claim:
    found = verify.claim(headers, query)
    assert found is not None
    return found


def check(
    headers: Headers, method: str = "POST", path: bytes = b"/a", query: bytes = b"b=c", body: bytes = b"{}",
    *, now: float = NOW, service: str = "apigateway", secret: str = "secret",
) -> None:  # fmt: skip
    verify.check(
        claim(headers, query), method, path, headers, body, secret_key=secret, service=service, now=now
    )  # fmt: skip


def refusal(headers: Headers, query: bytes = b"b=c", now: float = NOW, service: str = "apigateway") -> tuple[str, str]:
    with pytest.raises(AwsError) as caught:
        check(headers, query=query, now=now, service=service)
    assert caught.value.status == 403
    return caught.value.code, caught.value.message


def replaced(headers: Headers, old: bytes, new: bytes) -> Headers:
    return [(name, value.replace(old, new)) for name, value in headers]


def hashed(text: str) -> str:
    return base64.b64encode(sha256(text.encode()).digest()).decode()


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["GET", "POST", "PATCH"]),
    st.sampled_from(["/", "/restapis/a%2Fb", "/tags/arn%3Aaws%3A%3A%2Fx", "/a//b/../c/", "/v2/apis/$default"]),
    st.sampled_from(["", "a=1", "b=2&a=%20x&a=1", "empty=&x=%2B~"]),
    st.binary(max_size=20),
    st.sampled_from([None, "token/+="]),
    st.booleans(),
)
def test_what_botocore_signs_is_good(
    method: str, path: str, query: str, body: bytes, token: str | None, in_query: bool
) -> None:
    keys = TheirCredentials("AKIDEXAMPLE", "secret", token)
    url = f"https://example.test{path}" + (f"?{query}" if query else "")
    body = b"" if in_query else body  # botocore would move it into the URL
    request = AWSRequest(method, url, headers={"Host": "example.test"}, data=body)
    signer = SigV4QueryAuth if in_query else SigV4Auth
    signer(keys, "apigateway", "eu-west-1").add_auth(request)
    parts = urlsplit(str(request.url))
    headers = [(name.encode(), str(value).encode()) for name, value in request.headers.items()]
    found = verify.claim(headers, parts.query.encode())
    assert found is not None
    assert (found.access_key, found.token) == ("AKIDEXAMPLE", token)
    now = _seconds(found.date)
    verify.check(found, method, parts.path.encode(), headers, body, secret_key="secret", service="apigateway", now=now)
    with pytest.raises(AwsError):
        verify.check(
            found, method, parts.path.encode(), headers, body + b"x", secret_key="secret", service="apigateway", now=now
        )


def _seconds(date: str) -> float:
    return float(timegm(strptime(date, "%Y%m%dT%H%M%SZ")))


def test_a_good_signature_passes() -> None:
    check(signed())


def test_an_unsigned_request_makes_no_claim() -> None:
    assert verify.claim([HOST], b"a=b") is None


@pytest.mark.parametrize(
    "change",
    [{"method": "PUT"}, {"path": b"/b"}, {"query": b"b=d"}, {"body": b"{ }"}, {"secret": "other"}],
    ids=lambda change: next(iter(change)),
)
def test_any_change_is_seen(change: dict[str, object]) -> None:
    with pytest.raises(AwsError) as caught:
        check(signed(), **change)  # type: ignore[arg-type] # the keys are check's own
    assert caught.value.code == "InvalidSignatureException"
    assert caught.value.message.startswith("The request signature we calculated does not match")


def test_a_changed_signed_header_is_seen() -> None:
    code, text = refusal(replaced(signed(), b"example.test", b"evil.test"))
    assert code == "InvalidSignatureException"
    assert "\n\nThe Canonical String for this request should have been\n'POST\n/a\nb=c\nhost:evil.test\n" in text
    assert "\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20231114T221320Z\n" in text
    assert text.endswith("'\n")


def test_the_clocks_may_differ_by_five_minutes() -> None:
    headers = signed()
    check(headers, now=NOW + 300)
    check(headers, now=NOW - 300)
    assert refusal(headers, now=NOW + 301) == (
        "InvalidSignatureException",
        "Signature expired: 20231114T221320Z is now earlier than 20231114T221321Z (20231114T221821Z - 5 min.)",
    )
    code, text = refusal(headers, now=NOW - 301)
    assert code == "InvalidSignatureException"
    assert text.startswith("Signature not yet current: 20231114T221320Z is still later than 20231114T221319Z")


def test_a_presigned_url_lives_as_long_as_it_says() -> None:
    query = sigv4.presign(
        "POST", b"/a", b"b=c", [HOST], credentials=KEYS, region="eu-west-1", service="apigateway", now=NOW,
        expires=60, payload=sha256(b"{}").hexdigest(),
    )  # fmt: skip
    check([HOST], query=query, now=NOW + 60)
    assert refusal([HOST], query, NOW + 61)[1].startswith("Signature expired: ")
    assert refusal([HOST], query.replace(b"X-Amz-Expires=60", b"X-Amz-Expires=61"))[1].startswith("The request sig")
    assert refusal([HOST], query.replace(b"X-Amz-Expires=60", b"X-Amz-Expires=604801"))[0] == (
        "IncompleteSignatureException"
    )
    assert refusal([HOST], query.replace(b"X-Amz-Date", b"X-Amz-When")) == (
        "IncompleteSignatureException",
        "AWS query-string parameters must include 'X-Amz-Date'.",
    )


@pytest.mark.parametrize("authorization", ["Bearer x", "Basic dXNlcjpwYXNz", "x", ""])
def test_another_scheme_is_an_incomplete_signature(authorization: str) -> None:
    code, text = refusal([HOST, (b"Authorization", authorization.encode())])
    assert code == "IncompleteSignatureException"
    assert text == (
        "Authorization header requires 'Credential' parameter. "
        "Authorization header requires 'Signature' parameter. "
        "Authorization header requires 'SignedHeaders' parameter. "
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        f"(Hashed with SHA-256 and encoded with Base64) Authorization={hashed(authorization.partition(' ')[0])}"
    )


def test_a_missing_parameter_is_named() -> None:
    headers = replaced(signed(), b"SignedHeaders=host;x-amz-date, ", b"")
    assert refusal(headers)[1].startswith("Authorization header requires 'SignedHeaders' parameter. (Hashed")


@pytest.mark.parametrize(
    ("old", "new", "code", "text"),
    [
        (b", Signature=", b", Signature=x, Signature=", "Incomplete", "Authentication parameter 'Signature' must be"),
        (b", Signature=", b", More=x, Signature=", "Incomplete", "Authorization header has no 'More' parameter."),
        (b"=host;", b"=Host;", "Invalid", "'Host' or ':authority' must be a 'SignedHeader'"),
        (b"=host;", b"=host;;", "Incomplete", "SignedHeaders must be names of headers"),
        (b"=host;", b"=host; ", "Incomplete", "SignedHeaders must be names of headers"),
        (b"=host;", b"=host;a:b;", "Incomplete", "SignedHeaders must be names of headers"),
        (b"=host;", b"=host;x-amz-none;", "Invalid", "The request signature we calculated does not match"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(old: bytes, new: bytes, code: str, text: str) -> None:
    found = refusal(replaced(signed(), old, new))
    assert found[0] == f"{code}SignatureException"
    assert found[1].startswith(text)


@pytest.mark.parametrize("end", ["\u00a0", "\u3000", "\x0b"])
def test_only_blanks_and_tabs_stand_around_values(end: str) -> None:
    headers = signed()
    assert headers[-1][0] == b"Authorization"
    check([*headers[:-1], (b"Authorization", b" " + headers[-1][1] + b"\t")])
    code, _ = refusal([*headers[:-1], (b"Authorization", headers[-1][1] + end.encode())])
    assert code == "InvalidSignatureException"


def test_a_signed_header_that_did_not_come_is_refused() -> None:
    scope = sigv4.Scope("20231114", "eu-west-1", "apigateway")
    headers = [HOST, (b"X-Amz-Date", b"20231114T221320Z")]
    names = [b"host", b"x-absent", b"x-amz-date"]
    canonical = sigv4.canonical_request("POST", b"/a", b"b=c", headers, names, sha256(b"{}").hexdigest())
    proof = sigv4.signature("secret", scope, sigv4.string_to_sign("20231114T221320Z", scope, canonical))
    value = (
        f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders={b';'.join(names).decode()}, Signature={proof}"
    )
    assert refusal([*headers, (b"Authorization", value.encode())])[0] == "InvalidSignatureException"
    check([*headers, (b"X-Absent", b""), (b"Authorization", value.encode())])


def test_the_region_may_be_fixed() -> None:
    headers = signed()
    in_region(headers, "eu-west-1")
    with pytest.raises(AwsError) as caught:
        in_region(headers, "us-east-1")
    assert caught.value.message == "Credential should be scoped to a valid region, not 'eu-west-1'. "


def in_region(headers: Headers, region: str) -> None:
    verify.check(
        claim(headers), "POST", b"/a", headers, b"{}", secret_key="secret", service="apigateway", region=region, now=NOW
    )


def test_a_pair_needs_an_equal_sign() -> None:
    code, text = refusal([HOST, (b"Authorization", b"AWS4-HMAC-SHA256 Credential")])
    assert code == "IncompleteSignatureException"
    assert text == (
        "Invalid key=value pair (missing equal-sign) in Authorization header "
        f"(hashed with SHA-256 and encoded with Base64): '{hashed('Credential')}'."
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "text"),
    [
        (b"/aws4_request", b"", "IncompleteSignatureException", "Credential must have exactly 5 slash-delimited"),
        (b"aws4_request", b"aws5", "InvalidSignatureException", "Credential should be scoped with a valid terminator"),
        (
            b"eu-west-1",
            b"EU!",
            "InvalidSignatureException",
            "Credential should be scoped to a valid region, not 'EU!'. ",
        ),
        (b"20231114/", b"20231113/", "InvalidSignatureException", "Date in Credential scope does not match"),
        (b"20231114T221320Z", b"20231114", "IncompleteSignatureException", "Date must be in ISO-8601 'basic format'."),
        (b"=host;", b"=", "InvalidSignatureException", "'Host' or ':authority' must be a 'SignedHeader'"),
        (b"AWS4-HMAC-SHA256", b"AWS4-ECDSA-P256-SHA256", "InvalidSignatureException", "AWS4-ECDSA-P256-SHA256 (Sig"),
    ],
)
def test_refuses_what_makes_no_sense(old: bytes, new: bytes, code: str, text: str) -> None:
    found = refusal(replaced(signed(), old, new))
    assert found[0] == code
    assert found[1].startswith(text)


def test_the_scope_names_the_service() -> None:
    assert refusal(signed(), service="lambda") == (
        "InvalidSignatureException",
        "Credential should be scoped to correct service: 'lambda'. ",
    )


def test_the_date_header_will_do() -> None:
    date = "20231114T221320Z"
    scope = sigv4.Scope("20231114", "eu-west-1", "apigateway")
    headers = [HOST, (b"Date", b"Tue, 14 Nov 2023 22:13:20 GMT")]
    canonical = sigv4.canonical_request("POST", b"/a", b"b=c", headers, [b"date", b"host"], sha256(b"{}").hexdigest())
    proof = sigv4.signature("secret", scope, sigv4.string_to_sign(date, scope, canonical))
    value = f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders=date;host, Signature={proof}"
    check([*headers, (b"Authorization", value.encode())])


@given(st.text(max_size=30), st.binary(max_size=60))
def test_rubbish_is_refused_and_nothing_worse(authorization: str, query: bytes) -> None:
    headers = [HOST, (b"Authorization", b"AWS4-HMAC-SHA256 " + authorization.encode("utf-8", "replace"))]
    for given_headers, given_query in ((headers, b""), ([HOST], b"X-Amz-Algorithm=AWS4-HMAC-SHA256&" + query)):
        with pytest.raises(AwsError):
            prove(given_headers, given_query)


def prove(headers: Headers, query: bytes) -> None:
    verify.check(claim(headers, query), "GET", b"/", headers, b"", secret_key="s", service="apigateway", now=NOW)


# --- AWS's own examples -----------------------------------------------------------------------------------------------


def check_example(example: sigv4_examples.Example, target: bytes, headers: Headers) -> Claim:
    path, _, query = target.partition(b"?")
    found = claim(headers, query)
    verify.check(
        found,
        example.verb,
        path,
        headers,
        example.body.encode(),
        secret_key=sigv4_examples.SECRET_KEY,
        service="service",
        region="us-east-1",
        now=sigv4_examples.NOW,
    )
    return found


@pytest.mark.parametrize("example", sigv4_examples.EXAMPLES, ids=lambda example: example.name)
def test_awss_examples_signed_in_a_header(example: sigv4_examples.Example) -> None:
    found = check_example(example, *sigv4_examples.in_headers(example))
    assert (found.access_key, found.token) == (sigv4_examples.ACCESS_KEY, example.token)


_SIGNED_TOKENS = [each for each in sigv4_examples.EXAMPLES if each.token_is_signed]


# AWS: some services want the token added after signing; those that run APIs sign it.
@pytest.mark.parametrize("example", _SIGNED_TOKENS, ids=lambda example: example.name)
def test_awss_examples_signed_in_the_url(example: sigv4_examples.Example) -> None:
    found = check_example(example, *sigv4_examples.in_query(example))
    assert (found.access_key, found.token) == (sigv4_examples.ACCESS_KEY, example.token)


@pytest.mark.parametrize("example", sigv4_examples.EXAMPLES, ids=lambda example: example.name)
def test_awss_examples_with_another_signature_are_refused(example: sigv4_examples.Example) -> None:
    target, headers = sigv4_examples.in_headers(example)
    wrong = headers[-1][1][:-1] + (b"0" if headers[-1][1][-1:] != b"0" else b"1")
    with pytest.raises(AwsError):
        check_example(example, target, [*headers[:-1], (b"Authorization", wrong)])
    target, headers = sigv4_examples.in_query(example)
    with pytest.raises(AwsError):
        check_example(example, target.replace(b"X-Amz-Expires=3600", b"X-Amz-Expires=3601"), headers)
