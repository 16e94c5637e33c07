"""Signatures: what was signed is taken, whatever was changed since is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gatewright.aws.base import AwsError
from gatewright.aws.holder import Holder
from gatewright.clock import FakeClock
from gatewright.gateway.authorizers.signature import Signatures, refusal, straight
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.grants import Signer
from tests.plays.signing import HOST, NOW, SECRET, SESSION_KEY, TOKEN, USER_KEY, Keys, presigned, signed, user
from tests.unit.gateway.authorizers.tampering import Sent, examples, tampers

ERRORS = {
    "InvalidSignatureException",
    "IncompleteSignatureException",
    "UnrecognizedClientException",
    "MissingAuthenticationTokenException",
}


def signer(sent: Sent, keys: Keys | None = None, now: float = NOW) -> Signer:
    found = Signatures(keys or Keys(), FakeClock(now), "us-east-1").signer(sent.request())
    assert isinstance(found, Signer)
    return found


def refused(sent: Sent) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        signer(sent)
    return caught.value


@pytest.mark.parametrize("sent", examples(), ids=lambda sent: f"{sent.verb} {sent.url[:20]} {len(sent.headers)}")
def test_the_examples_are_good_and_no_change_of_them_is(sent: Sent) -> None:
    assert signer(sent).access_key in (USER_KEY, SESSION_KEY)
    for changed in tampers(sent):
        error = refused(changed)
        assert (error.status, error.error_type in ERRORS) == (403, True), changed


def test_there_are_thousands_of_changes() -> None:
    assert sum(1 for sent in examples() for _ in tampers(sent)) >= 5_000


_PATHS = (
    st.text("abc/%20~$.-", max_size=12).map(lambda text: f"/v1/{text}").filter(lambda path: straight(path.encode()))
)
_QUERIES = st.lists(st.tuples(st.text("abZ-_.~", min_size=1, max_size=4), st.text("abZ-_.~", max_size=4)), max_size=3)
_VALUES = st.text("abc def", max_size=8)


@st.composite
def _requests(draw: st.DrawFn) -> Sent:
    verb, path = draw(st.sampled_from(["GET", "POST", "DELETE"])), draw(_PATHS)
    query = "&".join(f"{name}={value}" for name, value in draw(_QUERIES))
    url = f"{path}?{query}" if query else path
    body = draw(st.binary(max_size=8))
    headers = [("X-Custom", draw(_VALUES))]
    key, token = draw(st.sampled_from([(USER_KEY, None), (SESSION_KEY, TOKEN)]))
    return Sent(verb, url, tuple(signed(verb, url, headers, body, key=key, token=token)), body)


def _text(sent: Sent, part: str) -> str:
    return {"url": sent.url, "verb": sent.verb, "body": sent.body.decode("latin-1")}[part]


@settings(max_examples=150, deadline=None)
@given(_requests(), st.data())
def test_any_change_of_any_request_is_refused(sent: Sent, data: st.DataObject) -> None:
    signer(sent)
    part = data.draw(st.sampled_from(["url", "body", "verb", *range(len(sent.headers))]))
    text = sent.headers[part][1] if isinstance(part, int) else _text(sent, part)
    place = data.draw(st.integers(0, len(text)))
    changed = text[:place] + data.draw(st.text("aB1/&=%;.", max_size=2)) + text[place + data.draw(st.integers(0, 2)) :]
    assume(changed != text)
    if isinstance(part, int):
        header = (sent.headers[part][0], changed)
        other = replace(sent, headers=(*sent.headers[:part], header, *sent.headers[part + 1 :]))
    elif part == "body":
        other = replace(sent, body=changed.encode("latin-1"))
    else:
        other = replace(sent, url=changed) if part == "url" else replace(sent, verb=changed)
    assume(other.url.startswith("/"))
    assume(other.meaning() != sent.meaning())
    assert refused(other).error_type in ERRORS


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("/v1/a?b=1&a=2", "/v1/a?a=2&b=1"),
        ("/v1/a?a=%41", "/v1/a?a=A"),
        ("/v1/a?a=%2f", "/v1/a?a=%2F"),
        ("/v1/a?a", "/v1/a?a="),
        ("/v1/a?a=b%20c", "/v1/a?a=b+c"),
    ],
)
def test_what_the_scheme_takes_for_the_same(url: str, same: str) -> None:
    headers = tuple(signed("GET", url))
    signer(Sent("GET", url, headers))
    signer(Sent("GET", same, headers))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"/", True),
        (b"", False),
        (b"a/", False),
        (b"/a", True),
        (b"/a/", True),
        (b"/a/b.c/..d/", True),
        (b"/a//b", False),
        (b"//", False),
        (b"/a//", False),
        (b"/.", False),
        (b"/..", False),
        (b"/a/./b", False),
        (b"/a/../b", False),
        (b"/a/..", False),
    ],
)
def test_straight_paths(path: bytes, expected: bool) -> None:
    assert straight(path) is expected


def test_a_signed_url_lives_as_long_as_it_says() -> None:
    sent = Sent("GET", presigned("GET", "/v1/", expires=60), (("Host", HOST),))
    signer(sent, now=NOW + 60)
    with pytest.raises(GatewayError) as caught:
        signer(sent, now=NOW + 61)
    assert caught.value.error_type == "InvalidSignatureException"
    assert str(caught.value.message).startswith("Signature expired: ")


def test_keys_are_asked_for_only_once_a_claim_makes_sense() -> None:
    keys = Keys()
    for headers in ((("Host", HOST),), (("Host", HOST), ("Authorization", "AWS4-HMAC-SHA256 Credential=a"))):
        with pytest.raises(GatewayError):
            signer(Sent("GET", "/v1/", headers), keys)
    assert keys.asked == []


def _twice(headers: Sequence[tuple[str, str]], name: str) -> tuple[tuple[str, str], ...]:
    return (*headers, *(pair for pair in headers if pair[0] == name))


@pytest.mark.parametrize(
    ("held", "optional", "sent", "good"),
    [
        (None, False, None, True),
        (None, False, "a", False),
        ("a", False, "a", True),
        ("a", False, None, False),
        ("a", True, None, True),
        ("a", True, "a", True),
        ("a", True, "b", False),
    ],
)
def test_session_tokens(held: str | None, optional: bool, sent: str | None, good: bool) -> None:
    keys = Keys({USER_KEY: Holder(SECRET, user(), token=held, token_optional=optional)})
    request = Sent("GET", "/v1/", tuple(signed("GET", "/v1/", token=sent)))
    if good:
        signer(request, keys)
    else:
        with pytest.raises(GatewayError, match="security token"):
            signer(request, keys)


@pytest.mark.parametrize("name", ["Authorization", "X-Amz-Date", "X-Amz-Security-Token"])
def test_what_comes_twice_is_refused(name: str) -> None:
    headers = signed("GET", "/v1/", key=SESSION_KEY, token=TOKEN)
    error = refused(Sent("GET", "/v1/", _twice(headers, name)))
    assert (error.status, error.error_type) == (403, "IncompleteSignatureException")
    assert error.message == f"Authentication parameter '{name.lower()}' must be given once only."


@pytest.mark.parametrize("name", ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"])
def test_what_comes_twice_in_a_url_is_refused(name: str) -> None:
    url = presigned("GET", "/v1/")
    (pair,) = (pair for pair in url.partition("?")[2].split("&") if pair.startswith(f"X-Amz-{name}="))
    error = refused(Sent("GET", f"{url}&{pair}", (("Host", HOST),)))
    assert error.message == f"Authentication parameter 'X-Amz-{name}' must be given once only."


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("MissingAuthenticationTokenException", "MISSING_AUTHENTICATION_TOKEN"),
        ("ExpiredTokenException", "EXPIRED_TOKEN"),
        ("InvalidSignatureException", "INVALID_SIGNATURE"),
        ("IncompleteSignatureException", "INVALID_SIGNATURE"),
        ("UnrecognizedClientException", "INVALID_SIGNATURE"),
    ],
)
def test_refusals_are_gateway_responses(code: str, kind: str) -> None:
    error = refusal(AwsError(code, "said \x1b[31m\nand more", 403))
    assert (error.kind.name, error.status, error.error_type, error.message) == (
        kind,
        403,
        code,
        "said \x1b[31m\nand more",
    )
    assert error.log == f"The signature was refused: {code} 'said \\x1b[31m'"
