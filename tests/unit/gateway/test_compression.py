from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.gateway.compression import BadCodingError, TooLongError, compress, decompress

_HEAD = b"Content-Type: text/plain\r\n"
_BODY = b"x" * 100


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (b"gzip", b"gzip"),
        (b"GZIP;q=0.5, br", b"gzip"),
        (b"deflate", b"deflate"),
        (b"deflate, gzip", b"gzip"),
        (b"gzip;q=0, deflate", b"deflate"),
        (b"gzip; q=0.00", None),
        (b"*", None),
        (b"br", None),
        (b"", None),
        (None, None),
    ],
)
def test_answers_are_compressed_for_those_who_name_a_coding(accepted: bytes | None, coding: bytes | None) -> None:
    head, body = compress(_HEAD, _BODY, 0, accepted)
    if coding is None:
        assert (head, body) == (_HEAD, _BODY)
    else:
        assert head == _HEAD + b"Content-Encoding: " + coding + b"\r\n"
        assert (gzip.decompress(body) if coding == b"gzip" else zlib.decompress(body)) == _BODY


def test_small_coded_and_empty_bodies_stay() -> None:
    assert compress(_HEAD, _BODY, 101, b"gzip") == (_HEAD, _BODY)
    assert compress(_HEAD, b"", 0, b"gzip") == (_HEAD, b"")
    named = b"Access-Control-Expose-Headers: X-Content-Encoding: yes\r\n"
    assert compress(named, _BODY, 0, b"gzip")[0] == named + b"Content-Encoding: gzip\r\n"
    coded = b"content-ENCODING: br\r\n"
    assert compress(coded, _BODY, 0, b"gzip") == (coded, _BODY)


@given(st.binary(max_size=2000), st.sampled_from([b"gzip", b"deflate"]))
def test_what_is_compressed_is_decompressed(body: bytes, coding: bytes) -> None:
    packed = compress(b"", body, 0, coding)[1]
    assert decompress(packed, coding if body else b"identity", 2000) == body


def test_requests() -> None:
    raw = zlib.compressobj(wbits=-15)
    assert decompress(raw.compress(_BODY) + raw.flush(), b"deflate", 100) == _BODY
    assert decompress(gzip.compress(zlib.compress(_BODY)), b"deflate, x-gzip", 100) == _BODY
    for body, coding in (
        (_BODY, b"gzip"),
        (_BODY, b"br"),
        (gzip.compress(_BODY)[:-1], b"gzip"),
        (gzip.compress(_BODY) + b"x", b"gzip"),
        (b"x", b"identity, " * 4 + b"identity"),
    ):
        with pytest.raises(BadCodingError):
            decompress(body, coding, 100)
    with pytest.raises(TooLongError):
        decompress(gzip.compress(_BODY), b"gzip", 99)
