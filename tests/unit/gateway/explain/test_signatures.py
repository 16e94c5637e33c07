from __future__ import annotations

import pytest

from tests.unit.gateway.explain.support import failed, record, rest, told, words


def test_methods_that_want_a_signature() -> None:
    said = told(record(rest()), failed("MISSING_AUTHENTICATION_TOKEN"))
    assert "--aws-sigv4 aws:amz:us-east-1:execute-api" in words(said)


SIGNATURES: list[tuple[str, str, str]] = [
    ("UnrecognizedClientException", "x", "Nobody holds the access key"),
    ("InvalidSignatureException", "Signature expired: 2023", "signed too long ago"),
    ("InvalidSignatureException", "Signature not yet current: 2023", "clock is ahead"),
    ("InvalidSignatureException", "Credential should be scoped to a valid region, not 'eu'. ", "another Region"),
    ("InvalidSignatureException", "Credential should be scoped to correct service: 'execute-api'. ", "another service"),
    ("InvalidSignatureException", "'Host' must be a 'SignedHeader' in the AWS Authorization.", "must be signed"),
    ("IncompleteSignatureException", "Authorization header requires 'Signature' parameter. ", "lacks a part"),
    ("IncompleteSignatureException", "Invalid key=value pair (missing equal-sign)", "is no signature"),
    ("SomethingException", "new words", "refused before it was compared: new words"),
]


@pytest.mark.parametrize(("code", "message", "said"), SIGNATURES)
def test_signatures_that_are_refused(code: str, message: str, said: str) -> None:
    error = failed("INVALID_SIGNATURE", message, error_type=code)
    assert said in told(record(rest()), error).why[0]


def test_what_we_have_signed_is_shown() -> None:
    message = (
        "The request signature we calculated does not match …\n\n"
        "The Canonical String for this request should have been\n"
        "'GET\n/v1/a%2520b\n\nhost:api.test:4566\nx-amz-security-token:ABCDEFGHIJ\n\nhost\nhash'\n\n"
        "The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20231114T221320Z'\n"
    )
    headers = [
        ("Host", "api.test:4566"),
        ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ]
    seen = record(rest(), headers=headers)
    seen.body_size = 3
    said = told(seen, failed("INVALID_SIGNATURE", message, error_type="InvalidSignatureException"))
    assert [each.title for each in said.exhibits] == ["Canonical request, as it arrived", "String to sign"]
    assert said.exhibits[0].text.startswith("GET\n/v1/a%2520b\n")
    assert "ABCD" not in said.exhibits[0].text
    assert said.exhibits[1].text.endswith("20231114T221320Z")
    assert len(said.why) == 5
