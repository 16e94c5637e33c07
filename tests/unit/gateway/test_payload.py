"""AWS's two tables of content type conversions, cell by cell."""

from __future__ import annotations

from typing import Literal

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.payload import convert_request, convert_response, decode_base64, text

Handling = Literal["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"]
_RAW, _TEXT, _BASE64 = b"\xff\x00", "�\x00".encode(), b"/wA="


@pytest.mark.parametrize(
    ("body", "binary", "handling", "converted"),
    [
        (_RAW, False, None, _TEXT),
        (_BASE64, False, "CONVERT_TO_BINARY", _RAW),
        (_RAW, False, "CONVERT_TO_TEXT", _TEXT),
        (_RAW, True, None, _RAW),
        (_RAW, True, "CONVERT_TO_BINARY", _RAW),
        (_RAW, True, "CONVERT_TO_TEXT", _BASE64),
    ],
)
def test_requests(body: bytes, binary: bool, handling: Handling | None, converted: bytes) -> None:
    assert convert_request(body, binary, handling) == converted


@pytest.mark.parametrize(
    ("body", "types", "binary", "wanted", "handling", "converted"),
    [
        (_RAW, False, False, False, None, _TEXT),
        (_BASE64, False, False, False, "CONVERT_TO_BINARY", _RAW),
        (_RAW, False, False, False, "CONVERT_TO_TEXT", _TEXT),
        (_RAW, True, False, False, None, _TEXT),
        (_BASE64, True, False, False, "CONVERT_TO_BINARY", _RAW),
        (_RAW, True, False, False, "CONVERT_TO_TEXT", _TEXT),
        (_BASE64, True, False, True, None, _RAW),
        (_BASE64, True, False, True, "CONVERT_TO_BINARY", _RAW),
        (_RAW, True, False, True, "CONVERT_TO_TEXT", _TEXT),
        (_RAW, True, True, False, None, _BASE64),
        (_RAW, True, True, False, "CONVERT_TO_BINARY", _RAW),
        (_RAW, True, True, False, "CONVERT_TO_TEXT", _BASE64),
        (_RAW, True, True, True, None, _RAW),
        (_RAW, True, True, True, "CONVERT_TO_BINARY", _RAW),
        (_RAW, True, True, True, "CONVERT_TO_TEXT", _BASE64),
    ],
)
def test_responses(
    body: bytes, types: bool, binary: bool, wanted: bool, handling: Handling | None, converted: bytes
) -> None:
    got = convert_response(body, binary=binary, wanted_binary=wanted, any_binary=types, handling=handling)
    assert got == converted


def test_text_that_is_utf_8_is_not_copied() -> None:
    for body in (b"ascii", "é".encode()):
        assert text(body) is body


@pytest.mark.parametrize("body", [b"!", b"abc", b"ab=c", "é".encode()])
def test_bad_base64_is_a_configuration_error(body: bytes) -> None:
    with pytest.raises(GatewayError, match="Internal server error"):
        decode_base64(body)


def test_base64_may_be_wrapped() -> None:
    assert decode_base64(b"/w\r\nA=") == _RAW


def test_the_quotes_of_a_json_string_are_no_part_of_it() -> None:
    assert decode_base64(b'"aGk="') == b"hi"
