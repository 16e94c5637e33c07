"""YAML → plain values, by the rules of YAML 1.2's core schema.

Built from the parser's events without recursion, so that depth, size and aliases are counted as they come:

- plain scalars are null, booleans (`true`, `false`), integers and finite floats; dates, `yes`, `no`, `on`, `off` and
  all else stay text. Keys are always text, as they are written (`200:` is "200");
- a key that comes twice, a key that is not a scalar, a second document and tags other than YAML's own are refused;
- an alias counts as often as it is used; one that contains itself is refused. `<<` merges mappings.
"""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from gatewright.openapi.base import DEPTH, NODES, DocumentError

_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_OTHER_INT = re.compile(r"0o([0-7]{1,20})|0x([0-9a-fA-F]{1,15})")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS = {word: value for names, value in (
    (("", "~", "null", "Null", "NULL"), None),
    (("true", "True", "TRUE"), True),
    (("false", "False", "FALSE"), False),
) for word in names}  # fmt: skip
_TAG = "tag:yaml.org,2002:"
_MERGE = object()


class _Frame:
    """A collection that is being read; `size`: the values in it so far, aliases expanded."""

    __slots__ = ("anchor", "key", "merges", "size", "value")

    def __init__(self, value: Any, anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key: Any = None  # of a mapping: the key that waits for its value
        self.merges: list[Any] = []
        self.size = 1


class _Builder:
    def __init__(self) -> None:
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.result: Any = None
        self.documents = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _refusal(event, "a second document")
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise _refusal(event, f"alias *{event.anchor} of what is not there, or contains it")
            self._add(event, *self.anchors[event.anchor])

    def _expects_key(self) -> bool:
        return bool(self.frames) and isinstance(self.frames[-1].value, dict) and self.frames[-1].key is None

    def _scalar(self, event: Any) -> None:
        plain = event.style in (None, "") and event.tag is None
        if self._expects_key():
            value: Any = _MERGE if plain and event.value == "<<" else event.value
        else:
            value = _resolved(event, plain)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self._add(event, value, 1)

    def _open(self, event: Any) -> None:
        mapping = isinstance(event, yaml.MappingStartEvent)
        if self._expects_key():
            raise _refusal(event, "a key that is a collection")
        if event.tag not in (None, "!", _TAG + ("map" if mapping else "seq")):
            raise _refusal(event, f"tag {event.tag}")
        if len(self.frames) >= DEPTH:
            raise DocumentError(f"the document is nested deeper than {DEPTH} levels")
        self.anchors.pop(event.anchor, None)
        self.frames.append(_Frame({} if mapping else [], event.anchor))

    def _close(self, event: Any) -> None:
        frame = self.frames.pop()
        for merged in frame.merges:
            for one in merged if isinstance(merged, list) else [merged]:
                if not isinstance(one, dict):
                    raise _refusal(event, "a merge of what is no mapping")
                for key, value in one.items():
                    frame.value.setdefault(key, value)
        if frame.anchor:
            self.anchors[frame.anchor] = (frame.value, frame.size)
        self._add(event, frame.value, frame.size)

    def _add(self, event: Any, value: Any, size: int) -> None:
        if not self.frames:
            self.result = value
            return
        frame = self.frames[-1]
        frame.size += size
        if frame.size > NODES:
            raise DocumentError(f"the document has more than {NODES} values")
        if isinstance(frame.value, list):
            frame.value.append(value)
        elif frame.key is None:
            frame.key = self._key(event, frame, value)
        else:
            if frame.key is _MERGE:
                frame.merges.append(value)
            else:
                frame.value[frame.key] = value
            frame.key = None

    def _key(self, event: Any, frame: _Frame, value: Any) -> Any:
        if value is _MERGE:
            return value
        if not isinstance(value, str):
            raise _refusal(event, "a key that is no text")
        if value in frame.value:
            raise _refusal(event, f"the key {value} a second time")
        return value


def load(body: bytes) -> Any:
    """The values of a YAML document. Raises DocumentError: without problems when it is no YAML at all."""
    builder = _Builder()
    try:
        loader = _LOADER(body.decode("utf-8-sig"))
        try:
            while loader.check_event():
                builder.take(loader.get_event())
        finally:
            loader.dispose()
    except (yaml.YAMLError, UnicodeError, RecursionError):
        raise DocumentError from None
    return builder.result


def _refusal(event: Any, what: str) -> DocumentError:
    mark = event.start_mark
    return DocumentError(f"line {mark.line + 1}, column {mark.column + 1}: {what}")


def _resolved(event: Any, plain: bool) -> Any:
    if event.tag in (None, "!"):
        return _plain(event.value) if plain else event.value
    kind = event.tag.removeprefix(_TAG)
    if kind == "str":
        return event.value
    value = _plain(event.value)
    if kind in ("null", "bool", "int", "float") and not isinstance(value, str):
        return value
    raise _refusal(event, f"tag {event.tag}")


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if match := _OTHER_INT.fullmatch(text):
        return int(match[1], 8) if match[1] else int(match[2], 16)
    if len(text) < 400 and _FLOAT.fullmatch(text):
        value = float(text)
        return value if math.isfinite(value) else text
    return text
