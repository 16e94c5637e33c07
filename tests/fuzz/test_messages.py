"""Event streams and the metadata of streamed responses: any bytes are read or refused, however they are cut."""

from __future__ import annotations

import json
import struct
from binascii import crc32

from hypothesis import given
from hypothesis import strategies as st

from gatewright.aws.messages import MessageError, Reader, event
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.integrations.lambda_stream import parse_metadata
from tests.fuzz.effort import FUZZ


def _framed(block: bytes, payload: bytes) -> bytes:
    """A message whose checksums are right, whatever its headers say."""
    prelude = struct.pack(">II", 16 + len(block) + len(payload), len(block))
    start = prelude + struct.pack(">I", crc32(prelude)) + block + payload
    return start + struct.pack(">I", crc32(start))


_BLOCKS = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.builds(
            lambda name, kind, value: bytes([len(name)]) + name + bytes([kind]) + value,
            st.binary(max_size=5),
            st.integers(0, 12),
            st.binary(max_size=20),
        ),
    ),
    max_size=4,
).map(b"".join)
STREAMS = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.builds(_framed, _BLOCKS, st.binary(max_size=40)),
        st.builds(event, st.sampled_from(["PayloadChunk", "InvokeComplete"]), st.just("a/b"), st.binary(max_size=40)),
    ),
    max_size=4,
).map(b"".join)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["statusCode", "headers", "multiValueHeaders", "cookies", "Content-Length", "a"]), inner
        )
    ),
    max_leaves=12,
)


@FUZZ
@given(STREAMS, st.integers(1, 50))
def test_any_stream(data: bytes, step: int) -> None:
    reader = Reader()
    try:
        for at in range(0, len(data), step):
            reader.feed(data[at : at + step])
    except MessageError:
        return


@FUZZ
@given(st.binary(max_size=40) | _VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_metadata(data: bytes) -> None:
    try:
        parse_metadata(data, b"Root=1")
    except GatewayError:
        return
