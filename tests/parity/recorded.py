"""What AWS answered, and whether we answer the same.

A recording is `{test: {"recorded-content": {key: answer}}}`; an answer holds placeholders: `<name:1>` is one value
wherever it appears, `datetime` a point in time. JSON inside strings was parsed when it was recorded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "corpora" / "aws-recorded"
_FIXED = {"<region>": "us-east-1", "<partition>": "aws"}
_PLACEHOLDER = re.compile(r"<[\w-]+(?::\d+)?>")  # with a number, the same one is the same value


# (file, test, key) of this run: what was compared and agreed, and what was set aside.
AGREED: set[tuple[str, str, str]] = set()
ASIDE: set[tuple[str, str, str]] = set()


class Recording:
    """One recorded test. `match` compares under a key; `done` fails unless every key was compared or set aside."""

    def __init__(self, file: str, test: str) -> None:
        path = FOLDER / file
        assert path.is_file(), (
            f"{path} is missing: the recorded answers lie in the folder `shared` beside the repository"
        )
        found = [name for name in _load(path) if name.endswith(f"::{test}")]
        assert len(found) == 1, f"{file}: {len(found)} recordings end in ::{test}"
        self.name = f"{file} {found[0]}"
        self._place = (file, found[0])
        self._content: dict[str, Any] = _load(path)[found[0]]["recorded-content"]
        self._left = set(self._content)
        self._bound: dict[str, str] = {}

    def match(self, key: str, answer: Any, *, apart: tuple[str, ...] = ()) -> None:
        """The answer is the recorded one; members named in `apart` were not yet known when it was recorded."""
        self._left.discard(key)
        if isinstance(answer, dict):
            answer = {name: value for name, value in answer.items() if name not in apart}
        problems = list(self._differ(self._content[key], answer, key))
        assert not problems, f"{self.name}\n" + "\n".join(problems)
        AGREED.add((*self._place, key))

    def refuses(self, key: str, operation: Callable[..., Any], **params: Any) -> None:
        """The call fails as recorded: status, code, message."""
        try:
            answer = operation(**params)
        except ClientError as error:
            self.match(key, error.response)
        else:
            raise AssertionError(f"{self.name} {key}: accepted: {answer}")

    def recorded(self, key: str) -> Any:
        """The answer itself: for what a test must send and only the answer shows."""
        return self._content[key]

    def failed(self, key: str) -> bool:
        """Whether the recorded answer is a refusal."""
        return "Error" in self._content[key]

    def set_aside(self, *keys: str) -> None:
        """Keys that belong to nouns not built yet."""
        self._left -= set(keys)
        ASIDE.update((*self._place, key) for key in keys)

    def done(self) -> None:
        assert not self._left, f"{self.name}: never compared: {sorted(self._left)}"

    def _differ(self, expected: Any, actual: Any, place: str) -> Any:
        if isinstance(expected, dict):
            yield from self._differ_dict(expected, _parsed(actual), place)
        elif isinstance(expected, list):
            if not isinstance(actual, list) or len(actual) != len(expected):
                yield f"{place}: {actual!r} instead of {expected!r}"
            else:
                for at, (one, other) in enumerate(zip(expected, actual, strict=True)):
                    yield from self._differ(one, other, f"{place}[{at}]")
        elif expected == "datetime":
            if not isinstance(actual, datetime):
                yield f"{place}: {actual!r} is no point in time"
        elif isinstance(expected, str) and isinstance(actual, str):
            if not self._same_text(expected, actual):
                yield f"{place}: {actual!r} instead of {expected!r}"
        elif expected != actual or type(expected) is not type(actual):
            yield f"{place}: {actual!r} instead of {expected!r}"

    def _differ_dict(self, expected: dict[str, Any], actual: Any, place: str) -> Any:
        if not isinstance(actual, dict):
            yield f"{place}: {actual!r} instead of {expected!r}"
            return
        if "HTTPStatusCode" in expected:  # headers and request ids are not recorded
            expected = {"HTTPStatusCode": expected["HTTPStatusCode"]}
            actual = {"HTTPStatusCode": actual.get("HTTPStatusCode")}
        for name in sorted(expected.keys() | actual.keys()):
            if name not in expected:
                yield f"{place}.{name}: {actual[name]!r} is too much"
            elif name not in actual:
                yield f"{place}.{name}: missing, {expected[name]!r} expected"
            else:
                yield from self._differ(expected[name], actual[name], f"{place}.{name}")

    def _same_text(self, expected: str, actual: str) -> bool:
        for placeholder, value in _FIXED.items():
            expected = expected.replace(placeholder, value)
        names = _PLACEHOLDER.findall(expected)
        pattern = "(.*)".join(re.escape(part) for part in _PLACEHOLDER.split(expected))
        match = re.fullmatch(pattern, actual, re.DOTALL)
        if match is None:
            return False
        return all(
            self._bound.setdefault(name, value) == value
            for name, value in zip(names, match.groups(), strict=True)
            if ":" in name
        )


def _parsed(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def agreed(file: str, test: str, key: str) -> None:
    """A key that a test outside of this folder has compared."""
    found = [name for name in _load(FOLDER / file) if name.endswith(f"::{test}")]
    AGREED.add((file, found[0], key))


def coverage() -> list[str]:
    """A line per file of recordings: how many of its keys were compared in this run."""
    lines = []
    for path in sorted(FOLDER.glob("*.json")):
        keys = {(path.name, test, key) for test, one in _load(path).items() for key in one["recorded-content"]}
        lines.append(
            f"{path.name}: {len(keys & AGREED)} of {len(keys)} recorded answers agree, {len(keys & ASIDE)} set aside"
        )
    return lines


_LOADED: dict[Path, dict[str, Any]] = {}


def _load(path: Path) -> dict[str, Any]:
    if path not in _LOADED:
        _LOADED[path] = json.loads(path.read_text())
    return _LOADED[path]
