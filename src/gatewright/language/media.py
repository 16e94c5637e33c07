"""Media types: the first one of a header, and whether it counts as binary.

AWS: "Content type conversions in API Gateway". Only the first media type of Accept is looked at; parameters never
count.
"""

from __future__ import annotations

from collections.abc import Iterable

DEFAULT = "application/json"


def first_media_type(value: bytes | None) -> str:
    """`text/html; charset=x, */*` → `text/html`; absent or empty → application/json."""
    if not value:
        return DEFAULT
    text = value.partition(b",")[0].partition(b";")[0].strip().decode("latin-1").lower()
    return text or DEFAULT


class BinaryTypes:
    """An API's `binaryMediaTypes`. `*/*` makes everything binary; `image/*` is no pattern on AWS, only a literal."""

    __slots__ = ("_types", "any", "everything")

    def __init__(self, types: Iterable[str] = ()) -> None:
        self._types = frozenset(kind.strip().lower() for kind in types)
        self.any = bool(self._types)
        self.everything = "*/*" in self._types

    def matches(self, header: bytes | None) -> bool:
        """Whether a payload under this Content-Type or Accept is binary. A header that is absent matches only `*/*`.

        unverified: what AWS assumes when the client sends no Accept; here it counts as text.
        """
        if not self.any:
            return False
        if self.everything:
            return True
        return header is not None and first_media_type(header) in self._types
