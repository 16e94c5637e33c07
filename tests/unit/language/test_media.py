from __future__ import annotations

import pytest

from gatewright.language.media import BinaryTypes, first_media_type


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "application/json"),
        (b"", "application/json"),
        (b"Text/HTML; charset=x, */*", "text/html"),
        (b" image/png ", "image/png"),
        (b", image/png", "application/json"),
    ],
)
def test_the_first_media_type(value: bytes | None, kind: str) -> None:
    assert first_media_type(value) == kind


@pytest.mark.parametrize(
    ("types", "header", "binary"),
    [
        ((), b"image/png", False),
        (("image/png",), b"image/png; q=1, text/html", True),
        (("image/png",), b"text/html, image/png", False),
        (("image/png",), None, False),
        (("application/json",), None, False),
        (("*/*",), None, True),
        (("image/*",), b"image/png", False),
        (("Image/PNG",), b"image/png", True),
    ],
)
def test_what_counts_as_binary(types: tuple[str, ...], header: bytes | None, binary: bool) -> None:
    assert BinaryTypes(types).matches(header) is binary
