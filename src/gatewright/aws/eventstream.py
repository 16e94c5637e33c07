"""The binary event stream (application/vnd.amazon.eventstream) of answers such as InvokeWithResponseStream's.

A message is: total length, header length, CRC-32 of these eight bytes, headers, payload, CRC-32 of all before it;
integers are big-endian. String headers are: name length (1 byte), name, 7, value length (2 bytes), value.
https://smithy.io/2.0/aws/amazon-eventstream.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from gatewright.aws.encode import Encoders
from gatewright.aws.messages import CONTENT_TYPE, message
from gatewright.aws.shapes import Shape

__all__ = ["CONTENT_TYPE", "encode"]


def encode(shape: Shape, events: Iterable[dict[str, Any]], encoders: Encoders) -> bytes:
    """The events, each `{member: {...}}` as the SDK shows it, as one body. Raises KeyError for an unknown event."""
    members = {member.name: member for member in shape.members}
    pieces = []
    for event in events:
        for name, value in event.items():
            pieces.append(_event(members[name].wire, members[name].shape, value, encoders))
    return b"".join(pieces)


def _event(kind: str, shape: Shape, value: dict[str, Any], encoders: Encoders) -> bytes:
    blob = next((member for member in shape.members if member.shape.type == "blob"), None)
    if blob is not None:  # the event's payload is the blob itself
        data, type_ = value.get(blob.name, b""), "application/octet-stream"
    else:
        data, type_ = orjson.dumps(encoders.of(shape)(value)), "application/json"
    return message({":event-type": kind, ":content-type": type_, ":message-type": "event"}, data)
