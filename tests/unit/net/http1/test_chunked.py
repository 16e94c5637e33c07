from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.net.http1.chunked import ChunkedBody, SizedBody, TooLarge
from gatewright.net.http1.grammar import Refusal
from gatewright.net.http1.limits import Limits


def decode(pieces: list[bytes], limit: int = 1000) -> tuple[bytes, bytes]:
    """Body and what follows it."""
    body = ChunkedBody(limit, Limits())
    for at, piece in enumerate(pieces):
        rest = body.feed(piece)
        if rest is not None:
            return body.body, rest + b"".join(pieces[at + 1 :])
    raise AssertionError("the body did not end")


def cut(data: bytes, points: list[int]) -> list[bytes]:
    edges = [0, *sorted(point % (len(data) + 1) for point in points), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges) if a != b]


@given(
    chunks=st.lists(
        st.tuples(st.binary(min_size=1, max_size=40), st.sampled_from([b"", b";a", b';a="b;\\"c"', b" ; x=y"]))
    ),
    trailers=st.sampled_from([b"", b"X: y\r\n", b"A:\r\nB: c\r\n"]),
    after=st.binary(max_size=20),
    points=st.lists(st.integers(min_value=0, max_value=10_000)),
)
def test_any_chunked_body_cut_anywhere_gives_the_body_and_leaves_what_follows(
    chunks: list[tuple[bytes, bytes]], trailers: bytes, after: bytes, points: list[int]
) -> None:
    coded = b"".join(b"%x%b\r\n%b\r\n" % (len(data), extension, data) for data, extension in chunks)
    whole = coded + b"0\r\n" + trailers + b"\r\n" + after
    assert decode(cut(whole, points), 10_000) == (b"".join(data for data, _ in chunks), after)


@pytest.mark.parametrize(
    "data",
    [
        b"5\nhello\r\n0\r\n\r\n",
        b"5\r\r\nhello",
        b"0x5\r\nhello",
        b"+5\r\nhello",
        b" 5\r\nhello",
        b"5 \r\nhello",
        b"\r\nhello",
        b";a\r\nhello",
        b"5;\r\nhello",
        b"5;a=\x00\r\nhello",
        b'5;a="\r\nhello',
        b"10000000000000005\r\nhello",
        b"g\r\n",
        b"5\r\nhello!\r\n",
        b"5\r\nhello\n",
        b"0\r\nbad trailer: x\r\n\r\n",
        b"0\r\nX: \x01\r\n\r\n",
        b"0\r\n folded\r\n\r\n",
        b"0;" + b"e" * 2000,
    ],
)
@pytest.mark.parametrize("step", [1, 1000])
def test_what_is_not_exactly_chunked_is_refused_however_it_arrives(data: bytes, step: int) -> None:
    with pytest.raises(Refusal):
        decode([data[at : at + step] for at in range(0, len(data), step)])


def test_more_than_admitted_is_too_large_before_it_is_read() -> None:
    body = ChunkedBody(10, Limits())
    assert body.feed(b"a\r\n0123456789\r\n") is None
    with pytest.raises(TooLarge):
        body.feed(b"1\r\n")


def test_extensions_and_trailers_are_bounded_over_the_whole_body() -> None:
    body = ChunkedBody(10_000, Limits(chunk_extensions=100))
    with pytest.raises(Refusal):
        body.feed(b"1;eeeeeeeee\r\nz\r\n" * 11)
    body = ChunkedBody(10, Limits(trailers=100))
    with pytest.raises(Refusal):
        body.feed(b"0\r\n" + b"A: bbbbbb\r\n" * 10)


@given(data=st.binary(min_size=1, max_size=50), after=st.binary(max_size=9), points=st.lists(st.integers(0, 100)))
def test_a_sized_body_takes_its_bytes_and_no_more(data: bytes, after: bytes, points: list[int]) -> None:
    body = SizedBody(len(data))
    pieces = cut(data + after, points)
    rest = None
    while rest is None:
        rest = body.feed(pieces.pop(0))
    assert (body.body, rest + b"".join(pieces)) == (data, after)
