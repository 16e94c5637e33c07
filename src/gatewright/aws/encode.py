"""From what handlers give to the wire: one closure per shape, made once.

Only modelled members are written, so that internal keys never leave; members that are absent or None are omitted, null
map values stay (recorded). orjson writes what comes out here.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

from gatewright.aws import timestamps
from gatewright.aws.shapes import Member, Shape

Encoder = Callable[[Any], Any]


class Encoders:
    """The encoders of one service's shapes. `fraction`: epoch timestamps keep milliseconds."""

    def __init__(self, *, fraction: bool = False) -> None:
        self._fraction = fraction
        self._made: dict[Shape, Encoder] = {}

    def of(self, shape: Shape) -> Encoder:
        """The encoder that makes JSON values of this shape."""
        made = self._made.get(shape)
        if made is None:
            self._made[shape] = lambda value: self._made[shape](value)  # for shapes that contain themselves
            made = self._made[shape] = self._make(shape)
        return made

    def structure(self, members: Sequence[Member]) -> Encoder:
        """An encoder for an object with these members."""
        table = [(member.name, member.wire, self.of(member.shape)) for member in members]

        def encode(value: Any) -> dict[str, Any]:
            written = {}
            for name, wire, inner in table:
                given = value.get(name)
                if given is not None:
                    written[wire] = inner(given)
            return written

        return encode

    def text(self, shape: Shape) -> Callable[[Any], str]:
        """The encoder for values that travel in a header."""
        if shape.type == "boolean":
            return lambda value: "true" if value else "false"
        if shape.type == "timestamp":
            return lambda value: str(timestamps.render(value, shape.timestamp or "rfc822", fraction=False))
        if shape.type == "list":
            assert shape.element is not None
            inner = self.text(shape.element)
            return lambda value: ",".join(map(inner, value))
        return str

    def _make(self, shape: Shape) -> Encoder:
        if shape.type == "structure":
            return self.structure(shape.members)
        if shape.type == "list":
            assert shape.element is not None
            inner = self.of(shape.element)
            return lambda value: [None if each is None else inner(each) for each in value]
        if shape.type == "map":
            assert shape.element is not None
            inner = self.of(shape.element)
            return lambda value: {str(key): None if each is None else inner(each) for key, each in value.items()}
        if shape.type == "timestamp":
            form = shape.timestamp or "unixTimestamp"
            return lambda value: timestamps.render(value, form, fraction=self._fraction)
        return _SCALARS[shape.type]


def _blob(value: bytes | str) -> str:
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode("ascii")


_SCALARS: dict[str, Encoder] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "blob": _blob,
}
