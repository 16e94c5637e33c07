"""What AWS answered, read from the shared recordings; a value like `<uuid:1>` there stands for any value."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "corpora" / "aws-recorded"
_PLACEHOLDER = re.compile(r"<[\w -]+(?::\d+)?>|<X-[\w-]+>")


def recording(file: str, test: str) -> Any:
    """The recorded content of a test, named by the part after `::`."""
    path = _FOLDER / file
    assert path.exists(), f"the recordings are missing: {path}"
    tests = json.loads(path.read_text())
    return next(each["recorded-content"] for name, each in tests.items() if name.endswith(f"::{test}"))


def differences(recorded: Any, ours: Any, place: str = "") -> list[str]:
    """Where ours is not what was recorded."""
    if isinstance(recorded, str) and (_PLACEHOLDER.fullmatch(recorded) or recorded == "datetime"):
        return [] if ours is not None else [f"{place}: nothing for {recorded}"]
    if isinstance(recorded, dict) and isinstance(ours, dict):
        names = [*recorded, *(name for name in ours if name not in recorded)]
        return [line for name in names for line in _member(recorded, ours, name, place)]
    if isinstance(recorded, list) and isinstance(ours, list) and len(recorded) == len(ours):
        return [
            line
            for i, (a, b) in enumerate(zip(recorded, ours, strict=True))
            for line in differences(a, b, f"{place}[{i}]")
        ]
    return [] if recorded == ours else [f"{place}: recorded {recorded!r}, ours {ours!r}"]


def _member(recorded: dict[str, Any], ours: dict[str, Any], name: str, place: str) -> list[str]:
    if name not in ours:
        return [f"{place}.{name}: missing"]
    if name not in recorded:
        return [f"{place}.{name}: not recorded, ours {ours[name]!r}"]
    return differences(recorded[name], ours[name], f"{place}.{name}")
